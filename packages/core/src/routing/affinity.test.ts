import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock, createSeededRandom } from '@meridian/testkit';
import { affinityOf } from './affinity.ts';
import { createRouteWorld } from './testing/route-world.ts';
import type { RoutePlan } from './types.ts';

const AUTH = { retry: true, cause: 'auth', sleep: { kind: 'now' } } as const;
const KEYS = 'a@1=m b@1=m c@1=m d@1=m';

function createWorld() {
  const clock = createFakeClock();
  const { router, pools } = createRouteWorld(
    { keys: KEYS },
    { clock, random: createSeededRandom(9) },
  );
  const policy = {
    ...{ ownerId: 1, level: 0, modelMappers: [], allowModels: [] },
    allowLevels: undefined,
  };
  const first = (affinity: number | undefined) => {
    const plan = router.plan({ policy, model: 'm', affinity }) as RoutePlan;
    return plan.next()!;
  };
  return { first, pools };
}

test('requests with the same long beginning share an affinity, of one account only', () => {
  const beginning = 'You are a helpful assistant. '.repeat(200);
  const of = (account: number, text: string) => affinityOf(account, Buffer.from(text));
  assert.equal(of(1, `${beginning} first`), of(1, `${beginning} and then second`));
  assert.notEqual(of(1, beginning), of(2, beginning));
  assert.notEqual(of(1, beginning), of(1, `x${beginning}`));
  assert.equal(of(1, 'short'), undefined);
});

test('an affinity leads to the same key each time, and affinities spread over all keys', () => {
  const { first } = createWorld();
  const chosen = new Set<string>();
  for (let affinity = 1; affinity <= 64; affinity++) {
    const { name } = first(affinity).key;
    for (let i = 0; i < 5; i++) assert.equal(first(affinity).key.name, name);
    chosen.add(name);
  }
  assert.deepEqual([...chosen].sort(), ['a', 'b', 'c', 'd']);
});

test('it is a hint: a key that sleeps or is much busier than another is not waited for', () => {
  const { first } = createWorld();
  const preferred = first(7);
  for (let i = 0; i < 40; i++) {
    const next = first(7);
    if (next.key.name === preferred.key.name) next.began();
  }
  assert.ok(
    Array.from({ length: 20 }, () => first(7).key.name).some((n) => n !== preferred.key.name),
  );
  preferred.began();
  preferred.ended(AUTH);
  const other = first(7).key.name;
  assert.notEqual(other, preferred.key.name);
  for (let i = 0; i < 5; i++) assert.equal(first(7).key.name, other, 'the next in line takes over');
});
