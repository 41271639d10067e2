import { BrokenStream } from '../dialect.ts';
import { type Fields, stringOf } from '../json/values.ts';
import type { AnswerEvent } from '../neutral/events.ts';
import { DataReader } from '../sse/data-reader.ts';
import type { EventReader } from '../wire.ts';
import { BlockReader } from './block-reader.ts';
import { readErrorFields } from './errors.ts';
import { compact, objectIn } from './fields.ts';
import { stopOf } from './read-answer.ts';
import { readRefusal, readStopReason } from './stop-reasons.ts';
import { mergeWireUsage, readMessagesUsage, readServiceTier } from './usage.ts';

/** Reads a streamed answer of this wire. Throws `BrokenStream`. */
export class MessagesReader implements EventReader {
  #events: AnswerEvent[] = [];
  readonly #data = new DataReader((data) => this.#take(data));
  readonly #blocks = new BlockReader((event) => this.#events.push(event));
  #isStopped = false;
  /** Whether the upstream is gone, so that a last event may be cut in the middle. */
  #isEnding = false;
  #usage: Fields = {};

  push(chunk: Buffer): readonly AnswerEvent[] {
    this.#data.push(chunk);
    return this.#drain();
  }

  end(): readonly AnswerEvent[] {
    this.#isEnding = true;
    this.#data.end();
    return this.#drain();
  }

  #drain(): readonly AnswerEvent[] {
    const events = this.#events;
    if (events.length > 0) this.#events = [];
    return events;
  }

  #take(data: string): void {
    const event = data === '[DONE]' ? {} : this.#parse(data);
    switch (event.type) {
      case 'content_block_delta':
        this.#blocks.add(event.index, objectIn(event.delta) ?? {});
        break;
      case 'content_block_start':
        this.#blocks.begin(event.index, objectIn(event.content_block) ?? {});
        break;
      case 'content_block_stop':
        this.#blocks.close(event.index);
        break;
      case 'message_start':
        this.#takeStart(objectIn(event.message) ?? {});
        break;
      case 'message_delta':
        this.#takeStop(objectIn(event.delta) ?? {});
        this.#takeUsage(event.usage);
        break;
      case 'message_stop':
        this.#blocks.closeAll();
        this.#events.push({ kind: 'end' });
        break;
      case 'error':
        this.#events.push({ kind: 'error', error: readErrorFields(event) });
        break;
      default:
        break;
    }
  }

  #takeStart(message: Fields): void {
    const event = {
      kind: 'begin' as const,
      id: stringOf(message.id) ?? '',
      model: stringOf(message.model) ?? '',
      createdAt: 0,
      serviceTier: readServiceTier(objectIn(message.usage)?.service_tier),
    };
    this.#events.push(compact(event));
    this.#takeUsage(message.usage);
  }

  #takeUsage(usage: unknown): void {
    if (objectIn(usage) === undefined) return;
    this.#usage = mergeWireUsage(this.#usage, usage);
    const read = readMessagesUsage(this.#usage);
    if (read) this.#events.push({ kind: 'usage', ...read });
  }

  #takeStop(delta: Fields): void {
    if (typeof delta.stop_reason !== 'string' || this.#isStopped) return;
    this.#isStopped = true;
    this.#blocks.closeAll();
    const refusal = readRefusal(delta.stop_details);
    if (refusal) this.#blocks.refuse(refusal.text);
    const reason = stopOf(readStopReason(delta.stop_reason), this.#blocks.hasCalls);
    const stopSequence = stringOf(delta.stop_sequence);
    this.#events.push(compact({ kind: 'stop' as const, choice: 0, reason, stopSequence }));
  }

  #parse(data: string): Fields {
    try {
      return objectIn(JSON.parse(data)) ?? {};
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      if (this.#isEnding) return {};
      throw new BrokenStream('An event is not JSON.');
    }
  }
}
