import type { Secret } from '../kernel/index.ts';

const REPLACEMENT = '[redacted]';
/** Shorter secrets (`ollama`, `none`) are ordinary words; cutting them would garble texts. */
const SECRET_CHARS_MIN = 8;
/** Characters of a secret that identify it when an upstream echoes it masked (`sk-ab***yz`). */
const ECHO_PREFIX_CHARS = 3;
const MASKED = /[A-Za-z0-9_\-.]{3,80}(?:[*•…]+|\.{3,})[A-Za-z0-9_-]{0,80}/g;

/** Cuts the attempt's secret, in every form in which upstreams echo it, out of a text. */
export function scrub(text: string, secret: Secret): string {
  const plain = secret.reveal();
  if (plain.length < SECRET_CHARS_MIN) return text;
  let clean = text;
  for (const form of echoes(plain)) clean = clean.replaceAll(form, REPLACEMENT);
  return clean.replace(MASKED, (run) =>
    run.startsWith(plain.slice(0, ECHO_PREFIX_CHARS)) ? REPLACEMENT : run,
  );
}

/** `scrub` for a whole body; returns the same buffer where nothing had to be cut. */
export function scrubBody(body: Buffer, secret: Secret): Buffer {
  const text = body.toString('utf8');
  const clean = scrub(text, secret);
  return clean === text ? body : Buffer.from(clean, 'utf8');
}

/** Cuts a secret out of a stream, also where it is split between chunks. */
export interface Scrubber {
  /** What may go on; withholds at most a tail that could be the beginning of the secret. */
  push(chunk: Buffer): Buffer;
  /** The withheld tail. */
  end(): Buffer;
}

const EMPTY = Buffer.alloc(0);

/** A stream scrubber for one attempt. Chunks without the secret pass as they are, uncopied. */
export function createScrubber(secret: Secret): Scrubber {
  const needle = Buffer.from(secret.reveal(), 'utf8');
  // Most chunks end in a line break, which no secret contains: one look-up spares a search.
  const isInSecret = new Uint8Array(256);
  for (const byte of needle) isInSecret[byte] = 1;
  let tail: Buffer = EMPTY;
  if (needle.length < SECRET_CHARS_MIN) return { push: (chunk) => chunk, end: () => EMPTY };
  return {
    push(chunk) {
      const joined = tail.length > 0 ? Buffer.concat([tail, chunk]) : chunk;
      const clean = cut(joined, needle);
      const last = clean[clean.length - 1] ?? 0;
      const kept = isInSecret[last] === 1 ? prefixAtEnd(clean, needle) : 0;
      tail = kept === 0 ? EMPTY : clean.subarray(clean.length - kept);
      return kept === 0 ? clean : clean.subarray(0, clean.length - kept);
    },
    end() {
      const rest = tail;
      tail = EMPTY;
      return rest;
    },
  };
}

function echoes(plain: string): Set<string> {
  const json = JSON.stringify(plain).slice(1, -1);
  const base64 = Buffer.from(plain, 'utf8').toString('base64').replace(/=+$/, '');
  return new Set([plain, json, encodeURIComponent(plain), base64]);
}

function cut(bytes: Buffer, needle: Buffer): Buffer {
  let at = bytes.indexOf(needle);
  if (at < 0) return bytes;
  const parts: Buffer[] = [];
  let from = 0;
  for (; at >= 0; at = bytes.indexOf(needle, from)) {
    parts.push(bytes.subarray(from, at), Buffer.from(REPLACEMENT));
    from = at + needle.length;
  }
  parts.push(bytes.subarray(from));
  return Buffer.concat(parts);
}

/** Length of the longest proper prefix of `needle` that `bytes` ends with. */
function prefixAtEnd(bytes: Buffer, needle: Buffer): number {
  const longest = Math.min(bytes.length, needle.length - 1);
  const first = needle[0] as number;
  let at = bytes.indexOf(first, bytes.length - longest);
  while (at >= 0) {
    const length = bytes.length - at;
    if (bytes.compare(needle, 0, length, at) === 0) return length;
    at = bytes.indexOf(first, at + 1);
  }
  return 0;
}
