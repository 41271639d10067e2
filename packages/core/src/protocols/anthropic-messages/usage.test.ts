import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fixture, fixtureNames } from '@meridian/testkit';
import { NO_USAGE, type Usage } from '../neutral/usage.ts';
import { messagesUpstream } from './index.ts';
import { mergeWireUsage, readMessagesUsage, writeMessagesUsage } from './usage.ts';

describe('a usage object is read into disjoint buckets', () => {
  const rows: readonly (readonly [object, Partial<Usage>, boolean])[] = [
    [{ input_tokens: 10, output_tokens: 4 }, { input: 10, output: 4 }, false],
    [{ input_tokens: 0, output_tokens: 0 }, {}, false],
    [{ output_tokens: 4 }, { output: 4 }, false],
    [
      {
        input_tokens: 1,
        cache_read_input_tokens: 20,
        cache_creation_input_tokens: 30,
        output_tokens: 0,
      },
      { input: 1, cacheRead: 20, cacheWrite5m: 30 },
      false,
    ],
    [
      {
        input_tokens: 1,
        cache_creation_input_tokens: 30,
        cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
      },
      { input: 1, cacheWrite5m: 10, cacheWrite1h: 20 },
      false,
    ],
    // The total of a stream's end may be more than the breakdown of its beginning.
    [
      {
        input_tokens: 1,
        cache_creation_input_tokens: 50,
        cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
      },
      { input: 1, cacheWrite5m: 30, cacheWrite1h: 20 },
      false,
    ],
    [
      {
        input_tokens: 1,
        cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
      },
      { input: 1, cacheWrite5m: 10, cacheWrite1h: 20 },
      false,
    ],
    [
      {
        input_tokens: 1,
        cache_creation_input_tokens: 15,
        cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
      },
      { input: 1, cacheWrite5m: 0, cacheWrite1h: 15 },
      true,
    ],
    [
      { input_tokens: 1, output_tokens: 9, output_tokens_details: { thinking_tokens: 6 } },
      { input: 1, output: 3, reasoning: 6 },
      false,
    ],
    [
      { input_tokens: 1, output_tokens: 9, output_tokens_details: { thinking_tokens: 12 } },
      { input: 1, output: 0, reasoning: 9 },
      true,
    ],
    [
      { input_tokens: 1, server_tool_use: { web_search_requests: 3, web_fetch_requests: 5 } },
      { input: 1, units: 3 },
      false,
    ],
    [{ input_tokens: -4, output_tokens: '7' }, {}, true],
    [{ input_tokens: 2.9, output_tokens: 1e12 }, { input: 2, output: 1_000_000_000 }, true],
  ];
  for (const [wire, buckets, isSuspicious] of rows) {
    test(JSON.stringify(wire), () => {
      const usage = { ...NO_USAGE, ...buckets };
      assert.deepEqual(readMessagesUsage(wire), { usage, isSuspicious });
    });
  }

  test('runs of the model that the totals leave out are added', () => {
    const iterations = [
      { type: 'compaction', input_tokens: 100, cache_read_input_tokens: 5, output_tokens: 7 },
      { type: 'message', input_tokens: 10, output_tokens: 4 },
      {
        type: 'advisor_message',
        input_tokens: 1,
        cache_creation_input_tokens: 2,
        output_tokens: 3,
      },
      null,
    ];
    const read = readMessagesUsage({ input_tokens: 10, output_tokens: 4, iterations });
    const expected = { input: 111, cacheRead: 5, cacheWrite5m: 2, output: 14 };
    assert.deepEqual(read?.usage, { ...NO_USAGE, ...expected });
  });

  for (const wire of [undefined, null, 7, [], {}, { input_tokens: null }, { service_tier: 'x' }]) {
    test(`${JSON.stringify(wire)} is none`, () => {
      assert.equal(readMessagesUsage(wire), undefined);
    });
  }
});

test('what a later usage of a stream does not tell stays as it was', () => {
  const earlier = { input_tokens: 9, cache_creation: { ephemeral_1h_input_tokens: 3 } };
  const later = { input_tokens: null, output_tokens: 5 };
  assert.deepEqual(mergeWireUsage(earlier, later), { ...earlier, output_tokens: 5 });
  assert.deepEqual(mergeWireUsage(earlier, null), earlier);
});

describe('usage for clients', () => {
  test('has every count that they may look at', () => {
    assert.deepEqual(writeMessagesUsage(undefined), {
      input_tokens: 0,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
      output_tokens: 0,
      output_tokens_details: null,
      server_tool_use: null,
      service_tier: null,
      cache_creation_tokens: 0,
      cache_read_tokens: 0,
    });
  });

  test('counts media with the text of their side', () => {
    const usage = {
      ...NO_USAGE,
      input: 1,
      inputAudio: 2,
      inputImage: 4,
      output: 8,
      outputImage: 16,
    };
    const { input_tokens: input, output_tokens: output } = writeMessagesUsage(usage) as never as {
      input_tokens: number;
      output_tokens: number;
    };
    assert.deepEqual([input, output], [7, 24]);
  });
});

describe('the billed buckets of every fixture add up to its own figures', () => {
  for (const name of fixtureNames('anthropic-messages', 'json')) {
    if (name.startsWith('error-')) continue;
    test(name, () => {
      const body = fixture(`anthropic-messages/${name}.json`);
      const { usage: own } = JSON.parse(body.toString());
      const usage = messagesUpstream.decodeAnswer(body)?.usage;
      assert.ok(usage);
      const apart = (own.iterations ?? []).filter(
        (run: { type: string }) => run.type === 'compaction',
      );
      const [runs = { input_tokens: 0, output_tokens: 0 }] = apart;
      assert.equal(usage.input, own.input_tokens + runs.input_tokens);
      assert.equal(usage.cacheRead, own.cache_read_input_tokens);
      assert.equal(usage.cacheWrite5m + usage.cacheWrite1h, own.cache_creation_input_tokens);
      assert.equal(usage.cacheWrite1h, own.cache_creation.ephemeral_1h_input_tokens);
      assert.equal(usage.output + usage.reasoning, own.output_tokens + runs.output_tokens);
      assert.equal(usage.reasoning, own.output_tokens_details?.thinking_tokens ?? 0);
      assert.equal(usage.units, own.server_tool_use?.web_search_requests ?? 0);
    });
  }
});
