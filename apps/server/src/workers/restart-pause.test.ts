import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRestartPause } from './restart-pause.ts';

test('the pause doubles with each early end, up to half a minute, and a long life resets it', () => {
  const pause = createRestartPause();
  const pauses = Array.from({ length: 10 }, () => pause.next(100));
  assert.deepEqual(pauses, [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  assert.equal(pause.next(60_000), 250);
  assert.equal(pause.next(100), 250);
});
