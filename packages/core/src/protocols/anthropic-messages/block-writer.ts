import type { BlockHead } from '../neutral/answer.ts';
import type { AnswerEvent } from '../neutral/events.ts';
import type { Seal } from '../neutral/parts.ts';
import { writeCitation } from './citations.ts';
import { carrierOf, isRedacted, writeSignature } from './seals.ts';
import { sseEvent } from './sse-event.ts';
import { callIdOf, PICTURE_END, pictureStart } from './write-answer.ts';

/** The events that are about one block. */
export type BlockEvent = Extract<AnswerEvent, { kind: 'open' | 'delta' | 'note' | 'close' }>;

type Note = Extract<AnswerEvent, { kind: 'note' }>['note'];

/** Where a block stands in the answer as the client sees it. */
export interface BlockPlace {
  readonly index: number;
  readonly requestId: string;
}

/** The beginnings of the deltas that every chunk of an answer is: they are not printed anew each time. */
const TEXT = '"delta":{"type":"text_delta","text":';
const THINKING = '"delta":{"type":"thinking_delta","thinking":';
const INPUT = '"delta":{"type":"input_json_delta","partial_json":';

function textDelta(index: number, beginning: string, text: string): string {
  const head = `event: content_block_delta\ndata: {"type":"content_block_delta","index":${index},`;
  return `${head}${beginning}${JSON.stringify(text)}}}\n\n`;
}

/** Writes the events of one block of the answer; `redacted_thinking` blocks with its seals follow. */
export class BlockWriter {
  readonly #head: BlockHead;
  readonly #place: BlockPlace;
  readonly #callId: string;
  #isBegun = false;
  #seal: Seal | undefined;
  /** How many blocks the client has seen of it. */
  blocks = 0;
  /** What a refusal said. */
  refusal = '';

  constructor(head: BlockHead, place: BlockPlace) {
    this.#head = head;
    this.#place = place;
    this.#callId = head.type === 'toolCall' ? callIdOf(head.id, place.requestId, place.index) : '';
  }

  /** Thoughts begin with their first text: until then they may turn out to be redacted. */
  open(): string {
    const head = this.#head;
    switch (head.type) {
      case 'text':
      case 'refusal':
        return this.#begin({ type: 'text', text: '' });
      case 'image':
        return this.#begin({ type: 'text', text: '' }) + this.#text(pictureStart(head.mediaType));
      case 'toolCall':
        return this.#begin({ type: 'tool_use', id: this.#callId, name: head.name, input: {} });
      case 'opaque':
        return head.origin === 'messages' ? this.#begin(head.value) : '';
      case 'reasoning':
      case 'audio':
        return '';
    }
  }

  /** The text for the client; empty for what this wire has no place for. */
  write(event: BlockEvent): string {
    switch (event.kind) {
      case 'delta':
        return this.#add(event.text);
      case 'note':
        return this.#note(event.note);
      case 'close':
        return this.#close();
      case 'open':
        return '';
    }
  }

  #add(text: string): string {
    switch (this.#head.type) {
      case 'refusal':
        this.refusal += text;
        return this.#text(text);
      case 'text':
      case 'image':
        return this.#text(text);
      case 'toolCall':
        return textDelta(this.#index, INPUT, text);
      case 'reasoning':
        return this.#beginThinking() + textDelta(this.#index, THINKING, text);
      case 'audio':
      case 'opaque':
        return '';
    }
  }

  #note(note: Note): string {
    if ('seal' in note) this.#seal = note.seal;
    const isText = this.#head.type === 'text';
    if ('citation' in note && isText) {
      return this.#delta({ type: 'citations_delta', citation: writeCitation(note.citation) });
    }
    if (!('transcript' in note)) return '';
    const begun = this.#isBegun ? '' : this.#begin({ type: 'text', text: '' });
    return begun + this.#text(note.transcript);
  }

  #close(): string {
    if (this.#head.type === 'reasoning') return this.#closeThinking();
    const ending = this.#head.type === 'image' ? this.#text(PICTURE_END) : '';
    const stopped = this.#isBegun ? ending + this.#stop() : '';
    return stopped + this.#carrySeal();
  }

  #closeThinking(): string {
    const seal = this.#seal;
    if (seal && isRedacted(seal) && !this.#isBegun) {
      return this.#begin({ type: 'redacted_thinking', data: seal.data }) + this.#stop();
    }
    const begun = this.#beginThinking();
    const signature = seal === undefined ? '' : writeSignature(seal);
    const signed = seal === undefined ? '' : this.#delta({ type: 'signature_delta', signature });
    return begun + signed + this.#stop();
  }

  /** The seal of a text or a call travels in a block of its own behind it. */
  #carrySeal(): string {
    const seal = this.#seal;
    if (seal === undefined) return '';
    const callId = this.#head.type === 'toolCall' ? this.#callId : undefined;
    return this.#begin(carrierOf(seal, callId)) + this.#stop();
  }

  #beginThinking(): string {
    return this.#isBegun ? '' : this.#begin({ type: 'thinking', thinking: '', signature: '' });
  }

  get #index(): number {
    return this.#place.index + this.blocks;
  }

  #begin(block: unknown): string {
    this.#isBegun = true;
    const event = { type: 'content_block_start', index: this.#index, content_block: block };
    return sseEvent(event);
  }

  #text(text: string): string {
    return textDelta(this.#index, TEXT, text);
  }

  #delta(delta: object): string {
    return sseEvent({ type: 'content_block_delta', index: this.#index, delta });
  }

  #stop(): string {
    const event = { type: 'content_block_stop', index: this.#index };
    this.blocks++;
    return sseEvent(event);
  }
}
