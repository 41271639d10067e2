import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSeededRandom } from '@meridian/testkit';
import { NO_USAGE, type Usage } from '../neutral/usage.ts';
import { readGeminiUsage, writeGeminiUsage } from './usage.ts';

const read = (wire: object) => readGeminiUsage(wire)?.usage;

describe('absent is not zero', () => {
  for (const wire of [
    undefined,
    null,
    7,
    {},
    { trafficType: 'ON_DEMAND' },
    { totalTokenCount: 3 },
  ]) {
    test(`${JSON.stringify(wire)} is no usage`, () => {
      assert.equal(readGeminiUsage(wire), undefined);
    });
  }
});

const CASES: readonly (readonly [string, object, Partial<Usage>])[] = [
  [
    'cached audio is not counted twice',
    {
      promptTokenCount: 100,
      cachedContentTokenCount: 40,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 50 },
        { modality: 'AUDIO', tokenCount: 50 },
      ],
      cacheTokensDetails: [{ modality: 'AUDIO', tokenCount: 40 }],
    },
    { input: 50, cacheRead: 40, inputAudio: 10 },
  ],
  [
    'video and documents are input like text',
    {
      promptTokenCount: 90,
      promptTokensDetails: [
        { modality: 'VIDEO', tokenCount: 60 },
        { modality: 'DOCUMENT', tokenCount: 20 },
        { modality: 'IMAGE', tokenCount: 10 },
      ],
    },
    { input: 80, inputImage: 10 },
  ],
  [
    'thoughts are beside the candidates',
    { promptTokenCount: 5, candidatesTokenCount: 7, thoughtsTokenCount: 3, totalTokenCount: 15 },
    { input: 5, output: 7, reasoning: 3 },
  ],
  [
    'thoughts are inside where the total says so',
    { promptTokenCount: 5, candidatesTokenCount: 7, thoughtsTokenCount: 3, totalTokenCount: 12 },
    { input: 5, output: 4, reasoning: 3 },
  ],
  [
    'what tools gave is input',
    {
      promptTokenCount: 5,
      toolUsePromptTokenCount: 11,
      candidatesTokenCount: 1,
      thoughtsTokenCount: 1,
      totalTokenCount: 18,
    },
    { input: 16, output: 1, reasoning: 1 },
  ],
  [
    'two entries of a modality add up',
    {
      promptTokenCount: 9,
      promptTokensDetails: [
        { modality: 'AUDIO', tokenCount: 2 },
        { modality: 'AUDIO', tokenCount: 3 },
      ],
    },
    { input: 4, inputAudio: 5 },
  ],
];

for (const [name, wire, expected] of CASES) {
  test(name, () => {
    assert.deepEqual(readGeminiUsage(wire), {
      usage: { ...NO_USAGE, ...expected },
      isSuspicious: false,
    });
  });
}

describe('impossible counts are clamped and flagged', () => {
  for (const wire of [
    { promptTokenCount: -1 },
    { promptTokenCount: '12' },
    { promptTokenCount: 1e12 },
    { promptTokenCount: 5, cachedContentTokenCount: 6 },
    { promptTokenCount: 5, promptTokensDetails: [{ modality: 'AUDIO', tokenCount: 9 }] },
    { candidatesTokenCount: 5, candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 9 }] },
  ]) {
    test(JSON.stringify(wire), () => {
      const usage = readGeminiUsage(wire);
      assert.equal(usage?.isSuspicious, true);
      for (const count of Object.values(usage.usage)) assert.ok(count >= 0 && count <= 1e9);
    });
  }
});

test('what is written is read again, whatever the buckets', () => {
  const random = createSeededRandom(7);
  for (let round = 0; round < 500; round++) {
    const count = () => (random.fraction() < 0.4 ? 0 : Math.floor(random.fraction() * 5_000));
    const usage: Usage = {
      input: count(),
      cacheRead: count(),
      cacheWrite5m: count(),
      cacheWrite1h: 0,
      inputAudio: count(),
      inputImage: count(),
      output: count(),
      reasoning: count(),
      outputAudio: count(),
      outputImage: count(),
      units: 0,
    };
    const wire = writeGeminiUsage(usage);
    assert.deepEqual(readGeminiUsage(wire), { usage, isSuspicious: false });
    const { totalTokenCount, promptTokenCount, candidatesTokenCount } = wire;
    const thoughts = (wire.thoughtsTokenCount as number | undefined) ?? 0;
    assert.equal(
      totalTokenCount,
      (promptTokenCount as number) + (candidatesTokenCount as number) + thoughts,
    );
  }
});

test('the usage of a whole answer without thoughts is told in full', () => {
  assert.deepEqual(writeGeminiUsage({ ...NO_USAGE, input: 3, cacheRead: 2, output: 4 }, 'flex'), {
    promptTokenCount: 5,
    candidatesTokenCount: 4,
    totalTokenCount: 9,
    cachedContentTokenCount: 2,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: 5 }],
    cacheTokensDetails: [{ modality: 'TEXT', tokenCount: 2 }],
    candidatesTokensDetails: [{ modality: 'TEXT', tokenCount: 4 }],
    serviceTier: 'flex',
    cache_creation_tokens: 0,
    cache_read_tokens: 2,
  });
  assert.equal(read({ promptTokenCount: 0 })?.input, 0);
});
