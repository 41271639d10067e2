import { BrokenStream } from '../dialect.ts';
import { type Fields, fieldsOf, isFields, listOf, parseJson, textOf } from '../json/values.ts';
import type { AnswerEvent } from '../neutral/events.ts';
import { DataReader } from '../sse/data-reader.ts';
import type { EventReader } from '../wire.ts';
import { readErrorObject } from './errors.ts';
import { OpenItems } from './open-items.ts';
import { failureOf, headOf, readStop } from './read-answer.ts';
import { readResponsesUsage } from './usage.ts';

/** What a handler of one kind of event works with. */
interface Reading {
  readonly items: OpenItems;
  emit(event: AnswerEvent): void;
  begin(response: Fields): void;
  /** Where the item of an event stands, also where a server tells only its id. */
  keyOf(event: Fields): string;
}

type Handler = (event: Fields, reading: Reading) => void;

const begins: Handler = (event, reading) => reading.begin(fieldsOf(event.response));

/** The response has ended; what it reports counts, and what of it was not told before is. */
const ends: Handler = (event, reading) => {
  const response = fieldsOf(event.response);
  reading.begin(response);
  const { items } = reading;
  items.finished(listOf(response.output));
  const usage = readResponsesUsage(response.usage, response.output);
  if (usage) reading.emit({ kind: 'usage', ...usage });
  const error = failureOf(response);
  if (error) reading.emit({ kind: 'error', error });
  else reading.emit({ kind: 'stop', choice: 0, reason: readStop(response, items) });
  reading.emit({ kind: 'end' });
};

/** One small handler per type of event; types without one change nothing that is read. */
const HANDLERS: ReadonlyMap<unknown, Handler> = new Map<string, Handler>([
  ['response.created', begins],
  ['response.queued', begins],
  ['response.in_progress', begins],
  [
    'response.output_item.added',
    (event, { items, keyOf }) => items.added(keyOf(event), fieldsOf(event.item)),
  ],
  [
    'response.output_item.done',
    (event, { items, keyOf }) => items.done(keyOf(event), fieldsOf(event.item)),
  ],
  [
    'response.content_part.added',
    (event, { items, keyOf }) =>
      items.contentAdded(keyOf(event), event.content_index, fieldsOf(event.part)),
  ],
  [
    'response.content_part.done',
    (event, { items, keyOf }) =>
      items.contentDone(keyOf(event), event.content_index, fieldsOf(event.part)),
  ],
  [
    'response.output_text.delta',
    (event, { items, keyOf }) => items.textDelta(keyOf(event), event.content_index, event),
  ],
  [
    'response.output_text.annotation.added',
    (event, { items, keyOf }) =>
      items.annotation(keyOf(event), event.content_index, event.annotation),
  ],
  [
    'response.refusal.delta',
    (event, { items, keyOf }) =>
      items.refusalDelta(keyOf(event), event.content_index, textOf(event.delta)),
  ],
  [
    'response.function_call_arguments.delta',
    (event, { items, keyOf }) => items.callDelta(keyOf(event), textOf(event.delta)),
  ],
  [
    'response.function_call_arguments.done',
    (event, { items, keyOf }) => items.callDone(keyOf(event), textOf(event.arguments)),
  ],
  [
    'response.custom_tool_call_input.delta',
    (event, { items, keyOf }) => items.callDelta(keyOf(event), textOf(event.delta)),
  ],
  [
    'response.custom_tool_call_input.done',
    (event, { items, keyOf }) => items.callDone(keyOf(event), textOf(event.input)),
  ],
  [
    'response.reasoning_summary_part.added',
    (event, { items, keyOf }) => items.thoughtPart(keyOf(event), 'summary', event.summary_index),
  ],
  [
    'response.reasoning_summary_text.delta',
    (event, { items, keyOf }) => items.thoughtDelta(keyOf(event), 'summary', textOf(event.delta)),
  ],
  [
    'response.reasoning_text.delta',
    (event, { items, keyOf }) => items.thoughtDelta(keyOf(event), 'content', textOf(event.delta)),
  ],
  ['response.completed', ends],
  ['response.incomplete', ends],
  ['response.failed', ends],
  ['response.cancelled', ends],
  ['error', (event, reading) => reading.emit({ kind: 'error', error: readErrorObject(event) })],
]);

const NOTHING: readonly AnswerEvent[] = [];

/** Reads a streamed answer of the Responses API. */
export class ResponsesReader implements EventReader, Reading {
  readonly items = new OpenItems((event) => this.emit(event));
  readonly #data = new DataReader((data, name) => this.#read(data, name));
  readonly #keys = new Map<string, string>();
  #events: AnswerEvent[] = [];
  #isBegun = false;
  #isEnded = false;

  push(chunk: Buffer): readonly AnswerEvent[] {
    this.#data.push(chunk);
    return this.#take();
  }

  end(): readonly AnswerEvent[] {
    this.#data.end();
    return this.#take();
  }

  emit(event: AnswerEvent): void {
    if (event.kind === 'end') this.#isEnded = true;
    this.#events.push(event);
  }

  begin(response: Fields): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    this.emit({ kind: 'begin', ...headOf(response) });
  }

  /** Handlers are given this object's functions apart from it. */
  readonly keyOf = (event: Fields): string => {
    const { output_index: index } = event;
    if (typeof index !== 'number') return this.#keys.get(itemIdOf(event)) ?? itemIdOf(event);
    const key = String(index);
    if (event.type === 'response.output_item.added') this.#keys.set(itemIdOf(event), key);
    return key;
  };

  #read(data: string, name: string): void {
    if (data === '[DONE]') {
      // OpenAI sends none; some compatible servers do.
      if (!this.#isEnded) this.emit({ kind: 'end' });
      return;
    }
    const event = parseJson(data);
    if (!isFields(event)) throw new BrokenStream('The upstream sent an event that is not JSON.');
    const { type } = event;
    if (typeof type === 'string') HANDLERS.get(type)?.(event, this);
    else {
      const named = isFields(event.error) ? 'error' : name;
      HANDLERS.get(named)?.({ ...event, type: named }, this);
    }
  }

  #take(): readonly AnswerEvent[] {
    if (this.#events.length === 0) return NOTHING;
    const events = this.#events;
    this.#events = [];
    return events;
  }
}

function itemIdOf({ item_id: id, item }: Fields): string {
  return textOf(id) || textOf(fieldsOf(item).id);
}
