import { type Fields, textOf } from '../json/values.ts';
import { field } from './fields.ts';

/** What a part with media is in the neutral model. */
type MediaKind = 'image' | 'audio' | 'video' | 'file';

/** The kind of media that a MIME type is; documents and texts are files. */
export function mediaKindOf(mimeType: string): MediaKind {
  const [kind] = mimeType.toLowerCase().split('/');
  return kind === 'image' || kind === 'audio' || kind === 'video' ? kind : 'file';
}

const TYPES_BY_EXTENSION: ReadonlyMap<string, string> = new Map([
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['webp', 'image/webp'],
  ['heic', 'image/heic'],
  ['heif', 'image/heif'],
  ['bmp', 'image/bmp'],
  ['gif', 'image/gif'],
  ['mp3', 'audio/mp3'],
  ['wav', 'audio/wav'],
  ['flac', 'audio/flac'],
  ['ogg', 'audio/ogg'],
  ['aac', 'audio/aac'],
  ['m4a', 'audio/mp4'],
  ['mp4', 'video/mp4'],
  ['mpeg', 'video/mpeg'],
  ['mpg', 'video/mpg'],
  ['mov', 'video/quicktime'],
  ['avi', 'video/avi'],
  ['flv', 'video/x-flv'],
  ['webm', 'video/webm'],
  ['wmv', 'video/wmv'],
  ['3gp', 'video/3gpp'],
  ['pdf', 'application/pdf'],
  ['json', 'application/json'],
  ['txt', 'text/plain'],
  ['md', 'text/plain'],
  ['html', 'text/html'],
  ['css', 'text/css'],
  ['csv', 'text/csv'],
  ['xml', 'text/xml'],
  ['rtf', 'text/rtf'],
  ['js', 'text/javascript'],
]);

/** A URL of a video at YouTube, which Gemini watches itself. */
const YOUTUBE_URL = /^https:\/\/(?:(?:www|m)\.)?(?:youtube\.com\/|youtu\.be\/)/i;

export function isYoutubeUrl(url: string): boolean {
  return YOUTUBE_URL.test(url);
}

/** The MIME type that a URL's ending tells; undefined where it tells none. */
export function typeOfUrl(url: string): string | undefined {
  if (isYoutubeUrl(url)) return 'video/mp4';
  const [path = ''] = url.split(/[?#]/, 1);
  const extension = /\.([a-z0-9]{2,5})$/i.exec(path)?.[1];
  return extension && TYPES_BY_EXTENSION.get(extension.toLowerCase());
}

/** The MIME type of a `fileData`, said or told by its URL. */
export function typeOfFile(fileData: Fields): string | undefined {
  return textOf(field(fileData, 'mimeType')) || typeOfUrl(textOf(field(fileData, 'fileUri')));
}
