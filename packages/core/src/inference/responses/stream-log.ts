/** A longer stream is not kept: it can be fetched when it has ended. */
const LOG_BYTES_MAX = 16 * 1024 * 1024;

/** The events of a stream that runs without its client, for clients that take it up again. */
export class StreamLog {
  #pieces: Buffer[] = [];
  #bytes = 0;
  #isEnded = false;
  #waiting: (() => void)[] = [];

  /** Whether all of it is there. */
  get isWhole(): boolean {
    return this.#bytes <= LOG_BYTES_MAX;
  }

  /** Takes whole events; a copy is kept, because a slice would keep its network chunk alive. */
  add(events: Buffer): void {
    if (this.#isEnded) return;
    this.#bytes += events.length;
    if (this.isWhole) this.#pieces.push(Buffer.from(events));
    else this.#pieces = [];
    this.#wake();
  }

  /** Nothing more comes. */
  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  /** All events from the first on, and those that come; ends early where they are too many to keep. */
  async *read(): AsyncGenerator<Buffer> {
    for (let at = 0; this.isWhole; ) {
      const piece = this.#pieces[at];
      if (piece !== undefined) {
        at++;
        yield piece;
      } else if (this.#isEnded) return;
      else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

const NUMBER = /"sequence_number":(\d+)/;

/** The events of a stream behind the one with the number `after`. */
export async function* eventsBehind(
  stream: AsyncIterable<Buffer>,
  after: number,
): AsyncGenerator<string> {
  for await (const piece of stream) {
    const events = piece.toString('utf8').split(/(?<=\n\n)/);
    const rest = events.filter((event) => Number(NUMBER.exec(event)?.[1] ?? after + 1) > after);
    if (rest.length > 0) yield rest.join('');
  }
}
