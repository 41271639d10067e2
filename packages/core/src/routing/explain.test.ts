import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock, createSeededRandom } from '@meridian/testkit';
import { ONE, type Picodollars, Secret } from '../kernel/index.ts';
import type { Price } from '../metering/index.ts';
import { createProviderRegistry, type Verdict } from '../providers/index.ts';
import { createKeyPools } from './key-pools.ts';
import { createRouter } from './router.ts';
import type { ModelDirectory, OwnerRouting, ProviderKey, RoutingPolicy } from './types.ts';

const ALIASES: Readonly<Record<string, string>> = { 'small-latest': 'small' };
const QUOTA: Verdict = { retry: true, cause: 'quota', sleep: { kind: 'now' } };
const RATE: Verdict = { retry: true, cause: 'rate', sleep: { kind: 'for', ms: 30_000 } };

const price: Price = {
  rates: { input: 1n as Picodollars },
  tiers: [],
  multiplier: ONE,
  source: 'catalog',
};

const directory: ModelDirectory = {
  canonical: (name) => ALIASES[name] ?? name,
  knows: () => true,
  price: ({ model }) => (model === 'unpriced' ? undefined : price),
};

const ANYBODY: RoutingPolicy = {
  ownerId: 1,
  level: 0,
  modelMappers: [],
  allowModels: [],
  allowLevels: undefined,
};

function key(id: number, level: number, more: Partial<ProviderKey> = {}): ProviderKey {
  return {
    id,
    ownerId: 1,
    name: `key ${id}`,
    level,
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

const only = (...models: string[]) => ({ config: { providerType: 'standard' as const, models } });

function world(keys: readonly ProviderKey[], rules: Partial<OwnerRouting> = {}) {
  const clock = createFakeClock();
  const pools = createKeyPools({ clock, random: createSeededRandom(3) });
  pools.replace({
    ownerId: 1,
    keys,
    modelMapper: new Map(),
    levelMapper: new Map(),
    switchOver: new Map(),
    modelFailover: new Map(),
    ...rules,
  });
  const router = createRouter({ pools, directory, providers: createProviderRegistry(), clock });
  const explain = (model: string, policy: Partial<RoutingPolicy> = {}) =>
    router.explain({ policy: { ...ANYBODY, ...policy }, model });
  const stateOf = (id: number) => pools.pool(1)!.states.find((state) => state.key.id === id)!;
  return { clock, pools, router, explain, stateOf };
}

test('each mapping stage tells its rule, whose map it is in, and what it hides', () => {
  const modelMapper = new Map([
    ['mid*', 'large'],
    ['mid-1', 'other'],
  ]);
  const { explain } = world([key(1, 1)], { modelMapper });
  const modelMappers = [new Map([['mid-1', 'mid-1']]), new Map([['asked', 'mid-1']])];
  const { mapping } = explain('asked', { modelMappers });
  const shown = mapping.map(({ stage, from, to, rule, map, hidden }) => [
    stage,
    `${from.spelled} → ${to.spelled}`,
    rule,
    map,
    hidden,
  ]);
  assert.deepEqual(shown, [
    ['user', 'asked → mid-1', 'asked', 1, undefined],
    ['owner', 'mid-1 → large', 'mid*', undefined, 'mid-1'],
  ]);
});

test('an alias is told by the canonical name beside the spelled one', () => {
  const { explain } = world([key(1, 1)]);
  const [user] = explain('small-latest').mapping;
  assert.deepEqual(user?.to, { spelled: 'small-latest', canonical: 'small' });
});

test('a model that is not allowed gets no further than the user’s mapping', () => {
  const { explain } = world([key(1, 1)]);
  const { mapping, stages, failure } = explain('large', { allowModels: [['small']] });
  assert.equal(failure?.code, 'model_not_allowed');
  assert.deepEqual(
    mapping.map(({ stage }) => stage),
    ['user'],
  );
  assert.deepEqual(stages, []);
});

test('the level is told with what says so: a rule, the account, the lowest that serves', () => {
  const levelMapper = new Map([['large*', 2]]);
  const { explain } = world([key(1, 1, only('small')), key(2, 2), key(3, 3)], { levelMapper });
  const homeOf = (model: string, policy: Partial<RoutingPolicy> = {}) => {
    const [stage] = explain(model, policy).stages;
    return [stage?.level, stage?.home?.by, stage?.home?.rule];
  };
  assert.deepEqual(homeOf('large-1'), [2, 'rule', 'large*']);
  assert.deepEqual(homeOf('small', { level: 3 }), [3, 'account', undefined]);
  assert.deepEqual(homeOf('small'), [1, 'lowest', undefined]);
});

test('every key of a level is a candidate or told why not', () => {
  const keys = [
    key(1, 1),
    key(2, 1, only('other')),
    key(3, 1, { enabled: false }),
    key(4, 1),
    key(5, 1),
    key(6, 1),
    key(7, 2),
  ];
  const { explain, stateOf, clock } = world(keys, { levelMapper: new Map([['*', 1]]) });
  const [quota, rate, trial] = [stateOf(4), stateOf(5), stateOf(6)];
  trial.end(trial.begin(), 'small', QUOTA);
  clock.advance(5 * 60_000);
  trial.begin();
  quota.end(quota.begin(), 'small', QUOTA);
  rate.end(rate.begin(), 'small', RATE);
  stateOf(1).begin();
  const [stage] = explain('small').stages;
  assert.deepEqual(
    stage?.candidates.map((each) => [each.key.id, each.outstanding, each.upstreamModel]),
    [[1, 1, 'small']],
  );
  const skipped = stage?.skipped.map(({ key: { id }, reason, rest }) => [
    id,
    reason,
    rest?.endsInMs,
    rest?.cause,
  ]);
  assert.deepEqual(skipped, [
    [4, 'asleep', 300_000, 'quota'],
    [5, 'asleep', 30_000, 'rate'],
    [6, 'trial', undefined, undefined],
    [2, 'not_served', undefined, undefined],
    [3, 'disabled', undefined, undefined],
  ]);
});

test('keys without a price and on a forbidden level are told apart', () => {
  const { explain } = world([key(1, 1)], { levelMapper: new Map([['*', 1]]) });
  const reasons = (model: string, policy: Partial<RoutingPolicy> = {}) => {
    const { stages, failure } = explain(model, policy);
    return [failure?.code, stages[0]?.skipped.map(({ reason }) => reason)];
  };
  assert.deepEqual(reasons('unpriced'), ['model_not_priced', ['no_price']]);
  const elsewhere = { allowLevels: new Set([2]) };
  assert.deepEqual(reasons('small', elsewhere), ['permission_denied', ['level_not_allowed']]);
});

test('where nothing leads to a level, the keys of all levels are told', () => {
  const { explain } = world([key(1, 1, only('a')), key(2, 2, only('small'))]);
  const { stages, failure } = explain('small', { allowLevels: new Set([1]) });
  assert.equal(failure?.code, 'permission_denied');
  assert.deepEqual(
    stages.map(({ level, skipped }) => [level, skipped.map(({ reason }) => reason)]),
    [[undefined, ['not_served', 'level_not_allowed']]],
  );
});

test('failover and switch-over stages are told, with the order in which they would be tried', () => {
  const { explain, stateOf } = world([key(1, 1), key(2, 2), key(3, 3)], {
    levelMapper: new Map([
      ['large', 1],
      ['small', 3],
    ]),
    switchOver: new Map([
      [1, 2],
      [2, 4],
    ]),
    modelFailover: new Map([['lar*', ['small']]]),
  });
  const told = () =>
    explain('large').stages.map(({ model, level, reason, failoverRule, order }) => [
      `${model}@${level}`,
      reason,
      failoverRule,
      order,
    ]);
  assert.deepEqual(told(), [
    ['large@1', 'primary', undefined, 1],
    ['large@2', 'switch_over', undefined, 3],
    ['large@4', 'switch_over', undefined, undefined],
    ['small@3', 'failover', 'lar*', 2],
  ]);
  stateOf(1).end(stateOf(1).begin(), 'large', QUOTA);
  assert.deepEqual(told(), [
    ['large@1', 'primary', undefined, undefined],
    ['large@2', 'switch_over', undefined, 1],
    ['large@4', 'switch_over', undefined, undefined],
    ['small@3', 'failover', 'lar*', 2],
  ]);
});

test('an owner without a pool is told so', () => {
  const { router } = world([key(1, 1)]);
  const { failure, stages } = router.explain({ policy: { ...ANYBODY, ownerId: 9 }, model: 'm' });
  assert.deepEqual([failure?.code, stages], ['no_provider_key', []]);
});

test('an explanation changes nothing: no attempt begins, no key is used up', () => {
  const { explain, pools, router } = world([key(1, 1)]);
  const before = JSON.stringify(pools.health(1));
  explain('small');
  assert.equal(JSON.stringify(pools.health(1)), before);
  assert.ok(router.reaches({ policy: ANYBODY, model: 'small' }));
});

test('the health of a key tells failures, sleeps, pauses and what is under way', () => {
  const { pools, stateOf, clock } = world([key(1, 1), key(2, 1, { enabled: false })]);
  const state = stateOf(1);
  const overload: Verdict = { retry: true, cause: 'overload', sleep: { kind: 'count' } };
  state.end(state.begin(), 'a', overload);
  state.end(state.begin(), 'b', RATE);
  state.begin();
  const [first, second] = pools.health(1);
  assert.deepEqual([first?.outstanding, first?.failures, first?.sleeps], [1, 1, 0]);
  assert.deepEqual(first?.paused, [{ model: 'b', until: clock.now() + 30_000 }]);
  assert.deepEqual(first?.rest, { until: clock.now() + 30_000, cause: 'rate' });
  assert.deepEqual([second?.key.id, second?.rest], [2, undefined]);
  clock.advance(30_000);
  assert.deepEqual(pools.health(1)[0]?.paused, []);
  state.end(state.begin(), 'a', QUOTA);
  const asleep = pools.health(1)[0];
  assert.deepEqual([asleep?.failures, asleep?.sleeps, asleep?.rest?.cause], [0, 1, 'quota']);
});

test('an offer tells what one key is to a model, whatever rules there are', () => {
  const { router } = world([key(1, 1, only('small'))]);
  const mapped = key(1, 1, {
    config: { providerType: 'standard', modelMapping: new Map([['large', 'deployment']]) },
  });
  const offer = router.offer(mapped, 'large');
  assert.deepEqual([offer.service, offer.upstreamModel], ['named', 'deployment']);
  assert.equal(router.offer(key(1, 1, only('small')), 'small-latest').model, 'small');
  assert.equal(router.offer(key(1, 1, only('small')), 'large').service, 'no');
});
