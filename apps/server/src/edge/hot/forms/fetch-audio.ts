import { extname } from 'node:path/posix';
import { invalid } from '@meridian/core/kernel';
import type { FoundFile } from '../../../upstream/file-fetcher.ts';
import { parseJsonBody } from '../../management/json-body.ts';
import { FORM_LIMITS } from './form-limits.ts';
import { type MemoryBudget, type ReceivedPart, type Spooled, spool } from './spool.ts';

/** Fetches up to so many bytes for a client. Throws `invalid_request` where that cannot be. */
export type FetchFile = (url: string, bytesMax: number) => Promise<FoundFile>;

export interface FetchSpace {
  readonly folder: string;
  readonly budget: MemoryBudget;
  readonly fetchFile: FetchFile;
  onFile(file: Spooled): void;
}

const URL_CHARS_MAX = 8_192;
/** The ends of names by which providers tell formats apart. */
const ENDINGS: ReadonlyMap<string, string> = new Map([
  ['audio/mpeg', '.mp3'],
  ['audio/mp3', '.mp3'],
  ['audio/mp4', '.m4a'],
  ['audio/x-m4a', '.m4a'],
  ['audio/wav', '.wav'],
  ['audio/x-wav', '.wav'],
  ['audio/wave', '.wav'],
  ['audio/flac', '.flac'],
  ['audio/x-flac', '.flac'],
  ['audio/ogg', '.ogg'],
  ['audio/opus', '.ogg'],
  ['audio/webm', '.webm'],
  ['video/webm', '.webm'],
  ['video/mp4', '.mp4'],
]);

/** A JSON request that says where its audio is, as the form that it stands for. */
export async function formOfUrl(body: Buffer, space: FetchSpace): Promise<readonly ReceivedPart[]> {
  const { url, ...others } = readObject(body);
  const address = readUrl(url);
  const found = await space.fetchFile(address, FORM_LIMITS.audio.fileBytesMax);
  const content = await spool(found.bytes, space);
  space.onFile(content);
  const { contentType } = found;
  const file = { kind: 'file', name: 'file', contentType, content } as const;
  const fields = Object.entries(others).flatMap(([name, value]) => fieldsOf(name, value));
  return [...fields, { ...file, filename: nameOf(address, contentType) }];
}

function readObject(body: Buffer): Readonly<Record<string, unknown>> {
  const value = parseJsonBody(body);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw invalid('url', "Send the audio as multipart/form-data, or a JSON object with a 'url'.");
}

function readUrl(value: unknown): string {
  if (typeof value === 'string' && value.length <= URL_CHARS_MAX) return value;
  throw invalid('url', "'url' must be the address of an audio file.");
}

/** Forms know text only; lists are repeated under a name that says so. */
function fieldsOf(name: string, value: unknown): ReceivedPart[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((entry) => fieldsOf(`${name}[]`, entry));
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return [{ kind: 'field', name, value: text }];
}

/** A file name with an ending, by the address or else by the type. */
function nameOf(address: string, contentType: string): string {
  const { pathname = '' } = URL.parse(address) ?? {};
  const last = pathname.slice(pathname.lastIndexOf('/') + 1);
  const ending = extname(last);
  if (/^\.[a-z0-9]{2,4}$/i.test(ending)) return last;
  return `audio${ENDINGS.get(contentType.split(';', 1)[0]?.trim() ?? '') ?? '.mp3'}`;
}
