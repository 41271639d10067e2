import { BrokenStream } from '../dialect.ts';
import { type Fields, listOf, stringOf } from '../json/values.ts';
import type { BlockHead } from '../neutral/answer.ts';
import type { AnswerEvent } from '../neutral/events.ts';
import { readCitation } from './citations.ts';
import { HeldBlock } from './held-block.ts';
import { readRedacted, readThinking } from './seals.ts';
import { OUTPUT_TOOL } from './write-output.ts';

/** Blocks of one answer; an upstream that sends more broke the protocol. */
const BLOCKS_MAX = 10_000;

/** A block whose deltas are events of the answer. */
interface ShownBlock {
  readonly block: number;
  /** What a call began with; usually empty, and told by the deltas. Undefined for other blocks. */
  readonly input?: unknown;
  isFilled: boolean;
}

type OpenBlock = ShownBlock | HeldBlock;

/** Reads the content blocks of a streamed answer into events. */
export class BlockReader {
  readonly #emit: (event: AnswerEvent) => void;
  readonly #open = new Map<unknown, OpenBlock>();
  #blocks = 0;
  /** Whether the model called a tool of the client. */
  hasCalls = false;

  constructor(emit: (event: AnswerEvent) => void) {
    this.#emit = emit;
  }

  /** Opens a block. Throws `BrokenStream` when there are too many. */
  begin(index: unknown, content: Fields): void {
    this.close(index);
    switch (content.type) {
      case 'text':
        this.#beginText(index, content);
        break;
      case 'thinking':
        this.#beginThinking(index, content);
        break;
      case 'redacted_thinking':
        this.#redacted(stringOf(content.data) ?? '');
        break;
      case 'tool_use':
        this.#beginCall(index, content);
        break;
      default:
        this.#open.set(index, new HeldBlock(content));
    }
  }

  /** Adds to a block; deltas of an unknown kind say nothing. */
  add(index: unknown, delta: Fields): void {
    const open = this.#open.get(index) ?? this.#beginUnannounced(index, delta.type);
    if (open instanceof HeldBlock) open.add(delta);
    else if (open) this.#addShown(open, delta);
  }

  /** Closes a block. */
  close(index: unknown): void {
    const open = this.#open.get(index);
    if (open === undefined) return;
    this.#open.delete(index);
    if (open instanceof HeldBlock) {
      const block = this.#show({ type: 'opaque', origin: 'messages', value: open.value() });
      this.#emit({ kind: 'close', choice: 0, block });
      return;
    }
    const { block, input, isFilled } = open;
    if (input !== undefined && !isFilled) this.#addText(block, JSON.stringify(input));
    this.#emit({ kind: 'close', choice: 0, block });
  }

  /** Closes what the upstream left open. */
  closeAll(): void {
    for (const index of [...this.#open.keys()]) this.close(index);
  }

  /** A whole block with what the model said instead of answering. */
  refuse(text: string): void {
    const block = this.#show({ type: 'refusal' });
    this.#addText(block, text);
    this.#emit({ kind: 'close', choice: 0, block });
  }

  #show(head: BlockHead): number {
    if (this.#blocks >= BLOCKS_MAX) throw new BrokenStream('The answer has too many blocks.');
    const block = this.#blocks++;
    this.#emit({ kind: 'open', choice: 0, block, head });
    return block;
  }

  #beginShown(index: unknown, type: 'text' | 'reasoning'): number {
    const block = this.#show({ type });
    this.#open.set(index, { block, isFilled: false });
    return block;
  }

  #beginText(index: unknown, content: Fields): void {
    const block = this.#beginShown(index, 'text');
    this.#addText(block, stringOf(content.text));
    for (const citation of listOf(content.citations)) this.#cite(block, citation);
  }

  #beginThinking(index: unknown, content: Fields): void {
    const block = this.#beginShown(index, 'reasoning');
    this.#addText(block, stringOf(content.thinking));
    this.#sign(block, stringOf(content.signature));
  }

  #redacted(data: string): void {
    const block = this.#show({ type: 'reasoning' });
    const { seal } = readRedacted(data);
    if (seal) this.#emit({ kind: 'note', choice: 0, block, note: { seal } });
    this.#emit({ kind: 'close', choice: 0, block });
  }

  #beginCall(index: unknown, { id, name, input }: Fields): void {
    const isOutput = name === OUTPUT_TOOL;
    const call = { type: 'toolCall', id: stringOf(id) ?? '', name: stringOf(name) ?? '' } as const;
    const block = this.#show(isOutput ? { type: 'text' } : call);
    if (!isOutput) this.hasCalls = true;
    this.#open.set(index, { block, input: input ?? {}, isFilled: false });
  }

  /** Not every upstream of this wire announces its blocks. */
  #beginUnannounced(index: unknown, type: unknown): OpenBlock | undefined {
    if (type === 'text_delta') this.#beginShown(index, 'text');
    if (type === 'thinking_delta') this.#beginShown(index, 'reasoning');
    return this.#open.get(index);
  }

  #addShown(open: ShownBlock, delta: Fields): void {
    const { block } = open;
    switch (delta.type) {
      case 'text_delta':
        this.#addText(block, stringOf(delta.text));
        break;
      case 'input_json_delta':
        this.#addInput(open, stringOf(delta.partial_json));
        break;
      case 'thinking_delta':
        this.#addText(block, stringOf(delta.thinking));
        break;
      case 'signature_delta':
        this.#sign(block, stringOf(delta.signature));
        break;
      case 'citations_delta':
        this.#cite(block, delta.citation);
        break;
      default:
        break;
    }
  }

  #addText(block: number, text: string | undefined): void {
    if (text) this.#emit({ kind: 'delta', choice: 0, block, text });
  }

  #addInput(open: ShownBlock, text: string | undefined): void {
    if (!text) return;
    open.isFilled = true;
    this.#addText(open.block, text);
  }

  #sign(block: number, signature: string | undefined): void {
    const seal = signature ? readThinking('', signature).seal : undefined;
    if (seal) this.#emit({ kind: 'note', choice: 0, block, note: { seal } });
  }

  #cite(block: number, value: unknown): void {
    const citation = readCitation(value);
    if (citation) this.#emit({ kind: 'note', choice: 0, block, note: { citation } });
  }
}
