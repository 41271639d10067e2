import { BrokenStream } from '../dialect.ts';
import { type Fields, fieldsOf, listOf, textOf } from '../json/values.ts';
import type { BlockHead } from '../neutral/answer.ts';
import type { AnswerEvent } from '../neutral/events.ts';
import type { Citation, OpaquePart } from '../neutral/parts.ts';
import { readCitation, readLogprobs } from './content.ts';
import { imageTypeOf, readToolCall } from './read-items.ts';
import { readReasoning, SUMMARY_SEPARATOR, type ThoughtForm, thoughtsOf } from './reasoning.ts';

/** More blocks than any answer has; an upstream that opens more broke the protocol. */
const BLOCKS_MAX = 16_384;

/** A block that an item, or a content of one, has become. */
interface OpenBlock {
  readonly block: number;
  /** Characters given so far: what a closing event has beyond them was not told before. */
  length: number;
  citations: number;
  isClosed: boolean;
}

/** The items of a response that are under way, and the neutral events that they make. */
export class OpenItems {
  readonly #emit: (event: AnswerEvent) => void;
  /** By item and content; a reasoning item or a call has one block only. */
  readonly #blocks = new Map<string, OpenBlock>();
  readonly #added = new Set<string>();
  readonly #done = new Set<string>();
  /** Whether thoughts come as a summary or in full; the form that came first counts. */
  readonly #thoughts = new Map<string, ThoughtForm>();
  #next = 0;
  hasCall = false;
  hasRefusal = false;

  constructor(emit: (event: AnswerEvent) => void) {
    this.#emit = emit;
  }

  /** An item begins. Most kinds open their blocks with what comes in them. */
  added(key: string, item: Fields): void {
    if (this.#added.size >= BLOCKS_MAX) throw tooManyParts();
    this.#added.add(key);
    if (!isCall(item) || this.#blocks.has(key)) return;
    const { arguments: given } = readToolCall(item);
    this.#grow(this.#callBlock(key, item), given);
  }

  /** Opens a content of a message. */
  contentAdded(key: string, index: unknown, part: Fields): void {
    if (part.type === 'output_text' || part.type === 'refusal') {
      this.#contentBlock(key, index, part.type);
    }
  }

  textDelta(key: string, index: unknown, event: Fields): void {
    const block = this.#contentBlock(key, index, 'output_text');
    this.#grow(block, textOf(event.delta));
    const logprobs = readLogprobs(event.logprobs);
    if (logprobs.length > 0) this.#note(block, { logprobs });
  }

  refusalDelta(key: string, index: unknown, text: string): void {
    this.#grow(this.#contentBlock(key, index, 'refusal'), text);
  }

  annotation(key: string, index: unknown, annotation: unknown): void {
    this.#cite(this.#contentBlock(key, index, 'output_text'), readCitation(annotation));
  }

  callDelta(key: string, text: string): void {
    const block = this.#blocks.get(key);
    if (block) this.#grow(block, text);
  }

  /** The whole of a call's arguments: what was not told before follows. */
  callDone(key: string, text: string): void {
    const block = this.#blocks.get(key);
    if (block) this.#grow(block, text.slice(block.length));
  }

  thoughtPart(key: string, form: ThoughtForm, index: unknown): void {
    const block = this.#blocks.get(key);
    const isNext = typeof index === 'number' && index > 0 && this.#thoughts.get(key) === form;
    if (block && isNext && block.length > 0) this.#grow(block, SUMMARY_SEPARATOR);
  }

  thoughtDelta(key: string, form: ThoughtForm, text: string): void {
    if (!this.#thoughts.has(key)) this.#thoughts.set(key, form);
    if (this.#thoughts.get(key) !== form || text === '') return;
    this.#grow(this.#blockOf(key, { type: 'reasoning' }), text);
  }

  /** A content is whole. */
  contentDone(key: string, index: unknown, part: Fields): void {
    if (part.type !== 'output_text' && part.type !== 'refusal') return;
    const block = this.#contentBlock(key, index, part.type);
    const text = textOf(part.type === 'refusal' ? part.refusal : part.text);
    this.#grow(block, text.slice(block.length));
    const unseen = listOf(part.annotations).slice(block.citations);
    for (const annotation of unseen) this.#cite(block, readCitation(annotation));
    this.#close(block);
  }

  /** An item is whole; once, however often it is told. */
  done(key: string, item: Fields): void {
    if (this.#done.has(key)) return;
    this.#done.add(key);
    if (item.type === 'message') {
      for (const [index, part] of listOf(item.content).entries()) {
        this.contentDone(key, index, fieldsOf(part));
      }
    } else if (item.type === 'reasoning') this.#reasoningDone(key, item);
    else if (isCall(item)) this.#callDone(key, item);
    else if (item.type === 'image_generation_call' && textOf(item.result) !== '') {
      this.#imageDone(key, item);
    } else this.#addOpaque({ origin: 'responses', value: item });
  }

  /** The output as a whole at the end: only what the events before it did not finish is news. */
  finished(output: readonly unknown[]): void {
    const isAllNews = this.#added.size === 0 && this.#done.size === 0;
    for (const [index, item] of output.entries()) {
      const key = String(index);
      if (isAllNews || this.#added.has(key)) this.done(key, fieldsOf(item));
    }
  }

  #reasoningDone(key: string, item: Fields): void {
    const read = readReasoning(item);
    if (read.kind === 'opaque') this.#addOpaque(read.part);
    if (read.kind === 'opaque' || read.kind === 'nothing') return;
    const block = this.#blockOf(key, { type: 'reasoning' });
    const form = this.#thoughts.get(key);
    const told = read.kind === 'reasoning' ? read.part.text : '';
    const text = form === undefined ? told : thoughtsOf(item, form);
    this.#grow(block, text.slice(block.length));
    const seal = read.kind === 'seal' ? read.seal : read.part.seal;
    if (seal) this.#note(block, { seal });
    this.#close(block);
  }

  #callDone(key: string, item: Fields): void {
    const block = this.#callBlock(key, item);
    const { arguments: given } = readToolCall(item);
    this.#grow(block, given.slice(block.length));
    this.#close(block);
  }

  #imageDone(key: string, item: Fields): void {
    const data = textOf(item.result);
    const block = this.#blockOf(key, { type: 'image', mediaType: imageTypeOf(item, data) });
    const id = textOf(item.id);
    if (id !== '') this.#note(block, { seal: { origin: 'responses', data: '', id } });
    this.#grow(block, data);
    this.#close(block);
  }

  #addOpaque({ origin, value }: Pick<OpaquePart, 'origin' | 'value'>): void {
    this.#close(this.#openNew({ type: 'opaque', origin, value }));
  }

  #cite(block: OpenBlock, citation: Citation): void {
    block.citations++;
    this.#note(block, { citation });
  }

  #contentBlock(key: string, index: unknown, type: 'output_text' | 'refusal'): OpenBlock {
    if (type === 'refusal') this.hasRefusal = true;
    const head: BlockHead = { type: type === 'refusal' ? 'refusal' : 'text' };
    return this.#blockOf(`${key}/${String(index ?? 0)}`, head);
  }

  #callBlock(key: string, item: Fields): OpenBlock {
    this.hasCall = true;
    const { id, name, isCustom } = readToolCall(item);
    return this.#blockOf(key, { type: 'toolCall', id, name, ...(isCustom && { isCustom }) });
  }

  #blockOf(key: string, head: BlockHead): OpenBlock {
    const known = this.#blocks.get(key);
    if (known) return known;
    const opened = this.#openNew(head);
    this.#blocks.set(key, opened);
    return opened;
  }

  #openNew(head: BlockHead): OpenBlock {
    const block = this.#next++;
    if (block >= BLOCKS_MAX) throw tooManyParts();
    this.#emit({ kind: 'open', choice: 0, block, head });
    return { block, length: 0, citations: 0, isClosed: false };
  }

  #grow(opened: OpenBlock, text: string): void {
    if (text === '' || opened.isClosed) return;
    opened.length += text.length;
    this.#emit({ kind: 'delta', choice: 0, block: opened.block, text });
  }

  #note(opened: OpenBlock, note: Extract<AnswerEvent, { kind: 'note' }>['note']): void {
    if (opened.isClosed) return;
    this.#emit({ kind: 'note', choice: 0, block: opened.block, note });
  }

  #close(opened: OpenBlock): void {
    if (opened.isClosed) return;
    opened.isClosed = true;
    this.#emit({ kind: 'close', choice: 0, block: opened.block });
  }
}

function tooManyParts(): BrokenStream {
  return new BrokenStream(`An answer has more than ${BLOCKS_MAX} parts.`);
}

function isCall({ type }: Fields): boolean {
  return type === 'function_call' || type === 'custom_tool_call';
}
