import type { Effort } from '../neutral/request.ts';

/**
 * How a model is told to think: by an effort; by a switch (`thinking`); by Qwen's switch and budget;
 * not at all, because it always does or never does.
 */
export type ThinkingForm = 'effort' | 'switch' | 'qwen' | 'always' | 'never';

/** What a family of models takes in the chat format beyond, or short of, what all take. */
export interface ModelFamily {
  readonly thinking: ThinkingForm;
  /** The efforts that the model knows, where it is told one. */
  readonly efforts: readonly Effort[];
  /** OpenAI's own: takes its newest fields and nothing else. */
  readonly isOpenAi: boolean;
  /** Refuses fields that are not in its own list, which has no hints such as `user`. */
  readonly isStrict: boolean;
  /** Wants the thoughts of earlier turns back as `reasoning_content`. */
  readonly keepsThoughts: boolean;
  /** Takes `cache_control` on content parts. */
  readonly takesCacheControl: boolean;
  /** Can search the web when `web_search_options` asks for it. */
  readonly searches: boolean;
  /** The form of tool call ids: any text, at most 40 characters, or exactly 9 letters and digits. */
  readonly callIds: 'any' | 'forty' | 'nine';
}

const EFFORTS: readonly Effort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

const OTHER: ModelFamily = {
  thinking: 'effort',
  efforts: ['none', 'minimal', 'low', 'medium', 'high'],
  isOpenAi: false,
  isStrict: false,
  keepsThoughts: false,
  takesCacheControl: false,
  searches: false,
  callIds: 'any',
};

const OPENAI: ModelFamily = {
  ...OTHER,
  isOpenAi: true,
  callIds: 'forty',
  efforts: ['none', 'low', 'medium', 'high', 'xhigh'],
};

const THINKER: ModelFamily = { ...OTHER, thinking: 'switch', keepsThoughts: true, efforts: [] };

/** The first pattern that the canonical name matches decides. */
const FAMILIES: readonly (readonly [RegExp, ModelFamily])[] = [
  [/^gpt-oss/, { ...OTHER, efforts: ['low', 'medium', 'high'] }],
  [
    /^(gpt|chatgpt|codex|computer-use|o\d).*-search-/,
    { ...OPENAI, thinking: 'never', searches: true },
  ],
  [/^gpt-5(\.\d+)?-pro/, { ...OPENAI, efforts: ['medium', 'high', 'xhigh'] }],
  [
    /^(gpt-.*)?chat-latest|^chatgpt|^gpt-([34]|audio)|^computer-use/,
    { ...OPENAI, thinking: 'never' },
  ],
  [/^gpt-5(-|$)/, { ...OPENAI, efforts: ['minimal', 'low', 'medium', 'high'] }],
  [/^gpt-5\.1-codex-max/, OPENAI],
  [/^gpt-5\.1/, { ...OPENAI, efforts: ['none', 'low', 'medium', 'high'] }],
  [/^(o\d|codex)/, { ...OPENAI, efforts: ['low', 'medium', 'high'] }],
  [/^gpt-/, OPENAI],
  [/^claude/, { ...OTHER, efforts: EFFORTS, takesCacheControl: true }],
  [/^gemini|^gemma/, OTHER],
  [/^deepseek-(r1|reasoner)/, { ...THINKER, thinking: 'always' }],
  [/^deepseek/, { ...THINKER, efforts: ['high', 'max'] }],
  [/^(kimi-k2-thinking|minimax)/i, { ...THINKER, thinking: 'always' }],
  [/^(kimi|glm)/, THINKER],
  [/^moonshot/, { ...OTHER, thinking: 'never' }],
  [/^(qwen|qwq)/, { ...OTHER, thinking: 'qwen', takesCacheControl: true }],
  [/^grok-3-mini/, { ...OTHER, efforts: ['low', 'high'] }],
  [/^grok/, { ...OTHER, thinking: 'always' }],
  [
    /^(open-)?(mistral|mixtral|magistral|ministral|codestral|devstral|pixtral|voxtral)/,
    { ...OTHER, isStrict: true, callIds: 'nine', efforts: ['none', 'high'] },
  ],
  [/^sonar/, { ...OTHER, searches: true, efforts: ['minimal', 'low', 'medium', 'high'] }],
];

/** What is known of a model's family from its canonical name; vendor prefixes are looked past. */
export function familyOf(canonical: string): ModelFamily {
  const name = canonical.slice(canonical.lastIndexOf('/') + 1);
  return FAMILIES.find(([pattern]) => pattern.test(name))?.[1] ?? OTHER;
}
