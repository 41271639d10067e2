import type { InputSize } from '../dialect.ts';
import type { ScannedObject } from '../json/scan.ts';
import { type Fields, fieldsOf, listOf, textOf } from '../json/values.ts';
import { audioSecondsOf, documentPagesOf } from '../neutral/media-size.ts';
import { field, objectField } from './fields.ts';
import { mediaKindOf, typeOfFile } from './media-types.ts';

const MEDIA_MARKS = ['"inlineData"', '"inline_data"', '"fileData"', '"file_data"'];
const ESCAPE_MARK = '\\u00';
/** An ASCII letter or sign written as an escape, which may hide a mark. */
const ESCAPED_ASCII = /\\u00[2-7]/;

const BASE64_GROWTH = 4 / 3;
/** Even slides that hardly move need about this many bytes for a second of video. */
const VIDEO_BYTES_PER_SECOND_MIN = 4_000;
/** Audio and video given by reference, whose length is not known, count as an hour. */
const SECONDS_UNKNOWN = 3_600;

const NO_MEDIA = { images: 0, audioSeconds: 0, videoSeconds: 0, documentPages: 0 };

type Sum = { -readonly [K in keyof InputSize]: InputSize[K] };

/**
 * Measures a request; `text` is its body as Latin-1. Only a body that mentions media, or may hide
 * them, is parsed for it.
 */
export function measureInput(body: Buffer, scanned: ScannedObject, text: string): InputSize {
  const tools = scanned.fields.has('tools') ? 1 : 0;
  if (!mayHaveMedia(text)) return { textBytes: body.length, tools, ...NO_MEDIA };
  const { contents } = fieldsOf(JSON.parse(body.toString('utf8')));
  return { ...measureContents(listOf(contents), body.length), tools };
}

/** Measures parsed contents out of a body of so many bytes. */
export function measureContents(contents: readonly unknown[], bytes: number): InputSize {
  const size: Sum = { textBytes: bytes, tools: 0, ...NO_MEDIA };
  for (const content of contents) {
    for (const part of listOf(fieldsOf(content).parts)) addPart(size, fieldsOf(part));
  }
  return size;
}

function mayHaveMedia(text: string): boolean {
  if (MEDIA_MARKS.some((mark) => text.includes(mark))) return true;
  return text.includes(ESCAPE_MARK) && ESCAPED_ASCII.test(text);
}

function addPart(size: Sum, part: Fields): void {
  addMedia(size, part);
  const { parts } = objectField(part, 'functionResponse');
  for (const inside of listOf(parts)) addMedia(size, fieldsOf(inside));
}

function addMedia(size: Sum, part: Fields): void {
  const inline = fieldsOf(field(part, 'inlineData'));
  const data = textOf(inline.data);
  const file = objectField(part, 'fileData');
  const uri = textOf(field(file, 'fileUri'));
  if (data === '' && uri === '') return;
  size.textBytes -= data.length;
  const type = textOf(field(inline, 'mimeType')) || typeOfFile(file) || '';
  switch (mediaKindOf(type)) {
    case 'image':
      size.images++;
      return;
    case 'audio':
      size.audioSeconds += data === '' ? SECONDS_UNKNOWN : audioSecondsOf(data.length);
      return;
    case 'video':
      size.videoSeconds += data === '' ? SECONDS_UNKNOWN : videoSecondsOf(data.length);
      return;
    case 'file':
      size.documentPages += documentPagesOf(data.length);
  }
}

function videoSecondsOf(base64Chars: number): number {
  return Math.ceil(base64Chars / BASE64_GROWTH / VIDEO_BYTES_PER_SECOND_MIN);
}
