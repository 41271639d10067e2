import { BrokenStream } from '../dialect.ts';
import type { AnswerEvent } from '../neutral/events.ts';
import type { Usage } from '../neutral/usage.ts';
import type { EventWriter, WriterOptions } from '../wire.ts';
import { type BlockEvent, BlockWriter } from './block-writer.ts';
import { errorEvent, writeUpstreamError } from './errors.ts';
import { sseEvent } from './sse-event.ts';
import { type Ending, writeEnding } from './stop-reasons.ts';
import { writeMessagesUsage } from './usage.ts';
import { messageHead } from './write-answer.ts';

/** What may wait for the block before it to end, in characters. */
const WAITING_CHARS_MAX = 8 * 1024 * 1024;

/**
 * Writes a streamed answer for clients of this wire. Its blocks come one after the other: what belongs
 * to a later block waits until the one before it ends.
 */
export class MessagesWriter implements EventWriter {
  readonly #options: WriterOptions;
  #id = '';
  #serviceTier: string | undefined;
  #usage: Usage | undefined;
  #isBegun = false;
  #ending: Ending | undefined;
  /** The block that is being written, by its number in the answer. */
  #current: { readonly block: number; readonly writer: BlockWriter } | undefined;
  readonly #waiting = new Map<number, BlockEvent[]>();
  #waitingChars = 0;
  /** Blocks written so far. */
  #written = 0;
  #refusal = '';

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  write(event: AnswerEvent): string {
    switch (event.kind) {
      case 'begin':
        this.#id = event.id;
        this.#serviceTier = event.serviceTier;
        return '';
      case 'usage':
        this.#usage = event.usage;
        return '';
      case 'stop':
        if (event.choice === 0) this.#ending = { stop: event.reason, ...sequenceOf(event) };
        return '';
      case 'end':
        return '';
      case 'error':
        return errorEvent(writeUpstreamError(event.error, this.#options.requestId));
      default:
        return event.choice === 0 ? this.#begin() + this.#writeBlock(event) : '';
    }
  }

  finish(usage: Usage | undefined): string {
    const ended = this.#begin() + this.#closeAll();
    const delta = writeEnding({
      ...(this.#ending ?? { stop: 'end' }),
      refusal: this.#refusal === '' ? undefined : this.#refusal,
    });
    const total = writeMessagesUsage(usage ?? this.#usage, this.#serviceTier);
    const last = sseEvent({ type: 'message_delta', delta, usage: total });
    return ended + last + sseEvent({ type: 'message_stop' });
  }

  /** The first event waits for the first content, because usage may come before it. */
  #begin(): string {
    if (this.#isBegun) return '';
    this.#isBegun = true;
    const message = {
      ...messageHead(this.#id, this.#options),
      content: [],
      stop_reason: null,
      stop_sequence: null,
      stop_details: null,
      usage: writeMessagesUsage(this.#usage, this.#serviceTier),
    };
    return sseEvent({ type: 'message_start', message });
  }

  #writeBlock(event: BlockEvent): string {
    const current = this.#current;
    if (current !== undefined && current.block !== event.block) return this.#wait(event);
    if (event.kind === 'open') return this.#open(event);
    if (current === undefined) return '';
    const text = current.writer.write(event);
    return event.kind === 'close' ? text + this.#closed() : text;
  }

  #open({ block, head }: Extract<BlockEvent, { kind: 'open' }>): string {
    const { requestId } = this.#options;
    const writer = new BlockWriter(head, { index: this.#written, requestId });
    this.#current = { block, writer };
    return writer.open();
  }

  #wait(event: BlockEvent): string {
    const events = this.#waiting.get(event.block) ?? [];
    if (events.length === 0 && event.kind !== 'open') return '';
    if (event.kind === 'delta') this.#waitingChars += event.text.length;
    if (this.#waitingChars > WAITING_CHARS_MAX) {
      throw new BrokenStream('Too much of the answer came out of order.');
    }
    events.push(event);
    this.#waiting.set(event.block, events);
    return '';
  }

  /** After the end of a block: the next one that waits, as far as it has come. */
  #closed(): string {
    const current = this.#current;
    if (current) this.#written += current.writer.blocks;
    this.#refusal += current?.writer.refusal ?? '';
    this.#current = undefined;
    for (const [block, events] of this.#waiting) {
      this.#waiting.delete(block);
      return events.map((event) => this.#writeBlock(event)).join('');
    }
    this.#waitingChars = 0;
    return '';
  }

  #closeAll(): string {
    let text = '';
    while (this.#current) {
      text += this.#writeBlock({ kind: 'close', choice: 0, block: this.#current.block });
    }
    return text;
  }
}

function sequenceOf({ stopSequence }: { readonly stopSequence?: string }) {
  return stopSequence === undefined ? {} : { stopSequence };
}
