import type { Fields } from '../json/values.ts';
import { urlOfData } from '../neutral/data-url.ts';
import type {
  AudioPart,
  CacheBreakpoint,
  FilePart,
  ImagePart,
  MediaSource,
  Part,
  TextPart,
} from '../neutral/parts.ts';
import type { ModelFamily } from './families.ts';
import { audioFormat, urlOfSource } from './media.ts';

/** What a content part becomes: fields of a wire part, or the reason why it cannot be one. */
export type WrittenPart = { readonly fields: Fields } | { readonly loss: string };

/** A content part in this wire; thoughts and calls stand elsewhere in a message. */
export function writePart(part: Part, family: ModelFamily): WrittenPart {
  switch (part.type) {
    case 'text':
      return { fields: { type: 'text', text: part.text, ...writeCache(part.cache, family) } };
    case 'image':
      return writeImage(part, family);
    case 'audio':
      return writeAudio(part);
    case 'video':
      return writeVideo(part.source);
    case 'file':
      return writeFile(part, family);
    case 'refusal':
      return { fields: { type: 'refusal', refusal: part.text } };
    case 'opaque':
      return part.origin === 'chat' && typeof part.value === 'object' && part.value !== null
        ? { fields: part.value as Fields }
        : { loss: 'this kind of content exists in the API of another vendor only' };
    default:
      return { loss: `${part.type} cannot stand here` };
  }
}

/** A breakpoint in Anthropic's convention, for models whose hosts know it; else none. */
export function writeCache(cache: CacheBreakpoint | undefined, family: ModelFamily): Fields {
  if (cache === undefined || !family.takesCacheControl) return {};
  const ttl = cache.ttl === '1h' ? { ttl: '1h' } : {};
  return { cache_control: { type: 'ephemeral', ...ttl } };
}

const OTHER_FILES = 'a file that was uploaded to another vendor cannot be used here';

function writeImage({ source, detail, cache }: ImagePart, family: ModelFamily): WrittenPart {
  const url = urlOfSource(source);
  if (url === undefined) return { loss: 'images are taken by URL or as data, not by id' };
  const image = { url, ...(detail !== undefined && { detail }) };
  return { fields: { type: 'image_url', image_url: image, ...writeCache(cache, family) } };
}

function writeAudio({ source }: AudioPart): WrittenPart {
  if (source.kind !== 'data') return { loss: 'audio is taken as data only' };
  const input = { data: source.data, format: audioFormat(source.mediaType) };
  return { fields: { type: 'input_audio', input_audio: input } };
}

function writeVideo(source: MediaSource): WrittenPart {
  const url = urlOfSource(source);
  if (url === undefined) return { loss: OTHER_FILES };
  return { fields: { type: 'video_url', video_url: { url } } };
}

function writeFile(part: FilePart, family: ModelFamily): WrittenPart {
  const { source, name, cache } = part;
  const rest = writeCache(cache, family);
  switch (source.kind) {
    case 'file':
      // The Responses API and this one share the files of an account.
      return source.origin === 'chat' || source.origin === 'responses'
        ? { fields: { type: 'file', file: { file_id: source.id }, ...rest } }
        : { loss: OTHER_FILES };
    case 'url':
      if (family.isOpenAi) return { loss: 'documents are taken as data or by id, not by URL' };
      return { fields: { type: 'file', file: named(source.url, name), ...rest } };
    case 'data':
      if (/^text\//i.test(source.mediaType)) {
        return { fields: { type: 'text', text: documentText(source.data, name), ...rest } };
      }
      return { fields: { type: 'file', file: named(urlOfData(source), name), ...rest } };
  }
}

const DOCUMENT_NAME = 'document.pdf';

function named(fileData: string, name = DOCUMENT_NAME): Fields {
  return { file_data: fileData, filename: name };
}

/** A plain text is read as text everywhere, as a file hardly anywhere. */
function documentText(base64: string, name: string | undefined): string {
  const text = Buffer.from(base64, 'base64').toString('utf8');
  return name === undefined ? text : `${name}\n\n${text}`;
}

/** Text parts as one string, the form that every host takes; undefined where it would lose something. */
export function plainText(
  parts: readonly Part[],
  family: ModelFamily,
  separator: string,
): string | undefined {
  if (!parts.every((part): part is TextPart => part.type === 'text')) return undefined;
  if (family.takesCacheControl && parts.some((part) => part.cache)) return undefined;
  if (parts.length > 1 && family.isOpenAi) return undefined;
  return parts.map((part) => part.text).join(separator);
}
