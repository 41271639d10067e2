import { BrokenStream, type ReadUsage, type StreamTap } from '../dialect.ts';

/** A whole answer as it goes out. */
export interface WholeReading {
  readonly bytes: Buffer;
  readonly usage: ReadUsage;
}

/** Largest answer that is kept until its end. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

/** For upstreams that answer whole although a stream was asked for: everything goes out at the end. */
export class WholeTap implements StreamTap {
  readonly contentType: string | undefined;
  readonly #read: (body: Buffer) => WholeReading | undefined;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #whole: WholeReading | undefined;
  readonly isCommitted = false;
  readonly error = undefined;
  readonly tokensLikely = 0;

  /** `read` gives undefined where the bytes are no answer; `contentType` is of what goes out. */
  constructor(contentType: string | undefined, read: (body: Buffer) => WholeReading | undefined) {
    this.contentType = contentType;
    this.#read = read;
  }

  get isDone(): boolean {
    return this.#whole !== undefined;
  }

  get isComplete(): boolean {
    return this.isDone;
  }

  get usage(): ReadUsage | undefined {
    return this.#whole?.usage;
  }

  push(chunk: Buffer): undefined {
    this.#bytes += chunk.length;
    if (this.#bytes > ANSWER_BYTES_MAX) throw new BrokenStream('The answer exceeds 64 MiB.');
    this.#chunks.push(chunk);
  }

  end(): undefined {
    this.#whole = this.#read(Buffer.concat(this.#chunks.splice(0)));
    if (this.#whole === undefined) throw new BrokenStream('The answer is unreadable.');
  }

  takeTail(): Buffer {
    return this.#whole?.bytes ?? Buffer.alloc(0);
  }

  generated(): { text: string; factor: number } {
    return { text: this.#whole?.bytes.toString('utf8') ?? '', factor: 1 };
  }

  endForLength(): Buffer {
    return this.takeTail();
  }
}
