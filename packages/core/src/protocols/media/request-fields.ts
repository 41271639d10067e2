import { invalid } from '../../kernel/index.ts';
import type { CallPath } from '../dialect.ts';
import { type Form, fieldValue } from '../form/form.ts';
import {
  readField,
  readModelName,
  type ScannedBody,
  scanRequestBody,
} from '../json/request-body.ts';

/** The fields of a request, however it came. */
export interface RequestFields {
  /** Undefined for an absent one and for null. Throws `invalid_json`. */
  read(name: string): unknown;
  /** Where the request is JSON. */
  readonly scan: ScannedBody | undefined;
}

/** Reads the fields of a form, or of a JSON body, of which only the watched ones are looked for. */
export function requestFields(
  raw: Buffer,
  form: Form | undefined,
  watched: ReadonlySet<string>,
): RequestFields {
  if (form) return { read: (name) => fieldValue(form, name), scan: undefined };
  const scan = scanRequestBody(raw, watched);
  return { read: (name) => readField(scan, name), scan };
}

/** The model, or the one for requests that name none. Throws `invalid_request`. */
export function readModel({ read }: RequestFields, path: CallPath | undefined): string {
  return readModelName(emptyIsAbsent(read('model')) ?? path?.defaultModel?.());
}

/** A form cannot leave out a field otherwise than by an empty text, and many do. */
function emptyIsAbsent(value: unknown): unknown {
  return value === '' ? undefined : value;
}

/** A whole number from `min` to `max`; forms have it as text. Throws `invalid_request`. */
export function readWhole(
  { read, scan }: RequestFields,
  name: string,
  { min, max }: { readonly min: number; readonly max: number },
): number | undefined {
  const given = scan ? read(name) : emptyIsAbsent(read(name));
  if (given === undefined) return undefined;
  const value = scan ? given : Number(given);
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) {
    return value;
  }
  throw invalid(name, `'${name}' must be an integer from ${min} to ${max}.`);
}

/** A boolean, false where there is none; forms have it as text. Throws `invalid_request`. */
export function readBoolean({ read, scan }: RequestFields, name: string): boolean {
  const given = scan ? read(name) : emptyIsAbsent(read(name));
  if (given === undefined || given === false) return false;
  if (given === true) return true;
  const flag = scan ? undefined : FLAGS.get(String(given).toLowerCase());
  if (flag !== undefined) return flag;
  throw invalid(name, `'${name}' must be a boolean.`);
}

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/** One of some words. Throws `invalid_request`. */
export function readWord<T extends string>(
  { read }: RequestFields,
  name: string,
  words: readonly T[],
): T | undefined {
  const given = emptyIsAbsent(read(name));
  if (given === undefined) return undefined;
  const found = words.find((word) => word === given);
  if (found !== undefined) return found;
  throw invalid(name, `'${name}' must be one of ${words.join(', ')}.`);
}

/** A text of bounded length, whatever it says. Throws `invalid_request`. */
export function readText(
  { read }: RequestFields,
  name: string,
  charsMax: number,
): string | undefined {
  const given = emptyIsAbsent(read(name));
  if (given === undefined) return undefined;
  if (typeof given !== 'string') throw invalid(name, `'${name}' must be a string.`);
  // Only what looks too long is counted: a character may be two units.
  if (given.length > charsMax && charsOf(given) > charsMax) {
    throw invalid(name, `'${name}' must have at most ${charsMax} characters.`);
  }
  return given;
}

/** Characters as people count them, not the units of UTF-16. */
export function charsOf(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
