import { type Fields, fieldsOf, isFields, numberOf, stringOf } from '../json/values.ts';
import { readEffort } from '../neutral/effort.ts';
import type { ReasoningWish } from '../neutral/request.ts';

/** The fields by which clients of this wire say how much a model should think. */
export const REASONING_FIELDS = [
  'reasoning_effort',
  'reasoning',
  'thinking',
  'enable_thinking',
  'thinking_budget',
  'include_reasoning',
  'chat_template_kwargs',
] as const;

/** Whether the server templates of vLLM are told nothing but to think or not. */
export function isThinkingSwitch(templates: unknown): boolean {
  if (!isFields(templates)) return false;
  return Object.keys(templates).every((name) => name === 'thinking' || name === 'enable_thinking');
}

/** Reads the wish in OpenAI's form or in one of other vendors; undefined where there is none. */
export function readReasoning(body: Fields): ReasoningWish | undefined {
  const wish = { ...fromSwitches(body), ...fromThinking(body), ...fromOpenRouter(body) };
  const effort = readEffort(body.reasoning_effort);
  const all = { ...wish, ...(effort !== undefined && { effort }) };
  return Object.keys(all).length === 0 ? undefined : all;
}

/** DashScope, SiliconFlow and vLLM. */
function fromSwitches(body: Fields): ReasoningWish {
  const templates = fieldsOf(body.chat_template_kwargs);
  const isOn = body.enable_thinking ?? templates.enable_thinking ?? templates.thinking;
  const budget = numberOf(body.thinking_budget);
  if (isOn === false) return { budget: 0 };
  if (budget !== undefined) return { budget };
  return isOn === true ? { isAdaptive: true } : {};
}

/** Anthropic's form, which DeepSeek, Moonshot and Zhipu have taken over. */
function fromThinking({ thinking }: Fields): ReasoningWish {
  const { type, budget_tokens: tokens } = fieldsOf(thinking);
  const budget = numberOf(tokens);
  if (type === 'disabled') return { budget: 0 };
  if (type === 'enabled' && budget !== undefined) return { budget };
  return type === 'enabled' || type === 'adaptive' || type === 'auto' ? { isAdaptive: true } : {};
}

function fromOpenRouter(body: Fields): ReasoningWish {
  const { effort, max_tokens: tokens, exclude, enabled, summary } = fieldsOf(body.reasoning);
  const wanted = readEffort(effort);
  const budget = enabled === false ? 0 : numberOf(tokens);
  const isShown = typeof exclude === 'boolean' ? !exclude : body.include_reasoning;
  const mode = stringOf(summary);
  return {
    ...(wanted !== undefined && { effort: wanted }),
    ...(budget !== undefined && { budget }),
    ...(enabled === true && wanted === undefined && budget === undefined && { isAdaptive: true }),
    ...(typeof isShown === 'boolean' && { isShown }),
    ...(mode !== undefined && { summary: mode }),
  };
}
