import type { ReadUsage, StreamTap } from '../dialect.ts';
import type { AnswerEvent } from '../neutral/events.ts';
import { NO_USAGE } from '../neutral/usage.ts';
import type { EventReader, EventWriter } from '../wire.ts';
import { isContent } from './content.ts';
import { GeneratedText } from './generated-text.ts';
import { type StreamError, streamError } from './upstream-error.ts';

/** What is written before the first content is kept up to this size, then counts as content. */
const OPENING_CHARS_MAX = 256 * 1024;
/** Answers at once that are told apart; further ones are no answers that a client can have asked for. */
const CHOICES_MAX = 128;

type ErrorEvent = Extract<AnswerEvent, { kind: 'error' }>;

/** What a translated stream is made of. */
export interface TranslatedStream {
  readonly reader: EventReader;
  /** Opens the client's side once the upstream has told its model; empty where it does not. */
  openWriter(upstreamModel: string): EventWriter;
}

/** Reads a stream in one wire and writes it in another on its way to the client. */
export class TranslatedTap implements StreamTap {
  readonly #stream: TranslatedStream;
  readonly #generated = new GeneratedText();
  #writer: EventWriter | undefined;
  /** What was written before the first content; undefined once that has come. */
  #opening: string | undefined = '';
  #hasContent = false;
  #choices = 1;
  /** The choices that the upstream has ended. */
  readonly #stopped: boolean[] = [];
  #stops = 0;
  #errorEvent: ErrorEvent | undefined;
  isDone = false;
  usage: ReadUsage | undefined;
  error: StreamError | undefined;

  constructor(stream: TranslatedStream) {
    this.#stream = stream;
  }

  get isCommitted(): boolean {
    return this.#opening === undefined;
  }

  get isComplete(): boolean {
    return this.error === undefined && (this.isDone || this.#stops >= this.#choices);
  }

  get tokensLikely(): number {
    return this.#generated.tokensLikely;
  }

  generated(): { text: string; factor: number } {
    return this.#generated.read();
  }

  push(chunk: Buffer): Buffer | undefined {
    return this.#pass(this.#stream.reader.push(chunk));
  }

  end(): Buffer | undefined {
    return this.#pass(this.#stream.reader.end());
  }

  /** The opening is part of it where no content came; an answer that was cut gets no made-up stop. */
  takeTail(): Buffer {
    const opening = this.#takeOpening();
    if (this.#errorEvent) return Buffer.from(opening + this.#writing().write(this.#errorEvent));
    if (!this.isComplete) return Buffer.from(opening);
    return Buffer.from(opening + this.#stop('end') + this.#writing().finish(this.usage?.usage));
  }

  endForLength(input: number, output: number): Buffer {
    if (this.isComplete) return this.takeTail();
    const text = this.#takeOpening() + this.#stop('length');
    return Buffer.from(text + this.#writing().finish({ ...NO_USAGE, input, output }));
  }

  #takeOpening(): string {
    const opening = this.#opening ?? '';
    this.#opening = undefined;
    return opening;
  }

  #writing(): EventWriter {
    this.#writer ??= this.#stream.openWriter('');
    return this.#writer;
  }

  /** Stops every answer that the upstream has not stopped itself. */
  #stop(reason: 'end' | 'length'): string {
    let text = '';
    for (let choice = 0; choice < this.#choices; choice++) {
      if (!this.#stopped[choice]) text += this.#writing().write({ kind: 'stop', choice, reason });
    }
    return text;
  }

  #pass(events: readonly AnswerEvent[]): Buffer | undefined {
    let text = '';
    for (const event of events) text += this.#write(event);
    if (this.#opening !== undefined) {
      this.#opening += text;
      if (!this.#hasContent && this.#opening.length <= OPENING_CHARS_MAX) return undefined;
      return Buffer.from(this.#takeOpening());
    }
    return text === '' ? undefined : Buffer.from(text);
  }

  #write(event: AnswerEvent): string {
    // Behind an error or the end marker only a late usage means anything.
    if (this.error !== undefined || (this.isDone && event.kind !== 'usage')) return '';
    switch (event.kind) {
      case 'delta':
        this.#generated.delta(event);
        break;
      case 'open':
        if (event.choice >= CHOICES_MAX) return '';
        this.#choices = Math.max(this.#choices, event.choice + 1);
        this.#generated.open(event);
        break;
      case 'begin':
        // An upstream that tells who it is when it is half done: the client has been told already.
        if (this.#writer) return '';
        this.#writer = this.#stream.openWriter(event.model);
        break;
      default:
        if (!this.#note(event)) return '';
    }
    if (!this.#hasContent) this.#hasContent = isContent(event);
    return this.#writing().write(event);
  }

  /** Takes down what the events besides content say; false where there is nothing to write yet. */
  #note(event: AnswerEvent): boolean {
    if (event.kind === 'usage') {
      this.usage = { usage: event.usage, isSuspicious: event.isSuspicious };
    } else if (event.kind === 'stop') {
      if (this.#stopped[event.choice] || event.choice >= CHOICES_MAX) return false;
      this.#stopped[event.choice] = true;
      this.#stops++;
      this.#choices = Math.max(this.#choices, event.choice + 1);
    } else if (event.kind === 'end') {
      this.isDone = true;
    } else if (event.kind === 'error') {
      this.#errorEvent = event;
      this.error = streamError(event.error);
      return false;
    }
    return true;
  }
}
