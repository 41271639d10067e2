import type { Dialect } from '../dialect.ts';
import type { Ability } from '../neutral/request.ts';
import { createPassDialect } from '../relay/pass-dialect.ts';
import type { ClientWire, UpstreamWire } from '../wire.ts';
import { decodeMessages, type MessagesRequest } from './decode.ts';
import { editMessagesRequest } from './edit-request.ts';
import { errorBody, errorEvent, readError } from './errors.ts';
import { MessagesReader } from './event-reader.ts';
import { MessagesWriter } from './event-writer.ts';
import { readAnswer } from './read-answer.ts';
import { readRequest } from './read-request.ts';
import { textOfRequest } from './request-text.ts';
import { writeAnswer } from './write-answer.ts';
import { writeRequest } from './write-request.ts';

export { type BreakpointOptions, placeBreakpoints } from './breakpoints.ts';
export { countTokensBody, decodeCountTokens, type MessagesRequest } from './decode.ts';
export { cacheMinimumTokens } from './models.ts';
export { readMessagesUsage, writeMessagesUsage } from './usage.ts';

/** The names of this wire for what a target may not be able to do. */
const FIELD_OF: Readonly<Record<Ability, string>> = {
  tools: 'tools',
  customTools: 'tools',
  hostedTools: 'tools',
  toolChoice: 'tool_choice',
  parallelToolCalls: 'tool_choice.disable_parallel_tool_use',
  output: 'output_config.format',
  verbosity: 'output_config',
  reasoning: 'thinking',
  temperature: 'temperature',
  topP: 'top_p',
  topK: 'top_k',
  seed: 'seed',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  stop: 'stop_sequences',
  logitBias: 'logit_bias',
  logprobs: 'logprobs',
  topLogprobs: 'top_logprobs',
  maxOutputTokens: 'max_tokens',
  choices: 'n',
  modalities: 'modalities',
  audio: 'audio',
  serviceTier: 'service_tier',
  user: 'metadata.user_id',
  metadata: 'metadata',
  promptCacheKey: 'cache_control',
};

/** Anthropic's Messages API as the upstream's side. */
export const messagesUpstream: UpstreamWire = {
  name: 'messages',
  encodeRequest: writeRequest,
  decodeAnswer: readAnswer,
  openReader: () => new MessagesReader(),
  readError,
};

/** Anthropic's Messages API as the client's side. */
export const messagesClient: ClientWire = {
  name: 'messages',
  decodeRequest: readRequest,
  encodeAnswer: writeAnswer,
  openWriter: (options) => new MessagesWriter(options),
  fieldOf: (ability) => FIELD_OF[ability],
  errorBody,
};

/** Anthropic's Messages API on both sides: bytes pass through but for a few named edits. */
export const anthropicMessages: Dialect<MessagesRequest> = createPassDialect({
  name: 'anthropic-messages',
  client: messagesClient,
  upstream: messagesUpstream,
  modelField: 'model',
  decode: decodeMessages,
  editRequest: editMessagesRequest,
  textOfRequest,
  errorEvent,
});
