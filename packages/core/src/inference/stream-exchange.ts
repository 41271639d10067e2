import { BrokenStream, type StreamTap } from '../protocols/index.ts';
import type {
  HeaderLookup,
  Reply,
  Scrubber,
  TransportFault,
  UpstreamExchange,
  UpstreamListener,
} from '../providers/index.ts';
import { withContentType } from './content-type.ts';
import { ErrorReply } from './error-reply.ts';
import type { OutputAllowance } from './output-allowance.ts';
import type { Responder, ResponseHeaders } from './ports.ts';
import type { RunningAnswer } from './running-answers.ts';

/** How a stream ended: by itself, cut by the upstream, given up for the client, out of credit, shut down. */
export type StreamEnd = 'complete' | 'cut' | 'aborted' | 'length' | 'stopped';

/** What became of one streamed attempt. */
export type StreamOutcome =
  | { readonly kind: 'streamed'; readonly end: StreamEnd; readonly fault?: TransportFault }
  /** Nothing was passed on: another target may be tried. */
  | { readonly kind: 'failed'; readonly reply: Reply }
  /** The client left before the upstream answered at all. */
  | { readonly kind: 'abandoned' }
  /** The server stops, and nothing was passed on. */
  | { readonly kind: 'stopped' };

/** What a stream needs besides its upstream. */
export interface StreamInput {
  /** The end of the attempt's time on the monotonic clock, milliseconds. */
  readonly expiresAtMs: number;
  readonly tap: StreamTap;
  /** Cuts the upstream's key out of what it sends. */
  readonly scrubber: Scrubber;
  /** Frames with checksums: the key is cut out of what was made of them. */
  readonly isBinary: boolean;
  readonly responder: Responder;
  readonly headers: ResponseHeaders;
  /** What is sent into a silence, and after how many looks; undefined for never. */
  readonly keepAlive: { readonly bytes: Buffer; readonly looks: number } | undefined;
  /** Grows the hold with the answer; undefined where the request bounds its output. */
  readonly allowance: OutputAllowance | undefined;
  /** Called when the first content leaves. */
  onFirstByte(): void;
  /** Called when only the upstream's end is missing; it arranges for `endNow` if that stays away. */
  onDone(): void;
  done(outcome: StreamOutcome): void;
}

/** Server-sent events, and the binary frames of Bedrock. */
const EVENT_STREAM = /^(?:text\/event-stream|application\/vnd\.amazon\.eventstream)\b/i;

/**
 * One streamed attempt: upstream bytes through the tap to the client, with back-pressure. The server
 * owns the upstream read; the client's hang-up is an input here, not the end of the accounting.
 */
export class StreamExchange implements UpstreamListener, RunningAnswer {
  place = -1;
  readonly expiresAtMs: number;
  readonly #input: StreamInput;
  #exchange: UpstreamExchange | undefined;
  #error: ErrorReply | undefined;
  #hasHead = false;
  #begun = false;
  #isDone = false;
  #isOver = false;
  #waits = 0;
  /** Looks since something was sent. */
  #silence = 0;

  constructor(input: StreamInput) {
    this.#input = input;
    this.expiresAtMs = input.expiresAtMs;
  }

  /** Connects the running exchange; from here on the client's hang-up ends it. */
  attach(exchange: UpstreamExchange): void {
    this.#exchange = exchange;
    const { responder } = this.#input;
    if (responder.isGone) this.#clientGone();
    else responder.onGone(() => this.#clientGone());
    responder.onDrain(() => this.#resume());
  }

  /** The attempt's time is over. */
  expire(): void {
    if (this.#isOver) return;
    this.#fail({ kind: 'timeout', message: 'The time for the answer is over.' });
    this.#exchange?.abort();
  }

  /** A client or a proxy between gives up a connection on which nothing comes for long. */
  look(): void {
    const { keepAlive, responder, headers } = this.#input;
    if (!keepAlive || this.#isOver || ++this.#silence < keepAlive.looks) return;
    this.#silence = 0;
    if (!responder.isBegun) responder.begin(200, headers);
    if (this.#waits === 0) responder.write(keepAlive.bytes);
  }

  /** The upstream has said everything but keeps the connection open: nobody waits for that. */
  endNow(): void {
    if (this.#isOver) return;
    this.#finish({ kind: 'streamed', end: 'complete' });
    this.#exchange?.abort();
  }

  /** Ends the answer where it stands, because credit ran out or the server stops. */
  stop(end: 'stopped' | 'length'): void {
    const isRefused = end === 'stopped' && !this.#input.tap.isCommitted;
    this.#finish(isRefused ? { kind: 'stopped' } : { kind: 'streamed', end });
    this.#exchange?.abort();
  }

  onHead(status: number, headers: HeaderLookup): void {
    if (this.#isOver) return;
    this.#hasHead = true;
    const type = headers('content-type');
    if (status !== 200 || !this.#accepts(type)) this.#error = new ErrorReply(status, headers);
  }

  #accepts(contentType: string | undefined): boolean {
    const { tap } = this.#input;
    if (tap.accepts) return tap.accepts(contentType ?? '');
    return contentType === undefined || EVENT_STREAM.test(contentType);
  }

  onData(chunk: Buffer): void {
    if (this.#isOver) return;
    if (this.#error) {
      this.#error.add(chunk);
      return;
    }
    try {
      this.#push(chunk);
    } catch (error) {
      this.#broken(error);
    }
  }

  onEnd(): void {
    if (this.#isOver) return;
    if (this.#error) {
      this.#finish({ kind: 'failed', reply: this.#error.reply() });
      return;
    }
    try {
      this.#conclude();
    } catch (error) {
      this.#broken(error);
    }
  }

  onFault(fault: TransportFault): void {
    if (!this.#isOver) this.#fail(fault);
  }

  #push(chunk: Buffer): void {
    const { tap, scrubber, isBinary } = this.#input;
    if (isBinary) {
      const bytes = tap.push(chunk);
      this.#pass(bytes && scrubber.push(bytes));
    } else this.#take(scrubber.push(chunk));
  }

  #take(chunk: Buffer): void {
    if (chunk.length > 0 && !this.#isOver) this.#pass(this.#input.tap.push(chunk));
  }

  #pass(bytes: Buffer | undefined): void {
    const { tap, responder, headers } = this.#input;
    if (tap.error !== undefined && !tap.isCommitted) {
      const body = Buffer.from(JSON.stringify({ error: tap.error }));
      this.#finish({ kind: 'failed', reply: { status: statusOf(tap.error), headers: none, body } });
      this.#exchange?.abort();
      return;
    }
    if (tap.isDone && !this.#isDone) {
      this.#isDone = true;
      this.#input.onDone();
    }
    if (bytes === undefined) return;
    if (!this.#begun) {
      this.#begun = true;
      this.#input.onFirstByte();
      if (!responder.isBegun) responder.begin(200, withContentType(headers, tap.contentType));
    }
    this.#silence = 0;
    if (!responder.write(bytes)) this.#wait();
    this.#growHold();
  }

  /** Asks for more credit when the answer outgrows its hold; the upstream waits meanwhile. */
  #growHold(): void {
    const { allowance, tap } = this.#input;
    if (!allowance || this.#waits > 0 || tap.isDone) return;
    const granted = allowance.cover(tap.tokensLikely);
    if (granted === true) return;
    if (granted === false) {
      this.stop('length');
      return;
    }
    this.#wait();
    granted.then(
      (isCovered) => (isCovered ? this.#resume() : this.stop('length')),
      () => this.stop('length'),
    );
  }

  #wait(): void {
    if (this.#waits++ === 0) this.#exchange?.pause();
  }

  #resume(): void {
    if (this.#waits === 0 || this.#isOver) return;
    this.#waits = 0;
    this.#exchange?.resume();
  }

  #clientGone(): void {
    if (this.#isOver) return;
    if (this.#hasHead && !this.#error) this.#finish({ kind: 'streamed', end: 'aborted' });
    else this.#finish({ kind: 'abandoned' });
    this.#exchange?.abort();
  }

  /** A fault before any content leaves room for another attempt; after it the answer is cut. */
  #fail(fault: TransportFault): void {
    if (this.#input.tap.isComplete) this.#finish({ kind: 'streamed', end: 'complete' });
    else if (this.#input.tap.isCommitted) this.#finish({ kind: 'streamed', end: 'cut', fault });
    else this.#finish({ kind: 'failed', reply: { fault } });
  }

  /** The upstream has sent everything. */
  #conclude(): void {
    const { tap, scrubber, isBinary } = this.#input;
    if (!isBinary) this.#take(scrubber.end());
    this.#pass(tap.end());
    if (isBinary) this.#pass(scrubber.end());
    if (this.#isOver) return;
    const isEmpty = !tap.isCommitted && !tap.isComplete;
    if (isEmpty) this.#fail({ kind: 'reset', message: 'The stream ended without an answer.' });
    else this.#finish({ kind: 'streamed', end: tap.isComplete ? 'complete' : 'cut' });
  }

  #broken(error: unknown): void {
    if (!(error instanceof BrokenStream)) throw error;
    this.#fail({ kind: 'protocol', message: error.message });
    this.#exchange?.abort();
  }

  #finish(outcome: StreamOutcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#input.done(outcome);
  }
}

const none: HeaderLookup = () => undefined;

/** The HTTP status that an error event stands for; providers put it in `code` or `status`. */
function statusOf(error: unknown): number {
  const { code, status } = (error ?? {}) as { code?: unknown; status?: unknown };
  for (const value of [status, code]) {
    const number = Number(value);
    if (Number.isInteger(number) && number >= 400 && number <= 599) return number;
  }
  return 502;
}
