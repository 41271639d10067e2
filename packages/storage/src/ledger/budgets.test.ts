import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { LedgerStore } from '@meridian/core/ledger';
import { createTestDatabase, databaseKinds, type TestDatabase } from '@meridian/testkit';
import type { Database } from '../database.ts';
import { migrate, readMigrations } from '../migrate.ts';
import { createLedgerStore } from './index.ts';
import { batch, fund, leaseCall, record } from './testing/ledger-world.ts';

const MONTH = 202611;

for (const kind of databaseKinds) {
  describe(`monthly limits: ${kind}`, () => {
    let opened: TestDatabase;
    let database: Database;
    let store: LedgerStore;
    let nodeId: number;
    let account = 1_000;

    before(async () => {
      opened = await createTestDatabase(kind);
      database = opened.database;
      await migrate(database, await readMigrations());
      store = createLedgerStore(database);
      ({ nodeId } = await store.register('first'));
    });
    after(() => opened[Symbol.asyncDispose]());

    async function funded(amount: bigint): Promise<number> {
      const accountId = ++account;
      await fund(store, accountId, amount);
      return accountId;
    }

    /** Accounts of the tree as far as limits need them: a member's path is its parent's and itself. */
    async function plant(id: number, parent: number | null, isOwner: boolean): Promise<void> {
      const dna = (n: number) => `coalesce((select dna from accounts where id = $${n}::int8), '.')`;
      await database.query(
        `insert into accounts (id, parent_id, dna, name, alias, email, status, is_owner, gear, role,
            factor, rates, model_limits, model_mapper, auto_quota, key_tail, key_digest)
          select $1::int8, $2::int8, ${dna(2)} || $1::int8 || '.', 'account' || $1::int8, '',
            $1::int8 || '@test', true, $3, ($1::int8 <> 1)::int4, 0, 1000000, 1000000, '{}', '{}',
            false, '', decode(lpad(to_hex($1::int8), 8, '0'), 'hex')`,
        [id, parent, isOwner],
      );
    }

    function monthCall(accountId: number, more: object) {
      return leaseCall(nodeId, accountId, { period: MONTH, ...more });
    }

    /** Charges `cost` to a wallet, and to the month of each account in `budgets`. */
    async function spend(
      accountId: number,
      cost: bigint,
      budgets: readonly (readonly [accountId: number, pot: number])[] = [],
    ): Promise<void> {
      const wallet = await store.lease(
        leaseCall(nodeId, accountId, { turn: Number(process.hrtime.bigint() / 1000n), need: cost }),
      );
      const charged = batch(
        { nodeId, key: record(1, 0n).id, pot: wallet.pot },
        record(accountId, cost),
      );
      const pots = budgets.map(([, pot]) => ({ pot, amount: cost }));
      const budgetSet = budgets
        .map(([of]) => of)
        .sort((a, b) => a - b)
        .join();
      await store.settle({
        ...charged,
        rows: charged.rows.map((row) => ({ ...row, budgetSet })),
        covered: [...charged.covered, ...pots].sort((a, b) => a.pot - b.pot),
      });
    }

    async function spentOf(accountId: number): Promise<bigint> {
      assert.deepEqual(await store.verify(), []);
      return store.monthSpent({ accountId, period: MONTH });
    }

    test('a month is a pot that is made when first needed, and counts charges beside the wallet', async () => {
      const accountId = await funded(1_000n);
      const month = await store.lease(
        monthCall(accountId, { limit: 500n, need: 100n, want: 400n }),
      );
      assert.deepEqual([month.taken, month.free, month.limit], [250n, 250n, 500n]);
      await spend(accountId, 80n, [[accountId, month.pot]]);
      assert.equal(await spentOf(accountId), 80n);
      const folded = await store.lease(monthCall(accountId, { turn: 2, back: 170n }));
      assert.equal(folded.free, 420n);
      assert.equal(await spentOf(accountId), 80n);
    });

    test('more than the limit is never leased, by however many nodes', async () => {
      const accountId = await funded(1_000n);
      const nodes = await database.query(
        `insert into nodes (name) select 'n' from generate_series(1, 20) returning id`,
      );
      const answers = await Promise.all(
        nodes.map(({ id }) =>
          store.lease({ ...monthCall(accountId, { limit: 100n, need: 10n }), nodeId: Number(id) }),
        ),
      );
      assert.equal(
        answers.reduce((sum, { taken }) => sum + taken, 0n),
        100n,
      );
    });

    test('a charge beyond the limit is counted, and the limit goes below zero', async () => {
      const accountId = await funded(1_000n);
      const { pot } = await store.lease(monthCall(accountId, { limit: 100n, need: 100n }));
      const wallet = await store.lease(leaseCall(nodeId, accountId, { need: 150n }));
      const charged = batch({ nodeId, key: 'over', pot: wallet.pot }, record(accountId, 150n));
      await store.settle({
        ...charged,
        rows: charged.rows.map((row) => ({ ...row, budgetSet: String(accountId) })),
        covered: [
          { pot, amount: 100n },
          { pot: wallet.pot, amount: 150n },
        ].sort((a, b) => a.pot - b.pot),
        direct: [{ pot, amount: 50n }],
      });
      assert.equal(await spentOf(accountId), 150n);
      const refused = await store.lease(monthCall(accountId, { turn: 2, need: 1n }));
      assert.deepEqual([refused.free, refused.unanswered], [-50n, 0]);
    });

    test('a changed limit moves what is free by the difference, at once', async () => {
      const accountId = await funded(1_000n);
      await store.lease(monthCall(accountId, { limit: 500n, need: 100n }));
      await store.setLimit({ accountId, period: MONTH }, 700n);
      const raised = await store.lease(monthCall(accountId, { turn: 2 }));
      assert.deepEqual([raised.free, raised.limit], [600n, 700n]);
      const lowered = await store.lease(monthCall(accountId, { turn: 3, limit: 300n }));
      assert.deepEqual([lowered.free, lowered.limit], [200n, 300n]);
      assert.deepEqual(await store.verify(), []);
    });

    test('a limit lowered below what is leased asks the leases back', async () => {
      const accountId = await funded(1_000n);
      const { pot } = await store.lease(monthCall(accountId, { limit: 500n, need: 400n }));
      await store.setLimit({ accountId, period: MONTH }, 300n);
      const { recalls } = await store.beat(nodeId);
      assert.deepEqual(
        recalls.filter((recall) => recall.pot === pot),
        [{ accountId, period: MONTH, pot, seq: 1 }],
      );
      const given = await store.lease(monthCall(accountId, { turn: 2, back: 400n, answer: 1 }));
      assert.equal(given.free, 300n);
    });

    test('a limit that is set later counts what was used before, of the members too', async () => {
      const [top, member, owner, behind] = [
        await funded(1_000n),
        await funded(1_000n),
        await funded(1_000n),
        await funded(1_000n),
      ];
      await plant(1, null, true);
      await plant(top, 1, false);
      await plant(member, top, false);
      await plant(owner, top, true);
      await plant(behind, owner, false);
      for (const id of [top, member, owner, behind]) await spend(id, 10n);
      while ((await store.foldUsage()) > 0);
      for (const id of [top, member, owner, behind]) await spend(id, 5n);
      assert.equal(await spentOf(top), 30n, 'its own and its member, none behind an owner');
      assert.equal(await spentOf(owner), 15n, 'the limit of an owner is its own');
      const { free, pot } = await store.lease(monthCall(top, { limit: 100n, need: 20n }));
      assert.equal(free, 50n);
      await spend(member, 20n, [[top, pot]]);
      assert.equal(await spentOf(top), 50n);
    });

    test('what is used while the limit is lifted counts when there is one again', async () => {
      const accountId = await funded(1_000n);
      const { pot } = await store.lease(monthCall(accountId, { limit: 100n, need: 50n }));
      await spend(accountId, 30n, [[accountId, pot]]);
      await store.setLimit({ accountId, period: MONTH }, null);
      const lifted = await store.lease(monthCall(accountId, { turn: 2 }));
      assert.equal(lifted.limit, null);
      await spend(accountId, 25n);
      assert.equal(await spentOf(accountId), 55n);
      await store.setLimit({ accountId, period: MONTH }, 100n);
      assert.equal(await spentOf(accountId), 55n);
      const again = await store.lease(monthCall(accountId, { turn: 3, back: 20n }));
      assert.deepEqual([again.limit, again.free], [100n, 45n]);
    });

    test('a charge counts in the month of its hold', async () => {
      const accountId = await funded(1_000n);
      const next = { period: MONTH + 1, limit: 500n, need: 100n };
      const now = await store.lease(monthCall(accountId, { limit: 500n, need: 100n }));
      await store.lease(monthCall(accountId, next));
      await spend(accountId, 40n, [[accountId, now.pot]]);
      assert.equal(await spentOf(accountId), 40n);
      assert.equal(await store.monthSpent({ accountId, period: MONTH + 1 }), 0n);
    });
  });
}
