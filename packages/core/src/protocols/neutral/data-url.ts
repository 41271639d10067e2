import type { MediaSource } from './parts.ts';

const MARK = ';base64,';
/** Longer heads than any media type has mean that a text is no such URL. */
const HEAD_CHARS_MAX = 256;

/** Where a URL says that media are: in itself, where it is a base64 `data:` URL, else at it. */
export function sourceOfUrl(url: string): MediaSource {
  return dataOfUrl(url) ?? { kind: 'url', url };
}

/** The media in a base64 `data:` URL; undefined for any other text. */
export function dataOfUrl(url: string): Extract<MediaSource, { kind: 'data' }> | undefined {
  if (!/^data:/i.test(url.slice(0, 5))) return undefined;
  const head = url.slice(0, HEAD_CHARS_MAX);
  const at = head.indexOf(MARK);
  if (at < 0) return undefined;
  const mediaType = head.slice(5, at).split(';')[0] ?? '';
  return { kind: 'data', data: url.slice(at + MARK.length), mediaType };
}

/** A `data:` URL of media in base64. */
export function urlOfData({ data, mediaType }: Extract<MediaSource, { kind: 'data' }>): string {
  return `data:${mediaType};base64,${data}`;
}
