import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock, createSeededRandom } from '@meridian/testkit';
import type { Verdict } from '../providers/index.ts';
import { createRouteWorld, walk } from './testing/route-world.ts';

const MINUTE_MS = 60_000;
const OVERLOAD: Verdict = { retry: true, cause: 'overload', sleep: { kind: 'count' } };
/** The upstream has no such model. */
const ELSEWHERE: Verdict = { retry: true, cause: 'caller' };

function createWorld(keys = 'a@1=m+n b@1=m+n') {
  const clock = createFakeClock();
  const here = createRouteWorld({ keys }, { clock, random: createSeededRandom(5) });
  /** One attempt of the model at the key, past the plan's choice. */
  function end(key: string, model: string, outcome: Verdict | 'ok' | 'abandoned'): void {
    const state = here.pools.pool(1)?.states.find((each) => each.key.name === key);
    assert.ok(state);
    assert.ok(state.isAwake(model), `${key} is awake for ${model}`);
    state.end(state.begin(model), model, outcome);
  }
  const route = (model: string): string => walk(here.plan(model));
  return { clock, here, end, route };
}

test('a model that fails three times at a key, while others succeed there, rests alone', () => {
  const { clock, end, route } = createWorld();
  for (let i = 0; i < 3; i++) {
    end('a', 'm', OVERLOAD);
    end('a', 'n', 'ok');
  }
  assert.equal(route('m'), 'm@1:b');
  assert.equal(route('n'), 'n@1:ab');
  clock.advance(5 * MINUTE_MS);
  assert.equal(route('m'), 'm@1:ab', 'one trial');
});

test('after its rest one trial decides: a failure climbs the ladder, a success ends it', () => {
  const { clock, here, end, route } = createWorld();
  for (let i = 0; i < 3; i++) {
    end('a', 'm', OVERLOAD);
    end('a', 'n', 'ok');
  }
  clock.advance(5 * MINUTE_MS);
  const state = here.pools.pool(1)!.states[0]!;
  const trial = state.begin('m');
  assert.equal(route('m'), 'm@1:b', 'while it is tried nobody else tries it');
  state.end(trial, 'm', OVERLOAD);
  clock.advance(5 * MINUTE_MS);
  assert.equal(route('m'), 'm@1:b', 'the second rest is longer');
  clock.advance(10 * MINUTE_MS);
  end('a', 'm', 'ok');
  end('a', 'm', OVERLOAD);
  assert.equal(route('m'), 'm@1:ab');
});

test('failures of one outage count once, however many attempts it breaks', () => {
  const { clock, here, end, route } = createWorld();
  const state = here.pools.pool(1)!.states[0]!;
  const tickets = Array.from({ length: 9 }, () => state.begin('m'));
  end('a', 'n', 'ok');
  for (const ticket of tickets) {
    state.end(ticket, 'm', OVERLOAD);
    end('a', 'n', 'ok');
  }
  clock.advance(5 * MINUTE_MS);
  assert.equal(route('m'), 'm@1:ab');
});

test('a key whose upstream has no such model is passed over, and asked when nobody else is left', () => {
  const { end, route } = createWorld();
  for (let i = 0; i < 3; i++) end('a', 'm', ELSEWHERE);
  assert.equal(route('m'), 'm@1:b');
  assert.equal(route('n'), 'n@1:ab');
  for (let i = 0; i < 3; i++) end('b', 'm', ELSEWHERE);
  assert.match(route('m'), /^m@1:[ab]$/, 'one of them tells the caller so itself');
});

test('the rest of a model is told, and clearing all sleep ends it', () => {
  const { here, end, route } = createWorld();
  for (let i = 0; i < 3; i++) end('a', 'm', ELSEWHERE);
  assert.deepEqual(
    here.pools.health(1).map(({ paused }) => paused.map(({ model }) => model)),
    [['m'], []],
  );
  here.pools.wakeAll(1);
  assert.equal(route('m'), 'm@1:ab');
});
