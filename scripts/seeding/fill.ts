import { hash } from 'node:crypto';
import { ensureRoot } from '@meridian/core/accounts';
import { ONE, type Random, type Secret } from '@meridian/core/kernel';
import { type Price, serializePrice } from '@meridian/core/metering';
import { createAccountFunds, createAccountsStore, type Database } from '@meridian/storage';

/** How much is written. */
export interface SeedSize {
  /** Accounts below root: one in a hundred under root, ten in a hundred below those, and the rest. */
  readonly accounts: number;
  /** Usage records, spread evenly over the days and accounts. */
  readonly records: number;
  readonly days: number;
}

/** What a seed needs besides a database that is up to date and has no accounts but root. */
export interface SeedDeps {
  readonly database: Database;
  readonly random: Random;
  /** Root’s key, where root is not there yet. */
  readonly rootKey?: Secret;
  /** Told of each step. */
  readonly onStep?: (step: string) => void;
}

const MODELS = ['gpt-4o', 'gpt-4o-mini', 'claude-sonnet-4-6', 'gemini-2.5-flash', 'deepseek-chat'];
/** One dollar per million tokens in, two out: 1,000 and 2,000 nanodollars a token. */
const PRICE: Price = {
  rates: { input: 1_000_000n, output: 2_000_000n } as Price['rates'],
  tiers: [],
  multiplier: ONE,
  source: 'seed',
};
/** Charges that one settlement writes together, all of one account. */
const BATCH = 10;
const CHUNK_SETTLEMENTS = 20_000;
/** The last settlements are not folded, as on a busy server. */
const UNFOLDED_MAX = 200;
/** Nanodollars: more than an account can use here. */
const GRANT = 100_000_000_000_000n;

interface Frame extends SeedSize {
  /** The ids of the accounts are this and the next ones. */
  readonly first: number;
  readonly tops: number;
  readonly mids: number;
  readonly settlements: number;
  readonly folded: number;
}

function frameOf(size: SeedSize, first: number): Frame {
  const tops = Math.max(1, Math.floor(size.accounts / 100));
  const mids = Math.min(Math.floor(size.accounts / 10), size.accounts - tops);
  const settlements = Math.ceil(size.records / BATCH);
  const folded = Math.max(0, settlements - Math.min(UNFOLDED_MAX, Math.floor(settlements / 10)));
  return { ...size, first, tops, mids, settlements, folded };
}

function accountsSql({ first, accounts, tops, mids }: Frame): string {
  return `
    create temporary table seeded on commit drop as
    select n, ${first} + n as id,
      case when n < ${tops} then null when n < ${tops + mids} then ${first} + n % ${tops}
        else ${first} + ${mids > 0 ? `${tops} + n % ${mids}` : `n % ${tops}`} end as parent
    from generate_series(0, ${accounts - 1}) n;
    create temporary table placed on commit drop as
    select s.*, '.1.' || coalesce(
      case when p.parent is not null then p.parent || '.' end, '') || coalesce(s.parent || '.', '')
      || s.id || '.' as dna
    from seeded s left join seeded p on p.id = s.parent;
    insert into accounts (id, parent_id, dna, name, alias, email, status, is_owner, gear, role, rates,
      hard_limit, soft_limit, model_limits, model_mapper, auto_quota, key_digest, key_tail)
    select id, coalesce(parent, 1), dna, 'seed-' || n, '', 'seed-' || n || '@seed.example', true, false,
      1, 0, 1000000, null, null, '{}', '{}', false, sha256(convert_to('seed ' || id, 'UTF8')), ''
    from placed;
    select setval(pg_get_serial_sequence('accounts', 'id'), (select max(id) from accounts));
    insert into pots (account_id, period) select id, 0 from placed;
    with granted as (
      insert into ledger_tx (kind, key) select 5, 'seed:grant:' || id from placed returning id, key
    ), cards as (
      insert into credit_cards (account_id, tx_id, amount, remaining, reference, expires_at)
      select replace(key, 'seed:grant:', '')::int4, id, ${GRANT}, ${GRANT}, 'seed',
        now() + interval '365 days'
      from granted returning id, account_id, tx_id
    )
    insert into postings (tx_id, account_id, book, card_id, amount)
    select tx_id, account_id, 1, id, ${GRANT} from cards
    union all select tx_id, 1, 5, null, -${GRANT} from cards;`;
}

/** Tokens of the k-th record, different from one to the next. */
const INPUT = '(100 + (k * 7919) % 1900)';
const OUTPUT = '(10 + (k * 104729) % 490)';

function recordsSql(frame: Frame, ids: { tx: number; price: number }, from: number, to: number) {
  const { first, accounts, records, settlements, days } = frame;
  return `
    create temporary table part on commit drop as
    select t, ${ids.tx} + t as tx, ${first} + (t * 7919) % ${accounts} as account,
      date_trunc('milliseconds', now() - interval '${days} days'
        + interval '1 second' * (${days}::float8 * 86400 * t / ${settlements})) as at
    from generate_series(${from}::int8, ${to - 1}::int8) t;
    insert into ledger_tx (id, kind, at, key) overriding system value
    select tx, 1, at, 'seed:use:' || t from part;
    insert into usage_records (id, tx_id, at, started_at, cost, account_id, day, model_asked,
      model_used, price_id, duration_ms, input, output, surface_id, attempts, flags)
    select (lpad(to_hex((extract(epoch from p.at) * 1000)::int8), 12, '0') || '7'
        || substr(md5(k::text), 1, 3) || '8' || substr(md5(k::text), 4, 15))::uuid,
      p.tx, p.at, p.at - interval '1 second', ${INPUT} * 1000 + ${OUTPUT} * 2000, p.account,
      to_char(p.at at time zone 'UTC', 'YYYYMMDD')::int4, m.id, m.id, ${ids.price}, 1000,
      ${INPUT}, ${OUTPUT}, s.id, 1, 0
    from part p cross join generate_series(p.t * ${BATCH}, least(p.t * ${BATCH} + ${BATCH}, ${records}) - 1) k
      cross join (select id from surfaces where name = 'chat') s
      join models m on m.name = (array['${MODELS.join("','")}'])[1 + k % ${MODELS.length}];
    with sums as (
      select u.tx_id, u.account_id, sum(u.cost)::int8 as cost from usage_records u
      where u.tx_id between ${ids.tx + from} and ${ids.tx + to - 1}
        and u.at >= (select min(at) from part) and u.at <= (select max(at) from part)
      group by u.tx_id, u.account_id
    )
    insert into postings (tx_id, account_id, book, amount)
    select tx_id, account_id, 2, -cost from sums union all select tx_id, 0, 4, cost from sums;`;
}

/** What is folded, and the charges onto the cards; everything from what was written before. */
function projectionsSql({ folded, settlements }: Frame, firstTx: number): string {
  const end = firstTx + folded;
  return `
    insert into usage_unfolded
    select tx_id, at, array_agg(distinct account_id) from usage_records
    where tx_id >= ${end} group by tx_id, at;
    insert into usage_rollups (account_id, day, model_id, requests, cost, shown, input, cache_read,
      cache_write, output, units)
    select account_id, day, model_used, count(*), sum(cost), sum(cost), sum(input), 0, 0, sum(output), 0
    from usage_records where tx_id < ${end} group by account_id, day, model_used;
    analyze usage_rollups;
    insert into usage_subtree_rollups (account_id, day, model_id, requests, cost, shown, input,
      input_media, cache_read, cache_write, output, output_media)
    select top.id, r.day, r.model_id, sum(r.requests), sum(r.cost), sum(r.shown), sum(r.input), 0, 0, 0,
      sum(r.output), 0
    from usage_rollups r join accounts a on a.id = r.account_id
      cross join unnest(string_to_array(trim('.' from a.dna), '.')::int4[]) top(id)
    group by top.id, r.day, r.model_id;
    insert into usage_totals
    select account_id, day, sum(sum(requests)) over upto, sum(sum(cost)) over upto,
      sum(sum(shown)) over upto
    from usage_rollups group by account_id, day
    window upto as (partition by account_id order by day);
    insert into margin_rollups
    select account_id, day, model_id, 0, requests, cost, shown, 0, requests from usage_subtree_rollups;
    create temporary table spent on commit drop as
    select p.account_id, -sum(p.amount)::int8 as amount from postings p
    where p.book = 2 and p.tx_id between ${firstTx} and ${firstTx + settlements - 1} group by p.account_id;
    with folds as (
      insert into ledger_tx (kind, key) select 2, 'seed:fold:' || account_id from spent returning id, key
    ), sums as (
      select f.id as tx_id, s.* from folds f join spent s on f.key = 'seed:fold:' || s.account_id
    )
    insert into postings (tx_id, account_id, book, card_id, amount)
    select s.tx_id, s.account_id, 1, c.id, -s.amount
    from sums s join credit_cards c on c.account_id = s.account_id
    union all select tx_id, account_id, 2, null, amount from sums;
    update credit_cards c set remaining = c.remaining - s.amount from spent s
    where c.account_id = s.account_id;`;
}

const BALANCES = `
  update pots p set balance = c.remaining, next_expiry = c.expires_at
  from credit_cards c where c.account_id = p.account_id and p.period = 0;`;

/** Writes one script in one transaction: temporary tables live as long as that. */
async function run(database: Database, script: string): Promise<void> {
  await database.execute(`set local statement_timeout = 0; set local work_mem = '256MB';
    set local maintenance_work_mem = '512MB'; ${script}`);
}

async function single(database: Database, sql: string): Promise<number> {
  const [row] = await database.query(sql);
  return Number(row?.value);
}

async function requireEmpty(database: Database): Promise<void> {
  const used = await single(
    database,
    `select (select count(*) from accounts where id > 1) + (select count(*) from ledger_tx) as value`,
  );
  if (used > 0) throw new Error('The database has accounts already; seed an empty one.');
}

/** Dictionaries that the records refer to; returns the number of their price. */
async function addDictionaries(database: Database): Promise<number> {
  const body = serializePrice(PRICE);
  await database.query('insert into models (name) select unnest($1::text[])', [MODELS]);
  await database.query(`insert into surfaces (name) values ('chat')`);
  await database.query('insert into prices (digest, body) values ($1, $2)', [
    hash('sha256', body, 'buffer'),
    body,
  ]);
  return single(database, 'select max(id) as value from prices');
}

/**
 * Fills an empty database with a tree of accounts and usage of the past days whose books are sound:
 * grants, settlements, roll-ups and balances all agree. Returns root’s key where it was made.
 */
export async function fill(deps: SeedDeps, size: SeedSize): Promise<Secret | undefined> {
  const { database, random, rootKey, onStep = () => undefined } = deps;
  const store = createAccountsStore({ database, fundsOf: createAccountFunds });
  const key = await ensureRoot(store, random, rootKey && { key: rootKey });
  await requireEmpty(database);
  const frame = frameOf(size, 1_000);
  const price = await addDictionaries(database);
  onStep(`${size.accounts} accounts`);
  await run(database, accountsSql(frame));
  const tx = (await single(database, 'select coalesce(max(id), 0) as value from ledger_tx')) + 1;
  // Ordered by account, unlike the rows: it is built much faster at the end.
  await run(database, 'drop index usage_records_account;');
  for (let from = 0; from < frame.settlements; from += CHUNK_SETTLEMENTS) {
    const to = Math.min(from + CHUNK_SETTLEMENTS, frame.settlements);
    await run(database, recordsSql(frame, { tx, price }, from, to));
    onStep(`${Math.min(to * BATCH, size.records)} of ${size.records} records`);
  }
  await run(database, 'create index usage_records_account on usage_records (account_id, at);');
  const last = tx + frame.settlements;
  await run(database, `select setval(pg_get_serial_sequence('ledger_tx', 'id'), ${last});`);
  onStep('roll-ups and balances');
  await database.execute('analyze usage_records, postings, accounts');
  await run(database, projectionsSql(frame, tx));
  await run(database, BALANCES);
  await database.execute('analyze');
  return key;
}
