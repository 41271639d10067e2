import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fixture } from '@meridian/testkit';
import { NO_USAGE } from '../neutral/usage.ts';
import { responsesUpstream } from './index.ts';
import { readResponsesUsage, writeResponsesUsage } from './usage.ts';

describe('usage', () => {
  test('is told apart into buckets that add up', () => {
    const read = readResponsesUsage({
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 },
      output_tokens: 50,
      output_tokens_details: { reasoning_tokens: 20 },
      total_tokens: 150,
    });
    assert.deepEqual(read, {
      usage: {
        ...NO_USAGE,
        input: 30,
        cacheRead: 60,
        cacheWrite5m: 10,
        output: 30,
        reasoning: 20,
      },
      isSuspicious: false,
    });
  });

  test('counts the searches that are paid by the piece, and nothing else that a tool does', () => {
    const search = { type: 'web_search_call', status: 'completed', action: { type: 'search' } };
    const output = [
      search,
      { ...search, action: undefined },
      { ...search, status: 'failed' },
      { ...search, action: { type: 'open_page' } },
      { type: 'file_search_call', status: 'completed' },
    ];
    assert.equal(readResponsesUsage({ input_tokens: 1 }, output)?.usage.units, 2);
    for (const file of ['web-search.json', 'web-search.sse']) {
      const bytes = fixture(`openai-responses/${file}`);
      const read = file.endsWith('.sse')
        ? responsesUpstream.openReader().push(bytes)
        : [{ kind: 'usage', usage: responsesUpstream.decodeAnswer(bytes)?.usage }];
      const told = read.findLast((event) => event.kind === 'usage');
      assert.ok(told && 'usage' in told);
      assert.equal(told.usage?.units, 1, file);
    }
  });

  test('of a fixture is the provider’s own', () => {
    const answer = responsesUpstream.decodeAnswer(
      fixture('openai-responses/reasoning-and-cache.json'),
    );
    assert.deepEqual(answer?.usage, {
      ...NO_USAGE,
      input: 2312 - 2048 - 128,
      cacheRead: 2048,
      cacheWrite5m: 128,
      output: 20,
      reasoning: 128,
    });
  });

  test('that is absent is not zero', () => {
    for (const nothing of [undefined, null, {}, 7, 'x', []]) {
      assert.equal(readResponsesUsage(nothing), undefined);
    }
  });

  test('without details, or with nulls for them, is all input and output', () => {
    const wire = { input_tokens: 5, input_tokens_details: null, output_tokens: 3 };
    assert.deepEqual(readResponsesUsage(wire)?.usage, { ...NO_USAGE, input: 5, output: 3 });
  });

  test('that counts reasoning beside the output is billed for it', () => {
    const read = readResponsesUsage({
      input_tokens: 10,
      output_tokens: 4,
      output_tokens_details: { reasoning_tokens: 30 },
      total_tokens: 44,
    });
    assert.deepEqual(read?.usage, { ...NO_USAGE, input: 10, output: 4, reasoning: 30 });
    assert.equal(read?.isSuspicious, false);
  });

  const IMPOSSIBLE: readonly object[] = [
    { input_tokens: -1, output_tokens: 1 },
    { input_tokens: 1, output_tokens: Number.NaN },
    { input_tokens: 5, input_tokens_details: { cached_tokens: 6 }, output_tokens: 1 },
    { input_tokens: 5, output_tokens: 1, output_tokens_details: { reasoning_tokens: 2 } },
    { input_tokens: 5, output_tokens: '7' },
    { input_tokens: 1e12, output_tokens: 1 },
  ];
  for (const wire of IMPOSSIBLE) {
    test(`that cannot be is clamped and flagged: ${JSON.stringify(wire)}`, () => {
      const read = readResponsesUsage(wire);
      assert.equal(read?.isSuspicious, true);
      assert.ok(Object.values(read?.usage ?? {}).every((count) => count >= 0 && count <= 1e9));
    });
  }

  test('is written with the counts that all dialects have here beside its own', () => {
    const usage = { ...NO_USAGE, input: 1, cacheRead: 2, cacheWrite5m: 4, cacheWrite1h: 8 };
    assert.deepEqual(writeResponsesUsage({ ...usage, output: 16, reasoning: 32 }), {
      input_tokens: 15,
      input_tokens_details: { cached_tokens: 2, cache_write_tokens: 12 },
      output_tokens: 48,
      output_tokens_details: { reasoning_tokens: 32 },
      total_tokens: 63,
      cache_creation_tokens: 12,
      cache_read_tokens: 2,
      cache_creation: { ephemeral_5m_input_tokens: 4, ephemeral_1h_input_tokens: 8 },
    });
  });
});
