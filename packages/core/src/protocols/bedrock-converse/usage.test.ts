import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_USAGE } from '../neutral/usage.ts';
import { readConverseUsage } from './usage.ts';

const rows: readonly (readonly [
  what: string,
  wire: unknown,
  buckets: object,
  suspicious?: true,
])[] = [
  ['plain counts', { inputTokens: 5, outputTokens: 7, totalTokens: 12 }, { input: 5, output: 7 }],
  [
    'a cache that was read and written beside the input',
    { inputTokens: 4, outputTokens: 1, cacheReadInputTokens: 90, cacheWriteInputTokens: 30 },
    { input: 4, output: 1, cacheRead: 90, cacheWrite5m: 30 },
  ],
  [
    'writes by how long they live',
    {
      ...{ inputTokens: 4, outputTokens: 1, cacheWriteInputTokens: 30 },
      cacheDetails: [
        { ttl: '1h', inputTokens: 20 },
        { ttl: '5m', inputTokens: 10 },
      ],
    },
    { input: 4, output: 1, cacheWrite5m: 10, cacheWrite1h: 20 },
  ],
  [
    'more written for an hour than written at all',
    {
      ...{ inputTokens: 4, outputTokens: 1, cacheWriteInputTokens: 5 },
      cacheDetails: [{ ttl: '1h', inputTokens: 20 }],
    },
    { input: 4, output: 1, cacheWrite1h: 5 },
    true,
  ],
  ['a negative count', { inputTokens: -4, outputTokens: 1 }, { output: 1 }, true],
  ['no number', { inputTokens: '4', outputTokens: 1 }, { output: 1 }, true],
  [
    'an absurd count',
    { inputTokens: 1e15, outputTokens: 1 },
    { input: 1_000_000_000, output: 1 },
    true,
  ],
  ['null where there is nothing', { inputTokens: 3, outputTokens: null }, { input: 3 }],
];

test('usage goes into disjoint buckets', async (t) => {
  for (const [what, wire, buckets, suspicious = false] of rows) {
    await t.test(what, () => {
      const read = readConverseUsage(wire);
      assert.deepEqual(read?.usage, { ...NO_USAGE, ...buckets });
      assert.equal(read?.isSuspicious, suspicious);
    });
  }
});

test('absent usage is not zero', () => {
  for (const wire of [undefined, null, 5, [], {}, { totalTokens: 4 }]) {
    assert.equal(readConverseUsage(wire), undefined);
  }
});
