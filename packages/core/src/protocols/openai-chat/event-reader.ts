import { BrokenStream } from '../dialect.ts';
import {
  type Fields,
  fieldsOf,
  isFields,
  listOf,
  numberOf,
  parseJson,
  stringOf,
  textOf,
} from '../json/values.ts';
import type { AnswerEvent } from '../neutral/events.ts';
import type { Citation } from '../neutral/parts.ts';
import { DataReader } from '../sse/data-reader.ts';
import type { EventReader } from '../wire.ts';
import { readSources } from './annotations.ts';
import { ChoiceReader } from './choice-reader.ts';
import { readErrorObject } from './errors.ts';
import { readChatUsage } from './usage.ts';

/** Answers of one stream that are told apart. */
const CHOICES_MAX = 128;

const NO_SOURCES: readonly Citation[] = [];

/** Reads a chat stream. */
export class ChatEventReader implements EventReader {
  readonly #reader = new DataReader((data, name) => this.#readData(data, name));
  readonly #choices: ChoiceReader[] = [];
  readonly #emit = (event: AnswerEvent): void => {
    this.#events.push(event);
  };
  #events: AnswerEvent[] = [];
  #hasBegun = false;
  #sources = NO_SOURCES;

  push(chunk: Buffer): readonly AnswerEvent[] {
    this.#events = [];
    this.#reader.push(chunk);
    return this.#events;
  }

  end(): readonly AnswerEvent[] {
    this.#events = [];
    this.#reader.end();
    return this.#events;
  }

  #readData(data: string, name: string): void {
    if (data.startsWith('[DONE]')) {
      this.#events.push({ kind: 'end' });
      return;
    }
    if (data === '') return;
    const chunk = parseJson(data);
    if (!isFields(chunk)) throw new BrokenStream('An event is not a JSON object.');
    if (chunk.error || name === 'error') {
      this.#events.push({ kind: 'error', error: readErrorObject(chunk) });
      return;
    }
    this.#readChunk(chunk);
  }

  #readChunk(chunk: Fields): void {
    const choices = listOf(chunk.choices);
    if (!this.#hasBegun) this.#begin(chunk, choices.length > 0);
    if (chunk.citations || chunk.search_results) this.#sources = readSources(chunk);
    for (const given of choices) {
      const choice = fieldsOf(given);
      this.#choiceAt(numberOf(choice.index) ?? 0)?.read(choice, this.#sources);
    }
    if (chunk.usage) this.#readUsage(chunk.usage);
  }

  /** Azure's first chunk reports on the prompt and names neither answer nor model. */
  #begin(chunk: Fields, hasChoices: boolean): void {
    const id = textOf(chunk.id);
    const model = textOf(chunk.model);
    if (id === '' && model === '' && !hasChoices) return;
    this.#hasBegun = true;
    const tier = stringOf(chunk.service_tier);
    const fingerprint = stringOf(chunk.system_fingerprint);
    this.#events.push({
      kind: 'begin',
      id,
      model,
      createdAt: numberOf(chunk.created) ?? 0,
      ...(tier !== undefined && { serviceTier: tier }),
      ...(fingerprint !== undefined && { systemFingerprint: fingerprint }),
    });
  }

  #choiceAt(index: number): ChoiceReader | undefined {
    const found = this.#choices[index];
    if (found || !(index >= 0 && index < CHOICES_MAX)) return found;
    const choice = new ChoiceReader(index, this.#emit);
    this.#choices[index] = choice;
    return choice;
  }

  #readUsage(usage: unknown): void {
    const read = readChatUsage(usage);
    if (read) this.#events.push({ kind: 'usage', ...read });
  }
}
