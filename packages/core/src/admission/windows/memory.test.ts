import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock, windowOf, windowStoreSuite } from '@meridian/testkit';
import { createMemoryWindows } from './memory.ts';

windowStoreSuite('memory', async () => {
  const clock = createFakeClock();
  return {
    store: createMemoryWindows({ clock }),
    advance: (byMs) => clock.advance(byMs),
    now: () => clock.now(),
    settled: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
});

function requestTo(name: string) {
  return [{ window: windowOf('requests', 'minute', 10, name), amount: 1 }];
}

test('idle windows are dropped in the course of later requests', () => {
  const clock = createFakeClock();
  const windows = createMemoryWindows({ clock });
  for (let i = 0; i < 1_000; i++) windows.reserve(requestTo(`old ${i}`));
  assert.equal(windows.size, 1_000);
  clock.advance(120_000);
  for (let i = 0; i < 1_500; i++) windows.reserve(requestTo('new'));
  assert.ok(windows.size < 5, `${windows.size}`);
});

test('the table is bounded: beyond it new windows are refused, known ones go on', () => {
  const clock = createFakeClock();
  const windows = createMemoryWindows({ clock, windowsMax: 100 });
  for (let i = 0; i < 100; i++) assert.equal(windows.reserve(requestTo(`${i}`)).refused, false);
  const refusal = windows.reserve(requestTo('one more'));
  assert.ok(refusal.refused && refusal.reason === 'unavailable');
  assert.equal(windows.reserve(requestTo('5')).refused, false);
  clock.advance(120_000);
  assert.equal(windows.reserve(requestTo('one more')).refused, false, 'idle ones make room');
});

test('windows that one request takes are not dropped between its own', () => {
  const clock = createFakeClock();
  const windows = createMemoryWindows({ clock, windowsMax: 3 });
  const three = ['a', 'b', 'c'].flatMap(requestTo);
  windows.reserve(three);
  clock.advance(120_000);
  const second = windows.reserve(three);
  assert.ok(!second.refused);
  const third = windows.reserve(three);
  assert.deepEqual(!third.refused && third.standings.map(({ used }) => used), [2, 2, 2]);
});

test('a wall clock that is set back gives no second day', () => {
  const clock = createFakeClock();
  const windows = createMemoryWindows({ clock });
  const day = [{ window: windowOf('requests', 'day', 1), amount: 1 }];
  assert.equal(windows.reserve(day).refused, false);
  clock.jumpWall(-86_400_000);
  assert.equal(windows.reserve(day).refused, true);
  clock.jumpWall(86_400_000);
  assert.equal(windows.reserve(day).refused, true);
  clock.jumpWall(86_400_000);
  assert.equal(windows.reserve(day).refused, false);
});

test('a wall clock that jumps does not move sliding windows', () => {
  const clock = createFakeClock();
  const windows = createMemoryWindows({ clock });
  const minute = [{ window: windowOf('requests', 'minute', 1), amount: 1 }];
  windows.reserve(minute);
  clock.jumpWall(3_600_000);
  assert.equal(windows.reserve(minute).refused, true);
});
