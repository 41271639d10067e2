import { JSON_DEPTH_MAX } from '@meridian/contract';
import { Failure } from '@meridian/core/kernel';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Parses a request body; undefined when it is empty or white space. Throws `invalid_json`. */
export function parseJsonBody(bytes: Buffer): unknown {
  const text = decodeUtf8(bytes);
  if (text.trim() === '') return undefined;
  if (depthOf(bytes) > JSON_DEPTH_MAX) {
    throw notJson(`The body is nested more than ${JSON_DEPTH_MAX} levels deep.`);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw notJson('The body is not valid JSON.', cause);
  }
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw notJson('The body is not valid UTF-8.', cause);
  }
}

function notJson(message: string, cause?: unknown): Failure {
  return new Failure('invalid_json', cause === undefined ? { message } : { message, cause });
}

/** How deep arrays and objects nest, brackets inside strings not counted. */
function depthOf(bytes: Buffer): number {
  let depth = 0;
  let deepest = 0;
  let isString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (isString) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) isString = false;
    } else if (byte === QUOTE) isString = true;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) deepest = Math.max(deepest, ++depth);
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
  }
  return deepest;
}
