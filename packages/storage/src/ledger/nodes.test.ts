import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Nanodollars, nanodollars, systemClock, systemRandom } from '@meridian/core/kernel';
import {
  createLedger,
  type Hold,
  type HoldRefusal,
  type LedgerNode,
  type LedgerOptions,
  type LedgerStore,
  type Payer,
  StoreFault,
} from '@meridian/core/ledger';
import { createTestDatabase, databaseKinds, type TestDatabase } from '@meridian/testkit';
import type { Database } from '../database.ts';
import { migrate, readMigrations } from '../migrate.ts';
import { createLedgerStore } from './index.ts';
import { fund, grantOf, party, payer, ROOT, record } from './testing/ledger-world.ts';

const PRICE = nanodollars(1_000_000n);
const CALLS = 500;
const AFFORDABLE = 100n;

function isHold(outcome: Hold | HoldRefusal): outcome is Hold {
  return !('refused' in outcome);
}

function refusalsOf(outcomes: readonly (Hold | HoldRefusal)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) {
    if (!isHold(outcome)) counts[outcome.refused] = (counts[outcome.refused] ?? 0) + 1;
  }
  return counts;
}

for (const kind of databaseKinds) {
  describe(`nodes of the ledger: ${kind}`, () => {
    let opened: TestDatabase;
    let database: Database;
    let store: LedgerStore;
    let account = 100;
    const nodes: LedgerNode[] = [];

    before(async () => {
      opened = await createTestDatabase(kind);
      database = opened.database;
      await migrate(database, await readMigrations());
      // Several nodes live in this process, also on the embedded database: it must not bury them.
      store = createLedgerStore({ ...database, kind: 'postgres' });
    });
    after(async () => {
      await drainAll();
      await opened[Symbol.asyncDispose]();
    });

    async function drainAll(): Promise<void> {
      for (const node of nodes.splice(0)) await node.drain();
      const leases = await database.query('select * from leases');
      assert.deepEqual(leases, [], 'nodes that have left hold nothing');
      assert.deepEqual(await store.verify(), []);
    }

    async function startNode(
      through: LedgerStore = store,
      options: LedgerOptions = {},
    ): Promise<LedgerNode> {
      const node = createLedger({
        store: through,
        clock: systemClock,
        random: systemRandom,
        options,
      });
      await node.start();
      nodes.push(node);
      return node;
    }

    async function funded(amount: bigint): Promise<number> {
      const accountId = ++account;
      await fund(store, accountId, amount);
      return accountId;
    }

    async function settle(
      node: LedgerNode,
      outcomes: readonly (Hold | HoldRefusal)[],
      cost: bigint,
    ): Promise<void> {
      const holds = outcomes.filter(isHold);
      await Promise.all(holds.map((hold) => node.settle(hold, record(hold.payer.accountId, cost))));
    }

    const counts = kind === 'postgres' ? ([1, 2, 3] as const) : ([1, 2] as const);
    for (const count of counts) {
      test(`${CALLS} calls at once on a balance for ${AFFORDABLE}: exactly so many on ${count} node(s)`, async () => {
        const accountId = await funded(AFFORDABLE * PRICE);
        const own = await Promise.all(Array.from({ length: count }, () => startNode()));
        const outcomes = await Promise.all(
          own.map((node) =>
            Promise.all(
              Array.from({ length: CALLS / own.length }, async () =>
                node.hold(payer(accountId), PRICE),
              ),
            ),
          ),
        );
        const all = outcomes.flat();
        assert.equal(all.filter(isHold).length, Number(AFFORDABLE));
        const refused = Math.trunc(CALLS / own.length) * own.length - Number(AFFORDABLE);
        assert.deepEqual(refusalsOf(all), { insufficient_balance: refused });
        const excess = 1_234n;
        await Promise.all(own.map((node, i) => settle(node, outcomes[i]!, PRICE + excess)));
        const [balance] = await store.balances([accountId]);
        assert.equal(balance?.settled, -excess * AFFORDABLE);
        await fund(store, accountId, excess * AFFORDABLE + 7n);
        await drainAll();
        const [repaid] = await store.balances([accountId]);
        assert.deepEqual([repaid?.settled, repaid?.overdraft, repaid?.free], [7n, 0n, 7n]);
      });
    }

    test('a month is shared by all nodes and accounts under it, and a refusal names it', async () => {
      const [parent, left, right] = [
        await funded(0n),
        await funded(10n ** 12n),
        await funded(10n ** 12n),
      ];
      const budgets = [{ accountId: parent, limit: nanodollars(20n * PRICE) }];
      const own = [await startNode(), await startNode()];
      const outcomes = await Promise.all(
        [left, right].map((accountId, i) =>
          Promise.all(
            Array.from({ length: 50 }, async () =>
              own[i]!.hold(payer(accountId, { budgets }), PRICE),
            ),
          ),
        ),
      );
      assert.equal(outcomes.flat().filter(isHold).length, 20);
      assert.deepEqual(refusalsOf(outcomes.flat()), { spending_cap_reached: 80 });
      const named = outcomes.flat().find((outcome) => !isHold(outcome));
      assert.equal((named as HoldRefusal).accountId, parent);
      await Promise.all(own.map((node, i) => settle(node, outcomes[i]!, PRICE)));
      assert.equal(await own[0]!.spentThisMonth(parent), 20n * PRICE);
      const raised = [{ accountId: parent, limit: nanodollars(21n * PRICE) }];
      const more = await Promise.all(
        Array.from({ length: 3 }, async () =>
          own[1]!.hold(payer(right, { budgets: raised }), PRICE),
        ),
      );
      assert.deepEqual(more.map(isHold).sort(), [false, false, true]);
      await settle(own[1]!, more, PRICE);
      await drainAll();
    });

    for (const isNotified of [true, false]) {
      const how = isNotified ? 'by a notification' : 'by a beat when notifications are lost';
      test(`what another node holds idle comes back ${how}, and a refusal is never false`, async () => {
        const accountId = await funded(100n * PRICE);
        const deaf: LedgerStore = isNotified
          ? store
          : { ...store, listen: () => Promise.resolve(() => Promise.resolve()) };
        const options = { idleMs: 60_000, foldMs: 60_000, beatMs: 100 };
        const hoarder = await startNode(deaf, options);
        const everything = await hoarder.hold(payer(accountId), nanodollars(100n * PRICE));
        assert.ok(isHold(everything));
        const asker = await startNode(deaf, options);
        const refused = await asker.hold(payer(accountId), PRICE);
        assert.deepEqual(refusalsOf([refused]), { insufficient_balance: 1 });
        hoarder.release(everything);
        await store.balances([accountId]);
        const other = createLedger({
          store: deaf,
          clock: systemClock,
          random: systemRandom,
          options,
        });
        await other.start();
        nodes.push(other);
        const granted = await other.hold(payer(accountId), nanodollars(90n * PRICE));
        assert.ok(isHold(granted));
        other.release(granted);
        await drainAll();
      });
    }

    test('a running answer grows its hold as far as the balance allows, whatever UserApiBalance says', async () => {
      const accountId = await funded(10n * PRICE);
      const node = await startNode();
      const strict = payer(accountId, { minimumSettled: nanodollars(10n * PRICE) });
      const hold = await node.hold(strict, PRICE);
      assert.ok(isHold(hold));
      for (let i = 0; i < 9; i++) assert.equal(await node.extend(hold, PRICE), true);
      assert.equal(await node.extend(hold, PRICE), false);
      assert.equal(hold.amount, 10n * PRICE);
      await node.settle(hold, record(accountId, 4n * PRICE));
      const poor = await node.hold(strict, PRICE);
      assert.deepEqual(
        refusalsOf([poor]),
        { insufficient_balance: 1 },
        'the settled balance is below it',
      );
      const lax = await node.hold(payer(accountId), PRICE);
      assert.ok(isHold(lax));
      node.release(lax);
      node.release(lax);
      await assert.rejects(node.settle(lax, record(accountId, 1n)), /settled once/);
      await drainAll();
    });

    test('a refusal tells what could be held, and that much can', async () => {
      const accountId = await funded(7n * PRICE);
      const node = await startNode();
      const refused = await node.hold(payer(accountId), nanodollars(8n * PRICE));
      assert.ok(!isHold(refused));
      assert.equal(refused.free, 7n * PRICE);
      const hold = await node.hold(payer(accountId), refused.free);
      assert.ok(isHold(hold));
      node.release(hold);
      await drainAll();
    });

    test('root has no limits', async () => {
      const node = await startNode();
      const hold = node.hold(payer(ROOT.accountId), nanodollars(10n ** 15n));
      assert.ok(!(hold instanceof Promise) && isHold(hold));
      assert.equal(node.extend(hold, PRICE), true);
      await node.settle(hold, record(ROOT.accountId, 5n));
      await drainAll();
    });

    test('a grant is usable at once after a refusal is forgotten, and cards come with the balance', async () => {
      const accountId = await funded(0n);
      const node = await startNode(store, { refusalCacheMs: 0 });
      assert.ok(!isHold(await node.hold(payer(accountId), PRICE)));
      const granted = await node.grant({
        from: ROOT,
        to: party(accountId),
        amount: PRICE,
        days: 0.5,
        reference: 'invoice 7',
        key: 'invoice 7',
      });
      assert.deepEqual(granted, { isRepeated: false });
      const hold = await node.hold(payer(accountId), PRICE);
      assert.ok(isHold(hold));
      node.release(hold);
      const balance = await node.balance(accountId);
      assert.deepEqual(
        balance?.cards.map(({ reference, expiresAt, grantedAt }) => [
          reference,
          expiresAt - grantedAt,
        ]),
        [['invoice 7', 43_200_000]],
      );
      await drainAll();
    });

    test('movements get idle credit of all nodes back, their own included', async () => {
      const [parent, child] = [await funded(100n * PRICE), await funded(0n)];
      const own = [await startNode(), await startNode()];
      for (const node of own) {
        const hold = await node.hold(payer(parent), nanodollars(30n * PRICE));
        assert.ok(isHold(hold));
        node.release(hold);
      }
      const order = {
        from: party(parent),
        to: party(child),
        reference: '',
        amount: nanodollars(95n * PRICE),
      };
      assert.deepEqual(await own[0]!.grant({ ...order, key: 'most' }), { isRepeated: false });
      assert.deepEqual(await own[1]!.grant({ ...order, key: 'most' }), { isRepeated: true });
      const tooMuch = await own[0]!.grant({ ...order, key: 'more' });
      assert.deepEqual(tooMuch, { refused: 'insufficient_balance', free: 5n * PRICE });
      const hold = await own[1]!.hold(payer(child), nanodollars(10n * PRICE));
      assert.ok(isHold(hold));
      const back = { ...order, from: party(child), to: party(parent), key: 'back' };
      assert.deepEqual(await own[0]!.takeBack({ ...back, amount: nanodollars(86n * PRICE) }), {
        refused: 'insufficient_balance',
        free: 85n * PRICE,
      });
      assert.deepEqual(await own[0]!.takeBack({ ...back, amount: nanodollars(85n * PRICE) }), {
        isRepeated: false,
      });
      await own[1]!.settle(hold, record(child, 4n * PRICE));
      const closed = await own[0]!.closeAccount({
        accountId: child,
        heir: party(parent),
        fee: nanodollars(1n * PRICE),
      });
      assert.deepEqual(closed, { refunded: 5n * PRICE, fee: PRICE, held: 0n });
      assert.ok(!isHold(await own[1]!.hold(payer(child), PRICE)));
      await drainAll();
      assert.equal((await store.balances([parent]))[0]?.settled, 95n * PRICE);
    });

    test('a grant past a generation pays five percent on top to the parent', async () => {
      const [giver, middle, deep] = [await funded(1_000n), await funded(0n), await funded(0n)];
      const node = await startNode();
      const order = { from: party(giver), to: party(deep), reference: '', feeTo: party(middle) };
      await node.grant({ ...order, amount: nanodollars(110n), key: 'fee' });
      const balances = await node.balances([giver, middle, deep]);
      const settled = new Map(balances.map((each) => [each.accountId, each.settled]));
      assert.deepEqual(
        [giver, middle, deep].map((id) => settled.get(id)),
        [884n, 6n, 110n],
      );
      await drainAll();
    });

    test('a node that was declared dead admits again as a new one, and its old holds are charged once', async () => {
      const accountId = await funded(100n * PRICE);
      const node = await startNode(store, { beatMs: 30 });
      const hold = await node.hold(payer(accountId), PRICE);
      assert.ok(isHold(hold));
      await database.query('update nodes set state = 2 where state = 1');
      for (const orphan of await store.bury(5_000, 0)) await store.reap(orphan);
      let next: Hold | HoldRefusal;
      do next = await node.hold(payer(accountId), nanodollars(98n * PRICE));
      while (
        isHold(next) &&
        (next as Hold & { nodeId: number }).nodeId === (hold as Hold & { nodeId: number }).nodeId
      );
      assert.ok(isHold(next), 'held under the new incarnation');
      assert.equal(await node.extend(hold, PRICE), false, 'a hold of the dead one does not grow');
      const late = record(accountId, PRICE);
      await node.settle(hold, late);
      const [row] = await database.query('select late, cost from usage_records where id = $1', [
        late.id,
      ]);
      assert.deepEqual(row, { late: PRICE, cost: PRICE });
      node.release(next);
      await drainAll();
      assert.equal((await store.balances([accountId]))[0]?.settled, 99n * PRICE);
    });

    test('no reply may be lost in a way that costs or makes credit', async () => {
      const accounts = [await funded(400n * PRICE), await funded(40n * PRICE)];
      // Every fourth call fails: half of them before the store did anything, half after.
      const unsure =
        <A extends unknown[], T>(call: (...args: A) => Promise<T>) =>
        async (...args: A): Promise<T> => {
          const fate = Math.random();
          const lost = new StoreFault('lost', { isDefinite: false, isUncovered: false });
          if (fate < 0.125) throw lost;
          const answer = await call(...args);
          if (fate < 0.25) throw lost;
          return answer;
        };
      const flaky: LedgerStore = {
        ...store,
        lease: unsure(store.lease),
        settle: unsure(store.settle),
        beat: unsure(store.beat),
        transfer: unsure(store.transfer),
      };
      const options = { beatMs: 40, roundMs: 20, idleMs: 60, foldMs: 30, refusalCacheMs: 5 };
      const own = [await startNode(flaky, options), await startNode(flaky, options)];
      let spent = 0n;
      const call = async (i: number): Promise<void> => {
        const node = own[i % 2]!;
        const accountId = accounts[i % 3 === 0 ? 1 : 0]!;
        const hold = await node.hold(payer(accountId), nanodollars(PRICE * BigInt(1 + (i % 4))));
        if (!isHold(hold)) return;
        if (i % 7 === 0) return node.release(hold);
        const cost = (hold.amount * BigInt(i % 5)) / 4n;
        await node.settle(hold, record(accountId, cost));
        spent += cost;
      };
      for (let round = 0; round < 6; round++) {
        await Promise.all(Array.from({ length: 40 }, (_, i) => call(round * 40 + i)));
        await own[round % 2]!.grant({
          from: party(accounts[0]!),
          to: party(accounts[1]!),
          amount: nanodollars(PRICE),
          reference: '',
          key: `flaky ${round}`,
        });
      }
      for (const node of nodes.splice(0)) await node.drain();
      await database.query('update nodes set state = 2 where state = 1');
      for (const orphan of await store.bury(5_000, 0)) await store.reap(orphan);
      await drainAll();
      const balances = await store.balances(accounts);
      const left = balances.reduce((sum, { settled }) => sum + settled, 0n);
      assert.equal(left + spent, 440n * PRICE);
    });

    test('a store that does not answer refuses nobody for lack of credit', async () => {
      const accountId = await funded(PRICE);
      const silent: LedgerStore = { ...store, lease: () => new Promise(() => undefined) };
      const node = await startNode(silent, { waitMaxMs: 50, roundMs: 10 });
      assert.deepEqual(await node.hold(payer(accountId), PRICE), {
        refused: 'unavailable',
        accountId,
        free: 0n as Nanodollars,
      });
      await drainAll();
    });

    test('holds and settlements of a draining node are refused and written', async () => {
      const accountId = await funded(10n * PRICE);
      const node = await startNode();
      const hold = await node.hold(payer(accountId), PRICE);
      assert.ok(isHold(hold));
      const settled = node.settle(hold, record(accountId, PRICE));
      const drained = node.drain();
      const refused = await node.hold(payer(accountId), PRICE);
      assert.deepEqual(refusalsOf([refused]), { unavailable: 1 });
      await settled;
      await drained;
      await drainAll();
      assert.equal((await store.balances([accountId]))[0]?.settled, 9n * PRICE);
    });

    test('a transfer that is asked for in the dark is done once by its key', async () => {
      const accountId = await funded(0n);
      const node = await startNode();
      const grant = { from: ROOT, to: party(accountId), amount: PRICE, reference: '', key: 'once' };
      await Promise.all(Array.from({ length: 5 }, () => node.grant(grant)));
      assert.equal((await node.balance(accountId))?.settled, PRICE);
      assert.deepEqual(await node.grant({ ...grant, amount: nanodollars(2n) }), {
        refused: 'key_reused',
        free: 0n,
      });
      await assert.rejects(node.grant({ ...grant, days: 0 }), RangeError);
      await assert.rejects(node.grant({ ...grant, days: 366 }), RangeError);
      await assert.rejects(node.grant({ ...grant, amount: nanodollars(0n) }), RangeError);
      await drainAll();
    });

    test('a payer without a wallet is refused', async () => {
      const node = await startNode();
      const nobody: Payer = payer(999_999);
      assert.deepEqual(refusalsOf([await node.hold(nobody, PRICE)]), { insufficient_balance: 1 });
      assert.equal(await node.balance(999_999), undefined);
      assert.deepEqual(
        await store.transfer(grantOf(999_999, 1n)).then(({ status }) => status),
        'noWallet',
      );
      await drainAll();
    });
  });
}
