import { invalid } from '../../kernel/index.ts';
import { type Fields, stringOf } from '../json/values.ts';
import type {
  FilePart,
  ImagePart,
  Part,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '../neutral/parts.ts';
import { readCache } from './cache-control.ts';
import { readCitations } from './citations.ts';
import { compact, objectIn } from './fields.ts';
import { needText, readDocument, readImage, readSearchResult } from './media.ts';
import { readRedacted, readThinking, withCarriedSeals } from './seals.ts';

/** The names of the tools that were called so far, by the id of the call. */
export type CallNames = Map<string, string>;

/** Reads the content of a message. Throws `invalid_request` naming the field. */
export function readContent(content: unknown, place: string, calls: CallNames): readonly Part[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  if (!Array.isArray(content)) {
    throw invalid(place, `'${place}' must be a string or an array of content blocks.`);
  }
  const parts = content.flatMap((block, index) => readBlock(block, `${place}.${index}`, calls));
  return withCarriedSeals(parts);
}

function needBlock(value: unknown, place: string): Fields {
  const block = objectIn(value);
  if (typeof block?.type === 'string') return block;
  throw invalid(`${place}.type`, `'${place}' must be a content block with a 'type'.`);
}

function readBlock(value: unknown, place: string, calls: CallNames): readonly Part[] {
  const block = needBlock(value, place);
  switch (block.type) {
    case 'text':
      return [readText(block, place)];
    case 'image':
      return [readImage(block, place)];
    case 'document':
      return readDocument(block, place);
    case 'search_result':
      return [readSearchResult(block)];
    case 'thinking':
      return [readThinking(stringOf(block.thinking) ?? '', stringOf(block.signature) ?? '')];
    case 'redacted_thinking':
      return [readRedacted(needText(block.data, `${place}.data`))];
    case 'tool_use':
      return [readToolUse(block, place, calls)];
    case 'tool_result':
      return [readToolResult(block, place, calls)];
    default:
      return [{ type: 'opaque', origin: 'messages', value: block }];
  }
}

/** Reads a `text` block. Throws `invalid_request` naming the field. */
export function readText(block: Fields, place: string): TextPart {
  return compact({
    type: 'text' as const,
    text: needText(block.text, `${place}.text`),
    citations: readCitations(block.citations),
    ...readCache(block),
  });
}

function readToolUse(block: Fields, place: string, calls: CallNames): ToolCallPart {
  const id = needText(block.id, `${place}.id`);
  const name = needText(block.name, `${place}.name`);
  calls.set(id, name);
  const input = objectIn(block.input ?? {});
  if (!input) throw invalid(`${place}.input`, `'${place}.input' must be an object.`);
  return { type: 'toolCall', id, name, arguments: JSON.stringify(input), ...readCache(block) };
}

function readToolResult(block: Fields, place: string, calls: CallNames): ToolResultPart {
  const callId = needText(block.tool_use_id, `${place}.tool_use_id`);
  return compact({
    type: 'toolResult' as const,
    callId,
    name: calls.get(callId) ?? '',
    content: readResultContent(block.content, `${place}.content`),
    isError: block.is_error === true || undefined,
    ...readCache(block),
  });
}

function readResultContent(content: unknown, place: string): ToolResultPart['content'] {
  if (content === undefined || content === null || content === '') return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) {
    throw invalid(place, `'${place}' must be a string or an array of content blocks.`);
  }
  return content.flatMap((block, index) => readResultBlock(block, `${place}.${index}`));
}

function readResultBlock(value: unknown, place: string): (TextPart | ImagePart | FilePart)[] {
  const block = needBlock(value, place);
  switch (block.type) {
    case 'text':
      return [readText(block, place)];
    case 'image':
      return [readImage(block, place)];
    case 'document':
      return readDocument(block, place);
    case 'search_result':
      return [readSearchResult(block)];
    default:
      // What a tool found, in a form of this wire: the model reads it as the text that it is.
      return [{ type: 'text', text: JSON.stringify(block), ...readCache(block) }];
  }
}
