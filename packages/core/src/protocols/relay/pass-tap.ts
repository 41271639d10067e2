import { BrokenStream, type ReadUsage, type StreamTap, type TapOptions } from '../dialect.ts';
import type { AnswerEvent } from '../neutral/events.ts';
import { NO_USAGE } from '../neutral/usage.ts';
import { eventEnd } from '../sse/events.ts';
import { WholeEvents } from '../sse/frames.ts';
import type { EventReader, EventWriter, WriterOptions } from '../wire.ts';
import { AnswerShadow } from './answer-shadow.ts';
import type { CacheCounts } from './cache-counts.ts';
import { isContent } from './content.ts';
import { GeneratedText } from './generated-text.ts';
import { type StreamError, streamError } from './upstream-error.ts';

/** Events before the first content are kept up to this size, then count as content. */
const OPENING_BYTES_MAX = 256 * 1024;
/** What may be kept back for after the commit: the last events, which may repeat the whole answer. */
const TAIL_BYTES_MAX = 96 * 1024 * 1024;

/** What a wire gives for streams that pass as they came. */
export interface PassWire {
  openReader(): EventReader;
  openWriter(options: WriterOptions): EventWriter;
  /** An event with the model's name `own` replaced by `shown` where it is the model's. */
  renameFrame(frame: Buffer, own: string, shown: string): Buffer;
  /** An event with the counts of the cache in its usage, where it tells one. */
  addCacheCounts: CacheCounts;
  /** For wires whose events refer to each other by what a writer would make up anew. */
  openContinuity?(): Continuity;
}

/** Makes the end that a writer wrote go on from events that it did not write. */
export interface Continuity {
  /** An event that passes. */
  see(frame: Buffer): void;
  /** The end, in the ids and numbers of what has passed; `said` is what the writer said before it. */
  goOn(end: string, said: string): string;
}

/** What happens to an event: it waits for content, passes now, or waits for the commit. */
type Fate = 'opening' | 'pass' | 'tail';

/** What the reader made of one event. */
interface Look {
  hasContent: boolean;
  hasStop: boolean;
}

/**
 * Lets a stream pass as the bytes that came while the wire's reader looks on. Before the first content
 * nothing passes, so that another upstream can still be tried; from the first event with a stop on,
 * all is kept until the charge is durable.
 */
export class PassTap implements StreamTap {
  readonly #wire: PassWire;
  readonly #options: TapOptions;
  readonly #reader: EventReader;
  readonly #whole = new WholeEvents();
  readonly #generated = new GeneratedText();
  readonly #shadow = new AnswerShadow();
  readonly #continuity: Continuity | undefined;
  #opening: Buffer[] | undefined = [];
  #openingBytes = 0;
  #tail: Buffer[] = [];
  #tailBytes = 0;
  #isStopped = false;
  isDone = false;
  usage: ReadUsage | undefined;
  error: StreamError | undefined;

  constructor(wire: PassWire, options: TapOptions) {
    this.#wire = wire;
    this.#options = options;
    this.#reader = wire.openReader();
    this.#continuity = wire.openContinuity?.();
  }

  get isCommitted(): boolean {
    return this.#opening === undefined;
  }

  get isComplete(): boolean {
    return this.error === undefined && (this.isDone || this.#isStopped);
  }

  get tokensLikely(): number {
    return this.#generated.tokensLikely;
  }

  generated(): { text: string; factor: number } {
    return this.#generated.read();
  }

  push(chunk: Buffer): Buffer | undefined {
    const events = this.#whole.push(chunk);
    return events && this.#passAll(events);
  }

  end(): Buffer | undefined {
    const events = this.#whole.end();
    return events && this.#passAll(events);
  }

  /** The opening is part of it where no content ever came. */
  takeTail(): Buffer {
    const tail = Buffer.concat([...(this.#opening ?? []), ...this.#tail]);
    this.#opening = undefined;
    this.#tail = [];
    return tail;
  }

  endForLength(input: number, output: number): Buffer {
    if (this.isComplete) return this.takeTail();
    const { shownModel, requestId = '', createdAt = 0, call } = this.#options;
    const model = shownModel ?? this.#shadow.model;
    const shown = { model, requestId, createdAt, wantsUsage: true, ...(call && { call }) };
    const writer = this.#wire.openWriter(shown);
    const said = this.#shadow.stopForLength(writer);
    const end = writer.finish({ ...NO_USAGE, input, output });
    if (this.isCommitted) return Buffer.from(this.#continuity?.goOn(end, said) ?? end);
    // Nothing has left, so that all may be the writer's.
    this.#opening = undefined;
    return Buffer.from(said + end);
  }

  #passAll(events: Buffer): Buffer | undefined {
    const text = events.toString('latin1');
    const out: Buffer[] = [];
    let frames = 0;
    let from = 0;
    for (let end = eventEnd(text, 0); end > 0; end = eventEnd(text, from)) {
      this.#take(events.subarray(from, end), out);
      frames++;
      from = end;
    }
    if (out.length === 0) return undefined;
    // The usual chunk is one event that passes: the very buffer that came.
    return frames === 1 && out.length === 1 ? out[0] : Buffer.concat(out);
  }

  /** Takes one event: into `out` with what it frees, or into what is kept back. */
  #take(frame: Buffer, out: Buffer[]): void {
    const fate = this.#fateOf(frame);
    const shown = this.#shown(frame);
    if (fate === 'opening') this.#opening?.push(Buffer.from(shown));
    else if (fate === 'tail') this.#keepBack(shown);
    else {
      out.push(...(this.#opening ?? []), ...this.#tail, shown);
      this.#opening = undefined;
      this.#tail = [];
      this.#tailBytes = 0;
    }
  }

  #fateOf(frame: Buffer): Fate {
    const { hasContent, hasStop } = this.#look(frame);
    if (this.isDone || this.error !== undefined) return 'tail';
    if (hasStop) {
      this.#isStopped = true;
      return 'tail';
    }
    if (hasContent) {
      // What came before was not the end: another answer, or another part, goes on.
      this.#isStopped = false;
      return 'pass';
    }
    if (this.#isStopped) return 'tail';
    if (this.#opening === undefined) return 'pass';
    this.#openingBytes += frame.length;
    return this.#openingBytes > OPENING_BYTES_MAX ? 'pass' : 'opening';
  }

  /** Shows the event to the reader. Behind an error nothing is read any more. */
  #look(frame: Buffer): Look {
    const look = { hasContent: false, hasStop: false };
    if (this.error !== undefined) return look;
    this.#continuity?.see(frame);
    for (const event of this.#reader.push(frame)) {
      this.#note(event);
      this.#shadow.take(event);
      if (event.kind === 'stop') look.hasStop = true;
      else if (!look.hasContent && isContent(event)) look.hasContent = true;
    }
    return look;
  }

  #note(event: AnswerEvent): void {
    switch (event.kind) {
      case 'delta':
        this.#generated.delta(event);
        return;
      case 'open':
        this.#generated.open(event);
        return;
      case 'usage':
        this.usage = { usage: event.usage, isSuspicious: event.isSuspicious };
        return;
      case 'error':
        this.error ??= streamError(event.error);
        return;
      case 'end':
        this.isDone = true;
        return;
      default:
        return;
    }
  }

  #keepBack(frame: Buffer): void {
    this.#tailBytes += frame.length;
    if (this.#tailBytes > TAIL_BYTES_MAX) throw new BrokenStream('Too much after the end.');
    this.#tail.push(Buffer.from(frame));
  }

  #shown(came: Buffer): Buffer {
    const frame = this.#wire.addCacheCounts(came, this.usage?.usage);
    const own = this.#shadow.model;
    const { shownModel } = this.#options;
    if (shownModel === undefined || own === '' || own === shownModel) return frame;
    return this.#wire.renameFrame(frame, own, shownModel);
  }
}
