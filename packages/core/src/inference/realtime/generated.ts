import type { Delta } from '../../protocols/index.ts';

/** Text kept for counting it, in characters; beyond it the count is extrapolated. */
const SAMPLE_CHARS_MAX = 64 * 1024;
/** Fewest bytes that a token of generated text has on average, so that the estimate errs upward. */
const BYTES_PER_TOKEN_MIN = 3;
/** OpenAI's models speak a token in each twentieth of a second. */
const SPOKEN_TOKENS_PER_SECOND = 20;

/** What a response has generated so far, in bounded memory. */
export class Generated {
  #sample = '';
  #bytes = 0;
  #keptBytes = 0;
  #audioBytes = 0;

  get isEmpty(): boolean {
    return this.#bytes === 0 && this.#audioBytes === 0;
  }

  add({ text, audioBytes }: Delta): void {
    this.#audioBytes += audioBytes;
    const bytes = Buffer.byteLength(text);
    this.#bytes += bytes;
    if (this.#sample.length + text.length > SAMPLE_CHARS_MAX) return;
    this.#sample += text;
    this.#keptBytes += bytes;
  }

  /** Tokens of what was spoken, at so many bytes per second. */
  spoken(bytesPerSecond: number): number {
    return Math.ceil((this.#audioBytes / bytesPerSecond) * SPOKEN_TOKENS_PER_SECOND);
  }

  /** Upper estimate of all tokens; cheap, for extending a hold. */
  tokensLikely(bytesPerSecond: number): number {
    return Math.ceil(this.#bytes / BYTES_PER_TOKEN_MIN) + this.spoken(bytesPerSecond);
  }

  /** The text that was kept, and how many times as much there was in all. */
  read(): { readonly text: string; readonly factor: number } {
    const factor = this.#keptBytes === 0 ? 1 : this.#bytes / this.#keptBytes;
    return { text: this.#sample, factor };
  }
}
