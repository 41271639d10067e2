import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { UsageSubject } from '@meridian/core/ledger';
import { type AccountsWorld, accountsWorld } from '@meridian/testkit';
import type { Queries } from '../database.ts';
import { record } from './testing/ledger-world.ts';
import { type UsageWorld, usageWorld } from './testing/usage-world.ts';
import { readBill } from './usage-bills.ts';
import { readPage } from './usage-pages.ts';

const ACCOUNTS = 1_000;
const RECORDS = 200_000;
const TABLES = ['usage_records', 'usage_rollups', 'usage_subtree_rollups', 'usage_totals'];

/** A year of usage of many accounts below the first; one settlement in a hundred is not folded. */
const SEED = `
  insert into accounts (id, parent_id, dna, name, alias, email, status, is_owner, gear, role, rates,
    model_limits, model_mapper, auto_quota, key_digest, key_tail)
  select 1000 + n, 1, '.1.' || 1000 + n || '.', 'seed-' || n, '', n || '@seed.example', true, false,
    1, 0, 1000000, '{}', '{}', false, decode(md5(n::text), 'hex'), ''
  from generate_series(1, ${ACCOUNTS}) n;
  insert into usage_records (id, tx_id, at, started_at, cost, account_id, day, model_asked,
    model_used, price_id, duration_ms, input, surface_id, attempts, flags)
  select gen_random_uuid(), 1000000 + n / 20, at, at, 1, 1001 + n % ${ACCOUNTS},
    to_char(at, 'YYYYMMDD')::int4, model, model, 1, 1, 1, 1, 1, 0
  from (select n, date_trunc('day', now()) - n / 20 * 20 * interval '365 days' / ${RECORDS} as at,
      (select id from models where name = 'used') as model
    from generate_series(1, ${RECORDS}) n offset 0) r;
  insert into usage_rollups (account_id, day, model_id, requests, cost, shown, input, cache_read,
    cache_write, output, units)
  select account_id, day, model_used, count(*), sum(cost), sum(cost), sum(input), 0, 0, 0, 0
  from usage_records where tx_id >= 1000000 and tx_id % 100 > 0
  group by account_id, day, model_used;
  insert into usage_subtree_rollups
  select top, day, model_id, sum(requests), sum(cost), sum(shown), sum(input), 0, 0, 0, 0, 0
  from usage_rollups cross join unnest(array[1, account_id]) top
  where account_id > 1 group by top, day, model_id;
  insert into usage_totals
  select account_id, day, sum(sum(requests)) over upto, sum(sum(cost)) over upto,
    sum(sum(shown)) over upto
  from usage_rollups where account_id > 1
  group by account_id, day window upto as (partition by account_id order by day);
  insert into usage_unfolded
  select tx_id, at, array_agg(distinct account_id) from usage_records
  where tx_id >= 1000000 and tx_id % 100 = 0 group by tx_id, at;
  analyze;`;

describe('reports over 200,000 records look everything up in an index', () => {
  let world: UsageWorld<AccountsWorld>;
  before(async () => {
    world = await usageWorld(await accountsWorld('postgres'));
    await world.charge([{ record: record(1, 1n), day: 20200101 }]);
    await world.fold(1);
    await world.accounts.database.execute(SEED);
  });
  after(() => world[Symbol.asyncDispose]());

  /** Tables that were read whole, in one transaction of its own. */
  async function scanned(work: (queries: Queries) => Promise<void>): Promise<readonly unknown[]> {
    return world.accounts.database.transaction(async (queries) => {
      await work(queries);
      const rows = await queries.query(
        'select relname, seq_scan, idx_scan from pg_stat_xact_user_tables where relname = any ($1)',
        [TABLES],
      );
      assert.ok(rows.some(({ idx_scan: looks }) => Number(looks) > 0));
      return rows.filter(({ seq_scan: scans }) => Number(scans) > 0).map(({ relname }) => relname);
    });
  }

  const subjects: readonly UsageSubject[] = [
    { subtreeOf: 1 },
    { subtreeOf: 1500 },
    { accountIds: [1500] },
    { accountIds: Array.from({ length: 200 }, (_, i) => 1001 + i) },
  ];
  for (const subject of subjects) {
    const name = JSON.stringify(subject).slice(0, 40);
    test(`a page: ${name}`, async () => {
      const query = { since: Date.now() - 366 * 86_400_000, until: Date.now(), limit: 100 };
      const conditions = [{}, { model: 'used' }, { surface: 'chat', outcome: 'cut' }] as const;
      for (const condition of conditions) {
        const found = await scanned(async (queries) => {
          const page = await readPage(queries, subject, { ...query, ...condition });
          assert.equal(page.records.length, 'outcome' in condition ? 0 : 100);
        });
        // The dictionaries of models, surfaces and prices are small.
        assert.deepEqual(found, [], JSON.stringify(condition));
      }
    });

    test(`a bill: ${name}`, async () => {
      const found = await scanned(async (queries) => {
        const bill = await readBill(queries, subject, [20200101, 20991231]);
        const expected = 'accountIds' in subject ? subject.accountIds.length * 200 : undefined;
        const requests = bill.accounts.reduce((sum, each) => sum + each.requests, 0);
        assert.equal(requests, expected ?? (subject === subjects[0] ? RECORDS + 1 : 200));
        assert.equal(
          bill.days.reduce((sum, each) => sum + each.requests, 0),
          requests,
        );
      });
      assert.deepEqual(found, []);
    });
  }
});
