import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inputTokens, NO_USAGE, outputTokens, type Usage } from '../neutral/usage.ts';
import { readConversation, readRealtimeUsage, readTranscriptUsage } from './usage.ts';

const wire = (fields: object = {}): object => ({
  total_tokens: 253,
  input_tokens: 132,
  output_tokens: 121,
  input_token_details: {
    text_tokens: 119,
    audio_tokens: 13,
    image_tokens: 0,
    cached_tokens: 64,
    cached_tokens_details: { text_tokens: 60, audio_tokens: 4, image_tokens: 0 },
  },
  output_token_details: { text_tokens: 30, audio_tokens: 91 },
  ...fields,
});

const inputs = (details: object): Usage =>
  readRealtimeUsage({
    input_tokens: 100,
    output_tokens: 0,
    input_token_details: details,
  })?.usage ?? NO_USAGE;

test('tokens go into disjoint buckets, the cached ones out of the kind that they are of', () => {
  const read = readRealtimeUsage(wire());
  assert.deepEqual(read, {
    usage: {
      ...NO_USAGE,
      input: 59,
      inputAudio: 9,
      cacheRead: 64,
      output: 30,
      outputAudio: 91,
    },
    isSuspicious: false,
  });
  assert.equal(inputTokens(read.usage), 132);
  assert.equal(outputTokens(read.usage), 121);
});

test('cached tokens without a split are text first, then audio', () => {
  const split = ({ input, inputAudio, inputImage, cacheRead }: Usage) => [
    ...[input, inputAudio, inputImage, cacheRead],
  ];
  const text = inputs({ text_tokens: 70, audio_tokens: 30, cached_tokens: 50 });
  assert.deepEqual(split(text), [20, 30, 0, 50]);
  const both = inputs({ text_tokens: 70, audio_tokens: 30, cached_tokens: 80 });
  assert.deepEqual(split(both), [0, 20, 0, 80]);
  const image = inputs({ audio_tokens: 10, image_tokens: 40 });
  assert.deepEqual(split(image), [50, 10, 40, 0]);
});

test('reasoning is part of the written output', () => {
  const details = { text_tokens: 50, audio_tokens: 50, reasoning_tokens: 20 };
  const usage = { input_tokens: 1, output_tokens: 100, output_token_details: details };
  const read = readRealtimeUsage(usage)?.usage;
  assert.deepEqual([read?.output, read?.reasoning, read?.outputAudio], [30, 20, 50]);
});

test('no usage is none, and zero is zero', () => {
  for (const none of [undefined, null, {}, [], 'x', { total_tokens: 3 }]) {
    assert.equal(readRealtimeUsage(none), undefined);
  }
  const zero = readRealtimeUsage({ input_tokens: 0, output_tokens: 0 });
  assert.deepEqual(zero, { usage: NO_USAGE, isSuspicious: false });
});

test('impossible counts are made possible and flagged; the sum stays what was reported', () => {
  const cases: readonly object[] = [
    { input_token_details: { audio_tokens: 500 } },
    { input_token_details: { cached_tokens: 500 } },
    { input_token_details: { audio_tokens: -1 } },
    { output_token_details: { audio_tokens: 1e12 } },
    { output_tokens: Number.NaN },
    { input_tokens: '132' },
  ];
  for (const fields of cases) {
    const read = readRealtimeUsage(wire(fields));
    assert.equal(read?.isSuspicious, true, JSON.stringify(fields));
    for (const count of Object.values(read.usage)) assert.ok(count >= 0 && count <= 1e9);
    assert.ok(inputTokens(read.usage) <= 132);
  }
  const odd = inputs({ audio_tokens: 40, cached_tokens: 90, cached_tokens_details: {} });
  assert.equal(inputTokens(odd), 100);
});

test('a transcript is billed by tokens or by seconds', () => {
  const tokens = readTranscriptUsage({
    type: 'tokens',
    input_tokens: 48,
    output_tokens: 10,
    total_tokens: 58,
    input_token_details: { text_tokens: 8, audio_tokens: 40 },
  });
  assert.deepEqual(tokens.usage, { ...NO_USAGE, input: 8, inputAudio: 40, output: 10 });
  assert.deepEqual(readTranscriptUsage({ type: 'duration', seconds: 3.2 }), {
    usage: NO_USAGE,
    isSuspicious: false,
    pieces: { second: 4 },
  });
  for (const none of [undefined, null, { type: 'duration', seconds: -1 }]) {
    const read = readTranscriptUsage(none);
    assert.deepEqual([read.usage, read.pieces], [NO_USAGE, {}]);
  }
});

test('a conversation is as long as what its latest response read and added', () => {
  assert.deepEqual(readConversation(wire()), { text: 119 + 30, audio: 13 + 91 });
  assert.deepEqual(readConversation(undefined), { text: 0, audio: 0 });
});
