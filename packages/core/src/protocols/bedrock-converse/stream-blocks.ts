import { BrokenStream } from '../dialect.ts';
import {
  type Fields,
  fieldsOf,
  isFields,
  listOf,
  parseJson,
  stringOf,
  textOf,
} from '../json/values.ts';
import type { BlockHead } from '../neutral/answer.ts';
import type { AnswerEvent } from '../neutral/events.ts';
import type { Seal } from '../neutral/parts.ts';
import { SERVER_TOOL_TYPE } from './blocks.ts';
import { readCitation } from './citations.ts';
import { IMAGE_FORMATS, mediaTypeOf } from './media.ts';
import { REDACTED_ID } from './reasoning.ts';
import { isAnswerTool } from './structured-output.ts';

/** Blocks that may be open at once. */
const OPEN_BLOCKS_MAX = 1_024;
/** Characters of a block that is kept until it is complete: signatures, calls of server tools. */
const KEPT_CHARS_MAX = 8 * 1024 * 1024;

type Kind = 'text' | 'reasoning' | 'toolCall' | 'image' | 'serverCall' | 'serverResult';

interface OpenBlock {
  readonly kind: Kind;
  /** -1 for what is shown once it is complete. */
  readonly number: number;
  /** A call through which the model gives its answer. */
  readonly isAnswer: boolean;
  readonly start: Fields;
  hasText: boolean;
  kept: string;
  /** Bytes of encrypted thoughts, or those of an image that make no whole group of base64. */
  bytes: Buffer;
  readonly results: unknown[];
}

/** The content blocks of one stream; what is not opened by the upstream is opened by its first delta. */
export class StreamBlocks {
  readonly #emit: (event: AnswerEvent) => void;
  readonly #open = new Map<unknown, OpenBlock>();
  #count = 0;
  /** Whether the model called a tool of the client's or of its host. */
  hasCalls = false;

  constructor(emit: (event: AnswerEvent) => void) {
    this.#emit = emit;
  }

  start(index: unknown, start: Fields): void {
    if (isFields(start.toolUse)) this.#startCall(index, start.toolUse);
    else if (isFields(start.toolResult)) this.#begin(index, 'serverResult', start.toolResult);
    else if (isFields(start.image)) this.#begin(index, 'image', start.image);
  }

  add(index: unknown, delta: Fields): void {
    if (typeof delta.text === 'string') {
      this.#say(this.#blockFor(index, 'text'), delta.text);
    } else if (isFields(delta.toolUse)) {
      const block = this.#open.get(index);
      if (block) this.#addInput(block, textOf(delta.toolUse.input));
    } else if (isFields(delta.reasoningContent)) {
      this.#addReasoning(this.#blockFor(index, 'reasoning'), delta.reasoningContent);
    } else if (isFields(delta.citation)) {
      const { number } = this.#blockFor(index, 'text');
      const note = { citation: readCitation(delta.citation) };
      this.#emit({ kind: 'note', choice: 0, block: number, note });
    } else if (isFields(delta.image)) {
      this.#addImage(this.#blockFor(index, 'image'), fieldsOf(delta.image.source));
    } else if (Array.isArray(delta.toolResult)) {
      this.#open.get(index)?.results.push(...listOf(delta.toolResult));
    }
  }

  stop(index: unknown): void {
    const block = this.#open.get(index);
    if (block === undefined) return;
    this.#open.delete(index);
    this.#finish(block);
  }

  stopAll(): void {
    for (const index of [...this.#open.keys()]) this.stop(index);
  }

  #startCall(index: unknown, call: Fields): void {
    const isServers = call.type === SERVER_TOOL_TYPE;
    const block = this.#begin(index, isServers ? 'serverCall' : 'toolCall', call);
    if (!block.isAnswer) this.hasCalls = true;
  }

  /** The open block of that kind; one of another kind at the same place is over. */
  #blockFor(index: unknown, kind: Kind): OpenBlock {
    const open = this.#open.get(index);
    if (open && (open.kind === kind || open.number < 0)) return open;
    this.stop(index);
    return this.#begin(index, kind, {});
  }

  #begin(index: unknown, kind: Kind, start: Fields): OpenBlock {
    this.stop(index);
    if (this.#open.size >= OPEN_BLOCKS_MAX) throw new BrokenStream('too many blocks are open');
    const isAnswer = kind === 'toolCall' && isAnswerTool(textOf(start.name));
    const head = headOf(isAnswer ? 'text' : kind, start);
    const block: OpenBlock = {
      ...{ kind, start, isAnswer, number: head ? this.#count++ : -1 },
      ...{ hasText: false, kept: '', bytes: Buffer.alloc(0), results: [] },
    };
    this.#open.set(index, block);
    if (head) this.#emit({ kind: 'open', choice: 0, block: block.number, head });
    return block;
  }

  #say(block: OpenBlock, text: string): void {
    if (text === '' || block.number < 0) return;
    block.hasText = true;
    this.#emit({ kind: 'delta', choice: 0, block: block.number, text });
  }

  #addInput(block: OpenBlock, text: string): void {
    if (block.kind === 'toolCall') this.#say(block, text);
    else keep(block, text);
  }

  #addReasoning(block: OpenBlock, { text, signature, redactedContent }: Fields): void {
    this.#say(block, textOf(text));
    keep(block, textOf(signature));
    const redacted = stringOf(redactedContent);
    if (redacted !== undefined) keepBytes(block, redacted);
  }

  /** Base64 of pieces does not simply join: only whole groups of three bytes are passed on. */
  #addImage(block: OpenBlock, source: Fields): void {
    const bytes = keepBytes(block, textOf(source.bytes));
    const whole = bytes.length - (bytes.length % 3);
    block.bytes = Buffer.from(bytes.subarray(whole));
    this.#say(block, bytes.toString('base64', 0, whole));
  }

  #finish(block: OpenBlock): void {
    const { number } = block;
    if (number < 0) {
      this.#show(block);
      return;
    }
    if (block.kind === 'toolCall' && !block.hasText) this.#say(block, '{}');
    if (block.kind === 'image') this.#say(block, block.bytes.toString('base64'));
    const seal = block.kind === 'reasoning' ? sealOf(block) : undefined;
    if (seal) this.#emit({ kind: 'note', choice: 0, block: number, note: { seal } });
    this.#emit({ kind: 'close', choice: 0, block: number });
  }

  /** What a tool of the host was asked and what it found, in Converse's own form. */
  #show({ kind, start, kept, results }: OpenBlock): void {
    const value =
      kind === 'serverCall'
        ? { toolUse: { ...start, input: fieldsOf(parseJson(kept)) } }
        : { toolResult: { ...start, content: results } };
    const block = this.#count++;
    const head = { type: 'opaque', origin: 'converse', value } as const;
    this.#emit({ kind: 'open', choice: 0, block, head });
    this.#emit({ kind: 'close', choice: 0, block });
  }
}

/** Undefined for what is shown as a whole. */
function headOf(kind: Kind, start: Fields): BlockHead | undefined {
  switch (kind) {
    case 'text':
    case 'reasoning':
      return { type: kind };
    case 'toolCall':
      return { type: kind, id: textOf(start.toolUseId), name: textOf(start.name) };
    case 'image':
      return {
        type: kind,
        mediaType: mediaTypeOf(IMAGE_FORMATS, textOf(start.format)) ?? 'image/png',
      };
    case 'serverCall':
    case 'serverResult':
      return undefined;
  }
}

function sealOf({ kept, bytes }: OpenBlock): Seal | undefined {
  if (kept !== '') return { origin: 'converse', data: kept };
  if (bytes.length === 0) return undefined;
  return { origin: 'converse', data: bytes.toString('base64'), id: REDACTED_ID };
}

function keep(block: OpenBlock, text: string): void {
  if (block.kept.length + text.length > KEPT_CHARS_MAX)
    throw new BrokenStream('a block is too long');
  block.kept += text;
}

function keepBytes(block: OpenBlock, base64: string): Buffer {
  const bytes = Buffer.from(base64, 'base64');
  if (block.bytes.length + bytes.length > KEPT_CHARS_MAX) {
    throw new BrokenStream('a block is too long');
  }
  block.bytes = block.bytes.length === 0 ? bytes : Buffer.concat([block.bytes, bytes]);
  return block.bytes;
}
