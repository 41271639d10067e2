import { applyEdits, type Edit } from './edit.ts';
import { parseExact } from './exact.ts';
import type { ScannedObject } from './scan.ts';
import { fieldsOf } from './values.ts';

/** New values of top-level fields by name; undefined removes one. */
export type FieldChanges = Readonly<Record<string, unknown>>;

/**
 * A scanned body with other values for some of the fields that were watched; everything else stays as
 * it is. The same buffer where nothing changes. Only a removal makes it be parsed and printed anew.
 */
export function editFields(body: Buffer, scanned: ScannedObject, changes: FieldChanges): Buffer {
  const names = Object.keys(changes);
  const isRemoved = (name: string): boolean =>
    changes[name] === undefined && scanned.fields.has(name);
  if (names.some(isRemoved)) return printed(body, changes);
  const edits: Edit[] = [];
  const added: string[] = [];
  for (const name of names.filter((known) => changes[known] !== undefined)) {
    const bytes = Buffer.from(JSON.stringify(changes[name]));
    const span = scanned.fields.get(name);
    if (span === undefined) added.push(`${JSON.stringify(name)}:${bytes}`);
    else if (!bytes.equals(body.subarray(span.start, span.end))) edits.push({ ...span, bytes });
  }
  if (added.length > 0) edits.push(insertion(scanned, added));
  return applyEdits(body, edits);
}

function insertion({ inside, isEmpty }: ScannedObject, fields: readonly string[]): Edit {
  const text = isEmpty ? fields.join(',') : `${fields.join(',')},`;
  return { start: inside, end: inside, bytes: Buffer.from(text) };
}

function printed(body: Buffer, changes: FieldChanges): Buffer {
  return Buffer.from(
    JSON.stringify({ ...fieldsOf(parseExact(body.toString('utf8'))), ...changes }),
  );
}
