import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock, createSeededRandom } from '@meridian/testkit';
import { isFailure, ONE, type Picodollars, Secret } from '../kernel/index.ts';
import type { Price } from '../metering/index.ts';
import { createProviderRegistry, type Verdict } from '../providers/index.ts';
import { createKeyPools } from './key-pools.ts';
import type { AttemptBounds } from './route-plan.ts';
import { createRouter } from './router.ts';
import type { Candidate, OwnerRouting, ProviderKey, RoutePlan, RoutingPolicy } from './types.ts';

const MINUTE_MS = 60_000;
const OVERLOAD: Verdict = { retry: true, cause: 'overload', sleep: { kind: 'count' } };
const AUTH: Verdict = { retry: true, cause: 'auth', sleep: { kind: 'now' } };
const CALLER: Verdict = { retry: false, cause: 'caller' };
const rate = (ms: number): Verdict => ({ retry: true, cause: 'rate', sleep: { kind: 'for', ms } });

const price: Price = {
  rates: { input: 1n as Picodollars },
  tiers: [],
  multiplier: ONE,
  source: 'x',
};
const policy: RoutingPolicy = {
  ownerId: 1,
  level: 0,
  modelMappers: [],
  allowModels: [],
  allowLevels: undefined,
};

function key(id: number, more: Partial<ProviderKey> = {}): ProviderKey {
  return {
    id,
    ownerId: 1,
    name: `key ${id}`,
    level: 1,
    kind: 'standard',
    baseUrl: 'https://llm.example.com',
    host: 'llm.example.com',
    secret: new Secret(`secret ${id}`),
    weight: 1,
    enabled: true,
    config: { providerType: 'standard' },
    ...more,
  };
}

function routing(keys: readonly ProviderKey[], more: Partial<OwnerRouting> = {}): OwnerRouting {
  return {
    ownerId: 1,
    keys,
    modelMapper: new Map(),
    levelMapper: new Map(),
    switchOver: new Map(),
    modelFailover: new Map(),
    ...more,
  };
}

function createWorld(first: OwnerRouting, bounds?: AttemptBounds) {
  const clock = createFakeClock();
  const pools = createKeyPools({ clock, random: createSeededRandom(7) });
  pools.replace(first);
  const directory = { canonical: (name: string) => name, knows: () => true, price: () => price };
  const providers = createProviderRegistry();
  const deps = { pools, directory, providers, clock, ...(bounds ? { bounds } : {}) };
  const router = createRouter(deps);
  function plan(model = 'm'): RoutePlan {
    const made = router.plan({ policy, model });
    if (isFailure(made)) throw made;
    return made;
  }
  /** One attempt of a new request; undefined when no key may be asked. */
  function attempt(outcome: Verdict | 'ok' | 'abandoned', model = 'm'): number | null | undefined {
    const candidate = plan(model).next();
    candidate?.began();
    candidate?.ended(outcome);
    return candidate?.key.id;
  }
  const asleep = (): (number | null)[] => pools.sleeping(1).map(({ key: { id } }) => id);
  return { clock, pools, plan, attempt, asleep, router };
}

function start(plan: RoutePlan): Candidate {
  const candidate = plan.next()!;
  candidate.began();
  return candidate;
}

test('three failures in a row put a key to sleep, fewer do not', () => {
  const { attempt, asleep } = createWorld(routing([key(1)]));
  attempt(OVERLOAD);
  attempt(OVERLOAD);
  assert.deepEqual(asleep(), []);
  attempt('ok');
  attempt(OVERLOAD);
  attempt(OVERLOAD);
  assert.deepEqual(asleep(), [], 'a success begins the count anew');
  attempt(OVERLOAD);
  assert.deepEqual(asleep(), [1]);
  assert.equal(attempt('ok'), undefined);
});

test('the ladder is 5, 15, 30, 60, 120, 240, 240 minutes, and a success ends it', () => {
  const { attempt, asleep, clock, pools } = createWorld(routing([key(1)]));
  let sleeps = 0;
  for (let i = 0; i < 3; i++) attempt(OVERLOAD);
  for (const minutes of [5, 15, 30, 60, 120, 240, 240]) {
    clock.advance(minutes * MINUTE_MS - 1);
    assert.deepEqual(asleep(), [1], `${minutes}`);
    assert.equal(pools.sleeping(1)[0]?.times, ++sleeps);
    clock.advance(1);
    assert.deepEqual(asleep(), []);
    assert.equal(attempt(OVERLOAD), 1, 'one failed trial is enough');
  }
  clock.advance(240 * MINUTE_MS);
  attempt('ok');
  for (let i = 0; i < 3; i++) attempt(OVERLOAD);
  clock.advance(5 * MINUTE_MS);
  assert.equal(attempt('ok'), 1, 'back at the first rung');
});

test('a refused secret and an exhausted quota put the key to sleep at once', () => {
  const { attempt, asleep, pools, clock } = createWorld(routing([key(1), key(2)]));
  attempt(AUTH);
  attempt({ retry: true, cause: 'quota', sleep: { kind: 'now' } });
  assert.deepEqual(asleep().sort(), [1, 2]);
  const causes = pools.sleeping(1).map(({ cause }) => cause);
  assert.deepEqual(causes.sort(), ['auth', 'quota']);
  assert.deepEqual(
    pools.sleeping(1).map(({ until }) => until - clock.now()),
    [5 * MINUTE_MS, 5 * MINUTE_MS],
  );
});

test('a 429 pauses the key for its model until the time named, and is no failure', () => {
  const { attempt, asleep, clock, plan } = createWorld(routing([key(1)]));
  attempt(OVERLOAD);
  attempt(OVERLOAD);
  attempt(rate(20_000));
  assert.deepEqual(asleep(), [1]);
  assert.equal(plan().next(), undefined);
  assert.equal(plan().retryAfterSeconds(), 20);
  assert.equal(attempt('ok', 'other model'), 1, 'other models go on');
  clock.advance(19_999);
  assert.equal(attempt('ok'), undefined);
  clock.advance(1);
  assert.equal(attempt('ok'), 1);
  assert.deepEqual(asleep(), []);
});

test('the caller’s faults and abandoned attempts say nothing about a key', () => {
  const { attempt, asleep } = createWorld(routing([key(1)]));
  for (let i = 0; i < 10; i++) attempt(i % 2 ? CALLER : 'abandoned');
  attempt(OVERLOAD);
  attempt(CALLER);
  attempt(OVERLOAD);
  assert.deepEqual(asleep(), []);
});

test('only one trial runs when a key returns; its first good bytes set it free', () => {
  const { attempt, plan, clock } = createWorld(routing([key(1)]));
  attempt(AUTH);
  clock.advance(5 * MINUTE_MS);
  const trial = start(plan());
  assert.equal(attempt('ok'), undefined, 'others wait for the trial');
  trial.answered();
  assert.equal(attempt('ok'), 1);
  trial.ended('ok');
});

test('an abandoned trial leaves the place to the next', () => {
  const { attempt, plan, clock } = createWorld(routing([key(1)]));
  attempt(AUTH);
  clock.advance(5 * MINUTE_MS);
  start(plan()).ended('abandoned');
  assert.equal(attempt(AUTH), 1);
  assert.equal(attempt('ok'), undefined);
});

test('one outage climbs the ladder once, however many attempts it breaks', () => {
  const { attempt, plan, clock, asleep } = createWorld(routing([key(1)]));
  const running = Array.from({ length: 20 }, () => start(plan()));
  for (const candidate of running) candidate.ended(OVERLOAD);
  assert.deepEqual(asleep(), [1]);
  clock.advance(5 * MINUTE_MS);
  assert.equal(attempt('ok'), 1);
});

test('a success of before the sleep does not end it', () => {
  const { attempt, plan, asleep } = createWorld(routing([key(1)]));
  const old = start(plan());
  attempt(AUTH);
  old.answered();
  old.ended('ok');
  assert.deepEqual(asleep(), [1]);
});

test('wakeAll clears every sleep and pause, and forgets attempts of before', () => {
  const { attempt, asleep, pools, plan } = createWorld(routing([key(1), key(2)]));
  const running = [start(plan()), start(plan()), start(plan())];
  attempt(AUTH);
  attempt(rate(60_000));
  assert.equal(asleep().length, 2);
  pools.wakeAll(1);
  assert.deepEqual(asleep(), []);
  for (const candidate of running) candidate.ended(OVERLOAD);
  assert.deepEqual(asleep(), []);
  assert.notEqual(attempt('ok'), undefined);
});

test('a reload keeps sleep and outstanding attempts of unchanged keys only', () => {
  const { attempt, asleep, pools, plan } = createWorld(routing([key(1), key(2)]));
  const running = start(plan());
  attempt(AUTH);
  attempt(AUTH);
  assert.equal(asleep().length, 2);
  pools.replace(
    routing([key(1, { name: 'new name', level: 2 }), key(2, { secret: new Secret('b') })]),
  );
  assert.deepEqual(asleep(), [1]);
  assert.equal(pools.sleeping(1)[0]!.key.name, 'new name');
  assert.equal(attempt('ok'), 2);
  running.ended('ok');
  const outstanding = pools.pool(1)!.states.map((state) => state.outstanding);
  assert.deepEqual(outstanding, [0, 0]);
});

test('a key that is switched off and on again still sleeps', () => {
  const { attempt, asleep, pools } = createWorld(routing([key(1)]));
  attempt(AUTH);
  pools.replace(routing([key(1, { enabled: false })]));
  assert.deepEqual(asleep(), [1]);
  pools.replace(routing([key(1)]));
  assert.deepEqual(asleep(), [1]);
});

test('keys that live in memory keep their state by name and URL', () => {
  const { attempt, asleep, pools } = createWorld(routing([key(0, { id: null, name: 'env' })]));
  attempt(AUTH);
  const elsewhere = { id: null, name: 'env', baseUrl: 'https://llm2.example.com' };
  pools.replace(routing([key(0, { id: null, name: 'env' }), key(0, elsewhere)]));
  assert.deepEqual(asleep(), [null]);
  assert.equal(pools.pool(1)!.states.length, 2);
});

test('a plan tries each key of a stage once, then the next stage, up to the cap', () => {
  const keys = [key(1), key(2), key(3, { level: 2 })];
  const more = { switchOver: new Map([[1, 2]]) };
  const tried = (bounds?: AttemptBounds): (number | null)[] => {
    const plan = createWorld(routing(keys, more), bounds).plan();
    const ids: (number | null)[] = [];
    for (let next = plan.next(); next; next = plan.next()) {
      next.began();
      next.ended(OVERLOAD);
      ids.push(next.key.id);
    }
    return ids;
  };
  assert.deepEqual(tried().sort(), [1, 2, 3]);
  assert.equal(tried().at(-1), 3);
  assert.equal(tried({ attemptCap: 2, deadlineMs: 1 }).length, 2);
});

test('skipStage leaves the rest of a stage', () => {
  const keys = [key(1), key(2), key(3, { level: 2 })];
  const plan = createWorld(routing(keys, { switchOver: new Map([[1, 2]]) })).plan();
  plan.next();
  plan.skipStage();
  assert.equal(plan.next()!.key.id, 3);
});

test('a plan that outlives a reload still gives back what it took', () => {
  const { plan, pools } = createWorld(routing([key(1)]));
  const running = start(plan());
  pools.replace(routing([]));
  running.ended('ok');
  running.ended('ok');
  pools.replace(routing([key(1)]));
  assert.equal(pools.pool(1)!.states[0]!.outstanding, 0);
});

test('the earliest wake is told, at least one second', () => {
  const { attempt, plan, clock } = createWorld(routing([key(1), key(2)]));
  attempt(AUTH);
  attempt(rate(90_500));
  assert.equal(plan().retryAfterSeconds(), 91);
  clock.advance(90_400);
  assert.equal(plan().retryAfterSeconds(), 1);
});

test('idle keys share by weight, loaded ones by what is outstanding', () => {
  const keys = [key(1, { weight: 3 }), key(2), key(3, { enabled: false })];
  const { attempt, plan } = createWorld(routing(keys));
  const counts = new Map<number | null | undefined, number>();
  for (let i = 0; i < 4_000; i++) {
    const id = attempt('ok');
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  assert.ok(Math.abs(counts.get(1)! - 3_000) < 150, `${counts.get(1)} of 4,000`);
  assert.equal(counts.get(3), undefined);
  const running = Array.from({ length: 400 }, () => start(plan()));
  const ofLight = running.filter((candidate) => candidate.key.id === 2).length;
  assert.ok(Math.abs(ofLight - 100) < 25, `${ofLight} of 400 at a quarter of the weight`);
});

test('with most keys asleep the others are still found', () => {
  const keys = Array.from({ length: 50 }, (_, i) => key(i + 1));
  const { attempt, asleep, pools } = createWorld(routing(keys));
  for (let i = 0; i < 49; i++) attempt(AUTH);
  assert.equal(asleep().length, 49);
  const awake = keys.find(({ id }) => !asleep().includes(id))!;
  for (let i = 0; i < 20; i++) assert.equal(attempt('ok'), awake.id);
  assert.equal(pools.sleeping(2).length, 0, 'another owner has none');
});

test('a removed owner has no keys', () => {
  const { pools, router } = createWorld(routing([key(1)]));
  pools.remove(1);
  const plan = router.plan({ policy, model: 'm' });
  assert.ok(isFailure(plan) && plan.code === 'no_provider_key');
});

test('the dearest of all targets is found for the hold', () => {
  const clock = createFakeClock();
  const pools = createKeyPools({ clock, random: createSeededRandom(1) });
  const cheap = { ...price, source: 'cheap' };
  const dear = { ...price, source: 'dear', rates: { input: 9n as Picodollars } };
  pools.replace(routing([key(1)], { modelFailover: new Map([['m', ['backup']]]) }));
  const directory = {
    canonical: (name: string) => name,
    knows: () => true,
    price: ({ model }: { model: string }) => (model === 'm' ? cheap : dear),
  };
  const router = createRouter({ pools, directory, providers: createProviderRegistry(), clock });
  const plan = router.plan({ policy, model: 'm' });
  assert.ok(!isFailure(plan));
  assert.equal(
    plan.dearest(({ rates }) => rates.input ?? 0n),
    dear,
  );
  assert.deepEqual(plan.prices, [cheap, dear]);
});

test('a price that changes at a minute is seen at that minute', () => {
  const clock = createFakeClock();
  const pools = createKeyPools({ clock, random: createSeededRandom(1) });
  pools.replace(routing([key(1)]));
  const from = clock.now() + 60_000;
  const later = { ...price, source: 'later' };
  const directory = {
    canonical: (name: string) => name,
    knows: () => true,
    price: ({ atMs }: { atMs: number }) => (atMs < from ? price : later),
  };
  const router = createRouter({ pools, directory, providers: createProviderRegistry(), clock });
  const source = (): string => {
    const plan = router.plan({ policy, model: 'm' });
    return isFailure(plan) ? plan.code : plan.next()!.price.source;
  };
  assert.equal(source(), 'x');
  clock.advance(59_999);
  assert.equal(source(), 'x');
  clock.advance(1);
  assert.equal(source(), 'later');
});

test('asking for ever new models does not grow the memory', () => {
  const { router } = createWorld(routing([key(1)]));
  for (let i = 0; i < 1_000; i++) assert.ok(router.reaches({ policy, model: `model ${i}` }));
  assert.ok(router.reaches({ policy, model: 'model 1' }));
});
