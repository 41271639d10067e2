import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Message } from '../neutral/parts.ts';
import type { NeutralRequest, ReasoningWish } from '../neutral/request.ts';
import { targetOf, written } from './request-world.ts';

type Row = readonly [
  model: string,
  wish: ReasoningWish,
  thinking: object | undefined,
  effort: string | undefined,
  isLost?: 'lost',
];

const ADAPTIVE = { type: 'adaptive' };
const budget = (budget_tokens: number) => ({ type: 'enabled', budget_tokens });

describe('how much to think, with 10,000 output tokens', () => {
  const rows: readonly Row[] = [
    // Models before 3.7 do not think.
    ['claude-3-5-haiku-20241022', { effort: 'high' }, undefined, undefined, 'lost'],
    ['claude-3-5-haiku-20241022', { effort: 'none' }, undefined, undefined],
    // Up to 4.5 they take a budget.
    ['claude-3-7-sonnet-20250219', { effort: 'medium' }, budget(5000), undefined],
    ['claude-sonnet-4-5', { effort: 'minimal' }, budget(1024), undefined],
    ['claude-sonnet-4-5', { effort: 'low' }, budget(2000), undefined],
    ['claude-sonnet-4-5', { effort: 'max' }, budget(9500), undefined],
    ['claude-haiku-4-5', { budget: 100 }, budget(1024), undefined],
    [
      'claude-haiku-4-5',
      { budget: 4000, isShown: true },
      { ...budget(4000), display: 'summarized' },
      undefined,
    ],
    ['claude-haiku-4-5', { budget: 10_000 }, budget(9500), undefined],
    ['claude-haiku-4-5', { budget: -1 }, budget(5000), undefined],
    ['claude-haiku-4-5', { isAdaptive: true }, budget(5000), undefined],
    ['claude-haiku-4-5', { effort: 'none' }, undefined, undefined],
    ['claude-haiku-4-5', { isShown: true }, undefined, undefined],
    ['claude-opus-4-5-20251101', { effort: 'max' }, budget(9500), 'high'],
    // 4.6 takes both.
    ['claude-opus-4-6', { effort: 'xhigh' }, ADAPTIVE, 'high'],
    ['claude-opus-4-6', { effort: 'max' }, ADAPTIVE, 'max'],
    ['claude-sonnet-4-6', { budget: 4000 }, budget(4000), undefined],
    ['claude-sonnet-4-6', { budget: 0 }, undefined, undefined],
    // From 4.7 on there is adaptive thinking only.
    ['claude-opus-4-7', { effort: 'minimal' }, ADAPTIVE, 'low'],
    [
      'claude-opus-4-8',
      { budget: 5000, isShown: false },
      { ...ADAPTIVE, display: 'omitted' },
      'medium',
    ],
    ['claude-opus-4-8', { budget: 0 }, undefined, undefined],
    ['claude-opus-4-8', { isShown: true }, undefined, undefined],
    // From 5 on it is what happens anyhow.
    ['claude-opus-5', { effort: 'high' }, undefined, 'high'],
    ['claude-opus-5', { budget: -1 }, undefined, undefined],
    ['claude-opus-5', { isShown: true }, { ...ADAPTIVE, display: 'summarized' }, undefined],
    ['claude-opus-5', { effort: 'none' }, { type: 'disabled' }, undefined],
    ['claude-opus-5', { budget: 0, effort: 'max' }, { type: 'disabled' }, 'high'],
    ['claude-sonnet-5', { effort: 'none' }, { type: 'disabled' }, undefined],
    ['claude-haiku-5-5', { effort: 'none' }, { type: 'disabled' }, undefined],
    ['claude-sonnet-5-5', { effort: 'none' }, { type: 'between_tools' }, undefined],
    ['claude-opus-5-5', { effort: 'none' }, undefined, 'low', 'lost'],
    ['claude-fable-5-1', { budget: 0 }, undefined, 'low', 'lost'],
    ['claude-mythos-preview', { effort: 'xhigh' }, undefined, 'xhigh'],
    ['anthropic.claude-sonnet-4-5-20250929-v1:0', { effort: 'low' }, budget(2000), undefined],
    ['claude-opus-latest', { effort: 'max' }, undefined, 'max'],
    // Other makers that speak this wire.
    ['kimi-k2-thinking', { effort: 'low' }, budget(2000), undefined],
    ['glm-4.7', { effort: 'none' }, { type: 'disabled' }, undefined],
  ];
  for (const [model, reasoning, thinking, effort, lost] of rows) {
    test(`${model} ${JSON.stringify(reasoning)}`, () => {
      const { body, losses } = written({ reasoning, maxOutputTokens: 10_000 }, targetOf(model));
      assert.deepEqual(body.thinking, thinking);
      assert.deepEqual(body.output_config, effort === undefined ? undefined : { effort });
      const names = losses.map((loss) => 'ability' in loss && loss.ability);
      assert.deepEqual(names, lost ? ['reasoning'] : []);
    });
  }
});

describe('a budget', () => {
  const OLD = 'claude-sonnet-4-5';
  const reasoning: ReasoningWish = { effort: 'medium' };

  function lostIn(request: Partial<NeutralRequest>): { thinking: unknown; lost: unknown[] } {
    const { body, losses } = written({ reasoning, ...request }, OLD);
    return {
      thinking: body.thinking,
      lost: losses.map((loss) => ('ability' in loss ? loss.ability : loss)),
    };
  }

  test('needs more output than its least', () => {
    assert.deepEqual(lostIn({ maxOutputTokens: 1024 }), {
      thinking: undefined,
      lost: ['reasoning'],
    });
    assert.deepEqual(lostIn({ maxOutputTokens: 1025 }).thinking, budget(1024));
  });

  test('does not go with a call that must be made', () => {
    const tools = [{ type: 'function' as const, name: 'f' }];
    const forced = lostIn({ tools, toolChoice: { mode: 'required' } });
    assert.deepEqual(forced, { thinking: undefined, lost: ['reasoning'] });
    assert.deepEqual(lostIn({ tools, toolChoice: { mode: 'auto' } }).lost, []);
  });

  test('rests while results come in for calls whose thoughts the client left out', () => {
    const calls: Message = {
      role: 'assistant',
      parts: [{ type: 'toolCall', id: 'c', name: 'f', arguments: '{}' }],
    };
    const results: Message = {
      role: 'user',
      parts: [{ type: 'toolResult', callId: 'c', name: 'f', content: [] }],
    };
    const question: Message = { role: 'user', parts: [{ type: 'text', text: 'Hi' }] };
    const tools = [{ type: 'function' as const, name: 'f' }];
    const messages = [question, calls, results];
    assert.deepEqual(lostIn({ tools, messages }), { thinking: undefined, lost: [] });
    const seal = { origin: 'messages' as const, data: 's' };
    const thoughtful: Message = {
      role: 'assistant',
      parts: [{ type: 'reasoning', text: 'hm', seal }, ...calls.parts],
    };
    const sealed = lostIn({ tools, messages: [question, thoughtful, results] });
    assert.notEqual(sealed.thinking, undefined);
  });
});
