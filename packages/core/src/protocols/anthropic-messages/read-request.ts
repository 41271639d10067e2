import { Failure, invalid } from '../../kernel/index.ts';
import type { Call } from '../dialect.ts';
import { exactNumber, parseExact } from '../json/exact.ts';
import { type Fields, listOf, stringOf } from '../json/values.ts';
import { readEffort } from '../neutral/effort.ts';
import type { Message, Part } from '../neutral/parts.ts';
import type {
  Extra,
  NeutralRequest,
  OutputFormat,
  ReasoningWish,
  Sampling,
} from '../neutral/request.ts';
import { readCache } from './cache-control.ts';
import { compact, objectIn } from './fields.ts';
import { needText } from './media.ts';
import { type CallNames, readContent, readText } from './read-content.ts';
import { readToolChoice, readTools } from './read-tools.ts';

/** Fields with a neutral meaning, and those that only ask for information about the request. */
const FIELDS_READ: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'max_tokens',
  'system',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'output_format',
  'stop_sequences',
  'temperature',
  'top_p',
  'top_k',
  'metadata',
  'service_tier',
  'cache_control',
  'stream',
  'diagnostics',
]);

/** The name of the one schema that a request of this wire can have. */
const SCHEMA_NAME = 'output';

/** Reads a request. Throws `invalid_request` naming the field. */
export function readRequest(call: Call): NeutralRequest {
  const body = parseBody(call.body);
  return compact({
    messages: withTopLevelCache(readMessages(body), body),
    tools: readTools(body.tools),
    ...readToolChoice(body.tool_choice),
    output: readOutput(body),
    reasoning: readReasoning(body),
    sampling: readSampling(body),
    maxOutputTokens: call.maxOutputTokens,
    choices: 1,
    isStream: call.isStream,
    serviceTier: readServiceTier(body.service_tier),
    user: stringOf(objectIn(body.metadata)?.user_id),
    extras: readExtras(body),
  });
}

function parseBody(body: Buffer): Fields {
  let value: unknown;
  try {
    value = parseExact(body.toString('utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // The engine's own message quotes the body, which may be anybody's secret.
    throw new Failure('invalid_json', { message: 'The request body is not valid JSON.' });
  }
  const fields = objectIn(value);
  if (fields) return fields;
  throw new Failure('invalid_json', { message: 'The request body is not a JSON object.' });
}

function readMessages(body: Fields): readonly Message[] {
  const given = body.messages;
  if (!Array.isArray(given)) throw invalid('messages', "'messages' must be an array.");
  const calls: CallNames = new Map();
  const turns = given.map((message, index) => readMessage(message, index, calls));
  const system = readSystem(body.system, 'system');
  return system.length === 0 ? turns : [{ role: 'system', parts: system }, ...turns];
}

function readSystem(content: unknown, place: string): readonly Part[] {
  if (content === undefined || content === null || content === '') return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) {
    throw invalid(place, `'${place}' must be a string or an array of text blocks.`);
  }
  return content.map((value, index) => readSystemBlock(value, `${place}.${index}`));
}

function readSystemBlock(value: unknown, place: string): Part {
  const block = objectIn(value);
  if (block?.type === 'text') return readText(block, place);
  if (typeof block?.type !== 'string') {
    throw invalid(`${place}.type`, `'${place}' must be a text block.`);
  }
  return { type: 'opaque', origin: 'messages', value: block };
}

function readMessage(value: unknown, index: number, calls: CallNames): Message {
  const message = objectIn(value);
  const place = `messages.${index}`;
  const content = message?.content;
  switch (message?.role) {
    case 'user':
      return { role: 'user', parts: readContent(content, `${place}.content`, calls) };
    case 'assistant':
      return { role: 'assistant', parts: readContent(content, `${place}.content`, calls) };
    case 'system':
      return { role: 'system', parts: readSystem(content, `${place}.content`) };
    default:
      throw invalid(`${place}.role`, `'${place}.role' must be user, assistant or system.`);
  }
}

/** A breakpoint for the request as a whole stands after the last block that can have one. */
function withTopLevelCache(messages: readonly Message[], body: Fields): readonly Message[] {
  const { cache } = readCache(body);
  const last = messages.at(-1);
  const part = last?.parts.at(-1);
  if (!cache || !last || !part || !mayCache(part)) return messages;
  const parts = [...last.parts.slice(0, -1), { cache, ...part }];
  return [...messages.slice(0, -1), { ...last, parts }];
}

function mayCache(part: Part): boolean {
  return ['text', 'image', 'file', 'toolCall', 'toolResult'].includes(part.type);
}

function readOutput(body: Fields): OutputFormat | undefined {
  const format = objectIn(body.output_config)?.format ?? body.output_format;
  if (format === undefined || format === null) return undefined;
  const given = objectIn(format);
  const schema = objectIn(given?.schema);
  if (given?.type !== 'json_schema' || schema === undefined) {
    throw invalid('output_config.format', "'output_config.format' must hold a JSON schema.");
  }
  return { type: 'schema', name: SCHEMA_NAME, schema, isStrict: true };
}

function readReasoning(body: Fields): ReasoningWish | undefined {
  const given = objectIn(body.output_config)?.effort ?? undefined;
  const effort = readEffort(given);
  if (given !== undefined && effort === undefined) {
    throw invalid('output_config.effort', "'output_config.effort' is not a known effort.");
  }
  const wish = compact({ ...readThinkingWish(body.thinking ?? undefined), effort });
  return Object.keys(wish).length === 0 ? undefined : wish;
}

function readThinkingWish(value: unknown): ReasoningWish {
  if (value === undefined) return {};
  const thinking = objectIn(value);
  const display = stringOf(thinking?.display);
  const shown = display === undefined ? {} : { isShown: display !== 'omitted' };
  switch (thinking?.type) {
    case 'enabled':
      return { budget: readBudget(thinking.budget_tokens), ...shown };
    case 'adaptive':
      return { isAdaptive: true, ...shown };
    case 'disabled':
    // No thoughts but the notes between tool calls: as little as such a model does.
    case 'between_tools':
      return { budget: 0 };
    default:
      throw invalid('thinking.type', "'thinking.type' must be enabled, adaptive or disabled.");
  }
}

function readBudget(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw invalid('thinking.budget_tokens', "'thinking.budget_tokens' must be a positive integer.");
}

function readSampling(body: Fields): Sampling {
  return compact({
    temperature: readNumber(body, 'temperature'),
    topP: readNumber(body, 'top_p'),
    topK: readNumber(body, 'top_k'),
    stop: readStop(body.stop_sequences ?? undefined),
  });
}

function readNumber(body: Fields, field: string): number | undefined {
  const value = body[field] ?? undefined;
  const number = exactNumber(value);
  if (value === undefined || number !== undefined) return number;
  throw invalid(field, `'${field}' must be a number.`);
}

function readStop(value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw invalid('stop_sequences', "'stop_sequences' must be an array.");
  const stop = value.map((each, index) => needText(each, `stop_sequences.${index}`));
  return stop.length === 0 ? undefined : stop;
}

function readServiceTier(value: unknown): string | undefined {
  const tier = stringOf(value);
  return tier === 'standard_only' ? 'default' : tier;
}

/** What only this wire knows, by its path in the body. */
function readExtras(body: Fields): readonly Extra[] {
  const { effort: _effort, format: _format, ...config } = objectIn(body.output_config) ?? {};
  const messages = listOf(body.messages).flatMap((message, index) => {
    const { role: _role, content: _content, ...more } = objectIn(message) ?? {};
    return extrasOf(more, `messages.${index}.`);
  });
  const others = Object.entries(body).filter(([field, value]) => !isRead(field, value));
  return [
    ...extrasOf(Object.fromEntries(others), ''),
    ...extrasOf(config, 'output_config.'),
    ...messages,
  ];
}

function isRead(field: string, value: unknown): boolean {
  return FIELDS_READ.has(field) || (field === 'speed' && value === 'standard');
}

function extrasOf(fields: Fields, path: string): Extra[] {
  const told = Object.entries(fields).filter(([, value]) => value !== null);
  return told.map(([field, value]) => ({ origin: 'messages', field: path + field, value }));
}
