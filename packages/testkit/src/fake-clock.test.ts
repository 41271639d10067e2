import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock, FAKE_CLOCK_START_MS } from './fake-clock.ts';

test('time stands still until it is advanced', () => {
  const clock = createFakeClock(1_000);
  assert.equal(clock.now(), 1_000);
  clock.advance(250);
  assert.equal(clock.now(), 1_250);
  assert.equal(clock.monotonic(), 250);
  assert.equal(createFakeClock().now(), FAKE_CLOCK_START_MS);
});

test('timers fire in order of their time, then of their creation, each at its own time', () => {
  const clock = createFakeClock(0);
  const fired: string[] = [];
  clock.after(20, () => fired.push(`c@${clock.now()}`));
  clock.after(10, () => fired.push(`a@${clock.now()}`));
  clock.after(10, () => fired.push(`b@${clock.now()}`));
  clock.after(21, () => fired.push('late'));
  clock.advance(20);
  assert.deepEqual(fired, ['a@10', 'b@10', 'c@20']);
  assert.equal(clock.now(), 20);
  assert.equal(clock.pendingTimers, 1);
});

test('a timer set by a timer fires in the same advance when it falls due there', () => {
  const clock = createFakeClock(0);
  const fired: number[] = [];
  clock.after(10, () => {
    fired.push(clock.now());
    clock.after(5, () => fired.push(clock.now()));
    clock.after(50, () => fired.push(clock.now()));
  });
  clock.advance(20);
  assert.deepEqual(fired, [10, 15]);
});

test('a cancelled timer never fires, not even when a timer of the same time cancels it', () => {
  const clock = createFakeClock(0);
  const fired: string[] = [];
  let cancelSecond = (): void => undefined;
  clock.after(10, () => cancelSecond());
  cancelSecond = clock.after(10, () => fired.push('second'));
  const cancel = clock.after(5, () => fired.push('first'));
  cancel();
  cancel();
  clock.advance(100);
  assert.deepEqual(fired, []);
});

test('advanceAsync lets promises settle between two timers', async () => {
  const clock = createFakeClock(0);
  const events: string[] = [];
  const afterPromise = (delayMs: number): Promise<void> =>
    new Promise((resolve) => {
      clock.after(delayMs, resolve);
    });
  const run = (async () => {
    await afterPromise(10);
    events.push(`one@${clock.now()}`);
    await afterPromise(10);
    events.push(`two@${clock.now()}`);
  })();
  await clock.advanceAsync(25);
  await run;
  assert.deepEqual(events, ['one@10', 'two@20']);
  assert.equal(clock.now(), 25);
});

test('the wall clock can jump without moving the monotonic one or firing timers', () => {
  const clock = createFakeClock(5_000);
  let fired = 0;
  clock.after(10, () => fired++);
  clock.jumpWall(-3_000);
  assert.equal(clock.now(), 2_000);
  assert.equal(clock.monotonic(), 0);
  assert.equal(fired, 0);
});

test('time never runs backwards', () => {
  const clock = createFakeClock();
  assert.throws(() => clock.advance(-1), RangeError);
  assert.throws(() => clock.advance(Number.NaN), RangeError);
});
