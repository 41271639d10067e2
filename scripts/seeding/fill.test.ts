import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  type AccountsStore,
  createAccountsService,
  createLedgerBooks,
  foldPolicy,
} from '@meridian/core/accounts';
import { systemClock, systemRandom } from '@meridian/core/kernel';
import { createLedger, type LedgerNode } from '@meridian/core/ledger';
import {
  createAccountFunds,
  createAccountSelector,
  createAccountsStore,
  createKeyUsageStore,
  createLedgerDesk,
  createLedgerStore,
  createMarginStore,
  createNewsStore,
  createOperationLog,
  createUsageStore,
  type Database,
  migrate,
  type Queries,
  readMigrations,
} from '@meridian/storage';
import { createTestDatabase, type TestDatabase } from '@meridian/testkit';
import { fill } from './fill.ts';

const ACCOUNTS = 2_000;
const RECORDS = 60_000;
const YEAR = [20000101, 20991231] as const;
const OPERATIONS = 6_000;
const OPERATIONS_AT_ONCE = 200;
const PAGE = { page: 2, size: 100 };

/** Tables that grow with the accounts and their usage: none may be read whole. */
const LARGE = [
  'accounts',
  'credit_cards',
  'ledger_tx',
  'margin_rollups',
  'news',
  'operation_links',
  'operation_log',
  'postings',
  'pots',
  'usage_records',
  'usage_rollups',
  'usage_subtree_rollups',
  'usage_totals',
];

describe('a seeded database', () => {
  let opened: TestDatabase;
  let database: Database;
  let accounts: AccountsStore;

  before(async () => {
    opened = await createTestDatabase('postgres');
    database = opened.database;
    await migrate(database, await readMigrations());
    await fill(
      { database, random: systemRandom },
      { accounts: ACCOUNTS, records: RECORDS, days: 365 },
    );
    accounts = createAccountsStore({ database, fundsOf: createAccountFunds });
    // Each in a transaction of its own, as the product writes them; a chain grows with each.
    for (let n = 0; n < OPERATIONS; n += OPERATIONS_AT_ONCE) {
      await database.execute(`
        insert into operation_log (action, operator_id, target_id, target_dna, status, changes)
        select 'update_user', 1, id, dna, 'success', '{}' from accounts where id > 1
        order by id offset ${n % ACCOUNTS} limit ${OPERATIONS_AT_ONCE}`);
    }
    await database.execute(`
      insert into news (kind, audience_dna, author_id, author_dna, title, content, expires_at)
      select 'account', a.dna, 1, '.1.', 't', 'c', now() + interval '1 day'
      from accounts a where a.id > 1;
      analyze;`);
  });
  after(async () => {
    await opened[Symbol.asyncDispose]();
  });

  test('has books that are sound, and as much as was asked for', async () => {
    assert.deepEqual(await createLedgerStore(database).verify(), []);
    assert.deepEqual(await createOperationLog(database).verify(), []);
    const [count] = await database.query(`select (select count(*)::int4 from accounts) as accounts,
      (select count(*)::int4 from usage_records) as records,
      (select count(*)::int4 from usage_unfolded) as unfolded`);
    assert.equal(count?.accounts, ACCOUNTS + 1);
    assert.equal(count?.records, RECORDS);
    assert.ok(Number(count?.unfolded) > 0);
  });

  test('is refused where there is something already', async () => {
    const again = fill({ database, random: systemRandom }, { accounts: 1, records: 1, days: 1 });
    await assert.rejects(again, /has accounts already/);
  });

  /** How often each large table was read whole, and looked up in an index, by this connection. */
  async function reads(queries: Queries): Promise<ReadonlyMap<string, readonly [number, number]>> {
    const rows = await queries.query(
      'select relname, seq_scan, idx_scan from pg_stat_xact_user_tables where relname = any ($1)',
      [LARGE],
    );
    return new Map(
      rows.map((row) => [String(row.relname), [Number(row.seq_scan), Number(row.idx_scan)]]),
    );
  }

  /** Large tables that were read whole by what ran; what ran before is not counted. */
  async function scanned(work: (queries: Queries) => Promise<unknown>): Promise<readonly string[]> {
    return database.transaction(async (queries) => {
      const before = await reads(queries);
      await work(queries);
      const after = [...(await reads(queries))].map(([name, [scans, looks]]) => {
        const [scansBefore, looksBefore] = before.get(name) ?? [0, 0];
        return { name, scans: scans - scansBefore, looks: looks - looksBefore };
      });
      assert.ok(
        after.some(({ looks }) => looks > 0),
        'nothing was looked up',
      );
      return after.filter(({ scans }) => scans > 0).map(({ name }) => name);
    });
  }

  /** A leaf, and the account in the middle that it is below. */
  const leaf = 1_000 + ACCOUNTS - 1;
  const year = { since: Date.now() - 366 * 86_400_000, until: Date.now() + 1, limit: 100 };

  /** Every query behind lists, bills, usage, margins, the log and news, as the routes make it. */
  const questions: Readonly<Record<string, (queries: Queries) => Promise<unknown>>> = {
    'usage of everybody': (q) => createUsageStore(asDatabase(q)).list({ subtreeOf: 1 }, year),
    'usage of one account': (q) =>
      createUsageStore(asDatabase(q)).list({ accountIds: [leaf] }, year),
    'one charge': async (q) => {
      const [row] = await q.query('select id from usage_records where account_id = $1 limit 1', [
        leaf,
      ]);
      return createUsageStore(asDatabase(q)).find('every account', String(row?.id));
    },
    'the bill of a subtree': (q) =>
      createUsageStore(asDatabase(q)).bill({ subtreeOf: 1_005 }, ...YEAR),
    'the bill of one account': (q) =>
      createUsageStore(asDatabase(q)).bill({ accountIds: [leaf] }, ...YEAR),
    'totals of a page of accounts': (q) =>
      createLedgerDesk(q, systemClock).usageTotals(
        Array.from({ length: 100 }, (_, n) => 1_100 + n),
      ),
    // Of so small a table a page of accounts is a good part.
    'grants of some accounts': (q) =>
      createLedgerDesk(q, systemClock).granted([1_100, 1_200, 1_300]),
    'margins of a subtree': (q) => createMarginStore(q).cells([1_005], ...YEAR),
    'children, gone ones too': (q) => createMarginStore(q).children(1_005),
    'usage of provider keys': (q) => createKeyUsageStore(q).today([1, 2]),
    'accounts by name': (q) => createAccountSelector(q).select('.1.', { name: 'seed-77' }, 10),
    'labels of accounts': (q) => createAccountSelector(q).labels([leaf]),
    'the log of one account': (q) =>
      createOperationLog(q).list({ accountId: leaf, dna: dnaOf(leaf) }, {}, { page: 1, size: 24 }),
    'the log about one account': (q) =>
      createOperationLog(q).list({ accountId: leaf, dna: dnaOf(leaf) }, { targetId: leaf }, PAGE),
    'news of one account': (q) =>
      createNewsStore({ database: asDatabase(q) }).read(
        ['.1.', dnaOf(leaf)],
        ['dna', 'account'],
        8,
      ),
    'one account': (q) =>
      createAccountsStore({ database: asDatabase(q), fundsOf: createAccountFunds }).readPath(leaf),
    'children of an account': (q) =>
      createAccountsStore({ database: asDatabase(q), fundsOf: createAccountFunds }).list(
        '.1.1005.',
        { childrenOf: 1_005 },
        { page: 1, size: 100 },
      ),
  };

  /** A transaction as the store knows a database. */
  function asDatabase(queries: Queries): Database {
    return { ...database, query: (...asked) => queries.query(...asked) };
  }

  const dnas = new Map<number, string>();
  function dnaOf(id: number): string {
    return dnas.get(id) ?? '.1.';
  }

  for (const [name, ask] of Object.entries(questions)) {
    test(`looks up in an index: ${name}`, async () => {
      const [row] = await database.query('select dna from accounts where id = $1', [leaf]);
      dnas.set(leaf, String(row?.dna));
      assert.deepEqual(await scanned(ask), []);
    });
  }

  test('lists are answered with everything that they show', async () => {
    await using ledger: LedgerNode = createLedger({
      store: createLedgerStore(database),
      clock: systemClock,
      random: systemRandom,
    });
    await ledger.start();
    const service = createAccountsService({
      store: accounts,
      books: createLedgerBooks(ledger, createLedgerDesk(database, systemClock)),
      random: systemRandom,
      clock: systemClock,
      onChange: () => undefined,
    });
    const path = await accounts.readPath(1);
    assert.ok(path);
    const root = { policy: foldPolicy(path), address: null };
    const { entries, total } = await service.list(root, 'descendants', { size: 100 });
    assert.equal(total, ACCOUNTS);
    assert.ok(
      entries.every(
        ({ Requests, Balance, CreditGranted }) => Requests > 0 && Balance > 0 && CreditGranted > 0,
      ),
    );
  });
});
