import type { Gate } from '../gate.ts';

/** One piece of a scripted answer: bytes that leave as one HTTP chunk, or a gate to wait at. */
export type Part = string | Uint8Array | Gate;

/** Pieces in order; a generator that never returns makes an endless answer. */
export type Parts = Iterable<Part> | AsyncIterable<Part>;

/**
 * How an answer ends: properly; by closing the socket in the middle; by a TCP reset; or not at all
 * (open until the client leaves).
 */
export type Ending = 'complete' | 'cut' | 'reset' | 'never';

/** An HTTP answer, true or false to the protocol as the test wants it. */
export interface HttpReply {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default `application/json`; null sends no content-type at all. */
  readonly contentType?: string | null;
  /** Sent as told, also when it is a lie; without it the body goes out chunked. */
  readonly contentLength?: number;
  /** Waited at before the status line leaves. */
  readonly headersGate?: Gate;
  readonly parts: Parts;
  /** Compresses every part as a gzip member of its own, so that each leaves at once. */
  readonly gzip?: boolean;
  /** Default 'complete'. */
  readonly ending?: Ending;
}

/** Bytes written to the socket in place of an HTTP answer. */
export interface RawReply {
  readonly raw: Parts;
  /** Default 'cut'. */
  readonly ending?: Ending;
}

export type Reply = HttpReply | RawReply;

type ReplyOptions = Omit<HttpReply, 'parts'>;

/** A whole JSON answer with a true content-length. */
export function jsonReply(value: unknown, options: ReplyOptions = {}): HttpReply {
  const body = Buffer.from(JSON.stringify(value));
  const isLengthKnown = options.gzip !== true;
  return { ...(isLengthKnown && { contentLength: body.length }), ...options, parts: [body] };
}

/** An error answer as OpenAI words it; `retryAfter` goes out as the header. */
export function errorReply(
  status: number,
  error: { message?: string; type?: string; code?: string | null; retryAfter?: string } = {},
): HttpReply {
  const { retryAfter, message = `Scripted ${status}.`, type = 'server_error', code = null } = error;
  return jsonReply(
    { error: { message, type, param: null, code } },
    { status, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } },
  );
}

/** A stream of server-sent events out of pieces; see `splitEvents` and `splitBytes`. */
export function sseReply(parts: Parts, options: ReplyOptions = {}): HttpReply {
  return { contentType: 'text/event-stream', ...options, parts };
}

/** Cuts SSE text behind every blank line: one part per event. */
export function splitEvents(text: string | Uint8Array): string[] {
  const whole = typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
  return whole.split(/(?<=\r?\n\r?\n)/).filter((part) => part !== '');
}

/** Cuts bytes into parts of `size` bytes, also inside UTF-8 sequences. */
export function splitBytes(text: string | Uint8Array, size = 1): Uint8Array[] {
  if (!(size >= 1)) throw new RangeError('A part has at least one byte.');
  const bytes = Buffer.from(text);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
  return parts;
}
