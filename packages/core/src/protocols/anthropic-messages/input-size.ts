import type { InputSize } from '../dialect.ts';
import type { ScannedObject } from '../json/scan.ts';
import { type Fields, listOf, stringOf } from '../json/values.ts';
import { documentPagesOf } from '../neutral/media-size.ts';
import { objectIn } from './fields.ts';

const MEDIA_MARKS = ['"image"', '"document"'];
const ESCAPE_MARK = '\\u00';
/** An ASCII letter or sign written as an escape, which may hide a mark. */
const ESCAPED_ASCII = /\\u00[2-7]/;

const NO_MEDIA = { images: 0, audioSeconds: 0, videoSeconds: 0, documentPages: 0 };

type Sum = { -readonly [K in keyof InputSize]: InputSize[K] };

/**
 * Measures a request; `text` is its body as Latin-1. Only a body that mentions media, or may hide
 * them, is parsed for it.
 */
export function measureInput(body: Buffer, scanned: ScannedObject, text: string): InputSize {
  const tools = scanned.fields.has('tools') ? 1 : 0;
  const size: Sum = { textBytes: body.length, tools, ...NO_MEDIA };
  if (!mayHaveMedia(text)) return size;
  const request = objectIn(JSON.parse(body.toString('utf8')));
  for (const message of listOf(request?.messages)) addContent(size, objectIn(message)?.content);
  return size;
}

function mayHaveMedia(text: string): boolean {
  if (MEDIA_MARKS.some((mark) => text.includes(mark))) return true;
  return text.includes(ESCAPE_MARK) && ESCAPED_ASCII.test(text);
}

/** Results of tools, documents and what was fetched hold blocks in turn; the scan bounds the depth. */
function addContent(size: Sum, content: unknown): void {
  const blocks = Array.isArray(content) ? content : [content];
  for (const block of blocks) addBlock(size, objectIn(block) ?? {});
}

function addBlock(size: Sum, block: Fields): void {
  const source = objectIn(block.source) ?? {};
  const length = source.type === 'base64' ? (stringOf(source.data)?.length ?? 0) : 0;
  if (block.type === 'image') {
    size.images++;
    size.textBytes -= length;
  } else if (block.type === 'document' && source.type !== 'text') {
    if (source.type !== 'content') size.documentPages += documentPagesOf(length);
    size.textBytes -= length;
    addContent(size, source.content);
  }
  if (typeof block.content === 'object') addContent(size, block.content);
}
