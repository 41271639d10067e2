import type { InputSize } from '../dialect.ts';
import type { ScannedObject } from '../json/scan.ts';

const PART_MARK = '"type"';
const MEDIA_MARKS = ['"image_url"', '"input_audio"', '"video_url"', '"file"'];
const ESCAPE_MARK = '\\u00';
/** An ASCII letter or sign written as an escape, which may hide a mark. */
const ESCAPED_ASCII = /\\u00[2-7]/;
const ARRAY_VALUE = /:\s*\[/;

/** Base64 characters per byte of data. */
const BASE64_GROWTH = 4 / 3;
/** The leanest speech codecs in use need about this many bytes for a second. */
const AUDIO_BYTES_PER_SECOND_MIN = 1_000;
/** Even slides that hardly move need about this many bytes for a second of video. */
const VIDEO_BYTES_PER_SECOND_MIN = 4_000;
/** A video given by reference, whose length is not known, counts as the longest that is taken: an hour. */
const VIDEO_SECONDS_UNKNOWN = 3_600;
/** A page of a PDF document is hardly ever smaller. */
const DOCUMENT_BYTES_PER_PAGE_MIN = 2_000;
/** A document given by reference, whose size is not known, counts as this many pages. */
const DOCUMENT_PAGES_UNKNOWN = 100;

interface Part {
  readonly type?: unknown;
  readonly image_url?: { readonly url?: unknown } | null;
  readonly input_audio?: { readonly data?: unknown } | null;
  readonly video_url?: { readonly url?: unknown } | null;
  readonly file?: { readonly file_data?: unknown } | null;
}

const NO_MEDIA = { images: 0, audioSeconds: 0, videoSeconds: 0, documentPages: 0 };

/**
 * Measures a chat request; `text` is its body as Latin-1. Only a body that mentions media, or may
 * hide them, is parsed for it.
 */
export function measureInput(body: Buffer, scanned: ScannedObject, text: string): InputSize {
  const tools = scanned.fields.has('tools') ? 1 : 0;
  if (hasMedia(text, scanned)) return measureMedia(body, tools);
  return { textBytes: body.length, tools, ...NO_MEDIA };
}

/** Messages of plain text have no typed parts: one search spares the others on a long prompt. */
function hasMedia(text: string, { fields }: ScannedObject): boolean {
  const span = fields.get('messages');
  if (!span) return false;
  const mentions = (mark: string): boolean => {
    const at = text.indexOf(mark, span.start);
    return at >= 0 && at < span.end;
  };
  if (mentions(PART_MARK) && MEDIA_MARKS.some(mentions)) return true;
  return mentions(ESCAPE_MARK) && mayHideParts(text.slice(span.start, span.end));
}

function mayHideParts(messages: string): boolean {
  return ESCAPED_ASCII.test(messages) && ARRAY_VALUE.test(messages);
}

function measureMedia(body: Buffer, tools: number): InputSize {
  const { messages } = JSON.parse(body.toString('utf8')) as { messages?: unknown };
  const size = { textBytes: body.length, tools, ...NO_MEDIA };
  for (const message of Array.isArray(messages) ? messages : []) {
    const content: unknown = (message as { content?: unknown } | null)?.content;
    for (const part of Array.isArray(content) ? content : []) addPart(size, part as Part | null);
  }
  return size;
}

type Sum = { -readonly [K in keyof InputSize]: InputSize[K] };

function addPart(size: Sum, part: Part | null): void {
  if (part?.type === 'image_url') {
    size.images++;
    size.textBytes -= dataLength(part.image_url?.url);
  } else if (part?.type === 'input_audio') {
    const length = dataLength(part.input_audio?.data);
    size.audioSeconds += Math.ceil(length / BASE64_GROWTH / AUDIO_BYTES_PER_SECOND_MIN);
    size.textBytes -= length;
  } else if (part?.type === 'video_url') {
    const url = part.video_url?.url;
    const length = dataLength(url);
    const isData = typeof url === 'string' && url.startsWith('data:');
    const seconds = Math.ceil(length / BASE64_GROWTH / VIDEO_BYTES_PER_SECOND_MIN);
    size.videoSeconds += isData ? seconds : VIDEO_SECONDS_UNKNOWN;
    size.textBytes -= length;
  } else if (part?.type === 'file') {
    const length = dataLength(part.file?.file_data);
    const pages = Math.ceil(length / BASE64_GROWTH / DOCUMENT_BYTES_PER_PAGE_MIN);
    size.documentPages += length === 0 ? DOCUMENT_PAGES_UNKNOWN : pages;
    size.textBytes -= length;
  }
}

function dataLength(value: unknown): number {
  return typeof value === 'string' ? value.length : 0;
}
