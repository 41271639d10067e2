import { BrokenStream } from '../dialect.ts';
import { type Fields, stringOf } from '../json/values.ts';
import { writeInput } from './tool-calls.ts';

/** What the deltas of one held block may add up to, in characters. */
const HELD_CHARS_MAX = 8 * 1024 * 1024;

/**
 * A block that only this wire knows, such as the call of a tool that the upstream runs itself. It is
 * passed on when it is complete.
 */
export class HeldBlock {
  readonly #begun: Fields;
  #input = '';
  #more: Fields = {};

  constructor(begun: Fields) {
    this.#begun = begun;
  }

  /** Throws `BrokenStream` when it grows out of measure. */
  add(delta: Fields): void {
    if (delta.type === 'input_json_delta') this.#addInput(stringOf(delta.partial_json) ?? '');
    else if (delta.type === 'compaction_delta') this.#addSummary(delta);
  }

  #addInput(text: string): void {
    this.#input += text;
    if (this.#input.length > HELD_CHARS_MAX) throw new BrokenStream('A block exceeds 8 MiB.');
  }

  #addSummary({ type: _type, ...fields }: Fields): void {
    const told = Object.entries(fields).filter(([, value]) => value !== null);
    this.#more = { ...this.#more, ...Object.fromEntries(told) };
  }

  /** The block as a whole answer has it. */
  value(): Fields {
    const input = this.#input === '' ? {} : { input: writeInput(this.#input, false) };
    return { ...this.#begun, ...this.#more, ...input };
  }
}
