import { type Fields, textOf } from '../json/values.ts';
import type { Seal } from '../neutral/parts.ts';
import { ownSeal, sealOfDetail } from './reasoning.ts';

/** What a reader of reasoning details says of a choice's blocks. */
export interface DetailSink {
  /** Thoughts begin, or go on. */
  begin(): void;
  text(text: string): void;
  /** The thoughts end with this seal. */
  end(seal: Seal): void;
}

/** Joins the pieces of `reasoning_details` in a stream, and seals a block of thoughts at its end. */
export class DetailReader {
  readonly #sink: DetailSink;
  /** What the pieces of the running detail said besides text. */
  #running: Record<string, unknown> | undefined;

  constructor(sink: DetailSink) {
    this.#sink = sink;
  }

  read(detail: Fields): void {
    if (detail.type === 'reasoning.encrypted') {
      this.finish();
      this.#end(detail);
      return;
    }
    const running = this.#running;
    if (running && (running.type !== detail.type || running.index !== detail.index)) this.finish();
    this.#sink.begin();
    this.#running = { ...this.#running, ...toldOf(detail) };
    const text = textOf(detail.text) || textOf(detail.summary);
    if (text !== '') this.#sink.text(text);
  }

  /** The thoughts are over. */
  finish(): void {
    const running = this.#running;
    this.#running = undefined;
    if (running) this.#end(running);
  }

  #end(detail: Fields): void {
    const seal = sealOfDetail(detail, ownSeal);
    if (seal) this.#sink.end(seal);
  }
}

function toldOf(detail: Fields): Fields {
  const told = Object.entries(detail).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(told);
}
