import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMemoryWindows, type WindowSpec } from '@meridian/core/admission';
import { testCaller } from '../edge/management/test-application.ts';
import { createLimitReader } from './limit-headers.ts';

const MINUTE_MS = 60_000;
const clock = { now: () => MINUTE_MS, monotonic: () => MINUTE_MS, after: () => () => undefined };
const caller = testCaller(42);

function spec(unit: WindowSpec['unit'], limit: number): WindowSpec {
  const scope = { kind: 'account', accountId: 42 } as const;
  return { id: `${unit}:42`, ownerId: 1, unit, span: 'minute', limit, scope };
}

describe('the reader of rate limits', () => {
  it('shows the limits without using anything of them', async () => {
    const windows = createMemoryWindows({ clock });
    const windowsOf = () => [spec('requests', 60), spec('tokens', 1000)];
    const reader = createLimitReader({ windows, windowsOf });
    windows.reserve([{ window: spec('requests', 60), amount: 1 }]);
    for (let i = 0; i < 3; i++) {
      const headers = await reader.headers(caller);
      assert.equal(headers['x-ratelimit-limit-requests'], '60');
      assert.equal(headers['x-ratelimit-remaining-requests'], '59');
      assert.equal(headers['x-ratelimit-remaining-tokens'], '1000');
    }
  });

  it('shows nothing where there is no limit', async () => {
    const windows = createMemoryWindows({ clock });
    assert.deepEqual(await createLimitReader({ windows, windowsOf: () => [] }).headers(caller), {});
  });

  it('shows a limit that is used up beyond its size', async () => {
    const windows = createMemoryWindows({ clock });
    windows.reserve([{ window: spec('requests', 5), amount: 5 }]);
    const reader = createLimitReader({ windows, windowsOf: () => [spec('requests', 3)] });
    assert.equal((await reader.headers(caller))['x-ratelimit-remaining-requests'], '0');
  });
});
