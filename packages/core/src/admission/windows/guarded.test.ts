import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock, windowOf } from '@meridian/testkit';
import { createGuardedWindows } from './guarded.ts';
import { createMemoryWindows } from './memory.ts';
import type { NodeShare } from './shares.ts';
import type { ForgottenListener, RecordingWindowStore, WindowRequest } from './types.ts';

type Behaviour = 'answers' | 'fails' | 'hangs';

/** A guarded store over a shared one that can be made to fail. */
function createWorld(
  mode: 'local' | 'refuse' = 'local',
  share: NodeShare = { index: 0, count: 1 },
) {
  const clock = createFakeClock();
  const inner = createMemoryWindows({ clock });
  const world = { behaviour: 'answers' as Behaviour, asked: 0 };
  const late: (() => void)[] = [];
  async function behave<T>(act: () => T): Promise<T> {
    world.asked++;
    if (world.behaviour === 'fails') throw new Error('away');
    if (world.behaviour === 'hangs') await new Promise<void>((resolve) => late.push(resolve));
    return act();
  }
  const shared: RecordingWindowStore = {
    reserve: (requests) => behave(() => inner.reserve(requests)),
    record: (requests) => behave(() => inner.record(requests)),
    adjust: (reservation, tokens) => inner.adjust(reservation, tokens),
    cancel: (reservation) => inner.cancel(reservation),
  };
  const changes: string[] = [];
  const local = createMemoryWindows({ clock });
  const windows = createGuardedWindows({
    ...{ shared, local, mode, clock },
    share: () => share,
    onChange: (state) => changes.push(state),
  });
  async function attempt(requests = minute(100)): Promise<string> {
    const result = await windows.reserve(requests);
    return result.refused ? result.reason : 'granted';
  }
  /** What the shared store has counted of the window that `minute` names. */
  function counted(): number {
    const [request] = minute(1_000_000);
    const result = inner.reserve([{ ...request!, amount: 0 }]);
    return result.refused ? Number.NaN : (result.standings[0]?.used ?? Number.NaN);
  }
  return Object.assign(world, { clock, windows, changes, attempt, counted, late });
}

function minute(limit: number, amount = 1): WindowRequest[] {
  return [{ window: windowOf('tokens', 'minute', limit), amount }];
}

async function degrade(world: ReturnType<typeof createWorld>): Promise<void> {
  world.behaviour = 'fails';
  for (let i = 0; i < 3; i++) await world.attempt();
  assert.ok(world.windows.isDegraded);
}

test('while the shared store answers, it alone decides', async () => {
  const world = createWorld();
  assert.equal(await world.attempt(minute(2)), 'granted');
  assert.equal(await world.attempt(minute(2)), 'granted');
  assert.equal(await world.attempt(minute(2)), 'full');
  assert.deepEqual([world.asked, world.windows.isDegraded, world.changes], [3, false, []]);
});

test('three failures in a row open the breaker; then one call per second asks', async () => {
  const world = createWorld();
  world.behaviour = 'fails';
  for (let i = 0; i < 20; i++) assert.equal(await world.attempt(), 'granted');
  assert.equal(world.asked, 3);
  assert.deepEqual(world.changes, ['degraded']);
  world.clock.advance(1_000);
  for (let i = 0; i < 20; i++) await world.attempt();
  assert.equal(world.asked, 4);
  world.behaviour = 'answers';
  world.clock.advance(1_000);
  await world.attempt();
  assert.equal(world.windows.isDegraded, false);
  assert.deepEqual(world.changes, ['degraded', 'restored']);
});

test('a request waits half a second at most, then goes on without the shared store', async () => {
  const world = createWorld();
  world.behaviour = 'hangs';
  const attempt = world.attempt();
  await world.clock.advanceAsync(499);
  let isDone = false;
  void attempt.then(() => {
    isDone = true;
  });
  await world.clock.advanceAsync(0);
  assert.equal(isDone, false);
  await world.clock.advanceAsync(1);
  assert.equal(await attempt, 'granted');
  assert.equal(world.clock.pendingTimers, 0);
});

test('a grant that comes too late is taken back', async () => {
  const world = createWorld();
  world.behaviour = 'hangs';
  const attempt = world.attempt();
  await world.clock.advanceAsync(500);
  await attempt;
  for (const answer of world.late) answer();
  await world.clock.advanceAsync(0);
  assert.equal(world.counted(), 0);
});

test('refuse: nothing passes while the shared store is away', async () => {
  const world = createWorld('refuse');
  assert.equal(await world.attempt(), 'granted');
  await degrade(world);
  assert.equal(await world.attempt(), 'unavailable');
});

test('local: what this node admitted before counts against its share', async () => {
  const world = createWorld('local', { index: 0, count: 2 });
  for (let i = 0; i < 30; i++) await world.attempt();
  await degrade(world);
  let granted = 3;
  while ((await world.attempt()) === 'granted') granted++;
  assert.equal(granted, 20, 'half of 100, less the 30 of before');
});

test('local: the shares of all nodes add up to the limit', async () => {
  let total = 0;
  for (let index = 0; index < 7; index++) {
    const world = createWorld('local', { index, count: 7 });
    world.behaviour = 'fails';
    while ((await world.attempt(minute(100))) === 'granted') total++;
  }
  assert.equal(total, 100);
});

test('local: a limit below the number of nodes is somebody’s, and refusals quote it whole', async () => {
  const outcomes: string[] = [];
  for (let index = 0; index < 3; index++) {
    const world = createWorld('local', { index, count: 3 });
    world.behaviour = 'fails';
    outcomes.push(`${await world.attempt(minute(2))} ${await world.attempt(minute(2))}`);
  }
  // A node without a share cannot know whether the limit is reached.
  assert.deepEqual(outcomes, ['granted full', 'granted full', 'unavailable unavailable']);
  const world = createWorld('local', { index: 0, count: 3 });
  world.behaviour = 'fails';
  const granted = await world.windows.reserve(minute(90, 20));
  assert.ok(!granted.refused);
  const [standing] = granted.standings;
  assert.deepEqual([standing?.window.limit, standing?.used], [90, 80], '10 are left to this node');
  const full = await world.windows.reserve(minute(90, 20));
  assert.ok(full.refused);
  assert.deepEqual([full.reason, full.standing?.window.limit], ['full', 90]);
  const large = await world.windows.reserve(minute(90, 91));
  assert.ok(large.refused);
  assert.deepEqual([large.reason, large.standing?.window.limit], ['too_large', 90]);
});

test('what was admitted without the shared store is counted there when it is back', async () => {
  const world = createWorld();
  await degrade(world);
  for (let i = 0; i < 7; i++) await world.attempt();
  world.behaviour = 'answers';
  world.clock.advance(1_000);
  await world.attempt();
  await world.clock.advanceAsync(0);
  assert.equal(world.counted(), 3 + 7 + 1);
});

test('what its window has left behind is not counted any more', async () => {
  const world = createWorld();
  await degrade(world);
  world.clock.advance(61_000);
  world.behaviour = 'answers';
  await world.attempt();
  await world.clock.advanceAsync(0);
  assert.equal(world.counted(), 1);
});

test('corrections reach both stores', async () => {
  const world = createWorld('local', { index: 0, count: 1 });
  const result = await world.windows.reserve(minute(100, 90));
  assert.ok(!result.refused);
  world.windows.adjust(result, 10);
  assert.equal(world.counted(), 10);
  await degrade(world);
  assert.equal(await world.attempt(minute(100, 80)), 'granted', 'the node counts 10 too');
  const other = await world.windows.reserve(minute(100, 1));
  assert.ok(!other.refused);
  world.windows.cancel(other);
  assert.equal(await world.attempt(minute(100, 7)), 'granted');
});

test('a shared store that forgot is told by every node what that node admitted, each amount once', async () => {
  const clock = createFakeClock();
  const memories = [createMemoryWindows({ clock }), createMemoryWindows({ clock })];
  let memory = memories[0]!;
  const nodes = [0, 1].map((index) => {
    let seen = memory;
    let forgotten: ForgottenListener = () => assert.fail('nobody listens');
    const compare = (counted: readonly WindowRequest[]): void => {
      const isNew = seen !== memory;
      seen = memory;
      if (isNew) forgotten(1, counted);
    };
    const shared: RecordingWindowStore = {
      async reserve(requests) {
        const result = memory.reserve(requests);
        compare([]);
        return result;
      },
      async record(requests) {
        const result = memory.record(requests);
        compare(requests);
        return result;
      },
      adjust: (reservation, tokens) => memory.adjust(reservation, tokens),
      cancel: (reservation) => memory.cancel(reservation),
      onForgotten(listener) {
        forgotten = listener;
      },
    };
    return createGuardedWindows({
      ...{ shared, local: createMemoryWindows({ clock }), mode: 'local', clock },
      share: () => ({ index, count: 2 }),
      onChange: () => undefined,
    });
  });
  for (let i = 0; i < 60; i++) await nodes[i % 2]!.reserve(minute(100));
  memory = memories[1]!;
  const later = await Promise.all(
    Array.from({ length: 80 }, (_, i) => nodes[i % 2]!.reserve(minute(100))),
  );
  const granted = later.filter(({ refused }) => !refused).length;
  assert.ok(granted >= 38 && granted <= 42, `${granted} of the 40 that were left`);
});
