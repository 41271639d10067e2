import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { nanodollars, systemRandom } from '@meridian/core/kernel';
import {
  createLedger,
  type Hold,
  type LedgerEvent,
  type LedgerNode,
  type LedgerStore,
  type SettleBatch,
  type Transfer,
} from '@meridian/core/ledger';
import { createFakeClock, createTestDatabase, type TestDatabase } from '@meridian/testkit';
import fc from 'fast-check';
import type { Database } from '../database.ts';
import { migrate, readMigrations } from '../migrate.ts';
import { createLedgerStore, createUsageStore } from './index.ts';
import { DAY_MS, grantOf, party, payer, ROOT, record } from './testing/ledger-world.ts';

const ACCOUNTS = 3;
const NODES = 2;
const RUNS = 25;
const COMMANDS_MAX = 40;
const PATIENCE = 2_000;

const who = fc.nat(ACCOUNTS - 1);
const node = fc.nat(NODES - 1);
const amount = fc.integer({ min: 1, max: 1_000 });
/** Often more than one node has, so that nodes ask each other. */
const size = fc.integer({ min: 1, max: 2_500 });

/** Everything that can happen to credit. */
const command = fc.oneof(
  fc.record({
    do: fc.constant('grant' as const),
    to: who,
    amount,
    days: fc.integer({ min: 1, max: 365 }),
  }),
  fc.record({
    do: fc.constant('move' as const),
    from: who,
    to: who,
    amount,
    feeTo: fc.option(who),
  }),
  fc.record({ do: fc.constant('takeBack' as const), from: who, to: who, amount }),
  fc.record({
    do: fc.constant('hold' as const),
    node,
    of: who,
    amount: size,
    limit: fc.option(amount),
  }),
  fc.record({
    do: fc.constant('hold' as const),
    node,
    of: who,
    amount: size,
    limit: fc.constant(null),
  }),
  fc.record({ do: fc.constant('extend' as const), which: fc.nat(), by: amount }),
  fc.record({ do: fc.constant('settle' as const), which: fc.nat(), permille: fc.nat(1_300) }),
  fc.record({ do: fc.constant('settle' as const), which: fc.nat(), permille: fc.nat(1_000) }),
  fc.record({ do: fc.constant('release' as const), which: fc.nat() }),
  fc.record({ do: fc.constant('expire' as const), of: who }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 50, max: 5_000 }) }),
  fc.record({ do: fc.constant('fence' as const), node }),
  fc.record({ do: fc.constant('close' as const), of: who, heir: who }),
  fc.record({ do: fc.constant('replay' as const) }),
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

interface OpenHold {
  readonly hold: Hold;
  readonly node: LedgerNode;
  readonly accountId: number;
}

describe('whatever happens to credit, in whatever order', () => {
  let opened: TestDatabase;
  let database: Database;
  let base: LedgerStore;
  let firstAccount = 1_000;

  before(async () => {
    opened = await createTestDatabase('embedded');
    database = opened.database;
    await migrate(database, await readMigrations());
    base = createLedgerStore({ ...database, kind: 'postgres' });
  });
  after(() => opened[Symbol.asyncDispose]());

  async function createWorld() {
    const clock = createFakeClock();
    const accounts = Array.from({ length: ACCOUNTS }, () => ++firstAccount);
    const batches: SettleBatch[] = [];
    const transfers: Transfer[] = [];
    const faults: LedgerEvent[] = [];
    const store: LedgerStore = {
      ...base,
      async settle(batch) {
        batches.push(batch);
        return base.settle(batch);
      },
      async transfer(transfer) {
        const answer = await base.transfer(transfer);
        if (answer.status === 'done') transfers.push(transfer);
        return answer;
      },
    };
    for (const id of accounts) {
      await store.openWallet(id);
      await store.transfer(grantOf(id, 3_000n));
    }
    const options = { ttlMs: 3_600_000, refusalCacheMs: 0 };
    const nameOf = (at: number): string => `${accounts[0]} ${at}`;
    const nodes = Array.from({ length: NODES }, (_, at) =>
      createLedger({
        store,
        clock,
        random: systemRandom,
        // No fault is injected here, so the node and the store may never disagree.
        onEvent: (event) => {
          if (event.kind === 'storeFault' || event.kind === 'settleFailed') faults.push(event);
        },
        options: { ...options, name: nameOf(at) },
      }),
    );
    for (const each of nodes) await each.start();
    const state = {
      open: [] as OpenHold[],
      charged: new Map(accounts.map((id) => [id, 0n])),
      requests: new Map(accounts.map((id) => [id, 0])),
      /** Accounts whose refusals are judged: nothing is expired, closed, fenced or overdrawn there. */
      plain: new Set(accounts),
    };

    /** Lets time pass until the promise is settled. */
    async function finish<T>(promise: Promise<T> | T): Promise<T> {
      let isDone = false;
      const watched = Promise.resolve(promise).finally(() => {
        isDone = true;
      });
      watched.catch(() => undefined);
      for (let i = 0; !isDone; i++) {
        assert.ok(i < PATIENCE, 'nothing happens any more');
        await database.query('select 1');
        await clock.advanceAsync(i < 20 ? 0 : 10);
      }
      return watched;
    }

    async function availableOf(accountId: number): Promise<bigint> {
      const [balance] = await store.balances([accountId]);
      const held = state.open
        .filter((open) => open.accountId === accountId)
        .reduce((sum, { hold }) => sum + hold.amount, 0n);
      return (balance?.settled ?? 0n) - held;
    }

    async function holdOne({ node: at, of, amount: size, limit }: Command & { do: 'hold' }) {
      const accountId = accounts[of]!;
      const budgets = limit === null ? [] : [{ accountId, limit: nanodollars(BigInt(limit) * 4n) }];
      const ledger = nodes[at]!;
      const available = await availableOf(accountId);
      const asked = nanodollars(BigInt(size));
      const outcome = await finish(ledger.hold(payer(accountId, { budgets }), asked));
      const isPlain = state.plain.has(accountId);
      if (!('refused' in outcome)) {
        if (isPlain) assert.ok(asked <= available, `oversold: ${asked} of ${available}`);
        state.open.push({ hold: outcome, node: ledger, accountId });
      } else if (isPlain && outcome.refused !== 'spending_cap_reached') {
        assert.ok(asked > available, `${outcome.refused}: ${asked} of ${available}`);
      }
    }

    async function settleOne(which: number, permille: number): Promise<void> {
      const [open] = state.open.splice(which % state.open.length, 1);
      if (!open) return;
      const cost = (open.hold.amount * BigInt(permille)) / 1_000n;
      if (cost > open.hold.amount) state.plain.delete(open.accountId);
      await finish(open.node.settle(open.hold, record(open.accountId, cost)));
      state.charged.set(open.accountId, (state.charged.get(open.accountId) ?? 0n) + cost);
      state.requests.set(open.accountId, (state.requests.get(open.accountId) ?? 0) + 1);
      await assert.rejects(open.node.settle(open.hold, record(open.accountId, cost)));
    }

    async function expireOne(accountId: number): Promise<void> {
      state.plain.delete(accountId);
      await database.query(
        `update credit_cards set expires_at = clock_timestamp() where id =
          (select id from credit_cards where account_id = $1 and remaining > 0
            order by expires_at limit 1)`,
        [accountId],
      );
      await database.query(
        'update pots set next_expiry = clock_timestamp() where account_id = $1 and period = 0',
        [accountId],
      );
    }

    async function fence(at: number): Promise<void> {
      // Its holds are no longer set aside for anybody.
      for (const open of state.open) {
        if (open.node === nodes[at]) state.plain.delete(open.accountId);
      }
      const [newest] = await database.query(
        'select id from nodes where state = 1 and name = $1 order by id desc limit 1',
        [nameOf(at)],
      );
      if (newest) await base.leave(Number(newest.id));
    }

    async function replay(): Promise<void> {
      const batch = batches.at(-1);
      if (batch) assert.equal((await base.settle(batch)).isRepeated, true);
      const transfer = transfers.at(-1);
      if (transfer) assert.equal((await base.transfer(transfer)).status, 'repeated');
    }

    async function move(step: Command & { do: 'move' | 'takeBack' }): Promise<void> {
      const [from, to] = [accounts[step.from]!, accounts[step.to]!];
      if (from === to) return;
      const size = nanodollars(BigInt(step.amount));
      const order = {
        from: party(from),
        to: party(to),
        amount: size,
        reference: '',
        key: record(1, 0n).id,
      };
      if (step.do === 'takeBack') await finish(nodes[0]!.takeBack(order));
      else {
        const feeTo = step.feeTo === null ? undefined : party(accounts[step.feeTo]!);
        await finish(nodes[1]!.grant({ ...order, ...(feeTo && { feeTo }) }));
      }
    }

    async function close(of: number, heir: number): Promise<void> {
      if (of === heir) return;
      state.plain.delete(accounts[of]!);
      state.plain.delete(accounts[heir]!);
      const order = {
        accountId: accounts[of]!,
        heir: party(accounts[heir]!),
        fee: nanodollars(20n),
      };
      // Two that inherit from each other would pass the rest on for ever.
      const [other] = await database.query(
        'select closed_to from pots where account_id = $1 and period = 0',
        [accounts[heir]!],
      );
      if (other?.closed_to === null) await finish(nodes[0]!.closeAccount(order));
    }

    async function run(step: Command): Promise<void> {
      switch (step.do) {
        case 'grant': {
          const lifeMs = step.days * DAY_MS;
          await store.transfer(grantOf(accounts[step.to]!, BigInt(step.amount) * 3n, { lifeMs }));
          return;
        }
        case 'move':
        case 'takeBack':
          return move(step);
        case 'hold':
          return holdOne(step);
        case 'extend': {
          const open = state.open[step.which % Math.max(1, state.open.length)];
          if (open) await finish(open.node.extend(open.hold, nanodollars(BigInt(step.by))));
          return;
        }
        case 'settle':
          return settleOne(step.which, step.permille);
        case 'release': {
          const [open] = state.open.splice(step.which % Math.max(1, state.open.length), 1);
          open?.node.release(open.hold);
          return;
        }
        case 'expire':
          return expireOne(accounts[step.of]!);
        case 'pass':
          for (let ms = 0; ms < step.ms; ms += 250) {
            await clock.advanceAsync(250);
            await database.query('select 1');
          }
          return;
        case 'fence':
          return fence(step.node);
        case 'close':
          return close(step.of, step.heir);
        case 'replay':
          return replay();
      }
    }

    /** Ends every hold and every node; then nothing may be left over, and all sums agree. */
    async function end(): Promise<void> {
      while (state.open.length > 0) await settleOne(0, 500);
      for (const each of nodes) await finish(each.drain());
      for (const orphan of await base.bury(3_600_000, 0)) await base.reap(orphan);
      assert.deepEqual(await database.query('select * from leases'), []);
      assert.deepEqual(faults, []);
      assert.deepEqual(await base.verify(), []);
      for (const { accountId, cost, requests } of await createUsageStore(database).ever(accounts)) {
        assert.equal(cost, state.charged.get(accountId));
        assert.equal(requests, state.requests.get(accountId));
      }
      const [sums] = await database.query(`select
        (select coalesce(-sum(amount), 0) from postings where book = 5)::text as minted,
        ((select sum(balance) - sum(overdraft) from pots where period = 0)
          + (select coalesce(sum(cost), 0) from usage_records)
          + (select coalesce(sum(amount), 0) from postings where book in (6, 7)))::text as found`);
      assert.equal(sums?.found, sums?.minted);
      const [cards] = await database.query(`select coalesce(max(n), 0)::int4 as most from (
        select count(*) as n from credit_cards where remaining > 0 and expires_at > clock_timestamp()
        group by account_id) cards`);
      assert.ok(Number(cards?.most) <= 10);
    }

    return { run, end };
  }

  test('no nanodollar is lost or made, no hold ends twice, nothing is oversold or refused falsely', async () => {
    const commands = fc.array(command, { minLength: 10, maxLength: COMMANDS_MAX, size: 'max' });
    await fc.assert(
      fc.asyncProperty(commands, async (steps) => {
        const world = await createWorld();
        for (const step of steps) await world.run(step);
        await world.end();
      }),
      { numRuns: Number(process.env.LEDGER_PROPERTY_RUNS ?? RUNS), endOnFailure: true, verbose: 1 },
    );
  });

  test('root gives and takes without a wallet of its own', async () => {
    const accountId = ++firstAccount;
    await base.openWallet(accountId);
    await base.transfer(grantOf(accountId, 70n));
    const order = { kind: 'takeBack', from: party(accountId), to: ROOT, lifeMs: null } as const;
    assert.equal((await base.transfer(grantOf(1, 70n, order))).status, 'done');
    assert.deepEqual(await base.verify(), []);
  });
});
