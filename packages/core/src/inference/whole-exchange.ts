import type {
  HeaderLookup,
  Reply,
  TransportFault,
  UpstreamExchange,
  UpstreamListener,
} from '../providers/index.ts';
import type { RunningAnswer } from './running-answers.ts';

/** What became of one whole attempt. */
export type WholeOutcome =
  | { readonly kind: 'answered'; readonly body: Buffer }
  | { readonly kind: 'failed'; readonly reply: Reply }
  /** The server stops. */
  | { readonly kind: 'stopped' };

/** Largest whole answer that is collected. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

/**
 * One attempt whose answer is read whole. A client that hangs up does not end it: the provider
 * bills the answer in any case, so it is read to its end and charged by its own usage.
 */
export class WholeExchange implements UpstreamListener, RunningAnswer {
  place = -1;
  readonly expiresAtMs: number;
  readonly #done: (outcome: WholeOutcome) => void;
  readonly #chunks: Buffer[] = [];
  #exchange: UpstreamExchange | undefined;
  #bytes = 0;
  #status = 0;
  #headers: HeaderLookup = none;
  #isOver = false;

  /** `expiresAtMs` is the end of the attempt's time on the monotonic clock. */
  constructor(expiresAtMs: number, done: (outcome: WholeOutcome) => void) {
    this.expiresAtMs = expiresAtMs;
    this.#done = done;
  }

  attach(exchange: UpstreamExchange): void {
    this.#exchange = exchange;
  }

  /** The attempt's time is over. */
  expire(): void {
    this.onFault({ kind: 'timeout', message: 'The time for the answer is over.' });
    this.#exchange?.abort();
  }

  /** Gives the answer up because the server stops. */
  stop(): void {
    this.#finish({ kind: 'stopped' });
    this.#exchange?.abort();
  }

  onHead(status: number, headers: HeaderLookup): void {
    this.#status = status;
    this.#headers = headers;
  }

  onData(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > ANSWER_BYTES_MAX) {
      this.onFault({ kind: 'protocol', message: 'The answer exceeds 64 MiB.' });
      this.#exchange?.abort();
      return;
    }
    this.#chunks.push(chunk);
  }

  onEnd(): void {
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks);
    if (this.#status === 200) this.#finish({ kind: 'answered', body });
    else if (this.#status >= 400) this.#finish(this.#refused(body));
    else this.onFault({ kind: 'protocol', message: `Unexpected status ${this.#status}.` });
  }

  onFault(fault: TransportFault): void {
    this.#finish({ kind: 'failed', reply: { fault } });
  }

  #refused(body: Buffer): WholeOutcome {
    return { kind: 'failed', reply: { status: this.#status, headers: this.#headers, body } };
  }

  #finish(outcome: WholeOutcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#done(outcome);
  }
}

const none: HeaderLookup = () => undefined;
