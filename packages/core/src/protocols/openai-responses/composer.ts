import { BrokenStream } from '../dialect.ts';
import type { BlockHead } from '../neutral/answer.ts';
import type { Block, Note } from './block.ts';
import { type EmitEvent, type Ending, ResponseOutput } from './output.ts';
import { openBlock } from './output-blocks.ts';

/** The last event repeats the whole answer; one that is longer than this is broken off, in characters. */
const ANSWER_CHARS_MAX = 64 * 1024 * 1024;

/** Puts the blocks of an answer into output items, telling each step as the wire's events do. */
export class OutputComposer {
  /** Whether the model refused in words. */
  hasRefusal = false;
  readonly #output: ResponseOutput;
  readonly #blocks = new Map<number, Block>();
  #chars = 0;

  constructor(emit: EmitEvent, idOf: (prefix: string, place: number) => string) {
    this.#output = new ResponseOutput(emit, idOf);
  }

  /** The items so far. */
  get items(): readonly object[] {
    return this.#output.items;
  }

  open(block: number, head: BlockHead): void {
    if (head.type === 'refusal') this.hasRefusal = true;
    const opened = openBlock(this.#output, head);
    if (opened) this.#blocks.set(block, opened);
  }

  delta(block: number, text: string): void {
    this.#chars += text.length;
    if (this.#chars > ANSWER_CHARS_MAX) throw new BrokenStream('The answer is too long.');
    if (text !== '') this.#blocks.get(block)?.delta(text);
  }

  note(block: number, note: Note): void {
    this.#blocks.get(block)?.note(note);
  }

  close(block: number): void {
    this.#blocks.get(block)?.close('completed');
    this.#blocks.delete(block);
  }

  /** Closes what is open; what is cut there is incomplete. */
  finish(ending: Ending): void {
    for (const block of this.#blocks.values()) block.close(ending);
    this.#blocks.clear();
    this.#output.endMessage(ending);
  }
}
