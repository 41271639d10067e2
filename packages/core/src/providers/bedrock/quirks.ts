import type { Quirks } from '../types.ts';

/** Names of the catalog → ids of Bedrock, where they differ in more than a maker's prefix. */
const MODEL_IDS: ReadonlyMap<string, string> = new Map([
  ['claude-3-haiku-20240307', 'anthropic.claude-3-haiku-20240307-v1:0'],
  ['claude-3-opus-20240229', 'anthropic.claude-3-opus-20240229-v1:0'],
  ['claude-3-5-sonnet-20241022', 'anthropic.claude-3-5-sonnet-20241022-v2:0'],
  ['claude-3-5-haiku-20241022', 'anthropic.claude-3-5-haiku-20241022-v1:0'],
  ['claude-3-7-sonnet-20250219', 'anthropic.claude-3-7-sonnet-20250219-v1:0'],
  ['claude-opus-4-0', 'anthropic.claude-opus-4-20250514-v1:0'],
  ['claude-sonnet-4-0', 'anthropic.claude-sonnet-4-20250514-v1:0'],
  ['claude-opus-4-1', 'anthropic.claude-opus-4-1-20250805-v1:0'],
  ['claude-sonnet-4-5', 'anthropic.claude-sonnet-4-5-20250929-v1:0'],
  ['claude-haiku-4-5', 'anthropic.claude-haiku-4-5-20251001-v1:0'],
  ['claude-opus-4-5', 'anthropic.claude-opus-4-5-20251101-v1:0'],
  ['claude-opus-4-6', 'anthropic.claude-opus-4-6-v1'],
  ['gpt-oss-120b', 'openai.gpt-oss-120b-1:0'],
  ['gpt-oss-20b', 'openai.gpt-oss-20b-1:0'],
  ['llama-3.1-8b', 'meta.llama3-1-8b-instruct-v1:0'],
  ['llama-3.1-405b', 'meta.llama3-1-405b-instruct-v1:0'],
  ['llama-3.3-70b', 'meta.llama3-3-70b-instruct-v1:0'],
  ['llama-4-scout', 'meta.llama4-scout-17b-instruct-v1:0'],
  ['llama-4-maverick', 'meta.llama4-maverick-17b-instruct-v1:0'],
  ['deepseek-r1', 'deepseek.r1-v1:0'],
  ['deepseek-v3.1', 'deepseek.v3-v1:0'],
  ['deepseek-v3.2', 'deepseek.v3.2'],
  ['mistral-large-2512', 'mistral.mistral-large-3-675b-instruct'],
  ['ministral-3b-2512', 'mistral.ministral-3-3b-instruct'],
  ['ministral-8b-2512', 'mistral.ministral-3-8b-instruct'],
  ['ministral-14b-2512', 'mistral.ministral-3-14b-instruct'],
  ['magistral-small-2509', 'mistral.magistral-small-2509'],
  ['devstral-2512', 'mistral.devstral-2-123b'],
  ['voxtral-small-24b-2507', 'mistral.voxtral-small-24b-2507'],
  ['qwen3-32b', 'qwen.qwen3-32b-v1:0'],
  ['qwen3-235b', 'qwen.qwen3-235b-a22b-2507-v1:0'],
  ['qwen3-coder-480b-a35b-instruct', 'qwen.qwen3-coder-480b-a35b-v1:0'],
  ['qwen3-next-80b-a3b-instruct', 'qwen.qwen3-next-80b-a3b'],
  ['kimi-k2-thinking', 'moonshot.kimi-k2-thinking'],
  ['kimi-k2.5', 'moonshotai.kimi-k2.5'],
  ['MiniMax-M2', 'minimax.minimax-m2'],
  ['MiniMax-M2.1', 'minimax.minimax-m2.1'],
  ['MiniMax-M2.5', 'minimax.minimax-m2.5'],
  ['glm-4.7', 'zai.glm-4.7'],
  ['glm-4.7-flash', 'zai.glm-4.7-flash'],
  ['glm-5', 'zai.glm-5'],
]);

/** The makers whose models Bedrock has, as they stand in front of its ids. */
const MAKERS: readonly string[] = [
  ...['ai21', 'amazon', 'anthropic', 'cohere', 'deepseek', 'google', 'meta', 'minimax', 'mistral'],
  ...['moonshot', 'moonshotai', 'nvidia', 'openai', 'qwen', 'writer', 'zai'],
];

const OWN_ID = new RegExp(`^(?:arn:|(?:[a-z-]+\\.)?(?:${MAKERS.join('|')})\\.)`);

/** A model's id at Bedrock; `spelled` is the name before aliases were resolved. */
export function bedrockId(canonical: string, spelled: string): string {
  const bare = spelled.slice(spelled.lastIndexOf('/') + 1);
  if (spelled.startsWith('arn:')) return spelled;
  if (OWN_ID.test(bare)) return bare;
  const known = MODEL_IDS.get(canonical);
  if (known !== undefined) return known;
  // Since 4.6 Claude's ids carry neither date nor version.
  return canonical.startsWith('claude-') ? `anthropic.${canonical}` : canonical;
}

/** Globs of what Bedrock can answer, in the catalog's names and in its own. */
export const BEDROCK_PATTERNS: readonly string[] = [
  'claude*',
  'nova*',
  ...MODEL_IDS.keys(),
  ...MAKERS.flatMap((maker) => [`${maker}.*`, `*.${maker}.*`]),
  'arn:aws*',
];

/** Globs of the models that are Amazon's own. */
export const AMAZON_PATTERNS: readonly string[] = ['nova*', 'amazon.*'];

export const BEDROCK_QUIRKS: Quirks = { includeUsage: true, outputBound: 'max_tokens' };
