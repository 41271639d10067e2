import type { BlockHead } from '../neutral/answer.ts';
import type { AnswerEvent } from '../neutral/events.ts';
import type { Seal } from '../neutral/parts.ts';
import { writeAnnotation } from './annotations.ts';
import { writeLogprobs } from './logprobs.ts';
import { writeLastDetail, writeSignature, writeTextSeal } from './reasoning.ts';
import { writeStop } from './stop-reasons.ts';

/** Base64 of an image, in characters. */
const IMAGE_CHARS_MAX = 32 * 1024 * 1024;

type Of<K extends AnswerEvent['kind']> = Extract<AnswerEvent, { kind: K }>;

interface Block {
  readonly head: BlockHead;
  /** Where it stands among the parts of the message when that is read again. */
  readonly place: number;
  /** Its number among the calls or images. */
  readonly index: number;
  /** Base64 of an image, which is told in one piece. */
  kept: string;
  hasText: boolean;
  /** Told when the block ends. */
  seal: Seal | undefined;
}

/** How the chunks of a choice begin and end; the same for all of a stream. */
export interface ChunkFrame {
  /** All up to the index of the choice. */
  readonly before: string;
  /** All behind the delta of a chunk of an answer that goes on. */
  readonly after: string;
  /** All behind the end of the choice. */
  readonly close: string;
  /** Whether calls are written as the deprecated `function_call`. */
  readonly isDeprecated: boolean;
}

/** Writes the chunks of one choice. */
export class ChoiceWriter {
  readonly #frame: ChunkFrame;
  readonly #before: string;
  readonly #content: string;
  readonly #blocks: (Block | undefined)[] = [];
  #places = 0;
  #calls = 0;
  #images = 0;
  #hasText = false;
  #hasRefusal = false;
  /** Characters of the content so far, since citations count from its begin. */
  #chars = 0;
  #charsBefore = 0;
  /** Seals of the thoughts that have just ended, see `close`. */
  #sealed: object[] = [];
  #stop: Of<'stop'> | undefined;

  constructor(index: number, frame: ChunkFrame) {
    this.#frame = frame;
    this.#before = `${frame.before}${index},"delta":`;
    this.#content = `${this.#before}{"content":`;
  }

  /** The chunk that begins a choice. */
  begin(): string {
    return this.#chunk('{"role":"assistant","content":"","refusal":null}');
  }

  open({ block, head }: Of<'open'>): string {
    const isMoreText = head.type === 'text' && this.#hasText;
    const index = head.type === 'image' ? this.#images++ : this.#calls;
    const opened = { head, place: this.#places, index, kept: '', hasText: false, seal: undefined };
    this.#blocks[block] = opened;
    if (!isMoreText) this.#places++;
    if (head.type === 'text') {
      this.#hasText = true;
      this.#charsBefore = this.#chars;
    }
    if (head.type === 'reasoning') return '';
    return this.#seals() + this.#openOutput(head, index);
  }

  #openOutput(head: BlockHead, index: number): string {
    if (head.type === 'audio') return this.#delta({ audio: { id: head.id ?? '' } });
    if (head.type !== 'toolCall') return '';
    this.#calls++;
    return this.#openCall(head, index);
  }

  delta({ block, text }: Of<'delta'>): string {
    const found = this.#blocks[block];
    if (found === undefined || text === '') return '';
    switch (found.head.type) {
      case 'text':
        this.#chars += text.length;
        return `${this.#content}${JSON.stringify(text)}}${this.#frame.after}`;
      case 'reasoning':
        found.hasText = true;
        return this.#seals() + this.#thought(found, JSON.stringify(text));
      case 'refusal':
        this.#hasRefusal = true;
        return this.#delta({ refusal: text });
      case 'toolCall':
        return this.#callDelta(found, text, found.head.isCustom === true);
      case 'audio':
        return this.#delta({ audio: { data: text } });
      case 'image':
        keep(found, text);
        return '';
      case 'opaque':
        return '';
    }
  }

  note({ block, note }: Of<'note'>): string {
    const found = this.#blocks[block];
    if (found === undefined) return '';
    if ('citation' in note) {
      return this.#delta({ annotations: [writeAnnotation(note.citation, this.#charsBefore)] });
    }
    if ('logprobs' in note) return this.#chunk('{}', JSON.stringify(writeLogprobs(note.logprobs)));
    if ('transcript' in note) return this.#delta({ audio: { transcript: note.transcript } });
    found.seal = note.seal;
    if (found.head.type !== 'toolCall' || this.#frame.isDeprecated) return '';
    // Clients that check what they read want every piece of a call to be of its kind.
    const { isCustom } = found.head;
    const piece = isCustom ? { custom: { input: '' } } : { function: { arguments: '' } };
    const call = { index: found.index, ...piece, ...writeSignature(note.seal) };
    return this.#delta({ tool_calls: [call] });
  }

  /**
   * Tells the seal of a block, under the index of the text that it seals. Those of thoughts with no
   * text between them go in one chunk: many clients keep of such a field only what came last.
   */
  close({ block }: Of<'close'>): string {
    const found = this.#blocks[block];
    this.#blocks[block] = undefined;
    if (found === undefined) return '';
    const { head, seal, place, hasText } = found;
    if (head.type === 'image') return this.#image(head.mediaType, found);
    if (seal === undefined) return '';
    if (head.type === 'reasoning') {
      this.#sealed.push(writeLastDetail(seal, place, hasText));
      return '';
    }
    if (head.type !== 'text') return '';
    return this.#delta({ reasoning_details: [writeTextSeal(seal, place)] });
  }

  /** Takes down why the choice ended. */
  stop(event: Of<'stop'>): void {
    this.#stop = event;
  }

  /** The chunk that ends the choice; what is still open is closed before. */
  finish(): string {
    let text = '';
    this.#blocks.forEach((block, index) => {
      if (block) text += this.close({ kind: 'close', choice: 0, block: index });
    });
    text += this.#seals();
    const reason = this.#stop?.reason ?? 'end';
    const hasRefusal = this.#hasRefusal;
    const ended = writeStop(reason, { sequence: this.#stop?.stopSequence, hasRefusal });
    const isCall = this.#frame.isDeprecated && reason === 'toolCalls';
    const fields = JSON.stringify({ ...ended, ...(isCall && { finish_reason: 'function_call' }) });
    const last = `{},"logprobs":null,${fields.slice(1, -1)}`;
    return text + this.#before + last + this.#frame.close;
  }

  #seals(): string {
    const details = this.#sealed;
    if (details.length === 0) return '';
    this.#sealed = [];
    return this.#delta({ reasoning_details: details });
  }

  /** In both conventions: with plain text for most clients, with details for those that echo seals. */
  #thought({ place }: Block, quoted: string): string {
    const detail = `{"type":"reasoning.text","text":${quoted},"index":${place}}`;
    return this.#chunk(`{"reasoning_content":${quoted},"reasoning_details":[${detail}]}`);
  }

  #openCall(head: Extract<BlockHead, { type: 'toolCall' }>, index: number): string {
    const { id, name, isCustom } = head;
    if (this.#frame.isDeprecated) {
      return index === 0 ? this.#delta({ function_call: { name, arguments: '' } }) : '';
    }
    const call = isCustom
      ? { index, id, type: 'custom', custom: { name, input: '' } }
      : { index, id, type: 'function', function: { name, arguments: '' } };
    return this.#delta({ tool_calls: [call] });
  }

  #callDelta({ index }: Block, text: string, isCustom: boolean): string {
    if (this.#frame.isDeprecated) {
      return index === 0 ? this.#delta({ function_call: { arguments: text } }) : '';
    }
    const quoted = JSON.stringify(text);
    const call = isCustom ? `"custom":{"input":${quoted}}` : `"function":{"arguments":${quoted}}`;
    return this.#chunk(`{"tool_calls":[{"index":${index},${call}}]}`);
  }

  /** An image of an answer, in OpenRouter's convention. */
  #image(mediaType: string, { kept, index, seal }: Block): string {
    const url = `data:${mediaType};base64,${kept}`;
    const image = { type: 'image_url', image_url: { url }, index, ...writeSignature(seal) };
    return this.#delta({ images: [image] });
  }

  #delta(delta: object): string {
    return this.#chunk(JSON.stringify(delta));
  }

  #chunk(delta: string, logprobs?: string): string {
    if (logprobs === undefined) return `${this.#before}${delta}${this.#frame.after}`;
    return `${this.#before}${delta},"logprobs":${logprobs},"finish_reason":null${this.#frame.close}`;
  }
}

function keep(block: Block, text: string): void {
  if (block.kept.length + text.length <= IMAGE_CHARS_MAX) block.kept += text;
}
