import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Millionths, Nanodollars, Picodollars } from '@meridian/core/kernel';
import type { LedgerStore, UsageRecord, UsageStore } from '@meridian/core/ledger';
import { createTestDatabase, databaseKinds, type TestDatabase } from '@meridian/testkit';
import type { Database } from '../database.ts';
import { migrate, readMigrations } from '../migrate.ts';
import { createLedgerStore, createUsageStore } from './index.ts';
import { batch, fund, leaseCall, record } from './testing/ledger-world.ts';

for (const kind of databaseKinds) {
  describe(`what is read of usage: ${kind}`, () => {
    let opened: TestDatabase;
    let database: Database;
    let store: LedgerStore;
    let usage: UsageStore;
    let nodeId: number;
    let account = 100;

    before(async () => {
      opened = await createTestDatabase(kind);
      database = opened.database;
      await migrate(database, await readMigrations());
      store = createLedgerStore(database);
      usage = createUsageStore(database);
      ({ nodeId } = await store.register('first'));
    });
    after(() => opened[Symbol.asyncDispose]());

    async function account100k(): Promise<{ accountId: number; pot: number }> {
      const accountId = ++account;
      await fund(store, accountId, 100_000n);
      const { pot } = await store.lease(leaseCall(nodeId, accountId, { need: 90_000n }));
      return { accountId, pot };
    }

    async function storeDay(): Promise<number> {
      const [row] = await database.query(
        `select to_char(clock_timestamp() at time zone 'UTC', 'YYYYMMDD')::int4 as day`,
      );
      return Number(row?.day);
    }

    async function charge(
      pot: number,
      records: readonly UsageRecord[],
      day: number,
    ): Promise<void> {
      const [first] = records;
      const amount = records.reduce((sum, { cost }) => sum + cost, 0n);
      const { accountId } = first!;
      await store.settle({
        ...batch({ nodeId, key: first!.id, pot }, first!),
        rows: records.map((each) => ({ record: each, day, budgetSet: '' })),
        covered: [{ pot, amount }],
        payers: [{ accountId, isUnlimited: false, amount }],
      });
    }

    test('a record comes back as it was written, every field of it', async () => {
      const { accountId, pot } = await account100k();
      const written = record(accountId, 12_345n, {
        namedKeyId: 4,
        providerKeyId: 9,
        modelAsked: 'asked "it\'s" {a,b}\\',
        modelUsed: 'wörld/模型',
        surface: 'messages',
        startedAt: 1_795_330_806_221,
        durationMs: 4_321,
        firstByteMs: 99,
        usage: {
          input: 1,
          cacheRead: 2,
          cacheWrite5m: 3,
          cacheWrite1h: 4,
          inputAudio: 5,
          inputImage: 6,
          output: 7,
          reasoning: 8,
          outputAudio: 9,
          outputImage: 10,
          units: 11,
        },
        source: 'estimate',
        outcome: 'length',
        streamed: true,
        attempts: 3,
        price: {
          rates: { input: 3_000_000n as Picodollars },
          tiers: [],
          multiplier: 1_000_000n as Millionths,
          source: 'catalog:test@2026-11-22',
        },
        factor: 1_250_000n as Millionths,
        rates: 2_000_001n as Millionths,
      });
      await charge(pot, [written], await storeDay());
      const { at, late, ...read } = (await usage.find([accountId], written.id)) ?? assert.fail();
      assert.deepEqual(read, written);
      assert.equal(late, 0n as Nanodollars);
      assert.ok(Math.abs(at - Date.now()) < 60_000);
    });

    test('every way to end is kept apart', async () => {
      const { accountId, pot } = await account100k();
      const ends = (['provider', 'partial', 'estimate'] as const).flatMap((source) =>
        (['complete', 'aborted', 'cut', 'length'] as const).flatMap((outcome) =>
          [true, false].map((streamed) => ({ source, outcome, streamed })),
        ),
      );
      const records = ends.map((end) => record(accountId, 1n, end));
      await charge(pot, records, await storeDay());
      for (const [i, { id }] of records.entries()) {
        const { source, outcome, streamed } = (await usage.find([accountId], id)) ?? assert.fail();
        assert.deepEqual({ source, outcome, streamed }, ends[i]);
      }
    });

    test('a record of another account is not found', async () => {
      const { accountId, pot } = await account100k();
      const written = record(accountId, 1n);
      await charge(pot, [written], await storeDay());
      assert.equal(await usage.find([accountId + 1], written.id), undefined);
      assert.equal(await usage.find([], written.id), undefined);
      assert.ok(await usage.find('every account', written.id));
      assert.equal(await usage.find('every account', 'no id'), undefined);
    });

    test('sums are exact before, between and after folding, and per day and month', async () => {
      const { accountId, pot } = await account100k();
      const other = await account100k();
      const day = await storeDay();
      const sums = async (): Promise<unknown[]> => {
        const all = [accountId, other.accountId, 9_999];
        const read = [await usage.today(all), await usage.thisMonth(all), await usage.ever(all)];
        assert.deepEqual(await store.verify(), []);
        return read.map((each) =>
          each
            .map(({ accountId: of, requests, cost }) => [of, requests, cost])
            .sort(([a], [b]) => Number(a) - Number(b)),
        );
      };
      assert.deepEqual(await sums(), [[], [], []]);
      await charge(pot, [record(accountId, 10n), record(accountId, 20n)], day);
      await charge(other.pot, [record(other.accountId, 7n)], day);
      await charge(pot, [record(accountId, 100n)], 20_250_131);
      const expected = [
        [
          [accountId, 2, 30n],
          [other.accountId, 1, 7n],
        ],
        [
          [accountId, 2, 30n],
          [other.accountId, 1, 7n],
        ],
        [
          [accountId, 3, 130n],
          [other.accountId, 1, 7n],
        ],
      ];
      assert.deepEqual(await sums(), expected);
      await database.query('select ledger_fold_usage(2)');
      assert.deepEqual(await sums(), expected);
      while ((await store.foldUsage()) > 0);
      assert.deepEqual(await sums(), expected);
      await charge(pot, [record(accountId, 5n, { modelUsed: 'another' })], day);
      assert.deepEqual((await sums())[0], [
        [accountId, 3, 35n],
        [other.accountId, 1, 7n],
      ]);
    });

    test('a price and a model are kept once, however often they are used', async () => {
      const { accountId, pot } = await account100k();
      const count = async (): Promise<unknown> =>
        (
          await database.query(
            'select (select count(*) from models) as models, (select count(*) from prices) as prices',
          )
        )[0];
      await charge(pot, [record(accountId, 1n)], await storeDay());
      const before = await count();
      const forgetful = createLedgerStore(database);
      for (const each of [store, forgetful]) {
        const again = record(accountId, 1n, { price: { ...record(1, 0n).price } });
        await each.settle(batch({ nodeId, key: again.id, pot }, again));
      }
      assert.deepEqual(await count(), before);
    });
  });
}
