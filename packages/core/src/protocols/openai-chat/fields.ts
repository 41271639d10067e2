import type { Fields } from '../json/values.ts';
import type { Ability, Loss } from '../neutral/request.ts';

/** The names that abilities have in a chat request. */
export const FIELDS: Readonly<Record<Ability, string>> = {
  tools: 'tools',
  customTools: 'tools',
  hostedTools: 'tools',
  toolChoice: 'tool_choice',
  parallelToolCalls: 'parallel_tool_calls',
  output: 'response_format',
  verbosity: 'verbosity',
  reasoning: 'reasoning_effort',
  temperature: 'temperature',
  topP: 'top_p',
  topK: 'top_k',
  seed: 'seed',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  stop: 'stop',
  logitBias: 'logit_bias',
  logprobs: 'logprobs',
  topLogprobs: 'top_logprobs',
  maxOutputTokens: 'max_completion_tokens',
  choices: 'n',
  modalities: 'modalities',
  audio: 'audio',
  serviceTier: 'service_tier',
  user: 'user',
  metadata: 'metadata',
  promptCacheKey: 'prompt_cache_key',
};

const ABILITIES: ReadonlyMap<string, Ability> = new Map(
  (Object.entries(FIELDS) as [Ability, string][]).map(([ability, field]) => [field, ability]),
);

/** Hints that no answer depends on. */
const HINTS: ReadonlySet<string> = new Set([
  'user',
  'prompt_cache_key',
  'metadata',
  'store',
  'stream_options',
]);

/** Values that say what happens anyway. */
const USUAL: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['tool_choice', 'auto'],
  ['parallel_tool_calls', true],
  ['logprobs', false],
  ['service_tier', 'default'],
  ['verbosity', 'medium'],
  ['n', 1],
]);

const REASON = 'the upstream does not take it';

/** Whether leaving a field out changes nothing in the answer. */
function isIdle(field: string, value: unknown): boolean {
  return HINTS.has(field) || USUAL.get(field) === value;
}

/** A body without the fields that an upstream does not take, and what is lost with them. */
export function withoutFields(
  body: Fields,
  unsupported: readonly string[],
): { readonly body: Fields; readonly losses: readonly Loss[] } {
  const refused = Object.entries(body).filter(
    ([field, value]) => value !== undefined && unsupported.includes(field),
  );
  if (refused.length === 0) return { body, losses: [] };
  const names = new Set(refused.map(([field]) => field));
  const kept = Object.entries(body).filter(([field]) => !names.has(field));
  const losses = refused.filter(([field, value]) => !isIdle(field, value)).map(lossOf);
  return { body: Object.fromEntries(kept), losses };
}

function lossOf([field]: readonly [string, unknown]): Loss {
  const ability = ABILITIES.get(field);
  return ability === undefined ? { field, reason: REASON } : { ability, reason: REASON };
}
