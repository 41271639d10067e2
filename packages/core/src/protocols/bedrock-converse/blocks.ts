import { type Fields, fieldsOf, listOf, stringOf, textOf } from '../json/values.ts';
import type { Part } from '../neutral/parts.ts';
import { readCitation } from './citations.ts';
import { IMAGE_FORMATS, mediaTypeOf } from './media.ts';
import { REDACTED_ID } from './reasoning.ts';
import { isAnswerTool } from './structured-output.ts';

/** Tools that the model's host runs itself. */
export const SERVER_TOOL_TYPE = 'server_tool_use';

/** A content block of a whole answer as a part; undefined for one that says nothing. */
export function readBlock(wire: unknown): Part | undefined {
  const block = fieldsOf(wire);
  const text = stringOf(block.text);
  if (text !== undefined) return text === '' ? undefined : { type: 'text', text };
  const [kind] = Object.keys(block).filter((key) => READERS.has(key));
  if (kind !== undefined) return READERS.get(kind)?.(fieldsOf(block[kind]), block);
  return Object.keys(block).length === 0
    ? undefined
    : { type: 'opaque', origin: 'converse', value: wire };
}

type BlockReader = (block: Fields, wire: Fields) => Part | undefined;

const READERS: ReadonlyMap<string, BlockReader> = new Map<string, BlockReader>([
  ['toolUse', readToolUse],
  ['reasoningContent', readReasoning],
  ['citationsContent', readCited],
  ['image', readImage],
]);

function readToolUse(block: Fields, wire: Fields): Part {
  if (block.type === SERVER_TOOL_TYPE) return { type: 'opaque', origin: 'converse', value: wire };
  const input = JSON.stringify(block.input ?? {});
  const name = textOf(block.name);
  if (isAnswerTool(name)) return { type: 'text', text: input };
  return { type: 'toolCall', id: textOf(block.toolUseId), name, arguments: input };
}

function readReasoning(block: Fields): Part | undefined {
  const redacted = stringOf(block.redactedContent);
  if (redacted !== undefined) {
    const seal = { origin: 'converse', data: redacted, id: REDACTED_ID } as const;
    return { type: 'reasoning', text: '', seal };
  }
  const { text, signature } = fieldsOf(block.reasoningText);
  const data = stringOf(signature);
  if (data === undefined && textOf(text) === '') return undefined;
  return {
    type: 'reasoning',
    text: textOf(text),
    ...(data === undefined ? {} : { seal: { origin: 'converse', data } }),
  };
}

function readCited(block: Fields): Part {
  const text = listOf(block.content)
    .map((each) => textOf(fieldsOf(each).text))
    .join('');
  const citations = listOf(block.citations).map((each) => readCitation(fieldsOf(each)));
  return { type: 'text', text, ...(citations.length === 0 ? {} : { citations }) };
}

function readImage(block: Fields, wire: Fields): Part {
  const data = stringOf(fieldsOf(block.source).bytes);
  if (data === undefined) return { type: 'opaque', origin: 'converse', value: wire };
  const mediaType = mediaTypeOf(IMAGE_FORMATS, textOf(block.format)) ?? 'image/png';
  return { type: 'image', source: { kind: 'data', data, mediaType } };
}
