import type { MediaSource } from '../neutral/parts.ts';

/** Media types and what Converse calls them; the first of a format is the one that is read back. */
export type Formats = ReadonlyMap<string, string>;

export const IMAGE_FORMATS: Formats = new Map([
  ['image/png', 'png'],
  ['image/jpeg', 'jpeg'],
  ['image/jpg', 'jpeg'],
  ['image/gif', 'gif'],
  ['image/webp', 'webp'],
]);

export const VIDEO_FORMATS: Formats = new Map([
  ['video/mp4', 'mp4'],
  ['video/quicktime', 'mov'],
  ['video/mov', 'mov'],
  ['video/x-matroska', 'mkv'],
  ['video/webm', 'webm'],
  ['video/x-flv', 'flv'],
  ['video/mpeg', 'mpeg'],
  ['video/mpg', 'mpg'],
  ['video/x-ms-wmv', 'wmv'],
  ['video/wmv', 'wmv'],
  ['video/3gpp', 'three_gp'],
]);

export const AUDIO_FORMATS: Formats = new Map([
  ['audio/mpeg', 'mp3'],
  ['audio/mp3', 'mp3'],
  ['audio/wav', 'wav'],
  ['audio/x-wav', 'wav'],
  ['audio/wave', 'wav'],
  ['audio/flac', 'flac'],
  ['audio/ogg', 'ogg'],
  ['audio/opus', 'opus'],
  ['audio/aac', 'aac'],
  ['audio/mp4', 'm4a'],
  ['audio/m4a', 'm4a'],
  ['audio/x-m4a', 'm4a'],
  ['audio/webm', 'webm'],
  ['audio/pcm', 'pcm'],
  ['audio/l16', 'pcm'],
]);

export const DOCUMENT_FORMATS: Formats = new Map([
  ['application/pdf', 'pdf'],
  ['text/plain', 'txt'],
  ['text/csv', 'csv'],
  ['text/html', 'html'],
  ['text/markdown', 'md'],
  ['application/msword', 'doc'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'],
  ['application/vnd.ms-excel', 'xls'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
  ['application/json', 'txt'],
  ['application/xml', 'txt'],
]);

/** The media type of a format; undefined when it is not known. */
export function mediaTypeOf(formats: Formats, format: string): string | undefined {
  for (const [mediaType, name] of formats) if (name === format) return mediaType;
  return undefined;
}

/** Where media come from in Converse's words; or why they cannot come from there. */
export type WrittenSource =
  | { readonly format: string; readonly source: ConverseSource }
  | { readonly reason: string };

export type ConverseSource =
  | { readonly bytes: string }
  | { readonly s3Location: { readonly uri: string } };

/** Bytes and addresses in S3 can be sent; anything else of the web has to be fetched by the client. */
export function writeSource(source: MediaSource, formats: Formats): WrittenSource {
  switch (source.kind) {
    case 'data': {
      const [mediaType = ''] = source.mediaType.toLowerCase().split(';');
      const format = formats.get(mediaType.trim()) ?? textFormat(formats, mediaType);
      if (format === undefined) return { reason: `media type '${mediaType}' is not supported` };
      return { format, source: { bytes: source.data } };
    }
    case 'url': {
      if (!source.url.startsWith('s3://')) {
        return { reason: 'Bedrock takes media as data or from S3, not from a URL' };
      }
      const format = formatOfName(source.url, formats);
      if (format === undefined)
        return { reason: 'the URL does not tell a format that is supported' };
      return { format, source: { s3Location: { uri: source.url } } };
    }
    case 'file':
      return { reason: 'a file that was uploaded elsewhere is not known to Bedrock' };
  }
}

/** Source code and the like is text to a model. */
function textFormat(formats: Formats, mediaType: string): string | undefined {
  return formats === DOCUMENT_FORMATS && mediaType.startsWith('text/') ? 'txt' : undefined;
}

const EXTENSION = /\.([a-z0-9]{2,4})(?:[?#].*)?$/i;

function formatOfName(name: string, formats: Formats): string | undefined {
  const extension = EXTENSION.exec(name)?.[1]?.toLowerCase() ?? '';
  const format = extension === 'jpg' ? 'jpeg' : extension === '3gp' ? 'three_gp' : extension;
  return mediaTypeOf(formats, format) === undefined ? undefined : format;
}
