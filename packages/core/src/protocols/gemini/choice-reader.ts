import { type Fields, fieldsOf, isFields, listOf, textOf } from '../json/values.ts';
import type { BlockHead } from '../neutral/answer.ts';
import type { AnswerEvent } from '../neutral/events.ts';
import type { AudioPart, Citation, ImagePart, Seal } from '../neutral/parts.ts';
import { Base64Joiner } from './base64.ts';
import { metadataOf, type PlacedText, readCitations } from './citations.ts';
import { readFinish } from './finish.ts';
import { readLogprobs } from './logprobs.ts';
import { PartialArguments } from './partial-arguments.ts';
import { type PartIds, readPart } from './read-parts.ts';

/** Text that is kept for the places of citations, in characters; beyond it they have none. */
const TEXT_CHARS_MAX = 1024 * 1024;

type Note = Extract<AnswerEvent, { kind: 'note' }>['note'];

interface OpenBlock {
  readonly block: number;
  readonly head: BlockHead;
  /** Signed: what comes next is another part. */
  isSealed: boolean;
  readonly audio?: Base64Joiner;
  readonly args?: PartialArguments;
}

/** Reads one of the answers of a stream: its parts become blocks, text that goes on stays in its block. */
export class ChoiceReader {
  readonly #choice: number;
  readonly #ids: PartIds;
  readonly #out: AnswerEvent[];
  #blocks = 0;
  #open: OpenBlock | undefined;
  #hasCalls = false;
  #metadata: Fields | undefined;
  #texts: { place: number; text: string }[] = [];
  #textChars = 0;
  /** Whether Google has told why it ended. */
  isStopped = false;

  constructor(choice: number, ids: PartIds, out: AnswerEvent[]) {
    this.#choice = choice;
    this.#ids = ids;
    this.#out = out;
  }

  /** Takes what one chunk has of the answer. */
  take(candidate: Fields): void {
    for (const part of listOf(fieldsOf(candidate.content).parts)) {
      if (isFields(part)) this.#takePart(part);
    }
    const metadata = metadataOf(candidate);
    if (metadata) this.#metadata = { ...this.#metadata, ...metadata };
    const logprobs = readLogprobs(candidate.logprobsResult);
    if (logprobs) this.#note(this.#openText('text'), { logprobs });
    if (typeof candidate.finishReason === 'string') this.#finish(candidate.finishReason);
  }

  #takePart(part: Fields): void {
    const call = part.functionCall;
    if (isFields(call) && this.#isPartial(call)) {
      this.#takePartial(call, part);
      return;
    }
    const read = readPart(part, this.#ids);
    switch (read.type) {
      case 'text':
      case 'reasoning':
        this.#takeText(read.type, read.text, read.seal);
        return;
      case 'toolCall':
        this.#hasCalls = true;
        this.#openBlock({ type: 'toolCall', id: read.id, name: read.name });
        this.#delta(read.arguments);
        this.#seal(read.seal);
        this.#close();
        return;
      case 'image':
      case 'audio':
        this.#takeMedia(read, part);
        return;
      default:
        this.#takeOpaque(part);
    }
  }

  #takeText(type: 'text' | 'reasoning', text: string, seal: Seal | undefined): void {
    if (text === '' && seal === undefined) return;
    const { block } = this.#openText(type);
    this.#delta(text);
    if (type === 'text') this.#keep(block, text);
    this.#seal(seal);
  }

  /** The open block of text, if it goes on, or a new one. */
  #openText(type: 'text' | 'reasoning'): OpenBlock {
    const open = this.#open;
    if (open && open.head.type === type && !open.isSealed) return open;
    return this.#openBlock({ type });
  }

  #keep(place: number, text: string): void {
    this.#textChars += text.length;
    if (this.#textChars > TEXT_CHARS_MAX) {
      this.#texts = [];
      return;
    }
    const last = this.#texts.at(-1);
    if (last?.place === place) last.text += text;
    else this.#texts.push({ place, text });
  }

  #takeMedia(part: ImagePart | AudioPart, raw: Fields): void {
    const { source } = part;
    if (source.kind !== 'data') {
      this.#takeOpaque(raw);
      return;
    }
    const { mediaType, data } = source;
    if (part.type === 'image') {
      this.#openBlock({ type: 'image', mediaType });
      this.#delta(data);
      this.#seal(part.seal);
      this.#close();
      return;
    }
    const head = this.#open?.head;
    const goesOn = head?.type === 'audio' && head.mediaType === mediaType;
    const { audio } = goesOn && this.#open ? this.#open : this.#openAudio(mediaType);
    this.#delta(audio?.push(data) ?? '');
  }

  #openAudio(mediaType: string): OpenBlock {
    return this.#openBlock({ type: 'audio', mediaType }, { audio: new Base64Joiner() });
  }

  #takeOpaque(value: Fields): void {
    this.#openBlock({ type: 'opaque', origin: 'gemini', value });
    this.#close();
  }

  #isPartial(call: Fields): boolean {
    if (call.willContinue === true || call.partialArgs !== undefined) return true;
    return this.#open?.args !== undefined && call.args === undefined;
  }

  /** A call that Vertex AI streams: opened by its name, ended by a piece that does not go on. */
  #takePartial(call: Fields, part: Fields): void {
    const name = textOf(call.name);
    if (this.#open?.args === undefined || name !== '') {
      const id = this.#ids.call(name, textOf(call.id) || undefined);
      this.#hasCalls = true;
      this.#openBlock({ type: 'toolCall', id, name }, { args: new PartialArguments() });
    }
    this.#open?.args?.take(call.partialArgs);
    const read = readPart({ ...part, functionCall: call }, NO_IDS);
    if (read.type === 'toolCall') this.#seal(read.seal);
    if (call.willContinue !== true) this.#close();
  }

  #openBlock(head: BlockHead, more: Pick<OpenBlock, 'audio' | 'args'> = {}): OpenBlock {
    this.#close();
    const opened: OpenBlock = { block: this.#blocks++, head, isSealed: false, ...more };
    this.#open = opened;
    this.#out.push({ kind: 'open', choice: this.#choice, block: opened.block, head });
    return opened;
  }

  #delta(text: string): void {
    if (text === '' || !this.#open) return;
    this.#out.push({ kind: 'delta', choice: this.#choice, block: this.#open.block, text });
  }

  #seal(seal: Seal | undefined): void {
    if (seal === undefined || !this.#open) return;
    this.#open.isSealed = true;
    this.#note(this.#open, { seal });
  }

  #note({ block }: OpenBlock, note: Note): void {
    this.#out.push({ kind: 'note', choice: this.#choice, block, note });
  }

  #close(): void {
    const open = this.#open;
    if (!open) return;
    if (open.audio) this.#delta(open.audio.end());
    if (open.args) this.#delta(open.args.toString());
    this.#open = undefined;
    this.#out.push({ kind: 'close', choice: this.#choice, block: open.block });
  }

  #finish(finishReason: string): void {
    this.#cite();
    this.#close();
    if (this.#metadata) this.#takeOpaque(this.#metadata);
    this.#metadata = undefined;
    this.isStopped = true;
    const reason = readFinish(finishReason, this.#hasCalls);
    this.#out.push({ kind: 'stop', choice: this.#choice, reason });
  }

  /** Citations come with the end; those about a text whose block is closed have no place any more. */
  #cite(): void {
    const open = this.#open;
    if (!this.#metadata || open?.head.type !== 'text') return;
    const texts: readonly PlacedText[] = this.#texts;
    for (const { place, citation } of readCitations(this.#metadata, texts)) {
      const isHere = place === open.block;
      this.#note(open, { citation: isHere ? citation : withoutPlace(citation) });
    }
  }
}

/** Ids of calls are settled where their block is opened. */
const NO_IDS: PartIds = {
  call: () => '',
  result: (name) => ({ id: '', name }),
};

function withoutPlace({ start: _, end: __, ...citation }: Citation): Citation {
  return citation;
}
