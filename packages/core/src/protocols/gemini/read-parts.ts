import { type Fields, fieldsOf, isFields, listOf, stringOf, textOf } from '../json/values.ts';
import type {
  FilePart,
  ImagePart,
  MediaSource,
  Part,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '../neutral/parts.ts';
import { field, objectField, present } from './fields.ts';
import { mediaKindOf, typeOfFile } from './media-types.ts';
import { readSeal, UNTOLD_THOUGHT } from './seals.ts';

/** Where a part's calls and results get their ids. */
export interface PartIds {
  call(name: string, given: string | undefined): string;
  result(name: string, given: string | undefined): { readonly id: string; readonly name: string };
}

/**
 * A part in the neutral model. What has no meaning there (code that Google runs, its own tools' calls,
 * a clip of a video, thoughts that are images) stays as it is, for Gemini only.
 */
export function readPart(part: Fields, ids: PartIds): Part {
  const text = field(part, 'text');
  const isThought = part.thought === true;
  if (typeof text === 'string') return readText(text, isThought, part);
  const call = field(part, 'functionCall');
  if (isFields(call)) return readCall(call, part, ids);
  const result = field(part, 'functionResponse');
  if (isFields(result)) return readResult(result, ids);
  const isWhole = field(part, 'videoMetadata') === undefined;
  if (isThought || !isWhole) return { type: 'opaque', origin: 'gemini', value: part };
  return readMedia(part) ?? { type: 'opaque', origin: 'gemini', value: part };
}

function readText(text: string, isThought: boolean, part: Fields): Part {
  const seal = readSeal(part);
  if (!isThought) return { type: 'text', text, ...(seal && { seal }) };
  const isUntold = seal !== undefined && seal.origin !== 'gemini' && text === UNTOLD_THOUGHT;
  return { type: 'reasoning', text: isUntold ? '' : text, ...(seal && { seal }) };
}

function readCall(call: Fields, part: Fields, ids: PartIds): ToolCallPart {
  const name = textOf(call.name);
  const seal = readSeal(part);
  return {
    type: 'toolCall',
    id: ids.call(name, idOf(call)),
    name,
    arguments: JSON.stringify(call.args ?? {}),
    ...(seal && { seal }),
  };
}

function idOf({ id }: Fields): string | undefined {
  return typeof id === 'string' && id !== '' ? id : undefined;
}

function readResult(result: Fields, ids: PartIds): ToolResultPart {
  const { id, name } = ids.result(textOf(result.name), idOf(result));
  const media = listOf(result.parts).flatMap((part) => readResultMedia(fieldsOf(part)));
  const { text, isError } = readResponse(field(result, 'response'), media.length > 0);
  const texts: TextPart[] = text === undefined ? [] : [{ type: 'text', text }];
  return {
    type: 'toolResult',
    callId: id,
    name,
    content: [...texts, ...media],
    ...(isError && { isError }),
  };
}

function readResultMedia(part: Fields): readonly (ImagePart | FilePart)[] {
  const media = readMedia(part);
  return media?.type === 'image' || media?.type === 'file' ? [media] : [];
}

interface Response {
  readonly text?: string;
  readonly isError: boolean;
}

/** Google's convention: `output` is what a function gave, `error` what went wrong, else it is all. */
function readResponse(response: unknown, hasMedia: boolean): Response {
  const fields = fieldsOf(response);
  const keys = Object.keys(fields);
  if (keys.length === 0 && hasMedia) return { isError: false };
  if (keys.length === 1 && fields.error !== undefined) {
    const { error } = fields;
    return { text: typeof error === 'string' ? error : JSON.stringify(error), isError: true };
  }
  const output = keys.length === 1 ? stringOf(fields.output) : undefined;
  return { text: output ?? JSON.stringify(fields), isError: false };
}

/** The media of a part; undefined where it has none. */
function readMedia(part: Fields): Part | undefined {
  const inline = objectField(part, 'inlineData');
  if (typeof inline.data === 'string') {
    const mediaType = textOf(field(inline, 'mimeType'));
    return mediaPart({ kind: 'data', data: inline.data, mediaType }, mediaType, inline, part);
  }
  const file = objectField(part, 'fileData');
  const uri = field(file, 'fileUri');
  if (typeof uri !== 'string') return undefined;
  const said = stringOf(field(file, 'mimeType'));
  return mediaPart(sourceOf(uri, said), typeOfFile(file) ?? '', file, part);
}

/** Files at Google mean something to Google only; everything else is a place on the web. */
const GOOGLE_FILE = /^(?:gs:|files\/|https:\/\/generativelanguage\.googleapis\.com\/)/;

function sourceOf(uri: string, mediaType: string | undefined): MediaSource {
  const type = present({ mediaType });
  if (GOOGLE_FILE.test(uri)) return { kind: 'file', id: uri, origin: 'gemini', ...type };
  return { kind: 'url', url: uri, ...type };
}

function mediaPart(source: MediaSource, type: string, blob: Fields, part: Fields): Part {
  const kind = mediaKindOf(type);
  if (kind === 'audio' || kind === 'video') return { type: kind, source };
  if (kind === 'file') {
    const name = stringOf(field(blob, 'displayName'));
    return { type: 'file', source, ...present({ name }) };
  }
  const seal = readSeal(part);
  return { type: 'image', source, ...(seal && { seal }) };
}
