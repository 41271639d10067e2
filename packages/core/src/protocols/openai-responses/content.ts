import { type Fields, fieldsOf, listOf, numberOf, stringOf, textOf } from '../json/values.ts';
import type { TokenLogprob } from '../neutral/answer.ts';
import { dataOfUrl, sourceOfUrl, urlOfData } from '../neutral/data-url.ts';
import type {
  CacheBreakpoint,
  Citation,
  FilePart,
  ImagePart,
  MediaSource,
  Part,
  TextPart,
} from '../neutral/parts.ts';

/** Formats that the API takes audio in, by their media types. */
const AUDIO_TYPES: Readonly<Record<string, string>> = { mp3: 'audio/mpeg', wav: 'audio/wav' };
const AUDIO_FORMATS: Readonly<Record<string, string>> = {
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'audio/wave': 'wav',
};
const DOCUMENT_TYPE = 'application/pdf';

/** What an explicit breakpoint of this wire means: it keeps the prefix for the shorter time. */
const BREAKPOINT: CacheBreakpoint = { ttl: '5m' };

/** The parts of a message's `content`: a string, or a list of input and output parts. */
export function readContent(content: unknown): Part[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return listOf(content).map((part) => readPart(fieldsOf(part)));
}

function readPart(part: Fields): Part {
  switch (part.type) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return readText(part);
    case 'refusal':
      return { type: 'refusal', text: textOf(part.refusal) };
    case 'input_image':
      return readImage(part);
    case 'input_file':
      return readFile(part);
    case 'input_audio':
      return readAudio(part);
    default:
      return { type: 'opaque', origin: 'responses', value: part };
  }
}

/** A text part with its citations; its log probabilities belong to the answer. */
function readText(part: Fields): TextPart {
  const citations = listOf(part.annotations).map(readCitation);
  return {
    type: 'text',
    text: textOf(part.text),
    ...(citations.length > 0 && { citations }),
    ...cacheOf(part),
  };
}

function cacheOf({ prompt_cache_breakpoint: breakpoint }: Fields): { cache?: CacheBreakpoint } {
  return fieldsOf(breakpoint).mode === 'explicit' ? { cache: BREAKPOINT } : {};
}

function readImage(part: Fields): Part {
  const { file_id: fileId, image_url: url } = part;
  // Older clients send the object of the chat wire.
  const address = textOf(url) || textOf(fieldsOf(url).url);
  const source = address !== '' ? sourceOfUrl(address) : fileSource(fileId);
  if (source === undefined) return { type: 'opaque', origin: 'responses', value: part };
  const detail = stringOf(part.detail);
  return {
    type: 'image',
    source,
    ...(detail !== undefined && { detail }),
    ...cacheOf(part),
  };
}

function fileSource(id: unknown): MediaSource | undefined {
  const given = stringOf(id);
  return given === undefined ? undefined : { kind: 'file', id: given, origin: 'responses' };
}

function readFile(part: Fields): Part {
  const { file_data: data, file_url: url } = part;
  const source = fileSource(part.file_id) ?? fileData(data) ?? fileUrl(url);
  if (source === undefined) return { type: 'opaque', origin: 'responses', value: part };
  const name = stringOf(part.filename);
  return { type: 'file', source, ...(name !== undefined && { name }), ...cacheOf(part) };
}

function fileData(data: unknown): MediaSource | undefined {
  if (typeof data !== 'string' || data === '') return undefined;
  return dataOfUrl(data) ?? { kind: 'data', data, mediaType: DOCUMENT_TYPE };
}

function fileUrl(url: unknown): MediaSource | undefined {
  return typeof url === 'string' && url !== '' ? sourceOfUrl(url) : undefined;
}

function readAudio(part: Fields): Part {
  const { data, format } = fieldsOf(part.input_audio);
  const mediaType = AUDIO_TYPES[textOf(format)] ?? `audio/${textOf(format)}`;
  return { type: 'audio', source: { kind: 'data', data: textOf(data), mediaType } };
}

/** A citation out of an annotation; the annotation itself goes with it. */
export function readCitation(annotation: unknown): Citation {
  const given = fieldsOf(annotation);
  const url = stringOf(given.url);
  const title = stringOf(given.title) ?? stringOf(given.filename);
  const start = numberOf(given.start_index);
  const end = numberOf(given.end_index);
  return {
    kind: given.type === 'url_citation' ? 'url' : 'document',
    ...(url !== undefined && { url }),
    ...(title !== undefined && { title }),
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
    raw: { origin: 'responses', value: annotation },
  };
}

/** An annotation for a citation; `length` is that of the text so far, where the citation tells no end. */
export function writeCitation(citation: Citation, length: number): unknown {
  const { raw, url, title = '', start = 0, end = length } = citation;
  if (raw?.origin === 'responses') return raw.value;
  if (url !== undefined) {
    return { type: 'url_citation', start_index: start, end_index: end, url, title };
  }
  return { type: 'file_citation', file_id: '', filename: title, index: start };
}

/** Log probabilities out of the wire's list. */
export function readLogprobs(list: unknown): readonly TokenLogprob[] {
  return listOf(list).map((entry) => {
    const given = fieldsOf(entry);
    return {
      ...readLogprob(given),
      top: listOf(given.top_logprobs).map(fieldsOf).map(readLogprob),
    };
  });
}

function readLogprob({ token, logprob, bytes }: Fields): Omit<TokenLogprob, 'top'> {
  const given = listOf(bytes).filter((byte) => typeof byte === 'number');
  return {
    token: textOf(token),
    logprob: numberOf(logprob) ?? 0,
    bytes: given.length > 0 ? given : null,
  };
}

/** Log probabilities in the wire's words. */
export function writeLogprobs(list: readonly TokenLogprob[]): readonly object[] {
  return list.map(({ token, logprob, bytes, top }) => ({
    token,
    logprob,
    bytes: bytes ?? [],
    top_logprobs: top.map((each) => ({ ...each, bytes: each.bytes ?? [] })),
  }));
}

/** What a written part is for: whether the model knows explicit breakpoints of the prompt cache. */
export interface ContentTarget {
  readonly takesBreakpoints: boolean;
}

/** An input part, or why there is none. */
export type WrittenPart = { readonly wire: object } | { readonly lost: string };

/** A text, image or file as an input part. */
export function writeInput(
  part: TextPart | ImagePart | FilePart,
  target: ContentTarget,
): WrittenPart {
  const cache =
    part.cache && target.takesBreakpoints ? { prompt_cache_breakpoint: { mode: 'explicit' } } : {};
  if (part.type === 'text') return { wire: { type: 'input_text', text: part.text, ...cache } };
  const source = writeSource(part);
  if (source === undefined) {
    return { lost: 'it is a file of another vendor; send the data or a URL' };
  }
  if (part.type === 'image') {
    const detail = part.detail === undefined ? {} : { detail: part.detail };
    return { wire: { type: 'input_image', ...source, ...detail, ...cache } };
  }
  const name = part.name === undefined ? {} : { filename: part.name };
  return { wire: { type: 'input_file', ...name, ...source, ...cache } };
}

function writeSource({ type, source }: ImagePart | FilePart): object | undefined {
  switch (source.kind) {
    case 'url':
      return type === 'image' ? { image_url: source.url } : { file_url: source.url };
    case 'data':
      return type === 'image' ? { image_url: urlOfData(source) } : { file_data: urlOfData(source) };
    case 'file':
      // Both wires of the vendor share its files.
      return source.origin === 'responses' || source.origin === 'chat'
        ? { file_id: source.id }
        : undefined;
  }
}

/** Audio as an input part. */
export function writeAudio(source: MediaSource): WrittenPart {
  if (source.kind !== 'data') return { lost: 'audio has to be sent as data' };
  const format = AUDIO_FORMATS[source.mediaType];
  if (format === undefined) return { lost: `audio of type ${source.mediaType} is not supported` };
  return { wire: { type: 'input_audio', input_audio: { data: source.data, format } } };
}
