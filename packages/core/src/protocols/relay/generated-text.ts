import type { AnswerEvent } from '../neutral/events.ts';

/** Generated text kept per stream for counting, in characters; beyond it the count is extrapolated. */
const SAMPLE_CHARS_MAX = 64 * 1024;
/** Fewest bytes that a token of generated text has on average, so that the estimate errs upward. */
const BYTES_PER_TOKEN_MIN = 3;
/** The dearest image that a chat model draws, in tokens. */
const IMAGE_TOKENS_MAX = 6_240;
/** Spoken answers in a lean codec carry a token in about so many base64 characters. */
const AUDIO_CHARS_PER_TOKEN_MIN = 160;

type Open = Extract<AnswerEvent, { kind: 'open' }>;
type Delta = Extract<AnswerEvent, { kind: 'delta' }>;

/** One number for a block of a choice. */
function placeOf({ choice, block }: { choice: number; block: number }): number {
  return choice * 0x1_0000 + block;
}

/** What a stream generates, in bounded memory: for counting it where no usage comes. */
export class GeneratedText {
  #text = '';
  #bytes = 0;
  #keptBytes = 0;
  #deltas = 0;
  #mediaTokens = 0;
  /** Characters per token of the open media blocks; nearly no answer has any. */
  #media: Map<number, number> | undefined;

  open(event: Open): void {
    const { head } = event;
    if (head.type === 'toolCall') this.#add(head.name);
    if (head.type !== 'image' && head.type !== 'audio') return;
    if (head.type === 'image') this.#mediaTokens += IMAGE_TOKENS_MAX;
    this.#media ??= new Map();
    this.#media.set(placeOf(event), head.type === 'image' ? Infinity : AUDIO_CHARS_PER_TOKEN_MIN);
  }

  delta(event: Delta): void {
    const charsPerToken = this.#media?.get(placeOf(event));
    if (charsPerToken === undefined) this.#add(event.text);
    else this.#mediaTokens += event.text.length / charsPerToken;
  }

  /** Upper estimate of the tokens generated so far; cheap, for extending a hold. */
  get tokensLikely(): number {
    const text = Math.max(this.#deltas, Math.ceil(this.#bytes / BYTES_PER_TOKEN_MIN));
    return text + Math.ceil(this.#mediaTokens);
  }

  /** The text that was kept, and how many times as much was generated in all. */
  read(): { text: string; factor: number } {
    return { text: this.#text, factor: this.#keptBytes === 0 ? 1 : this.#bytes / this.#keptBytes };
  }

  #add(text: string): void {
    const bytes = Buffer.byteLength(text);
    this.#deltas++;
    this.#bytes += bytes;
    if (this.#text.length + text.length > SAMPLE_CHARS_MAX) return;
    this.#text += text;
    this.#keptBytes += bytes;
  }
}
