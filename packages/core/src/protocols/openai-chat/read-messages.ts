import { invalid } from '../../kernel/index.ts';
import { type Fields, fieldsOf, isFields, listOf, stringOf, textOf } from '../json/values.ts';
import type { Message, Part, ToolCallPart, ToolResultPart } from '../neutral/parts.ts';
import { readCache, readContent, readImage } from './read-content.ts';
import {
  echoedSeal,
  placeThoughts,
  readSignature,
  readThoughts,
  type SealReader,
} from './reasoning.ts';

/** Messages of one request; more are an error rather than a conversation. */
const MESSAGES_MAX = 100_000;

/** What earlier messages say about calls that later ones answer. */
interface Calls {
  /** Names by call id. */
  readonly names: Map<string, { readonly name: string; readonly isCustom: boolean }>;
  /** Ids of the calls in the deprecated form, which has none, by name. */
  readonly unnamed: Map<string, string>;
}

/** Reads `messages`. Throws `invalid_request` naming the message at fault. */
export function readMessages(list: unknown): Message[] {
  if (!Array.isArray(list) || list.length > MESSAGES_MAX) {
    throw invalid('messages', "'messages' must be an array of messages.");
  }
  const calls: Calls = { names: new Map(), unnamed: new Map() };
  const messages: Message[] = [];
  list.forEach((message: unknown, index) => {
    const path = `messages[${index}]`;
    if (!isFields(message)) throw invalid(path, `'${path}' must be an object.`);
    addMessage(messages, readMessage(message, { path, index, calls }));
  });
  return messages;
}

/** The results of calls that were made together belong into one turn. */
function addMessage(messages: Message[], message: Message): void {
  const last = messages.at(-1);
  if (last && isResults(last) && isResults(message)) {
    messages[messages.length - 1] = { role: 'user', parts: [...last.parts, ...message.parts] };
  } else messages.push(message);
}

function isResults({ role, parts }: Message): boolean {
  return role === 'user' && parts.length > 0 && parts.every((part) => part.type === 'toolResult');
}

interface Place {
  readonly path: string;
  readonly index: number;
  readonly calls: Calls;
}

function readMessage(message: Fields, place: Place): Message {
  const { role } = message;
  const content = (): Part[] => readContent(message.content, `${place.path}.content`);
  switch (role) {
    case 'system':
      return { role, parts: content(), ...nameOf(message) };
    case 'developer':
      return { role: 'system', isDeveloper: true, parts: content(), ...nameOf(message) };
    case 'user':
      return { role, parts: content(), ...nameOf(message) };
    case 'assistant':
      return { role, parts: readAssistant(message, place, content()), ...nameOf(message) };
    case 'tool':
    case 'function':
      return { role: 'user', parts: [readResult(message, place, content())] };
    default:
      throw invalid(
        `${place.path}.role`,
        `'${place.path}.role' must be one of system, developer, user, assistant, tool and function.`,
      );
  }
}

function nameOf({ name }: Fields): { name?: string } {
  const given = textOf(name);
  return given === '' ? {} : { name: given };
}

function readAssistant(message: Fields, place: Place, content: readonly Part[]): Part[] {
  const calls = readCalls(message, place);
  for (const { id, name, isCustom } of calls) {
    place.calls.names.set(id, { name, isCustom: isCustom === true });
  }
  const parts: Part[] = [...content, ...readOutside(message), ...calls];
  return placeThoughts(readThoughts(message, echoedSeal), parts);
}

/** What of an answer stands beside its content: a refusal, audio, images. */
function readOutside({ refusal, audio, images }: Fields): Part[] {
  const parts: Part[] = [];
  if (textOf(refusal) !== '') parts.push({ type: 'refusal', text: textOf(refusal) });
  const id = stringOf(fieldsOf(audio).id);
  if (id !== undefined) {
    parts.push({ type: 'audio', source: { kind: 'file', id, origin: 'chat' }, id });
  }
  for (const image of listOf(images).map(fieldsOf)) {
    parts.push({ ...readImage(image), ...readSignature(image, echoedSeal) });
  }
  return parts;
}

function readCalls(message: Fields, place: Place): ToolCallPart[] {
  const { tool_calls: list, function_call: single } = message;
  const calls = listOf(list).map((call) => readCall(fieldsOf(call), echoedSeal));
  if (!isFields(single)) return calls;
  const id = `call_${place.index}`;
  const name = textOf(single.name);
  place.calls.unnamed.set(name, id);
  return [...calls, { type: 'toolCall', id, name, arguments: textOf(single.arguments) }];
}

/** A call as it stands in a message; a custom tool's input is free text. */
export function readCall(call: Fields, readSeal: SealReader): ToolCallPart {
  const rest = { ...readCache(call), ...readSignature(call, readSeal) };
  const id = textOf(call.id);
  if (call.type === 'custom') {
    const { name, input } = fieldsOf(call.custom);
    const text = textOf(input);
    return { type: 'toolCall', id, name: textOf(name), arguments: text, isCustom: true, ...rest };
  }
  const { name, arguments: given } = fieldsOf(call.function);
  return { type: 'toolCall', id, name: textOf(name), arguments: readArguments(given), ...rest };
}

/** Some vendors give the object itself rather than its text. */
function readArguments(given: unknown): string {
  if (typeof given === 'string') return given;
  return isFields(given) ? JSON.stringify(given) : '';
}

function readResult(message: Fields, place: Place, content: readonly Part[]): ToolResultPart {
  const given = textOf(message.name);
  const isNamed = message.role === 'tool';
  const id = isNamed ? textOf(message.tool_call_id) : (place.calls.unnamed.get(given) ?? '');
  if (id === '') {
    const field = `${place.path}.${isNamed ? 'tool_call_id' : 'name'}`;
    throw invalid(field, `'${field}' must name the call that the message answers.`);
  }
  const call = place.calls.names.get(id);
  const kept = content.filter(isResultContent);
  const cache = kept.at(-1)?.cache ?? readCache(message).cache;
  return {
    type: 'toolResult',
    callId: id,
    name: call?.name || given,
    content: kept.map(withoutCache),
    ...(call?.isCustom && { isCustom: true }),
    ...(cache && { cache }),
  };
}

type ResultContent = ToolResultPart['content'][number];

function isResultContent(part: Part): part is ResultContent {
  return part.type === 'text' || part.type === 'image' || part.type === 'file';
}

/** A breakpoint within a result is one after it: other wires cannot set any inside. */
function withoutCache(part: ResultContent): ResultContent {
  if (part.cache === undefined) return part;
  const { cache: _cache, ...rest } = part;
  return rest;
}
