import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createFakeClock, createGate, createSeededRandom, type FakeClock } from '@meridian/testkit';
import { nanodollars, ONE } from '../kernel/index.ts';
import { NO_USAGE } from '../protocols/index.ts';
import { createLedger, type LedgerNode } from './ledger-node.ts';
import type { LedgerOptions } from './ledger-options.ts';
import { createPlainStore, type PlainStore } from './plain-store.ts';
import { StoreFault } from './store.ts';
import type { Hold, HoldRefusal, Payer, UsageRecord } from './types.ts';

const PAYER: Payer = {
  accountId: 7,
  isUnlimited: false,
  minimumSettled: nanodollars(0n),
  budgets: [],
};

let recordNumber = 0;

function recordOf(cost: bigint): UsageRecord {
  return {
    id: `record ${++recordNumber}`,
    accountId: PAYER.accountId,
    namedKeyId: null,
    providerKeyId: null,
    modelAsked: 'm',
    modelUsed: 'm',
    surface: 'chat',
    startedAt: 0,
    durationMs: 0,
    firstByteMs: null,
    usage: NO_USAGE,
    source: 'provider',
    outcome: 'complete',
    streamed: false,
    attempts: 1,
    price: { rates: {}, tiers: [], multiplier: ONE, source: 'test' },
    factor: ONE,
    rates: ONE,
    cost: nanodollars(cost),
  };
}

interface World {
  readonly store: PlainStore;
  readonly clock: FakeClock;
  readonly ledger: LedgerNode;
  hold(amount: bigint, payer?: Payer): Promise<Hold | HoldRefusal>;
}

async function createWorld(
  credit: Readonly<Record<string, bigint>> = { '7:0': 1_000n },
  options: LedgerOptions = {},
): Promise<World> {
  const clock = createFakeClock();
  const store = createPlainStore(credit, clock.now);
  const ledger = createLedger({ store, clock, random: createSeededRandom(1), options });
  await ledger.start();
  const hold = async (amount: bigint, payer = PAYER): Promise<Hold | HoldRefusal> =>
    ledger.hold(payer, nanodollars(amount));
  return { store, clock, ledger, hold };
}

function asHold(outcome: Hold | HoldRefusal): Hold {
  assert.ok(
    !('refused' in outcome),
    JSON.stringify(outcome, (_, v) => String(v)),
  );
  return outcome;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('holds', () => {
  test('are answered from memory, without a promise and without the store, once there is a lease', async () => {
    const { store, ledger, hold } = await createWorld({ '7:0': 1_000_000n });
    ledger.release(asHold(await hold(1_000n)));
    const before = store.leaseCalls.length;
    for (let i = 0; i < 50; i++) {
      const outcome = ledger.hold(PAYER, nanodollars(10n));
      assert.ok(!(outcome instanceof Promise));
      assert.equal(ledger.extend(asHold(outcome), nanodollars(5n)), true);
      ledger.release(asHold(outcome));
    }
    assert.equal(store.leaseCalls.length, before);
  });

  test('released twice give their room back once', async () => {
    const { ledger, hold } = await createWorld({ '7:0': 100n });
    const first = asHold(await hold(60n));
    asHold(await hold(40n));
    ledger.release(first);
    ledger.release(first);
    asHold(await hold(60n));
    assert.ok('refused' in (await hold(1n)));
  });

  test('that wait are served in their order: a small one does not overtake', async () => {
    const { ledger, hold } = await createWorld({ '7:0': 100n }, { refusalCacheMs: 0 });
    const all = asHold(await hold(100n));
    const order: string[] = [];
    const big = hold(90n).then((outcome) => order.push(`big ${'refused' in outcome}`));
    const small = hold(10n).then((outcome) => order.push(`small ${'refused' in outcome}`));
    ledger.release(all);
    await Promise.all([big, small]);
    assert.deepEqual(order, ['big false', 'small false']);
  });

  test('are refused from memory for a moment after a true refusal, then the store is asked again', async () => {
    const { store, clock, ledger, hold } = await createWorld(
      { '7:0': 10n },
      { refusalCacheMs: 75 },
    );
    assert.ok('refused' in (await hold(50n)));
    const asked = store.leaseCalls.length;
    const again = ledger.hold(PAYER, nanodollars(50n));
    assert.ok(!(again instanceof Promise) && 'refused' in again);
    assert.equal(again.free, 10n);
    assert.equal(store.leaseCalls.length, asked);
    store.free.set('7:0', 60n);
    await clock.advanceAsync(75);
    asHold(await hold(50n));
  });

  test('are not refused by an answer to a question that was not theirs', async () => {
    const { store, clock, hold } = await createWorld({ '7:0': 10n }, { refusalCacheMs: 0 });
    let isFirst = true;
    store.retell = (answer, call) => {
      if (call.need === 0n || !isFirst) return answer;
      isFirst = false;
      return { ...answer, unanswered: 1, question: 5 };
    };
    const waiting = hold(50n);
    await turn();
    store.free.set('7:0', 60n);
    await clock.advanceAsync(10);
    asHold(await waiting);
    assert.deepEqual(
      store.leaseCalls.map(({ question }) => question),
      [0, 5],
    );
  });

  test('ask again under the same number until every other node has answered', async () => {
    const { store, clock, hold } = await createWorld({ '7:0': 10n });
    store.retell = (answer) => ({
      ...answer,
      unanswered: store.leaseCalls.length < 4 ? 1 : 0,
      question: 9,
    });
    const waiting = hold(50n);
    for (const ms of [10, 20, 40]) await clock.advanceAsync(ms);
    const outcome = await waiting;
    assert.ok('refused' in outcome && outcome.refused === 'insufficient_balance');
    assert.deepEqual(
      store.leaseCalls.map(({ question }) => question),
      [0, 9, 9, 9],
    );
  });

  test('ask again at once when credit is signalled to be free', async () => {
    const { store, hold } = await createWorld({ '7:0': 10n });
    store.retell = (answer) => ({
      ...answer,
      unanswered: store.leaseCalls.length < 2 ? 1 : 0,
      question: 9,
    });
    const waiting = hold(50n);
    await turn();
    store.free.set('7:0', 60n);
    store.signals?.onFreed(1);
    asHold(await waiting);
  });

  test('are unavailable, never refused, when other nodes stay silent until the deadline', async () => {
    const { store, clock, hold } = await createWorld({ '7:0': 10n }, { waitMaxMs: 1_000 });
    store.retell = (answer) => ({ ...answer, unanswered: 1, question: 9 });
    const waiting = hold(50n);
    for (let ms = 0; ms < 1_500; ms += 100) await clock.advanceAsync(100);
    assert.deepEqual(await waiting, { refused: 'unavailable', accountId: 7, free: 0n });
  });

  test('are not admitted once the node might have been declared dead, until a beat is answered', async () => {
    const { store, clock, ledger, hold } = await createWorld();
    ledger.release(asHold(await hold(10n)));
    store.isBeatAnswered = false;
    for (let ms = 0; ms < 3_100; ms += 100) await clock.advanceAsync(100);
    const waiting = ledger.hold(PAYER, nanodollars(10n));
    assert.ok(waiting instanceof Promise);
    store.isBeatAnswered = true;
    await clock.advanceAsync(1_000);
    asHold(await waiting);
  });

  test('wait no longer than the deadline for a store that is away', async () => {
    const { store, clock, ledger } = await createWorld();
    store.isBeatAnswered = false;
    await clock.advanceAsync(4_000);
    const waiting = Promise.resolve(ledger.hold(PAYER, nanodollars(10n)));
    for (let ms = 0; ms < 8_000; ms += 500) await clock.advanceAsync(500);
    assert.deepEqual(await waiting, { refused: 'unavailable', accountId: 7, free: 0n });
  });

  test('take from the wallet and from every month on the path, all or none', async () => {
    const { store, ledger, hold } = await createWorld({ '7:0': 1_000n });
    const budgets = [
      { accountId: 7, limit: nanodollars(500n) },
      { accountId: 3, limit: nanodollars(50n) },
    ];
    const payer = { ...PAYER, budgets };
    const refused = await hold(60n, payer);
    assert.ok('refused' in refused);
    assert.deepEqual(
      [refused.refused, refused.accountId, refused.free],
      ['spending_cap_reached', 3, 50n],
    );
    const kept = asHold(await hold(50n, payer));
    asHold(await hold(950n));
    await ledger.settle(kept, recordOf(50n));
    const [batch] = store.batches;
    assert.equal(batch?.rows[0]?.budgetSet, '3,7');
    assert.equal(batch?.covered.length, 3);
  });

  test('keep the month in which they were admitted', async () => {
    const { store, clock, ledger, hold } = await createWorld();
    const payer = { ...PAYER, budgets: [{ accountId: 7, limit: nanodollars(500n) }] };
    const old = asHold(await hold(50n, payer));
    clock.jumpWall(30 * 86_400_000);
    await ledger.settle(old, recordOf(50n));
    assert.equal(store.batches[0]?.rows[0]?.day, 20_261_102);
    asHold(await hold(50n, payer));
    const periods = new Set(store.leaseCalls.map(({ period }) => period));
    assert.deepEqual(periods, new Set([0, 202_611, 202_612]));
  });

  test('of a dead incarnation do not grow, and are settled under its number', async () => {
    const { store, clock, ledger, hold } = await createWorld();
    const old = asHold(await hold(50n));
    store.isFenced = true;
    await clock.advanceAsync(1_000);
    assert.equal(await ledger.extend(old, nanodollars(1n)), false);
    const young = asHold(await hold(50n));
    await Promise.all([ledger.settle(old, recordOf(50n)), ledger.settle(young, recordOf(50n))]);
    assert.deepEqual(
      store.batches.map(({ nodeId }) => nodeId),
      [1, 2],
    );
  });

  test('are refused while too many charges wait for the store', async () => {
    const { store, ledger } = await createWorld();
    const gate = createGate();
    store.beforeCommit = () => gate.pass();
    const root = { ...PAYER, accountId: 1, isUnlimited: true };
    const settled = Array.from({ length: 20_000 }, () =>
      ledger.settle(asHold(ledger.hold(root, nanodollars(1n)) as Hold), recordOf(0n)),
    );
    assert.deepEqual(ledger.hold(root, nanodollars(1n)), {
      refused: 'unavailable',
      accountId: 1,
      free: 0n,
    });
    gate.open();
    await Promise.all(settled);
    asHold(await ledger.hold(root, nanodollars(1n)));
  });
});

describe('leases', () => {
  test('are refilled in the background before they run dry', async () => {
    const { store, ledger, hold } = await createWorld({ '7:0': 1_000_000n });
    for (let i = 0; i < 200; i++) {
      const outcome = await hold(100n);
      await ledger.settle(asHold(outcome), recordOf(100n));
    }
    const background = store.leaseCalls.filter(({ need }) => need === 0n);
    const waited = store.leaseCalls.filter(({ need }) => need > 0n);
    assert.ok(background.length > 0);
    assert.ok(waited.length <= 3, `${waited.length} holds had to wait`);
  });

  test('are given back when nobody has used them for a while, and not while a hold is open', async () => {
    const { store, clock, ledger, hold } = await createWorld();
    const open = asHold(await hold(10n));
    for (let i = 0; i < 12; i++) await clock.advanceAsync(1_000);
    assert.notEqual(store.free.get('7:0'), 1_000n);
    ledger.release(open);
    for (let i = 0; i < 12; i++) await clock.advanceAsync(1_000);
    assert.equal(store.free.get('7:0'), 1_000n);
    asHold(await hold(10n));
  });

  test('fold what was spent after a while', async () => {
    const { store, clock, ledger, hold } = await createWorld();
    const keep = asHold(await hold(10n));
    await ledger.settle(asHold(await hold(10n)), recordOf(10n));
    const before = store.leaseCalls.length;
    await clock.advanceAsync(2_500);
    assert.equal(store.leaseCalls.length, before + 1);
    await clock.advanceAsync(10_000);
    assert.equal(store.leaseCalls.length, before + 1, 'once');
    ledger.release(keep);
  });

  test('fold what was spent at once when they are flushed', async () => {
    const { store, clock, ledger, hold } = await createWorld();
    const keep = asHold(await hold(10n));
    await ledger.settle(asHold(await hold(10n)), recordOf(10n));
    const before = store.leaseCalls.length;
    let folds = 2;
    store.foldUsage = async () => folds--;
    const flushed = ledger.flush();
    await clock.advanceAsync(10);
    await flushed;
    assert.equal(store.leaseCalls.length, before + 1);
    assert.equal(folds, -1, 'roll-ups until there is nothing left');
    ledger.release(keep);
  });

  test('are not flushed for ever when the store does not answer', async () => {
    const { store, clock, ledger, hold } = await createWorld();
    const keep = asHold(await hold(10n));
    await ledger.settle(asHold(await hold(10n)), recordOf(10n));
    store.lease = () => new Promise(() => undefined);
    const refused = assert.rejects(ledger.flush(), { code: 'service_unavailable' });
    for (let i = 0; i < 510; i++) await clock.advanceAsync(10);
    await refused;
    ledger.release(keep);
  });

  test('answer a recall once, with all that is not held', async () => {
    const { store, clock, ledger, hold } = await createWorld({ '7:0': 1_000n });
    const open = asHold(await hold(30n));
    store.recalls = [{ accountId: 7, period: 0, pot: 1, seq: 4 }];
    await clock.advanceAsync(1_000);
    await clock.advanceAsync(1_000);
    const answers = store.leaseCalls.filter(({ answer }) => answer === 4);
    assert.equal(answers.length, 1);
    assert.equal(store.free.get('7:0'), 970n);
    ledger.release(open);
  });

  test('that the node does not know of are asked about and given back', async () => {
    const { store, clock } = await createWorld();
    const honest = store.retell;
    let isUnknown = true;
    store.retell = (answer, call) => {
      if (!isUnknown) return honest(answer, call);
      isUnknown = false;
      return { ...answer, taken: 300n };
    };
    store.recalls = [{ accountId: 9, period: 0, pot: 5, seq: 2 }];
    await clock.advanceAsync(1_000);
    await clock.advanceAsync(10);
    const calls = store.leaseCalls.filter(({ accountId }) => accountId === 9);
    assert.deepEqual(calls.map(({ back, answer }) => [back, answer]).slice(0, 1), [[0n, 2]]);
  });
});

describe('settlements', () => {
  async function settling(count: number, world: World): Promise<Promise<void>[]> {
    const holds: Hold[] = [];
    for (let i = 0; i < count; i++) holds.push(asHold(await world.hold(1n)));
    return holds.map((hold) => world.ledger.settle(hold, recordOf(1n)));
  }

  test('that end in one turn go together, the next collect until the commit, 512 at most', async () => {
    const world = await createWorld({ '7:0': 100_000n });
    const commits = [createGate(), createGate(), createGate()];
    world.store.beforeCommit = async () => commits[world.store.batches.length - 1]?.pass();
    const first = await settling(3, world);
    await turn();
    const later = await settling(600, world);
    await turn();
    assert.deepEqual(
      world.store.batches.map(({ rows }) => rows.length),
      [3],
    );
    for (const commit of commits) commit.open();
    await Promise.all([...first, ...later]);
    assert.deepEqual(
      world.store.batches.map(({ rows }) => rows.length),
      [3, 512, 88],
    );
    assert.equal(new Set(world.store.batches.map(({ key }) => key)).size, 3);
  });

  test('are acknowledged after the commit and not before', async () => {
    const world = await createWorld();
    const commit = createGate();
    world.store.beforeCommit = () => commit.pass();
    const [settled] = await settling(1, world);
    let isDone = false;
    const watched = settled?.then(() => {
      isDone = true;
    });
    await commit.reached;
    await turn();
    assert.equal(isDone, false);
    commit.open();
    await watched;
    assert.equal(isDone, true);
  });

  test('whose fate is unknown are sent again under the same key', async () => {
    const world = await createWorld();
    let failures = 3;
    world.store.beforeCommit = async () => {
      if (failures-- > 0) throw new StoreFault('lost', { isDefinite: false, isUncovered: false });
    };
    const settled = await settling(2, world);
    for (let i = 0; i < 5; i++) await world.clock.advanceAsync(100);
    await Promise.all(settled);
    assert.equal(world.store.batches.length, 4);
    assert.equal(new Set(world.store.batches.map(({ key }) => key)).size, 1);
  });

  test('that the store refuses are written alone, and only the bad one fails', async () => {
    const world = await createWorld();
    world.store.beforeCommit = async ({ rows }) => {
      if (rows.some(({ record }) => record.modelUsed === 'bad')) {
        throw new StoreFault('refused', { isDefinite: true, isUncovered: false });
      }
    };
    const holds = [
      asHold(await world.hold(1n)),
      asHold(await world.hold(1n)),
      asHold(await world.hold(1n)),
    ];
    const outcomes = await Promise.allSettled(
      holds.map((hold, i) =>
        world.ledger.settle(hold, { ...recordOf(1n), modelUsed: i === 1 ? 'bad' : 'good' }),
      ),
    );
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(
      world.store.batches.map(({ rows }) => rows.length),
      [3, 1, 1, 1],
    );
  });

  test('that a lease turns out not to cover are charged past it', async () => {
    const world = await createWorld();
    world.store.beforeCommit = async ({ covered }) => {
      if (covered.length > 0)
        throw new StoreFault('uncovered', { isDefinite: true, isUncovered: true });
    };
    await Promise.all(await settling(1, world));
    const last = world.store.batches.at(-1);
    assert.deepEqual([last?.covered, last?.direct], [[], [{ pot: 1, amount: 1n }]]);
  });

  test('sum up per pot and per account, ascending', async () => {
    const world = await createWorld({ '7:0': 100n, '5:0': 100n });
    const mine = asHold(await world.hold(10n));
    const other = asHold(await world.hold(10n, { ...PAYER, accountId: 5 }));
    const again = asHold(await world.hold(10n));
    await Promise.all([
      world.ledger.settle(other, recordOf(4n)),
      world.ledger.settle(mine, recordOf(200n)),
      world.ledger.settle(again, recordOf(3n)),
    ]);
    const [batch] = world.store.batches;
    assert.deepEqual(batch?.covered, [
      { pot: 1, amount: 33n },
      { pot: 2, amount: 4n },
    ]);
    assert.deepEqual(batch?.direct, [{ pot: 1, amount: 170n }]);
    assert.deepEqual(
      batch?.payers.map(({ accountId, amount }) => [accountId, amount]),
      [
        [5, 4n],
        [7, 203n],
      ],
    );
  });

  test('that are not acknowledged when a drain gives up are rejected', async () => {
    const world = await createWorld({ '7:0': 100n }, { drainMaxMs: 500 });
    world.store.beforeCommit = async () => {
      throw new StoreFault('away', { isDefinite: false, isUncovered: false });
    };
    const [settled] = await settling(1, world);
    const rejected = assert.rejects(settled ?? Promise.resolve(), /away/);
    const drained = world.ledger.drain();
    for (let i = 0; i < 30; i++) await world.clock.advanceAsync(100);
    await rejected;
    await drained;
  });
});
