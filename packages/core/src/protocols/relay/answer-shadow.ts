import type { AnswerEvent } from '../neutral/events.ts';
import type { Seal } from '../neutral/parts.ts';
import type { EventWriter } from '../wire.ts';

/** Blocks of one answer that are remembered. */
const BLOCKS_MAX = 4_096;
/** Text that is remembered for a closing event that repeats the answer, in characters. */
const TEXT_CHARS_MAX = 256 * 1024;

type Open = Extract<AnswerEvent, { kind: 'open' }>;
type Begin = Extract<AnswerEvent, { kind: 'begin' }>;

interface Block {
  readonly open: Open;
  text: string;
  seal: Seal | undefined;
  isClosed: boolean;
}

/**
 * What of a stream has gone to the client, in bounded memory: so that a stream whose events passed as
 * they came can be ended by a writer that did not write them.
 */
export class AnswerShadow {
  #begin: Begin | undefined;
  readonly #blocks: Block[] = [];
  /** Finds the block of an event; a stream mostly goes on in the block that it was in. */
  #current: Block | undefined;
  #chars = 0;
  #choices = 1;

  /** The upstream's name of the model; empty while it is not told. */
  get model(): string {
    return this.#begin?.model ?? '';
  }

  take(event: AnswerEvent): void {
    switch (event.kind) {
      case 'begin':
        this.#begin = event;
        return;
      case 'open':
        this.#choices = Math.max(this.#choices, event.choice + 1);
        if (this.#blocks.length >= BLOCKS_MAX) return;
        this.#current = { open: event, text: '', seal: undefined, isClosed: false };
        this.#blocks.push(this.#current);
        return;
      case 'delta':
        this.#chars += event.text.length;
        if (this.#chars <= TEXT_CHARS_MAX) this.#add(event);
        return;
      case 'note':
        if ('seal' in event.note) this.#seal(event, event.note.seal);
        return;
      case 'close': {
        const block = this.#find(event);
        if (block) block.isClosed = true;
        return;
      }
      default:
        return;
    }
  }

  /**
   * Brings a fresh writer to where the stream stands, then stops every answer for its length. Gives
   * what the writer would have said so far.
   */
  stopForLength(writer: EventWriter): string {
    let said = this.#begin ? writer.write(this.#begin) : '';
    for (const { open, text, seal, isClosed } of this.#blocks) {
      const { choice, block } = open;
      said += writer.write(open);
      if (text !== '') said += writer.write({ kind: 'delta', choice, block, text });
      if (seal) said += writer.write({ kind: 'note', choice, block, note: { seal } });
      if (isClosed) said += writer.write({ kind: 'close', choice, block });
    }
    for (let choice = 0; choice < this.#choices; choice++) {
      said += writer.write({ kind: 'stop', choice, reason: 'length' });
    }
    return said;
  }

  #add(event: Extract<AnswerEvent, { kind: 'delta' }>): void {
    const block = this.#find(event);
    if (block) block.text += event.text;
  }

  #seal(place: { choice: number; block: number }, seal: Seal): void {
    const block = this.#find(place);
    if (block) block.seal = seal;
  }

  #find({ choice, block }: { choice: number; block: number }): Block | undefined {
    const current = this.#current?.open;
    if (current?.block === block && current.choice === choice) return this.#current;
    this.#current = this.#blocks.find((b) => b.open.block === block && b.open.choice === choice);
    return this.#current;
  }
}
