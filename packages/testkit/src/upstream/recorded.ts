import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { ReportedTokens } from './tokens.ts';
import { reportedTokens } from './tokens.ts';

/** Bytes of an answer that are kept for `sentText` and `reported`. */
const SENT_KEPT_BYTES_MAX = 4 * 1024 * 1024;

/** What became of an answer. */
export type Outcome = 'running' | 'complete' | 'cut' | 'aborted';

/** A request as it arrived, and what was answered so far. Times are `performance.now()`. */
export interface RecordedRequest {
  /** 1 for the first request of this upstream. */
  readonly number: number;
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values alternating, in the order and case of the wire. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly receivedAtMs: number;
  /** The body parsed as JSON; throws when it is none. */
  json(): unknown;
  readonly outcome: Outcome;
  /** When the client left before the end; null when it did not. */
  readonly abortedAtMs: number | null;
  /** Resolves with `abortedAtMs` when the client leaves before the end. */
  readonly aborted: Promise<number>;
  /** Resolves when the answer has ended in any way. */
  readonly finished: Promise<Outcome>;
  /** Bytes of the body handed to the socket. */
  readonly sentBytes: number;
  /** The body handed to the socket, up to 4 MiB. */
  readonly sentText: string;
  /** The usage among the sent bytes; null when none went out. */
  readonly reported: ReportedTokens | null;
}

/** The upstream's side of a recorded request. */
export interface Recorder {
  readonly request: RecordedRequest;
  sent(bytes: Uint8Array): void;
  finish(outcome: Exclude<Outcome, 'running'>): void;
}

/** Starts the record of one request. */
export function createRecorder(number: number, message: IncomingMessage, body: Buffer): Recorder {
  const aborted = Promise.withResolvers<number>();
  const finished = Promise.withResolvers<Outcome>();
  const kept: Uint8Array[] = [];
  let keptBytes = 0;
  let sentBytes = 0;
  let outcome: Outcome = 'running';
  let abortedAtMs: number | null = null;

  const request: RecordedRequest = {
    number,
    method: message.method ?? '',
    path: message.url ?? '',
    headers: message.headers,
    rawHeaders: message.rawHeaders,
    body,
    receivedAtMs: performance.now(),
    json: () => JSON.parse(body.toString('utf8')),
    aborted: aborted.promise,
    finished: finished.promise,
    get outcome() {
      return outcome;
    },
    get abortedAtMs() {
      return abortedAtMs;
    },
    get sentBytes() {
      return sentBytes;
    },
    get sentText() {
      return Buffer.concat(kept).toString('utf8');
    },
    get reported() {
      return reportedTokens(request.sentText);
    },
  };

  return {
    request,
    sent(bytes) {
      sentBytes += bytes.length;
      if (keptBytes + bytes.length > SENT_KEPT_BYTES_MAX) return;
      keptBytes += bytes.length;
      kept.push(bytes);
    },
    finish(next) {
      if (outcome !== 'running') return;
      outcome = next;
      if (next === 'aborted') {
        abortedAtMs = performance.now();
        aborted.resolve(abortedAtMs);
      }
      finished.resolve(next);
    },
  };
}
