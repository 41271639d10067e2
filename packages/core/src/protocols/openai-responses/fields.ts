import type { Ability } from '../neutral/request.ts';

/** Where a client of this wire asks for what. */
const FIELDS: Readonly<Record<Ability, string>> = {
  tools: 'tools',
  customTools: 'tools',
  hostedTools: 'tools',
  toolChoice: 'tool_choice',
  parallelToolCalls: 'parallel_tool_calls',
  output: 'text.format',
  verbosity: 'text.verbosity',
  reasoning: 'reasoning',
  temperature: 'temperature',
  topP: 'top_p',
  topK: 'top_k',
  seed: 'seed',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  stop: 'stop',
  logitBias: 'logit_bias',
  logprobs: 'include',
  topLogprobs: 'top_logprobs',
  maxOutputTokens: 'max_output_tokens',
  choices: 'n',
  modalities: 'modalities',
  audio: 'audio',
  serviceTier: 'service_tier',
  user: 'user',
  metadata: 'metadata',
  promptCacheKey: 'prompt_cache_key',
};

/** The field by which a client of this wire asks for an ability. */
export function fieldOf(ability: Ability): string {
  return FIELDS[ability];
}
