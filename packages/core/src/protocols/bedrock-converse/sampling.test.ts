import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sampling } from '../neutral/request.ts';
import { encodeFor } from './request-world.ts';

const NOVA = 'amazon.nova-pro-v1:0';

/** [model, sampling, inferenceConfig, additional fields, lost abilities] */
type Row = readonly [string, Sampling, object | undefined, object | undefined, readonly string[]];

const rows: readonly Row[] = [
  [NOVA, { temperature: 0.3, topP: 0.8 }, { temperature: 0.3, topP: 0.8 }, undefined, []],
  [NOVA, { temperature: 0 }, { temperature: 0 }, undefined, []],
  [NOVA, { temperature: 1.5 }, { temperature: 1 }, undefined, ['temperature']],
  [NOVA, { topK: 20 }, undefined, { inferenceConfig: { topK: 20 } }, []],
  [NOVA, { stop: ['END'] }, { stopSequences: ['END'] }, undefined, []],
  [NOVA, { stop: [] }, undefined, undefined, []],
  [NOVA, { seed: 7 }, undefined, undefined, ['seed']],
  [NOVA, { presencePenalty: 0, frequencyPenalty: 0 }, undefined, undefined, []],
  [NOVA, { presencePenalty: 1 }, undefined, undefined, ['presencePenalty']],
  [NOVA, { logprobs: true, topLogprobs: 2 }, undefined, undefined, ['logprobs', 'topLogprobs']],
  [NOVA, { logprobs: false, logitBias: {} }, undefined, undefined, []],
  [NOVA, { logitBias: { 5: 1 } }, undefined, undefined, ['logitBias']],
  ['claude-3-haiku-20240307', { topK: 5 }, undefined, { top_k: 5 }, []],
  [
    ...(['claude-3-haiku-20240307', { temperature: 0.2, topP: 0.9 }] as const),
    ...([{ temperature: 0.2, topP: 0.9 }, undefined, []] as const),
  ],
  ['claude-sonnet-4-5', { temperature: 0.2, topP: 1 }, { temperature: 0.2 }, undefined, []],
  ['claude-sonnet-4-5', { temperature: 1, topP: 0.9 }, { topP: 0.9 }, undefined, []],
  ['claude-sonnet-4-5', { temperature: 0.2, topP: 0.9 }, { temperature: 0.2 }, undefined, ['topP']],
  ['claude-opus-4-7', { temperature: 0.2 }, undefined, undefined, ['temperature']],
  ['claude-opus-4-7', { temperature: 1, topP: 1 }, undefined, undefined, []],
  ['claude-sonnet-5', { topP: 0.5, topK: 4 }, undefined, undefined, ['topP', 'topK']],
  [
    ...(['command-r-plus-08-2024', { topK: 5, seed: 7, presencePenalty: 0.5 }] as const),
    ...([undefined, { k: 5, seed: 7, presence_penalty: 0.5 }, []] as const),
  ],
];

test('what steers the choice of tokens is said, or told to be lost', async (t) => {
  for (const [model, sampling, config, fields, lost] of rows) {
    await t.test(`${model} ${JSON.stringify(sampling)}`, () => {
      const { body, losses } = encodeFor(model, { sampling });
      assert.deepEqual(body.inferenceConfig, config);
      assert.deepEqual(body.additionalModelRequestFields, fields);
      const abilities = losses.map((loss) => 'ability' in loss && loss.ability);
      assert.deepEqual(abilities.toSorted(), lost.toSorted());
    });
  }
});

test('a thinking Claude takes the usual sampling only', () => {
  const sampling = { temperature: 0.2, topK: 5, topP: 1 };
  const reasoning = { effort: 'low' } as const;
  const { body, losses } = encodeFor('claude-opus-4-6', { sampling, reasoning });
  assert.equal(body.inferenceConfig, undefined);
  assert.equal(body.additionalModelRequestFields.top_k, undefined);
  assert.deepEqual(losses.map((loss) => 'ability' in loss && loss.ability).toSorted(), [
    'temperature',
    'topK',
  ]);
});

test('Claude is asked which stop sequence came up', () => {
  const sampling = { stop: ['END'] };
  const { body } = encodeFor('claude-sonnet-4-5', { sampling });
  assert.deepEqual(body.additionalModelResponseFieldPaths, [
    '/stop_sequence',
    '/delta/stop_sequence',
  ]);
  assert.equal(encodeFor(NOVA, { sampling }).body.additionalModelResponseFieldPaths, undefined);
});
