import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { KeyUsageStore, LedgerStore, UsageRecord } from '@meridian/core/ledger';
import { createTestDatabase, databaseKinds, type TestDatabase } from '@meridian/testkit';
import type { Database } from '../database.ts';
import { migrate, readMigrations } from '../migrate.ts';
import { createKeyUsageStore, createLedgerStore } from './index.ts';
import { batch, fund, leaseCall, record } from './testing/ledger-world.ts';

const EARLIER = 20_250_131;
const [FIRST, SECOND, UNUSED] = [7, 8, 9] as const;

for (const kind of databaseKinds) {
  describe(`what provider keys were used for: ${kind}`, () => {
    let opened: TestDatabase;
    let database: Database;
    let store: LedgerStore;
    let usage: KeyUsageStore;
    let nodeId: number;

    before(async () => {
      opened = await createTestDatabase(kind);
      database = opened.database;
      await migrate(database, await readMigrations());
      store = createLedgerStore(database);
      usage = createKeyUsageStore(database);
      ({ nodeId } = await store.register('first'));
    });
    after(() => opened[Symbol.asyncDispose]());

    async function today(): Promise<number> {
      const [row] = await database.query(
        `select to_char(clock_timestamp() at time zone 'UTC', 'YYYYMMDD')::int4 as day`,
      );
      return Number(row?.day);
    }

    /** Charges one request of an account, answered by a key. */
    async function charge(account: number, cost: bigint, by: number | null, day: number) {
      await fund(store, account, 100_000n);
      const { pot } = await store.lease(leaseCall(nodeId, account, { need: 90_000n }));
      const charged: UsageRecord = record(account, cost, { providerKeyId: by });
      await store.settle({
        ...batch({ nodeId, key: charged.id, pot }, charged),
        rows: [{ record: charged, day, budgetSet: '' }],
      });
    }

    async function sums(): Promise<unknown> {
      const found = await usage.today([FIRST, SECOND, UNUSED]);
      return found
        .map(({ providerKeyId, requests, cost }) => [providerKeyId, requests, cost])
        .sort(([a], [b]) => Number(a) - Number(b));
    }

    test('sums of today are exact before, between and after folding', async () => {
      const day = await today();
      assert.deepEqual(await sums(), []);
      await charge(101, 10n, FIRST, day);
      await charge(102, 20n, FIRST, day);
      await charge(102, 5n, SECOND, day);
      await charge(101, 1_000n, FIRST, EARLIER);
      await charge(101, 1_000n, null, day);
      const expected = [
        [FIRST, 2, 30n],
        [SECOND, 1, 5n],
      ];
      assert.deepEqual(await sums(), expected);
      await database.query('select ledger_fold_usage(2)');
      assert.deepEqual(await sums(), expected);
      while ((await store.foldUsage()) > 0);
      assert.deepEqual(await sums(), expected);
      await charge(102, 3n, SECOND, day);
      while ((await store.foldUsage()) > 0);
      assert.deepEqual(await sums(), [
        [FIRST, 2, 30n],
        [SECOND, 2, 8n],
      ]);
      const rows = await database.query(
        'select day, requests::int4, cost::int4 from provider_key_usage where provider_key_id = $1 order by day',
        [FIRST],
      );
      assert.deepEqual(rows, [
        { day: EARLIER, requests: 1, cost: 1_000 },
        { day, requests: 2, cost: 30 },
      ]);
      assert.deepEqual(await store.verify(), []);
    });

    test('nobody is asked about no keys', async () => {
      assert.deepEqual(await usage.today([]), []);
    });
  });
}
