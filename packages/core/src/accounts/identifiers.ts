import { DNA_PATTERN, IDENTIFIER_MAX_CHARS } from '@meridian/contract';
import { invalid, notFound, parseMillionths } from '../kernel/index.ts';
import type { AccountFilter, FilterField } from './ports.ts';

const NAME = /^[A-Za-z0-9._-]{4,63}$/;
const LETTER = /[A-Za-z]/;
const ID = /^[1-9]\d{0,15}$/;
const FILTER = /^([LGRTF])(\d{1,6}(?:\.\d{1,6})?)$/i;
const EMAIL =
  /^[^\s@"(),:;<>[\\\]]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/i;

const FILTER_FIELDS: Readonly<Record<string, FilterField>> = {
  L: 'level',
  G: 'gear',
  R: 'role',
  T: 'tier',
  F: 'factor',
};

/** An account's name, or a 400 that says what is wrong with it. */
export function parseName(text: string): string {
  if (!NAME.test(text)) {
    throw invalid('Name', 'Name: 4 to 63 characters of A-Z, a-z, 0-9, dot, dash and underscore.');
  }
  if (!LETTER.test(text)) throw invalid('Name', 'Name: at least one letter is needed.');
  if (FILTER.test(text)) throw invalid('Name', 'Name: it must not look like a filter (L2).');
  return text;
}

/** An e-mail address, or a 400 that names the field. */
export function parseEmail(param: string, text: string): string {
  if (text.length <= IDENTIFIER_MAX_CHARS && EMAIL.test(text)) return text;
  throw invalid(param, `${param}: not an e-mail address.`);
}

/** `L2`, `F0.5` … as a condition; undefined when the text is no filter. */
function parseFieldFilter(text: string): AccountFilter | undefined {
  const match = FILTER.exec(text);
  const field = FILTER_FIELDS[match?.[1]?.toUpperCase() ?? ''];
  const number = match?.[2];
  if (!field || number === undefined) return undefined;
  if (field !== 'factor' && number.includes('.')) return undefined;
  const value = field === 'factor' ? Number(parseMillionths(number)) : Number(number);
  return { fields: [{ field, value }] };
}

/** What an identifier asks for. */
export interface Identified {
  readonly filter: AccountFilter;
  readonly selects: 'one' | 'several';
}

/**
 * An `{identifier}`: an id, a name or an e-mail address names one account; a DNA path or a filter
 * selects several. Whatever can name nothing is not found.
 */
export function parseIdentifier(text: string): Identified {
  const identified = readIdentifier(text);
  if (!identified) throw notFound('Account');
  return identified;
}

/** The same; undefined for what can name nothing. */
export function readIdentifier(text: string): Identified | undefined {
  if (ID.test(text)) return { filter: { id: Number(text) }, selects: 'one' };
  if (DNA_PATTERN.test(text)) return { filter: { dna: text }, selects: 'several' };
  const byField = parseFieldFilter(text);
  if (byField) return { filter: byField, selects: 'several' };
  if (NAME.test(text) && LETTER.test(text)) return { filter: { name: text }, selects: 'one' };
  if (text.length <= IDENTIFIER_MAX_CHARS && EMAIL.test(text)) {
    return { filter: { email: text }, selects: 'one' };
  }
  return undefined;
}
