import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ReasoningWish, Sampling } from '../neutral/request.ts';
import { targetOf, written } from './request-world.ts';

type Row = readonly [
  model: string,
  sampling: Sampling,
  fields: object,
  lost: readonly string[],
  reasoning?: ReasoningWish,
];

const THINKING: ReasoningWish = { effort: 'low' };

describe('the numbers that steer the choice of tokens', () => {
  const rows: readonly Row[] = [
    [
      'claude-3-5-haiku-20241022',
      { temperature: 0.2, topP: 0.9, topK: 5 },
      { temperature: 0.2, top_p: 0.9, top_k: 5 },
      [],
    ],
    ['claude-sonnet-4-5', { temperature: 0.2 }, { temperature: 0.2 }, []],
    ['claude-sonnet-4-5', { temperature: 1.7 }, { temperature: 1 }, []],
    ['claude-sonnet-4-5', { temperature: -1 }, { temperature: 0 }, []],
    ['claude-sonnet-4-5', { topP: 0.9, topK: 5 }, { top_p: 0.9, top_k: 5 }, []],
    ['claude-sonnet-4-5', { temperature: 0.2, topP: 0.9 }, { temperature: 0.2 }, ['topP']],
    ['claude-sonnet-4-5', { temperature: 0.2, topP: 1 }, { temperature: 0.2 }, []],
    ['claude-sonnet-4-5', { temperature: 1, topP: 0.9 }, { top_p: 0.9 }, []],
    ['claude-sonnet-4-5', { temperature: 0.2, topK: 5 }, {}, ['temperature', 'topK'], THINKING],
    ['claude-sonnet-4-5', { temperature: 1, topP: 0.96 }, { top_p: 0.96 }, [], THINKING],
    ['claude-sonnet-4-5', { topP: 0.5 }, {}, ['topP'], THINKING],
    ['claude-opus-4-6', { temperature: 0.5 }, {}, ['temperature'], THINKING],
    ['claude-opus-4-6', { temperature: 0.5 }, { temperature: 0.5 }, []],
    [
      'claude-opus-4-7',
      { temperature: 0.7, topP: 0.9, topK: 5 },
      {},
      ['temperature', 'topP', 'topK'],
    ],
    ['claude-opus-5', { temperature: 1, topP: 1 }, {}, []],
    ['claude-haiku-5-5', { temperature: 0 }, {}, ['temperature']],
    ['deepseek-chat', { temperature: 0.3, topP: 0.5 }, { temperature: 0.3, top_p: 0.5 }, []],
    ['claude-sonnet-4-5', { seed: 1 }, {}, ['seed']],
    ['claude-sonnet-4-5', { presencePenalty: 0, frequencyPenalty: 0, logitBias: {} }, {}, []],
    [
      'claude-sonnet-4-5',
      { presencePenalty: 1, frequencyPenalty: -1 },
      {},
      ['presencePenalty', 'frequencyPenalty'],
    ],
    ['claude-sonnet-4-5', { logitBias: { 50256: -100 } }, {}, ['logitBias']],
    ['claude-sonnet-4-5', { logprobs: false, topLogprobs: 0 }, {}, []],
    ['claude-sonnet-4-5', { logprobs: true, topLogprobs: 2 }, {}, ['logprobs', 'topLogprobs']],
    ['claude-sonnet-4-5', { stop: ['END', ' x'] }, { stop_sequences: ['END', ' x'] }, []],
    ['claude-sonnet-4-5', { stop: ['\n\n'] }, {}, ['stop']],
    ['claude-sonnet-4-5', { stop: ['\n', 'a'] }, { stop_sequences: ['a'] }, ['stop']],
  ];
  for (const [model, sampling, fields, lost, reasoning] of rows) {
    test(`${model} ${JSON.stringify(sampling)}${reasoning ? ' thinking' : ''}`, () => {
      const request = reasoning ? { sampling, reasoning } : { sampling };
      const { body, losses } = written(request, targetOf(model));
      const { temperature, top_p, top_k, stop_sequences } = body;
      const seen = { temperature, top_p, top_k, stop_sequences };
      assert.deepEqual(JSON.parse(JSON.stringify(seen)), fields);
      assert.deepEqual(
        losses.map((loss) => 'ability' in loss && loss.ability),
        lost,
      );
    });
  }
});
