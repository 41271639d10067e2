import { parsing } from '../json/request-body.ts';
import { type Fields, fieldsOf, isFields, numberOf, stringOf } from '../json/values.ts';
import type { Ability, NeutralRequest, Sampling } from '../neutral/request.ts';
import type { NamedLoss } from '../relay/index.ts';
import type { CompletionsCall } from './decode.ts';

/** A completion as a conversation of one turn, and what of it a conversation has no place for. */
export interface ReadCompletion {
  readonly request: NeutralRequest;
  readonly losses: readonly NamedLoss[];
}

/** Reads a completion for a model that chats. */
export function readCompletion(call: CompletionsCall): ReadCompletion {
  const fields = fieldsOf(parsing(() => JSON.parse(call.body.toString('utf8')) as unknown));
  const text = readPrompt(fields.prompt);
  const user = stringOf(fields.user);
  const request: NeutralRequest = {
    messages: [{ role: 'user', parts: [{ type: 'text', text }] }],
    tools: [],
    sampling: readSampling(fields),
    choices: numberOf(fields.n) ?? 1,
    isStream: call.isStream,
    extras: [],
    ...(call.maxOutputTokens !== undefined && { maxOutputTokens: call.maxOutputTokens }),
    ...(call.service !== undefined && { serviceTier: call.service }),
    ...(user !== undefined && { user }),
  };
  return { request, losses: text === '' ? [ONE_TEXT] : lossesOf(fields) };
}

/** The one text; empty where there is none, or more. */
function readPrompt(prompt: unknown): string {
  const only: unknown = Array.isArray(prompt) && prompt.length === 1 ? prompt[0] : prompt;
  return typeof only === 'string' ? only : '';
}

const ONE_TEXT: NamedLoss = {
  field: 'prompt',
  reason: 'a model that chats takes one prompt, and as text',
  isVital: true,
};

function readSampling(fields: Fields): Sampling {
  const { stop, logit_bias: bias, logprobs } = fields;
  const stops = typeof stop === 'string' ? [stop] : stop;
  const given = {
    temperature: numberOf(fields.temperature),
    topP: numberOf(fields.top_p),
    seed: numberOf(fields.seed),
    presencePenalty: numberOf(fields.presence_penalty),
    frequencyPenalty: numberOf(fields.frequency_penalty),
    stop: Array.isArray(stops) ? stops.map(String) : undefined,
    logitBias: isFields(bias) ? (bias as Readonly<Record<string, number>>) : undefined,
    logprobs: typeof logprobs === 'number' ? true : undefined,
    topLogprobs: numberOf(logprobs),
  };
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as Sampling;
}

/** What only a model that goes on with a text can do, by its field. */
const TEXT_ONLY: readonly (readonly [
  field: string,
  isAsked: (value: unknown) => boolean,
  reason: string,
])[] = [
  ['echo', (value) => value === true, 'a model that chats does not repeat its prompt'],
  ['suffix', (value) => value !== '', 'a model that chats writes no text into a gap'],
  ['best_of', (value) => value !== 1, 'a model that chats shows all answers that it makes'],
];

function lossesOf(fields: Fields): readonly NamedLoss[] {
  return TEXT_ONLY.flatMap(([field, isAsked, reason]) => {
    const value = fields[field] ?? undefined;
    return value !== undefined && isAsked(value) ? [{ field, reason }] : [];
  });
}

const FIELDS: Partial<Record<Ability, string>> = {
  temperature: 'temperature',
  topP: 'top_p',
  seed: 'seed',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  stop: 'stop',
  logitBias: 'logit_bias',
  logprobs: 'logprobs',
  topLogprobs: 'logprobs',
  maxOutputTokens: 'max_tokens',
  choices: 'n',
  serviceTier: 'service_tier',
  user: 'user',
};

/** The client's own field for what a target cannot do. */
export function completionField(ability: Ability): string {
  return FIELDS[ability] ?? ability;
}
