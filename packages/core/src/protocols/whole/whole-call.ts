import type { Call } from '../dialect.ts';
import { editFields } from '../json/edit-fields.ts';
import { parseExact } from '../json/exact.ts';
import type { ScannedObject } from '../json/scan.ts';
import { fieldsOf } from '../json/values.ts';
import type { FieldNames } from '../wire.ts';

/** A request for one JSON document: the client's bytes, and where their watched fields stand. */
export interface WholeCall extends Call {
  readonly scanned: ScannedObject;
}

/** What a request without media, tools or pieces of text weighs. */
export const NO_MEDIA = {
  images: 0,
  audioSeconds: 0,
  videoSeconds: 0,
  documentPages: 0,
  tools: 0,
} as const;

/** What a call says that has no stream and generates no text. */
export const NOTHING_GENERATED = {
  isStream: false,
  wantsUsage: false,
  maxOutputTokens: 0,
  choices: 1,
} as const;

/** The body with the model's name at the upstream; the same buffer where that stands there. */
export function withModel(body: Buffer, scanned: ScannedObject, model: string): Buffer {
  return editFields(body, scanned, { model });
}

/** The body with top-level fields under the names of the upstream, without those that it has not. */
export function withFieldNames(body: Buffer, names: FieldNames): Buffer {
  const given = Object.entries(fieldsOf(parseExact(body.toString('utf8'))));
  if (!given.some(([name]) => names.has(name))) return body;
  const renamed = given.flatMap(([name, value]) => {
    const other = names.get(name);
    return other === null ? [] : [[other ?? name, value]];
  });
  return Buffer.from(JSON.stringify(Object.fromEntries(renamed)));
}
