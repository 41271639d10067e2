import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type LimitScope,
  type LimitSubject,
  PLAN_LIMITS,
  type RateLimits,
  type RatePolicy,
  windowsFor,
} from './limits.ts';
import { createWindowPlanner } from './window-memo.ts';

type Models = Readonly<Record<string, RateLimits>>;

function scope(accountId: number, limits: RateLimits, models: Models = {}): LimitScope {
  return { accountId, limits, modelLimits: new Map(Object.entries(models)) };
}

function policy(scopes: readonly LimitScope[], more: Partial<RatePolicy> = {}): RatePolicy {
  const ownerLimits = { limits: {}, modelLimits: new Map() };
  return { accountId: 9, ownerId: 1, limitScopes: scopes, ownerLimits, tier: null, ...more };
}

function owner(limits: RateLimits, models: Models = {}): Pick<RatePolicy, 'ownerLimits'> {
  return { ownerLimits: { limits, modelLimits: new Map(Object.entries(models)) } };
}

const asked: LimitSubject = { resolved: ['gpt-4o'], requested: [], keyId: 'key' };

/** `id=limit` of every window, sorted. */
function windows(from: RatePolicy, subject: Partial<LimitSubject> = {}): string {
  return windowsFor(from, { ...asked, ...subject })
    .map(({ id, limit }) => `${id}=${limit}`)
    .sort()
    .join(' ');
}

/** fact, policy, windows, names of the model */
const rows: readonly (readonly [string, RatePolicy, string, Partial<LimitSubject>?])[] = [
  ['no limit is no window', policy([]), ''],
  [
    'each limit is a window',
    policy([scope(9, { rpm: 1, rph: 2, rpd: 3, tpm: 4, tph: 5, tpd: 6 })]),
    'rpd:account:9=3 rph:account:9=2 rpm:account:9=1 tpd:account:9=6 tph:account:9=5 tpm:account:9=4',
  ],
  [
    'requests at once are bounded by account, ancestors, model and key alike',
    policy(
      [scope(9, { concurrency: 2 }, { 'gpt-*': { concurrency: 1 } }), scope(4, { concurrency: 9 })],
      {
        keyLimits: { concurrency: 3 },
      },
    ),
    'concurrency:account:4=9 concurrency:key:key=3 concurrency:model:9:gpt-*=1',
  ],
  [
    'ancestors bound their subtree',
    policy([scope(9, { rpm: 5 }), scope(4, { rpm: 50, tpm: 7 })]),
    'rpm:account:4=50 rpm:account:9=5 tpm:account:4=7',
  ],
  [
    'an account that sets nothing counts with its ancestors',
    policy([scope(4, { rpm: 50 })]),
    'rpm:account:4=50',
  ],
  [
    'the owner’s limits are defaults for each account alone',
    policy([], owner({ rpm: 8 })),
    'rpm:account:9=8',
  ],
  [
    'an own limit replaces the owner’s default, dimension by dimension',
    policy([scope(9, { rpm: 5 })], owner({ rpm: 8, tpm: 9 })),
    'rpm:account:9=5 tpm:account:9=9',
  ],
  [
    'an ancestor’s limit replaces the owner’s default too',
    policy([scope(4, { rpm: 50 })], owner({ rpm: 8 })),
    'rpm:account:4=50',
  ],
  [
    'a model’s limit replaces the account’s of that dimension',
    policy([scope(9, { rpm: 5, tpm: 6 }, { 'gpt-4o': { rpm: 2 } })]),
    'rpm:model:9:gpt-4o=2 tpm:account:9=6',
  ],
  [
    'other models keep the account’s limit',
    policy([scope(9, { rpm: 5 }, { o1: { rpm: 2 } })]),
    'rpm:account:9=5',
  ],
  [
    'a model’s limit may be looser',
    policy([scope(9, { rpm: 5 }, { 'gpt-4o': { rpm: 500 } })]),
    'rpm:model:9:gpt-4o=500',
  ],
  [
    'a pattern is one window for all its models, the exact model comes first',
    policy([scope(9, {}, { 'gpt*': { rpm: 3 }, 'gpt-4o': { tpm: 4 } })]),
    'tpm:model:9:gpt-4o=4',
  ],
  [
    'a longer pattern comes first',
    policy([scope(9, {}, { '*': { rpm: 3 }, 'gpt*': { rpm: 4 } })]),
    'rpm:model:9:gpt*=4',
  ],
  [
    'the canonical name counts, or the one as spelled',
    policy([scope(9, {}, { 'openai/gpt-4o': { rpm: 4 } })]),
    'rpm:model:9:openai/gpt-4o=4',
    { resolved: ['gpt-4o', 'openai/gpt-4o'] },
  ],
  [
    'the owner’s limit for a model is a default per account and replaces the account’s own',
    policy([scope(9, { rpm: 5 })], owner({}, { 'gpt-4o': { rpm: 30 } })),
    'rpm:model:9:gpt-4o=30',
  ],
  [
    'the account’s limit for a model comes before the owner’s',
    policy([scope(9, {}, { 'gpt-4o': { rpm: 2 } })], owner({}, { 'gpt-4o': { rpm: 30 } })),
    'rpm:model:9:gpt-4o=2',
  ],
  [
    'an ancestor’s limit for a model is inherited and counted at the ancestor',
    policy(
      [scope(9, { rpm: 5 }), scope(4, { rpm: 50 }, { 'gpt-4o': { rpm: 20 } })],
      owner({}, { 'gpt-4o': { rpm: 30 } }),
    ),
    'rpm:model:4:gpt-4o=20',
  ],
  [
    'the ancestors’ general limits still bind beside the owner’s default for a model',
    policy([scope(4, { rpm: 50 })], owner({}, { 'gpt-4o': { rpm: 30 } })),
    'rpm:account:4=50 rpm:model:9:gpt-4o=30',
  ],
  [
    'a limit of the model asked for counts besides',
    policy([scope(9, { rpm: 5 }, { alias: { rpm: 2 } })]),
    'rpm:account:9=5 rpm:model:9:alias=2',
    { requested: ['alias'] },
  ],
  [
    'one pattern over both names counts once',
    policy([scope(9, {}, { 'g*': { rpm: 2 } })]),
    'rpm:model:9:g*=2',
    { requested: ['g'] },
  ],
  [
    'a plan counts per key, besides the rest',
    policy([scope(9, { rpm: 5 })], { tier: 1 }),
    'rpm:account:9=5 rpm:plan:key=300 tpm:plan:key=500000',
  ],
  [
    'a key’s own limits count for it alone, besides the rest',
    policy([scope(9, { rpm: 5 })], { keyLimits: { rpm: 3, tpd: 8 } }),
    'rpm:account:9=5 rpm:key:key=3 tpd:key:key=8',
  ],
  ['an enterprise plan limits nothing by itself', policy([], { tier: 4 }), ''],
  ['a limit of 0 is a limit', policy([scope(9, { rpd: 0 })]), 'rpd:account:9=0'],
];

test('the windows of a request follow from the limits on its path', async (t) => {
  for (const [fact, from, expected, subject] of rows) {
    await t.test(fact, () => assert.equal(windows(from, subject), expected));
  }
});

test('plans have the limits of the price list', () => {
  assert.deepEqual(PLAN_LIMITS, [
    { rpm: 60, tpm: 100_000 },
    { rpm: 300, tpm: 500_000 },
    { rpm: 1_000, tpm: 2_000_000 },
    { rpm: 5_000, tpm: 10_000_000 },
    {},
  ]);
});

test('windows are remembered per policy, names and key', () => {
  const plan = createWindowPlanner();
  const from = policy([scope(9, { rpm: 5 })]);
  const first = plan(from, asked, 'a9');
  assert.equal(plan(from, asked, 'a9'), first);
  assert.notEqual(plan(policy([scope(9, { rpm: 6 })]), asked, 'a9'), first);
  assert.notEqual(plan(from, asked, 'k1'), first);
  assert.notEqual(plan(from, { ...asked }, 'a9'), first);
  for (let i = 0; i < 200; i++) plan(from, asked, `k${i}`);
  assert.notEqual(plan(from, asked, 'a9'), first, 'a flood of keys clears the memory');
});
