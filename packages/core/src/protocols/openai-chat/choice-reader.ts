import { type Fields, fieldsOf, listOf, stringOf, textOf } from '../json/values.ts';
import type { BlockHead } from '../neutral/answer.ts';
import { dataOfUrl } from '../neutral/data-url.ts';
import type { AnswerEvent } from '../neutral/events.ts';
import type { Citation, Seal } from '../neutral/parts.ts';
import { readAnnotation } from './annotations.ts';
import { CallReader } from './call-reader.ts';
import { DetailReader } from './detail-reader.ts';
import { readLogprobs } from './logprobs.ts';
import { readContent } from './read-content.ts';
import { isTextSeal, ownSeal, readSignature } from './reasoning.ts';
import { readStop } from './stop-reasons.ts';

type Emit = (event: AnswerEvent) => void;
/** What of an answer is one block at a time; calls may run beside each other. */
type Kind = 'text' | 'reasoning' | 'refusal' | 'audio';
type Note = Extract<AnswerEvent, { kind: 'note' }>['note'];

const HEADS: Readonly<Record<Exclude<Kind, 'audio'>, BlockHead>> = {
  text: { type: 'text' },
  reasoning: { type: 'reasoning' },
  refusal: { type: 'refusal' },
};

/** Puts the deltas of one choice into blocks. */
export class ChoiceReader {
  readonly #choice: number;
  readonly #emit: Emit;
  readonly #calls: CallReader;
  readonly #details: DetailReader;
  #blocks = 0;
  #current: { readonly kind: Kind; readonly block: number } | undefined;
  /** Characters of text in the blocks before the current one, and in it. */
  #charsBefore = 0;
  #chars = 0;
  #hasRefusal = false;
  #isStopped = false;

  constructor(choice: number, emit: Emit) {
    this.#choice = choice;
    this.#emit = emit;
    this.#calls = new CallReader({
      openCall: ({ isCustom, ...head }) => {
        this.#closeCurrent();
        return this.#open({ type: 'toolCall', ...head, ...(isCustom && { isCustom }) });
      },
      delta: (block, text) => this.#delta(block, text),
      seal: (block, seal) => this.#note(block, { seal }),
      close: (block) => this.#close(block),
    });
    this.#details = new DetailReader({
      begin: () => this.#begin('reasoning'),
      text: (text) => this.#say('reasoning', text),
      end: (seal) => this.#sealThoughts(seal),
    });
  }

  /** One entry of a chunk's `choices`; `sources` are those of the whole answer so far. */
  read(choice: Fields, sources: readonly Citation[]): void {
    // Azure reports on its filters after the end.
    if (this.#isStopped) return;
    const { delta, message, finish_reason: finish } = choice;
    const given = fieldsOf(delta ?? message);
    this.#readDelta(given);
    if (choice.logprobs) this.#readLogprobs(choice.logprobs);
    if (typeof finish === 'string' && finish !== '') this.#finish(choice, sources);
  }

  #readDelta(delta: Fields): void {
    this.#readThoughts(delta);
    const { content, refusal, audio, images, annotations, tool_calls: calls } = delta;
    if (typeof content === 'string') this.#say('text', content);
    else if (Array.isArray(content)) this.#readContent(content);
    if (typeof refusal === 'string') this.#say('refusal', refusal);
    if (audio) this.#readAudio(fieldsOf(audio));
    if (images) for (const image of listOf(images)) this.#readImage(fieldsOf(image));
    if (calls) {
      for (const call of listOf(calls).map(fieldsOf)) {
        this.#calls.read(call, readSignature(call, ownSeal).seal);
      }
    }
    const { function_call: single } = delta;
    if (single) this.#calls.read({ index: 0, function: single }, undefined);
    if (annotations) this.#readAnnotations(listOf(annotations));
  }

  /** Where both are given, the details hold the same text. */
  #readThoughts(delta: Fields): void {
    const plain = textOf(delta.reasoning_content) || textOf(delta.reasoning);
    const details = listOf(delta.reasoning_details);
    if (plain === '' && details.length === 0) return;
    const hasText = details.some((detail) => {
      const { text, summary } = fieldsOf(detail);
      return textOf(text) !== '' || textOf(summary) !== '';
    });
    if (!hasText) this.#say('reasoning', plain);
    for (const detail of details.map(fieldsOf)) {
      if (isTextSeal(detail))
        this.#note(this.#begin('text'), { seal: ownSeal(textOf(detail.data)) });
      else this.#details.read(detail);
    }
  }

  /** Mistral's form: parts instead of a string. */
  #readContent(content: readonly unknown[]): void {
    for (const part of readContent(content, 'content')) {
      if (part.type === 'text' || part.type === 'reasoning') this.#say(part.type, part.text);
    }
  }

  #readAudio({ id, data, transcript }: Fields): void {
    if (this.#current?.kind !== 'audio') {
      this.#closeCurrent();
      const name = stringOf(id);
      const head = { type: 'audio', mediaType: 'audio/pcm', ...(name && { id: name }) } as const;
      this.#current = { kind: 'audio', block: this.#open(head) };
    }
    const { block } = this.#current;
    if (textOf(data) !== '') this.#delta(block, textOf(data));
    if (textOf(transcript) !== '') this.#note(block, { transcript: textOf(transcript) });
  }

  #readImage(image: Fields): void {
    const url = textOf(fieldsOf(image.image_url).url);
    const data = dataOfUrl(url);
    if (data === undefined) {
      if (url !== '') this.#say('text', `![](${url})`);
      return;
    }
    this.#closeCurrent();
    const block = this.#open({ type: 'image', mediaType: data.mediaType });
    this.#delta(block, data.data);
    const { seal } = readSignature(image, ownSeal);
    if (seal) this.#note(block, { seal });
    this.#close(block);
  }

  #readAnnotations(annotations: readonly unknown[]): void {
    for (const annotation of annotations) this.#cite(readAnnotation(annotation));
  }

  /** A citation counts from the begin of the message, its block may be a later one. */
  #cite(citation: Citation): void {
    const block = this.#begin('text');
    const { start, end, ...rest } = citation;
    const before = this.#charsBefore;
    const isPlaced = start !== undefined && end !== undefined && start >= before;
    const place = isPlaced ? { start: start - before, end: end - before } : {};
    this.#note(block, { citation: { ...rest, ...place } });
  }

  #readLogprobs(given: unknown): void {
    const logprobs = readLogprobs(given);
    if (logprobs.length === 0) return;
    const kind = this.#current?.kind === 'refusal' ? 'refusal' : 'text';
    this.#note(this.#begin(kind), { logprobs });
  }

  #finish(choice: Fields, sources: readonly Citation[]): void {
    for (const source of sources) this.#cite(source);
    this.#closeCurrent();
    this.#calls.closeAll();
    this.#isStopped = true;
    const { stop_reason: sequence } = choice;
    const reason = readStop(choice.finish_reason, {
      native: choice.native_finish_reason,
      sequence,
      hasCalls: this.#calls.hasCalls,
      hasRefusal: this.#hasRefusal,
    });
    const isTold = reason === 'stopSequence' && textOf(sequence) !== '';
    this.#emit({
      kind: 'stop',
      choice: this.#choice,
      reason,
      ...(isTold && { stopSequence: textOf(sequence) }),
    });
  }

  /** Ends the current block of thoughts with its seal; a seal alone is a block of its own. */
  #sealThoughts(seal: Seal): void {
    this.#note(this.#begin('reasoning'), { seal });
    const block = this.#current?.block;
    this.#current = undefined;
    if (block !== undefined) this.#close(block);
  }

  #say(kind: Exclude<Kind, 'audio'>, text: string): void {
    if (text === '') return;
    this.#delta(this.#begin(kind), text);
    if (kind === 'text') this.#chars += text.length;
    if (kind === 'refusal') this.#hasRefusal = true;
  }

  /** The block of this kind that is open, or a new one. */
  #begin(kind: Exclude<Kind, 'audio'>): number {
    if (this.#current?.kind === kind) return this.#current.block;
    this.#closeCurrent();
    this.#calls.closeWhole();
    const block = this.#open(HEADS[kind]);
    this.#current = { kind, block };
    return block;
  }

  #closeCurrent(): void {
    const current = this.#current;
    if (current === undefined) return;
    if (current.kind === 'reasoning') this.#details.finish();
    // The seal of the thoughts may have closed their block.
    if (this.#current === undefined) return;
    this.#current = undefined;
    if (current.kind === 'text') {
      this.#charsBefore += this.#chars;
      this.#chars = 0;
    }
    this.#close(current.block);
  }

  #open(head: BlockHead): number {
    const block = this.#blocks++;
    this.#emit({ kind: 'open', choice: this.#choice, block, head });
    return block;
  }

  #delta(block: number, text: string): void {
    this.#emit({ kind: 'delta', choice: this.#choice, block, text });
  }

  #note(block: number, note: Note): void {
    this.#emit({ kind: 'note', choice: this.#choice, block, note });
  }

  #close(block: number): void {
    this.#emit({ kind: 'close', choice: this.#choice, block });
  }
}
