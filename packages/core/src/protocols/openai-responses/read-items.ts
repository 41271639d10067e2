import { invalid } from '../../kernel/index.ts';
import { type Fields, isFields, listOf, stringOf, textOf } from '../json/values.ts';
import { dataOfUrl } from '../neutral/data-url.ts';
import type {
  ImagePart,
  Message,
  OpaquePart,
  Part,
  Seal,
  ToolCallPart,
  ToolResultPart,
} from '../neutral/parts.ts';
import { readContent } from './content.ts';
import { referenceOf } from './decode.ts';
import { readReasoning, type SealedPlace } from './reasoning.ts';

/** Items that the client answers a call with; all others without a role are the model's. */
const CLIENT_ITEMS: ReadonlySet<unknown> = new Set([
  'function_call_output',
  'custom_tool_call_output',
  'computer_call_output',
  'local_shell_call_output',
  'shell_call_output',
  'apply_patch_call_output',
  'mcp_approval_response',
  'tool_search_output',
  'compaction_trigger',
]);

/** Formats of generated images by how their base64 begins. */
const IMAGE_TYPES: readonly (readonly [beginning: string, mediaType: string])[] = [
  ['/9j/', 'image/jpeg'],
  ['UklGR', 'image/webp'],
];

/** The messages of an `input`: the items of one turn of the model become one message. */
export function readInput(input: unknown): readonly Message[] {
  if (typeof input === 'string') {
    return [{ role: 'user', parts: [{ type: 'text', text: input }] }];
  }
  const reader = new ItemReader();
  for (const [at, item] of listOf(input).entries()) {
    if (!isFields(item)) throw invalid(`input[${at}]`, `'input[${at}]' must be an object.`);
    reader.take(item, `input[${at}]`);
  }
  return reader.finish();
}

interface Draft {
  readonly role: Message['role'];
  readonly parts: Part[];
  readonly isDeveloper?: boolean;
}

/** A seal that came in an item of its own, and how many parts stood before it. */
interface Rider {
  readonly draft: Draft;
  readonly before: number;
  readonly place: SealedPlace;
  readonly seal: Seal;
}

/** Puts items together to messages. */
class ItemReader {
  readonly #messages: Draft[] = [];
  readonly #riders: Rider[] = [];
  /** The message that further items of the same side may join. */
  #open: { readonly draft: Draft; readonly side: 'assistant' | 'results' } | undefined;
  /** Names of the tools that were called, by the ids of the calls. */
  readonly #called = new Map<string, string>();

  take(item: Fields, where: string): void {
    const { type } = item;
    if (isMessage(item)) this.#message(item, where);
    else if (type === 'reasoning') this.#reasoning(item);
    else if (type === 'additional_tools') {
      this.#alone({ role: 'system', parts: [opaque(item)], isDeveloper: true });
    } else this.#side(sideOf(type)).parts.push(this.#partOf(item, where));
  }

  #message({ content, role }: Fields, where: string): void {
    const parts = readContent(content);
    if (role === 'assistant') this.#side(role).parts.push(...parts);
    else if (role === 'user' || role === 'system') this.#alone({ role, parts });
    else if (role === 'developer') this.#alone({ role: 'system', parts, isDeveloper: true });
    else {
      const roles = "'user', 'assistant', 'system' or 'developer'";
      throw invalid(`${where}.role`, `'${where}.role' must be ${roles}.`);
    }
  }

  /** Seals find their parts at the end: some clients send all reasoning before what it belongs to. */
  finish(): readonly Message[] {
    for (const rider of this.#riders) attachSeal(rider);
    return this.#messages;
  }

  #alone(draft: Draft): void {
    this.#open = undefined;
    this.#messages.push(draft);
  }

  #side(side: 'assistant' | 'results'): Draft {
    if (this.#open?.side === side) return this.#open.draft;
    const draft: Draft = { role: side === 'assistant' ? 'assistant' : 'user', parts: [] };
    this.#messages.push(draft);
    this.#open = { draft, side };
    return draft;
  }

  #partOf(item: Fields, where: string): Part {
    switch (item.type) {
      case 'function_call':
      case 'custom_tool_call':
        return this.#call(item);
      case 'function_call_output':
      case 'custom_tool_call_output':
        return this.#result(item, where);
      case 'image_generation_call':
        return readGeneratedImage(item) ?? opaque(item);
      default:
        return opaque(item);
    }
  }

  #call(item: Fields): Part {
    const part = readToolCall(item);
    this.#called.set(part.id, part.name);
    return part;
  }

  #result(item: Fields, where: string): Part {
    const callId = textOf(item.call_id);
    if (callId === '') throw invalid(`${where}.call_id`, `Missing parameter: '${where}.call_id'.`);
    return readToolResult(item, callId, this.#called.get(callId) ?? '');
  }

  #reasoning(item: Fields): void {
    const read = readReasoning(item);
    if (read.kind === 'nothing') return;
    const draft = this.#side('assistant');
    if (read.kind === 'seal') {
      const { place, seal } = read;
      this.#riders.push({ draft, before: draft.parts.length, place, seal });
    } else draft.parts.push(read.part);
  }
}

/** An item with a role is a message, whether or not it says so. */
function isMessage(item: Fields): boolean {
  const { type } = item;
  if (type === undefined || type === null) return referenceOf(item) === undefined;
  return type === 'message';
}

function sideOf(type: unknown): 'assistant' | 'results' {
  return CLIENT_ITEMS.has(type) ? 'results' : 'assistant';
}

function opaque(value: Fields): OpaquePart {
  return { type: 'opaque', origin: 'responses', value };
}

/** A call of a tool out of its item. */
export function readToolCall(item: Fields): ToolCallPart {
  const isCustom = item.type === 'custom_tool_call';
  return {
    type: 'toolCall',
    id: textOf(item.call_id) || textOf(item.id),
    name: textOf(item.name),
    arguments: textOf(isCustom ? item.input : item.arguments),
    ...(isCustom && { isCustom }),
  };
}

function readToolResult(item: Fields, callId: string, name: string): ToolResultPart {
  const isCustom = item.type === 'custom_tool_call_output';
  return {
    type: 'toolResult',
    callId,
    name,
    content: readContent(item.output).filter(isResultContent),
    ...(isCustom && { isCustom }),
  };
}

function isResultContent(part: Part): part is ToolResultPart['content'][number] {
  return part.type === 'text' || part.type === 'image' || part.type === 'file';
}

/** A drawn image; undefined while it is not there. */
function readGeneratedImage(item: Fields): ImagePart | undefined {
  const result = textOf(item.result);
  if (result === '') return undefined;
  const id = stringOf(item.id);
  return {
    type: 'image',
    source: dataOfUrl(result) ?? {
      kind: 'data',
      data: result,
      mediaType: imageTypeOf(item, result),
    },
    ...(id !== undefined && { seal: { origin: 'responses', data: '', id } }),
  };
}

/** The media type of a drawn image: as told, else as its first bytes show. */
export function imageTypeOf({ output_format: format }: Fields, data: string): string {
  if (typeof format === 'string' && format !== '') return `image/${format}`;
  return IMAGE_TYPES.find(([beginning]) => data.startsWith(beginning))?.[1] ?? 'image/png';
}

function attachSeal({ draft, before, place, seal }: Rider): void {
  const { parts } = draft;
  const isMeant = (part: Part): boolean =>
    place.kind === 'call'
      ? part.type === 'toolCall' && part.id === place.callId
      : part.type === place.kind;
  const earlier = parts.slice(0, before).findLastIndex(isMeant);
  const at = earlier >= 0 ? earlier : parts.findIndex(isMeant);
  const part = parts[at];
  if (part?.type === 'toolCall' || part?.type === 'text' || part?.type === 'image') {
    parts[at] = { ...part, seal };
  }
}
