import { BrokenStream } from '../dialect.ts';
import { type Fields, fieldsOf, isFields } from '../json/values.ts';
import type { AnswerEvent } from '../neutral/events.ts';
import type { EventReader } from '../wire.ts';
import { readErrorFrame } from './errors.ts';
import { createFrameReader, type EventFrame } from './event-frames.ts';
import { readStopReason, readStopSequence } from './stop-reason.ts';
import { StreamBlocks } from './stream-blocks.ts';
import { readConverseUsage } from './usage.ts';

/** Reads the events of ConverseStream. */
export function openConverseReader(): EventReader {
  const frames = createFrameReader();
  const stream = new ConverseStream();
  return {
    push(chunk) {
      for (const frame of frames.push(chunk)) stream.read(frame);
      return stream.takeEvents();
    },
    // A frame that was cut is no event: without its end nothing of it can be trusted.
    end: () => [],
  };
}

class ConverseStream {
  #events: AnswerEvent[] = [];
  readonly #blocks = new StreamBlocks((event) => this.#events.push(event));
  #hasBegun = false;
  #hasStopped = false;
  #hasUsage = false;

  takeEvents(): readonly AnswerEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  read(frame: EventFrame): void {
    const { headers } = frame;
    const messageType = headers.get(':message-type');
    if (messageType === 'exception' || messageType === 'error') {
      this.#events.push({ kind: 'error', error: readErrorFrame(frame) });
      return;
    }
    const handle = HANDLERS.get(headers.get(':event-type') ?? '');
    if (handle) handle(this, readPayload(frame));
  }

  begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#events.push({ kind: 'begin', id: '', model: '', createdAt: 0 });
  }

  startBlock({ contentBlockIndex, start }: Fields): void {
    this.begin();
    this.#blocks.start(contentBlockIndex, fieldsOf(start));
  }

  addToBlock({ contentBlockIndex, delta }: Fields): void {
    this.begin();
    this.#blocks.add(contentBlockIndex, fieldsOf(delta));
  }

  stopBlock({ contentBlockIndex }: Fields): void {
    this.#blocks.stop(contentBlockIndex);
  }

  stop({ stopReason, additionalModelResponseFields }: Fields): void {
    this.begin();
    this.#blocks.stopAll();
    const told = readStopReason(stopReason);
    // An answer that was given through the tool for structured answers alone ended by itself.
    const reason = told === 'toolCalls' && !this.#blocks.hasCalls ? 'end' : told;
    const stopSequence = readStopSequence(additionalModelResponseFields);
    this.#events.push({
      kind: 'stop',
      choice: 0,
      reason,
      ...(stopSequence === undefined ? {} : { stopSequence }),
    });
    this.#hasStopped = true;
    this.#endWhenComplete();
  }

  noteUsage({ usage }: Fields): void {
    const read = readConverseUsage(usage);
    if (read) this.#events.push({ kind: 'usage', ...read });
    this.#hasUsage = true;
    this.#endWhenComplete();
  }

  #endWhenComplete(): void {
    if (this.#hasStopped && this.#hasUsage) this.#events.push({ kind: 'end' });
  }
}

type Handler = (stream: ConverseStream, payload: Fields) => void;

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['messageStart', (stream) => stream.begin()],
  ['contentBlockStart', (stream, payload) => stream.startBlock(payload)],
  ['contentBlockDelta', (stream, payload) => stream.addToBlock(payload)],
  ['contentBlockStop', (stream, payload) => stream.stopBlock(payload)],
  ['messageStop', (stream, payload) => stream.stop(payload)],
  ['metadata', (stream, payload) => stream.noteUsage(payload)],
]);

function readPayload({ payload }: EventFrame): Fields {
  try {
    const value: unknown = JSON.parse(payload.toString('utf8'));
    return isFields(value) ? value : {};
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new BrokenStream('the payload of a frame is no JSON');
  }
}
