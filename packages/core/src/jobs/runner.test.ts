import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterFailure, UnrepeatableError } from './runner.ts';

test('waits grow, are spread, and end', () => {
  const waits = [1, 2, 3, 4, 5, 6].map((attempts) => {
    const how = afterFailure(attempts, new Error('no'), 0);
    assert.ok(how.state === 'queued' && how.error === 'no');
    return how.delayMs / 1_000;
  });
  assert.deepEqual(waits, [30, 120, 600, 3_600, 14_400, 43_200]);
  assert.deepEqual(afterFailure(7, new Error('no'), 0), { state: 'dead', error: 'no' });
  const spread = afterFailure(1, 'no', 0.5);
  assert.deepEqual(spread, { state: 'queued', delayMs: 33_000, error: 'no' });
});

test('what another try will not mend is dead at once', () => {
  const how = afterFailure(1, new UnrepeatableError('no such mailbox'), 0);
  assert.deepEqual(how, { state: 'dead', error: 'no such mailbox' });
});
