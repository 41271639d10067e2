/**
 * A scanner for the top-level fields of a JSON object in bytes. It checks the grammar outside of
 * strings and finds where values stand, so that a body is forwarded without being parsed and printed
 * again, the dearest thing that a proxy can do to a long prompt.
 *
 * It reads the bytes as Latin-1 text: one copy, indices equal to byte offsets, and the engine's native
 * search for the end of strings. Measured on 16 KB: 5 µs; `JSON.parse` 11, a loop over the bytes 19.
 */

/** Where a field's value stands in the scanned bytes: [start, end). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The top-level object of a body. */
export interface ScannedObject {
  /** Index just after the opening brace; a new first field can be inserted here. */
  readonly inside: number;
  readonly isEmpty: boolean;
  /** The watched fields that are present. */
  readonly fields: ReadonlyMap<string, Span>;
  /**
   * True when a key is written with an escape or a watched key stands twice: two readers may then see
   * different values, so the body must be parsed and printed anew instead of being edited.
   */
  readonly isAmbiguous: boolean;
}

/** Why bytes are not one well-formed JSON object. */
export class MalformedJson extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(`${message} at byte ${at}`);
    this.name = 'MalformedJson';
    this.at = at;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** Deepest nesting accepted in a request body. */
const JSON_DEPTH_MAX = 128;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function skipSpace(text: string, from: number): number {
  let i = from;
  for (;;) {
    const code = text.charCodeAt(i);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return i;
    i++;
  }
}

/** The index after the closing quote of the string whose opening quote stands at `opening`. */
function skipString(text: string, opening: number): number {
  let from = opening + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) throw new MalformedJson('Unterminated string', opening);
    let slash = quote - 1;
    while (text.charCodeAt(slash) === BACKSLASH) slash--;
    const isEscaped = (quote - slash) % 2 === 0;
    if (!isEscaped) return quote + 1;
    from = quote + 1;
  }
}

function skipLiteral(text: string, at: number, word: string): number {
  if (!text.startsWith(word, at)) throw new MalformedJson('Unexpected character', at);
  return at + word.length;
}

function skipNumber(text: string, at: number): number {
  NUMBER.lastIndex = at;
  if (!NUMBER.test(text)) throw new MalformedJson('Unexpected character', at);
  return NUMBER.lastIndex;
}

function skipScalar(text: string, at: number): number {
  switch (text.charCodeAt(at)) {
    case QUOTE:
      return skipString(text, at);
    case 0x74:
      return skipLiteral(text, at, 'true');
    case 0x66:
      return skipLiteral(text, at, 'false');
    case 0x6e:
      return skipLiteral(text, at, 'null');
    default:
      return skipNumber(text, at);
  }
}

function skipName(text: string, at: number): number {
  if (text.charCodeAt(at) !== QUOTE) throw new MalformedJson('Expected a field name', at);
  return skipString(text, at);
}

/** Skips the colon after a name and gives the index of the value. */
function skipColon(text: string, from: number): number {
  const colon = skipSpace(text, from);
  if (text.charCodeAt(colon) !== COLON) throw new MalformedJson('Expected a colon', colon);
  return skipSpace(text, colon + 1);
}

/** Enters a container's first or next member: the index of its value. */
function enterMember(text: string, from: number, closer: number): number {
  return closer === CLOSE_BRACE ? skipColon(text, skipName(text, from)) : from;
}

/** Skips a value with everything nested in it; iterative, so that depth cannot exhaust the stack. */
function skipValue(text: string, from: number): number {
  if (closerOf(text.charCodeAt(from)) === 0) return skipScalar(text, from);
  const closers: number[] = [];
  let i = from;
  for (;;) {
    const closer = closerOf(text.charCodeAt(i));
    const next = closer === 0 ? skipScalar(text, i) : skipSpace(text, i + 1);
    if (closer !== 0 && text.charCodeAt(next) !== closer) {
      if (closers.push(closer) >= JSON_DEPTH_MAX) throw new MalformedJson('Nested too deep', i);
      i = enterMember(text, next, closer);
      continue;
    }
    i = closeFinished(text, closer === 0 ? next : next + 1, closers);
    if (closers.length === 0) return i;
  }
}

/** What ends the container that a character opens; 0 when it opens none. */
function closerOf(code: number): number {
  if (code === OPEN_BRACE) return CLOSE_BRACE;
  return code === OPEN_BRACKET ? CLOSE_BRACKET : 0;
}

/** After a value: pops what ends here and moves to the next value, if the containers go on. */
function closeFinished(text: string, from: number, closers: number[]): number {
  let i = from;
  for (;;) {
    const closer = closers[closers.length - 1];
    if (closer === undefined) return i;
    i = skipSpace(text, i);
    const code = text.charCodeAt(i);
    if (code === COMMA) return enterMember(text, skipSpace(text, i + 1), closer);
    if (code !== closer) throw new MalformedJson('Expected a comma or a closing bracket', i);
    closers.pop();
    i++;
  }
}

/**
 * Scans one JSON object that fills `bytes` (white space around it allowed) and remembers where the
 * `watched` fields stand. Throws `MalformedJson`. What stands inside strings is not looked at.
 */
export function scanObject(bytes: Buffer, watched: ReadonlySet<string>): ScannedObject {
  return scanText(bytes.toString('latin1'), watched);
}

/** The same for bytes that were read as Latin-1 text already. */
export function scanText(text: string, watched: ReadonlySet<string>): ScannedObject {
  const fields = new Map<string, Span>();
  let isAmbiguous = false;
  const open = skipSpace(text, 0);
  if (text.charCodeAt(open) !== OPEN_BRACE) throw new MalformedJson('Expected an object', open);
  let i = skipSpace(text, open + 1);
  const isEmpty = text.charCodeAt(i) === CLOSE_BRACE;
  while (!isEmpty) {
    const nameEnd = skipName(text, i);
    const key = text.slice(i + 1, nameEnd - 1);
    const start = skipColon(text, nameEnd);
    const end = skipValue(text, start);
    if (watched.has(key)) {
      if (fields.has(key)) isAmbiguous = true;
      fields.set(key, { start, end });
    } else if (key.includes('\\')) isAmbiguous = true;
    i = skipSpace(text, end);
    if (text.charCodeAt(i) === CLOSE_BRACE) break;
    if (text.charCodeAt(i) !== COMMA) {
      throw new MalformedJson('Expected a comma or a closing brace', i);
    }
    i = skipSpace(text, i + 1);
  }
  const after = skipSpace(text, i + 1);
  if (after < text.length) throw new MalformedJson('Unexpected text after the object', after);
  return { inside: open + 1, isEmpty, fields, isAmbiguous };
}
