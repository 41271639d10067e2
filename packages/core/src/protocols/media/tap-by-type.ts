import type { ReadUsage, StreamTap } from '../dialect.ts';

/** A tap whose kind depends on what the upstream's answer claims to be. */
export class TapByType implements StreamTap {
  readonly #choose: (contentType: string) => StreamTap | undefined;
  #chosen: StreamTap | undefined;

  /** `choose` gives undefined for what is no answer. */
  constructor(choose: (contentType: string) => StreamTap | undefined) {
    this.#choose = choose;
  }

  accepts(contentType: string): boolean {
    this.#chosen = this.#choose(contentType.toLowerCase());
    return this.#chosen !== undefined;
  }

  get contentType(): string | undefined {
    return this.#chosen?.contentType;
  }

  get isCommitted(): boolean {
    return this.#chosen?.isCommitted ?? false;
  }

  get isDone(): boolean {
    return this.#chosen?.isDone ?? false;
  }

  get isComplete(): boolean {
    return this.#chosen?.isComplete ?? false;
  }

  get usage(): ReadUsage | undefined {
    return this.#chosen?.usage;
  }

  get error(): unknown {
    return this.#chosen?.error;
  }

  get tokensLikely(): number {
    return this.#chosen?.tokensLikely ?? 0;
  }

  push(chunk: Buffer): Buffer | undefined {
    return this.#tap.push(chunk);
  }

  end(): Buffer | undefined {
    return this.#tap.end();
  }

  takeTail(): Buffer {
    return this.#chosen?.takeTail() ?? Buffer.alloc(0);
  }

  generated(): { readonly text: string; readonly factor: number } {
    return this.#chosen?.generated() ?? { text: '', factor: 1 };
  }

  endForLength(input: number, output: number): Buffer {
    return this.#tap.endForLength(input, output);
  }

  get #tap(): StreamTap {
    if (!this.#chosen) throw new Error('a stream was read before its head');
    return this.#chosen;
  }
}
