import { BrokenStream, type ReadUsage, type StreamTap } from '../dialect.ts';
import { parseJson } from '../json/values.ts';
import { eventData, eventEnd } from '../sse/events.ts';
import { WholeEvents } from '../sse/frames.ts';

/** What one event of a stream means. */
export interface MediaEvent {
  /** An answer may end with such an event: it waits for the commit unless another one follows. */
  readonly isFinal?: boolean;
  readonly usage?: ReadUsage | undefined;
  /** The error that it tells. */
  readonly error?: unknown;
  /** Text that was generated. */
  readonly text?: string;
}

/** How the events of an endpoint are understood. */
export interface EventReading {
  read(event: Readonly<Record<string, unknown>>): MediaEvent;
  /** Final events that a whole answer has. */
  readonly finals: number;
}

/** Text that is kept for counting where no usage comes. */
const TEXT_CHARS_MAX = 1024 * 1024;

/**
 * Passes a stream of JSON events on as the bytes that came. Events that may be the last are kept back
 * until the charge is durable, or until another event shows that they were not.
 */
export class EventTap implements StreamTap {
  readonly #reading: EventReading;
  readonly #whole = new WholeEvents();
  #tail: Buffer[] = [];
  #finals = 0;
  #text = '';
  isCommitted = false;
  isDone = false;
  usage: ReadUsage | undefined;
  error: unknown;
  readonly tokensLikely = 0;

  constructor(reading: EventReading) {
    this.#reading = reading;
  }

  get isComplete(): boolean {
    if (this.error !== undefined) return false;
    return this.isDone || this.#finals >= this.#reading.finals;
  }

  push(chunk: Buffer): Buffer | undefined {
    return this.#read(this.#whole.push(chunk));
  }

  /** An upstream that ends after a final event meant what it gave as the whole. */
  end(): Buffer | undefined {
    const rest = this.#read(this.#whole.end());
    if (this.#finals > 0) this.isDone = true;
    return rest;
  }

  takeTail(): Buffer {
    const tail = Buffer.concat(this.#tail);
    this.#tail = [];
    return tail;
  }

  generated(): { text: string; factor: number } {
    return { text: this.#text, factor: 1 };
  }

  endForLength(): Buffer {
    return this.takeTail();
  }

  #read(events: Buffer | undefined): Buffer | undefined {
    if (events === undefined) return undefined;
    const text = events.toString('latin1');
    const out: Buffer[] = [];
    let from = 0;
    for (let end = eventEnd(text, 0); end > 0; end = eventEnd(text, from)) {
      this.#sort(events.subarray(from, end), out);
      from = end;
    }
    if (out.length === 0) return undefined;
    this.isCommitted = true;
    return out.length === 1 ? out[0] : Buffer.concat(out);
  }

  /** Puts an event where it belongs: among those that pass, or among those that wait. */
  #sort(event: Buffer, out: Buffer[]): void {
    const text = event.toString('utf8');
    const data = eventData(text, 0, text.length);
    if (data === undefined) {
      if (this.isCommitted && this.#tail.length === 0) out.push(event);
      return;
    }
    if (data.startsWith('[DONE]')) {
      this.isDone = true;
      this.#tail.push(event);
      return;
    }
    const { isFinal = false, usage, error, text: generated = '' } = this.#meaningOf(data);
    this.usage = usage ?? this.usage;
    this.error ??= error;
    if (this.#text.length < TEXT_CHARS_MAX) this.#text += generated;
    if (error === undefined) out.push(...this.#tail.splice(0));
    if (isFinal) this.#finals++;
    if (isFinal || error !== undefined) this.#tail.push(event);
    else out.push(event);
  }

  #meaningOf(data: string): MediaEvent {
    const value = parseJson(data);
    if (typeof value !== 'object' || value === null) throw new BrokenStream('An event is no JSON.');
    return this.#reading.read(value as Readonly<Record<string, unknown>>);
  }
}

/** The error of an event that tells one, as OpenAI's endpoints do. */
export function errorOf(event: Readonly<Record<string, unknown>>): unknown {
  const { type, error } = event;
  if (error !== undefined && error !== null) return error;
  return type === 'error' ? event : undefined;
}
