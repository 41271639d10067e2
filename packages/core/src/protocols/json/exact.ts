/** So many digits in a row may be a number that does not survive being read as a double. */
const LONG_NUMBER = /\d{16}/;

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

interface ExactJson {
  parse(text: string, reviver: Reviver): unknown;
  rawJSON(text: string): unknown;
  isRawJSON(value: unknown): value is { readonly rawJSON: string };
}

/** What the engine offers beyond the typings of the language version in use. */
const exactJson = JSON as unknown as ExactJson;

/**
 * Parses JSON so that printing it again gives the same numbers: an id of 20 digits in a tool's
 * arguments comes out with all of them. Such a number is no number to the program; see
 * `exactNumber`. Throws `SyntaxError`.
 */
export function parseExact(text: string): unknown {
  return LONG_NUMBER.test(text) ? exactJson.parse(text, keepDigits) : JSON.parse(text);
}

function keepDigits(_key: string, value: unknown, { source }: { readonly source?: string }) {
  if (typeof value !== 'number' || source === undefined || String(value) === source) return value;
  return LONG_NUMBER.test(source) ? exactJson.rawJSON(source) : value;
}

/** A value that `parseExact` gave, as a number; undefined for what is none. */
export function exactNumber(value: unknown): number | undefined {
  const number = exactJson.isRawJSON(value) ? Number(value.rawJSON) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
