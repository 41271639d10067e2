import { invalid } from '../../kernel/index.ts';
import type { Call } from '../dialect.ts';
import { parsing } from '../json/request-body.ts';
import { type Fields, fieldsOf, isFields, numberOf, stringOf, textOf } from '../json/values.ts';
import type { Extra, NeutralRequest, OutputFormat, Sampling } from '../neutral/request.ts';
import { readMessages } from './read-messages.ts';
import { isThinkingSwitch, REASONING_FIELDS, readReasoning } from './read-reasoning.ts';
import { readToolChoice, readTools } from './read-tools.ts';

/** Fields with a neutral meaning, and those that the pipeline reads. */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  ...REASONING_FIELDS,
  'model',
  'messages',
  'stream',
  'stream_options',
  'tools',
  'functions',
  'tool_choice',
  'function_call',
  'web_search_options',
  'parallel_tool_calls',
  'response_format',
  'verbosity',
  'temperature',
  'top_p',
  'top_k',
  'seed',
  'presence_penalty',
  'frequency_penalty',
  'stop',
  'logit_bias',
  'logprobs',
  'top_logprobs',
  'max_tokens',
  'max_completion_tokens',
  'n',
  'modalities',
  'audio',
  'service_tier',
  'user',
  'safety_identifier',
  'metadata',
  'prompt_cache_key',
]);

/** Hints about how a request is served, which no answer depends on. */
const HINTS: ReadonlySet<string> = new Set(['prompt_cache_retention', 'prompt_cache_options']);

/** Reads a chat request in full. Throws `invalid_request` naming the field. */
export function readChatRequest(call: Call): NeutralRequest {
  const body = fieldsOf(parsing((): unknown => JSON.parse(call.body.toString('utf8'))));
  const toolChoice = readToolChoice(body);
  const output = readOutput(body.response_format);
  const reasoning = readReasoning(body);
  const metadata = readMetadata(body.metadata);
  return {
    messages: readMessages(body.messages),
    tools: readTools(body),
    ...(toolChoice && { toolChoice }),
    ...readParallel(body),
    ...(output && { output }),
    ...(reasoning && { reasoning }),
    sampling: readSampling(body),
    choices: call.choices,
    isStream: call.isStream,
    ...readSpeech(body),
    ...readTexts(body),
    ...(call.maxOutputTokens !== undefined && { maxOutputTokens: call.maxOutputTokens }),
    ...(metadata && { metadata }),
    extras: readExtras(body),
  };
}

/** The deprecated form of tools has no way to call two of them. */
function readParallel({ parallel_tool_calls: given, functions, tools }: Fields) {
  if (typeof given === 'boolean') return { parallelToolCalls: given };
  return Array.isArray(functions) && tools === undefined ? { parallelToolCalls: false } : {};
}

function readOutput(format: unknown): OutputFormat | undefined {
  if (!isFields(format)) return undefined;
  switch (format.type) {
    case 'text':
      return { type: 'text' };
    case 'json_object':
      return { type: 'json' };
    case 'json_schema':
      return readSchema(fieldsOf(format.json_schema));
    default:
      throw invalid(
        'response_format.type',
        "'response_format.type' must be 'text', 'json_object' or 'json_schema'.",
      );
  }
}

function readSchema({ name, description, schema, strict }: Fields): OutputFormat {
  return {
    type: 'schema',
    name: textOf(name) || 'response',
    schema: fieldsOf(schema),
    ...(typeof description === 'string' && { description }),
    ...(typeof strict === 'boolean' && { isStrict: strict }),
  };
}

const NUMBERS = [
  ['temperature', 'temperature'],
  ['topP', 'top_p'],
  ['topK', 'top_k'],
  ['seed', 'seed'],
  ['presencePenalty', 'presence_penalty'],
  ['frequencyPenalty', 'frequency_penalty'],
  ['topLogprobs', 'top_logprobs'],
] as const satisfies readonly (readonly [keyof Sampling, string])[];

function readSampling(body: Fields): Sampling {
  const sampling: { -readonly [K in keyof Sampling]: Sampling[K] } = {};
  for (const [name, field] of NUMBERS) {
    const value = readNumber(body, field);
    if (value !== undefined) sampling[name] = value;
  }
  const stop = readStops(body.stop);
  if (stop) sampling.stop = stop;
  if (typeof body.logprobs === 'boolean') sampling.logprobs = body.logprobs;
  if (isFields(body.logit_bias)) sampling.logitBias = readBias(body.logit_bias);
  return sampling;
}

function readNumber(body: Fields, field: string): number | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  const number = numberOf(value);
  if (number === undefined) throw invalid(field, `'${field}' must be a number.`);
  return number;
}

function readStops(stop: unknown): readonly string[] | undefined {
  if (stop === undefined || stop === null) return undefined;
  const list: unknown[] = Array.isArray(stop) ? stop : [stop];
  if (list.every((entry) => typeof entry === 'string')) return list.length > 0 ? list : undefined;
  throw invalid('stop', "'stop' must be a string or an array of strings.");
}

function readBias(bias: Fields): Readonly<Record<string, number>> {
  const entries = Object.entries(bias).map(([token, value]) => [token, numberOf(value)] as const);
  return Object.fromEntries(entries.filter((entry) => entry[1] !== undefined)) as Record<
    string,
    number
  >;
}

function readSpeech({ modalities, audio }: Fields): Pick<NeutralRequest, 'modalities' | 'audio'> {
  const kinds = Array.isArray(modalities)
    ? modalities.filter((kind): kind is string => typeof kind === 'string')
    : [];
  const { voice, format } = fieldsOf(audio);
  const name = stringOf(voice) ?? stringOf(fieldsOf(voice).id);
  return {
    ...(kinds.length > 0 && { modalities: kinds }),
    ...(name !== undefined && { audio: { voice: name, format: textOf(format) } }),
  };
}

const TEXTS = [
  ['verbosity', 'verbosity'],
  ['serviceTier', 'service_tier'],
  ['user', 'user'],
  ['user', 'safety_identifier'],
  ['promptCacheKey', 'prompt_cache_key'],
] as const;

type Texts = Pick<NeutralRequest, (typeof TEXTS)[number][0]>;

function readTexts(body: Fields): Texts {
  const texts: { -readonly [K in keyof Texts]: Texts[K] } = {};
  for (const [name, field] of TEXTS) {
    const value = textOf(body[field]);
    if (value !== '') texts[name] = value;
  }
  return texts;
}

function readMetadata(metadata: unknown): Readonly<Record<string, string>> | undefined {
  if (!isFields(metadata)) return undefined;
  const entries = Object.entries(metadata).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(entries) as Record<string, string>;
}

/** What else the client asks for; not what says nothing, or how a request is stored or cached. */
function readExtras(body: Fields): readonly Extra[] {
  const extras: Extra[] = [];
  for (const [field, value] of Object.entries(body)) {
    if (value === undefined || value === null || HINTS.has(field)) continue;
    if (field === 'store' && value === false) continue;
    const isSwitch = field !== 'chat_template_kwargs' || isThinkingSwitch(value);
    if (UNDERSTOOD.has(field) && isSwitch) continue;
    extras.push({ origin: 'chat', field, value });
  }
  return extras;
}
