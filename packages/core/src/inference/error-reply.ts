import type { HeaderLookup, Reply } from '../providers/index.ts';

/** As much of an error body as is read; the rest says nothing new. */
const ERROR_BYTES_MAX = 256 * 1024;

/** Collects the body of an error reply, up to a limit. */
export class ErrorReply {
  readonly #status: number;
  readonly #headers: HeaderLookup;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(status: number, headers: HeaderLookup) {
    this.#status = status;
    this.#headers = headers;
  }

  add(chunk: Buffer): void {
    if (this.#bytes >= ERROR_BYTES_MAX) return;
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
  }

  /** A reply with a success status whose body is not an answer is the upstream's fault. */
  reply(): Reply {
    const body = Buffer.concat(this.#chunks);
    if (this.#status >= 400) return { status: this.#status, headers: this.#headers, body };
    const message = `Status ${this.#status} without a usable body.`;
    return { fault: { kind: 'protocol', message } };
  }
}
