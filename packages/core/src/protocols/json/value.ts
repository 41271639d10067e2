import type { Span } from './scan.ts';

/** A string without escapes and beyond ASCII; as Latin-1 it reads as it stands. */
const PLAIN_STRING = /^"[\x20-\x5b\x5d-\x7e]*"$/;
/** Longer values are left to the parser, which is faster at them. */
const PLAIN_CHARS_MAX = 256;

/**
 * The value at a place of a body that was scanned as Latin-1 text; undefined where there is none.
 * Small values, as nearly all are, need no parser. Throws SyntaxError for what the scan lets pass.
 */
export function readValue(text: string, span: Span | undefined): unknown {
  if (span === undefined) return undefined;
  const piece = text.slice(span.start, span.end);
  switch (piece) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'null':
      return null;
  }
  if (piece.length <= PLAIN_CHARS_MAX && PLAIN_STRING.test(piece)) return piece.slice(1, -1);
  return JSON.parse(Buffer.from(piece, 'latin1').toString('utf8'));
}
