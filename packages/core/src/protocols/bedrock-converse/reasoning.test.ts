import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReasoningWish } from '../neutral/request.ts';
import { encodeFor, TOOL_TURNS } from './request-world.ts';

const TOOL = { type: 'function', name: 'get_weather' } as const;

/** [model, wish, output bound, additional fields, lost abilities] */
type Row = readonly [
  string,
  ReasoningWish,
  number | undefined,
  object | undefined,
  readonly string[],
];

const enabled = (budget: number) => ({ thinking: { type: 'enabled', budget_tokens: budget } });
const adaptive = (effort?: string, display?: string) => ({
  thinking: { type: 'adaptive', ...(display ? { display } : {}) },
  ...(effort ? { output_config: { effort } } : {}),
});

const rows: readonly Row[] = [
  ['claude-3-5-haiku-20241022', { effort: 'high' }, 8_000, undefined, ['reasoning']],
  ['claude-3-5-haiku-20241022', { effort: 'none' }, 8_000, undefined, []],
  ['claude-3-7-sonnet-20250219', { budget: 4_000 }, 8_000, enabled(4_000), []],
  ['claude-sonnet-4-5', { budget: 100 }, 8_000, enabled(1_024), []],
  ['claude-sonnet-4-5', { effort: 'medium' }, 8_000, enabled(4_000), []],
  ['claude-sonnet-4-5', { budget: 9_000 }, 4_000, enabled(3_999), []],
  ['claude-sonnet-4-5', { effort: 'high' }, 1_000, undefined, ['reasoning']],
  ['claude-sonnet-4-5', { isAdaptive: true }, 8_000, enabled(4_000), []],
  ['claude-sonnet-4-5', { budget: 0 }, 8_000, undefined, []],
  ['claude-sonnet-4-5', { isShown: true }, 8_000, undefined, []],
  ['claude-opus-4-6', { budget: 2_000 }, 8_000, enabled(2_000), []],
  ['claude-opus-4-6', { effort: 'xhigh' }, 8_000, adaptive('high'), []],
  ['claude-opus-4-6', { effort: 'max' }, 8_000, adaptive('max'), []],
  ['claude-opus-4-7', { effort: 'minimal' }, undefined, adaptive('low'), []],
  [
    'claude-opus-4-8',
    { effort: 'xhigh', isShown: true },
    1_000,
    adaptive('xhigh', 'summarized'),
    [],
  ],
  ['claude-opus-5', { budget: 16_000 }, undefined, adaptive('medium'), []],
  ['claude-opus-5', { isAdaptive: true }, undefined, adaptive(), []],
  ['claude-opus-5', { isShown: false }, undefined, adaptive(undefined, 'omitted'), []],
  ['claude-opus-5', { effort: 'none' }, undefined, { thinking: { type: 'disabled' } }, []],
  ['claude-opus-4-8', { effort: 'none' }, undefined, undefined, []],
  ['claude-sonnet-5-5', { budget: 0 }, undefined, { thinking: { type: 'between_tools' } }, []],
  [
    ...(['claude-opus-5-5', { effort: 'none' }, undefined] as const),
    ...([{ output_config: { effort: 'low' } }, ['reasoning']] as const),
  ],
  ['gpt-oss-120b', { effort: 'minimal' }, undefined, { reasoning_effort: 'low' }, []],
  ['gpt-oss-120b', { effort: 'max' }, undefined, { reasoning_effort: 'high' }, []],
  ['gpt-oss-120b', { effort: 'none' }, undefined, { reasoning_effort: 'low' }, ['reasoning']],
  ['openai.gpt-5.5', { effort: 'high' }, undefined, { reasoning: { effort: 'high' } }, []],
  [
    ...(['amazon.nova-2-lite-v1:0', { effort: 'high' }, undefined] as const),
    ...([{ reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } }, []] as const),
  ],
  [
    ...(['amazon.nova-2-lite-v1:0', { effort: 'high' }, 500] as const),
    { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'medium' } },
    ['reasoning'],
  ],
  [
    ...(['amazon.nova-2-lite-v1:0', { effort: 'none' }, 500] as const),
    ...([{ reasoningConfig: { type: 'disabled' } }, []] as const),
  ],
  ['amazon.nova-pro-v1:0', { effort: 'low' }, undefined, undefined, ['reasoning']],
  ['amazon.nova-pro-v1:0', { effort: 'none' }, undefined, undefined, []],
  ['deepseek-r1', { effort: 'low' }, undefined, undefined, ['reasoning']],
  ['deepseek-r1', { budget: -1 }, undefined, undefined, []],
];

test('how much to think is said in the words of the model’s maker', async (t) => {
  for (const [model, reasoning, bound, fields, lost] of rows) {
    await t.test(`${model} ${JSON.stringify(reasoning)} ${bound ?? ''}`, () => {
      const limit = bound === undefined ? {} : { maxOutputTokens: bound };
      const { body, losses } = encodeFor(model, { reasoning, ...limit });
      assert.deepEqual(body.additionalModelRequestFields, fields);
      assert.deepEqual(
        losses.map((loss) => 'ability' in loss && loss.ability),
        lost,
      );
      assert.equal(body.inferenceConfig?.maxTokens, bound);
    });
  }
});

test('a budget is not asked for where results answer calls whose thoughts did not come back', () => {
  const reasoning = { effort: 'low' } as const;
  const target = { messages: TOOL_TURNS, tools: [TOOL], reasoning, maxOutputTokens: 8_000 };
  const { body, losses } = encodeFor('claude-sonnet-4-5', target);
  assert.equal(body.additionalModelRequestFields, undefined);
  assert.deepEqual(losses, []);
  const seal = { origin: 'converse', data: 'c2ln' } as const;
  const messages = TOOL_TURNS.map((turn) =>
    turn.role === 'assistant'
      ? { ...turn, parts: [{ type: 'reasoning', text: 'Hm.', seal } as const, ...turn.parts] }
      : turn,
  );
  const sealed = encodeFor('claude-sonnet-4-5', { ...target, messages }).body;
  assert.deepEqual(sealed.additionalModelRequestFields, enabled(1_600));
});

test('a forced tool comes before thoughts', () => {
  const toolChoice = { mode: 'required' } as const;
  const reasoning = { effort: 'high' } as const;
  const forced = { tools: [TOOL], toolChoice, reasoning, maxOutputTokens: 8_000 };
  for (const model of ['claude-sonnet-4-5', 'claude-opus-4-8']) {
    const { body, losses } = encodeFor(model, forced);
    assert.equal(body.additionalModelRequestFields, undefined);
    assert.deepEqual(body.toolConfig.toolChoice, { any: {} });
    assert.equal(losses.length, 1);
    assert.ok(losses[0] && 'ability' in losses[0] && losses[0].ability === 'reasoning');
  }
});

test('a bound that the balance dictates counts for the budget too', () => {
  const reasoning = { effort: 'high' } as const;
  const { body } = encodeFor('claude-sonnet-4-5', { reasoning }, { outputBound: 2_000 });
  assert.equal(body.inferenceConfig.maxTokens, 2_000);
  assert.deepEqual(body.additionalModelRequestFields, enabled(1_600));
});

test('names of Bedrock’s own, of profiles and of routes tell the same of a model', () => {
  const reasoning = { effort: 'medium' } as const;
  for (const model of [
    'us.anthropic.claude-opus-4-6-v1',
    'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-6-v1',
    'global.anthropic.claude-opus-4-6-v1:0',
  ]) {
    const { body } = encodeFor(model, { reasoning });
    assert.deepEqual(body.additionalModelRequestFields, adaptive('medium'), model);
  }
  const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/k3v9';
  const { body } = encodeFor('claude-opus-4-6', { reasoning }, { model: arn });
  assert.deepEqual(body.additionalModelRequestFields, adaptive('medium'));
});
