import { dataOfUrl, urlOfData } from '../neutral/data-url.ts';
import type { MediaSource } from '../neutral/parts.ts';

const AUDIO_TYPES: ReadonlyMap<string, string> = new Map([
  ['mp3', 'audio/mpeg'],
  ['pcm16', 'audio/pcm'],
  ['m4a', 'audio/mp4'],
]);

const AUDIO_FORMATS: ReadonlyMap<string, string> = new Map([
  ['audio/mpeg', 'mp3'],
  ['audio/mp3', 'mp3'],
  ['audio/x-wav', 'wav'],
  ['audio/wave', 'wav'],
  ['audio/vnd.wave', 'wav'],
  ['audio/pcm', 'pcm16'],
  ['audio/l16', 'pcm16'],
  ['audio/mp4', 'm4a'],
  ['audio/x-m4a', 'm4a'],
]);

/** The media type of an audio format. */
export function audioType(format: string): string {
  return AUDIO_TYPES.get(format) ?? `audio/${format}`;
}

/** The audio format of a media type; parameters of the type are looked past. */
export function audioFormat(mediaType: string): string {
  const type = (mediaType.split(';')[0] ?? '').trim().toLowerCase();
  return AUDIO_FORMATS.get(type) ?? type.replace(/^audio\//, '');
}

/** How base64 of the usual audio formats begins. */
const AUDIO_BEGINNINGS: readonly (readonly [string, string])[] = [
  ['UklGR', 'audio/wav'],
  ['SUQz', 'audio/mpeg'],
  ['//', 'audio/mpeg'],
  ['T2dnUw', 'audio/ogg'],
  ['ZkxhQw', 'audio/flac'],
];

/** The media type of spoken answers, which do not name it: by how they begin, else raw samples. */
export function audioTypeOf(base64: string): string {
  return AUDIO_BEGINNINGS.find(([begin]) => base64.startsWith(begin))?.[1] ?? 'audio/pcm';
}

/** A source as a URL; undefined for a file that only an id names. */
export function urlOfSource(source: MediaSource): string | undefined {
  if (source.kind === 'file') return undefined;
  return source.kind === 'url' ? source.url : urlOfData(source);
}

const DOCUMENT_TYPE = 'application/pdf';

/** The source of a file part: a `data:` URL, another URL, or bare base64. */
export function sourceOfFile(fileData: string): MediaSource {
  if (/^https?:\/\//i.test(fileData)) return { kind: 'url', url: fileData };
  return dataOfUrl(fileData) ?? { kind: 'data', data: fileData, mediaType: DOCUMENT_TYPE };
}
