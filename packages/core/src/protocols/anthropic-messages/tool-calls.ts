import { parseExact } from '../json/exact.ts';
import type { Fields } from '../json/values.ts';
import { objectIn } from './fields.ts';

/** Where arguments go that are no JSON object; the vendor's own documentation has this way out. */
const NOT_JSON = 'INVALID_JSON';

/** The arguments of a call as the object that this wire takes. */
export function writeInput(text: string, isCustom: boolean | undefined): Fields {
  if (isCustom === true) return { input: text };
  if (text.trim() === '') return {};
  try {
    return objectIn(parseExact(text)) ?? { [NOT_JSON]: text };
  } catch (error) {
    if (error instanceof SyntaxError) return { [NOT_JSON]: text };
    throw error;
  }
}

const VALID_ID = /^[a-zA-Z0-9_-]+$/;

/** Ids of calls as this wire takes them: the same id is always written the same, no two alike. */
export class CallIds {
  readonly #written = new Map<string, string>();
  readonly #taken = new Set<string>();

  /** The id to write for a call or its result. */
  of(id: string): string {
    const known = this.#written.get(id);
    if (known !== undefined) return known;
    const base = VALID_ID.test(id) ? id : id.replace(/[^a-zA-Z0-9_-]/g, '_') || 'call';
    let written = base;
    for (let n = 2; this.#taken.has(written); n++) written = `${base}_${n}`;
    this.#written.set(id, written);
    this.#taken.add(written);
    return written;
  }
}
