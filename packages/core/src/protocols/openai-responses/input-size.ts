import type { InputSize } from '../dialect.ts';
import type { ScannedObject } from '../json/scan.ts';
import { fieldsOf, listOf, textOf } from '../json/values.ts';
import { audioSecondsOf, documentPagesOf } from '../neutral/media-size.ts';

const MEDIA_MARKS = [
  '"input_image"',
  '"input_audio"',
  '"input_file"',
  '"computer_screenshot"',
  '"image_generation_call"',
];
const ESCAPE_MARK = '\\u00';
/** An ASCII letter or sign written as an escape, which may hide a mark. */
const ESCAPED_ASCII = /\\u00[2-7]/;

const NO_MEDIA = { images: 0, audioSeconds: 0, videoSeconds: 0, documentPages: 0 };

type Sum = { -readonly [K in keyof InputSize]: InputSize[K] };

/**
 * Measures a request; `text` is its body as Latin-1. Only an input that mentions media, or may hide
 * them, is parsed for it.
 */
export function measureInput(body: Buffer, { fields }: ScannedObject, text: string): InputSize {
  const size = { textBytes: body.length, tools: fields.has('tools') ? 1 : 0, ...NO_MEDIA };
  const span = fields.get('input');
  if (!span || !mayHaveMedia(text.slice(span.start, span.end))) return size;
  return addItems(size, JSON.parse(body.toString('utf8', span.start, span.end)));
}

function mayHaveMedia(input: string): boolean {
  return MEDIA_MARKS.some((mark) => input.includes(mark)) || hasEscapedAscii(input);
}

/** Whether names in a JSON text may be written so that a search does not find them. */
export function hasEscapedAscii(text: string): boolean {
  return text.includes(ESCAPE_MARK) && ESCAPED_ASCII.test(text);
}

function addItems(size: Sum, input: unknown): InputSize {
  for (const item of listOf(input)) {
    const { type, content, output, result } = fieldsOf(item);
    for (const part of listOf(content)) addPart(size, part);
    for (const part of listOf(output)) addPart(size, part);
    if (type === 'computer_call_output') addPart(size, output);
    if (type === 'image_generation_call') addImage(size, result);
  }
  return size;
}

function addPart(size: Sum, part: unknown): void {
  const { type, image_url, input_audio, file_data } = fieldsOf(part);
  if (type === 'input_image' || type === 'computer_screenshot') addImage(size, image_url);
  else if (type === 'input_audio') {
    const { length } = textOf(fieldsOf(input_audio).data);
    size.audioSeconds += audioSecondsOf(length);
    size.textBytes -= length;
  } else if (type === 'input_file') {
    const { length } = textOf(file_data);
    size.documentPages += documentPagesOf(length);
    size.textBytes -= length;
  }
}

function addImage(size: Sum, data: unknown): void {
  size.images++;
  size.textBytes -= textOf(data).length;
}
