import { BrokenStream } from '../dialect.ts';
import { parseExact } from '../json/exact.ts';
import { type Fields, fieldsOf, isFields, listOf, numberOf, textOf } from '../json/values.ts';
import type { AnswerEvent } from '../neutral/events.ts';
import { DataReader } from '../sse/data-reader.ts';
import type { EventReader } from '../wire.ts';
import { ChoiceReader } from './choice-reader.ts';
import { queriesOf } from './citations.ts';
import { readErrorObject } from './errors.ts';
import { present } from './fields.ts';
import { answerIds, searchesOf, secondsOf } from './read-answer.ts';
import { readGeminiUsage, readTier } from './usage.ts';

/** Answers at once that are told apart. */
const CHOICES_MAX = 128;
/** Different searches that are counted. */
const QUERIES_MAX = 1_000;

/** Reads a stream of `generateContent` answers, each with what is new, and the usage so far. */
export class GeminiEventReader implements EventReader {
  readonly #data = new DataReader((data) => this.#read(data));
  readonly #out: AnswerEvent[] = [];
  readonly #choices = new Map<number, ChoiceReader>();
  readonly #queries = new Set<string>();
  #usage: unknown;
  #id = '';
  #model = '';
  #isBegun = false;
  #isBlocked = false;

  push(chunk: Buffer): readonly AnswerEvent[] {
    this.#data.push(chunk);
    return this.#out.splice(0);
  }

  /** There is no end marker: a stream that ends behind the reasons for its end is complete. */
  end(): readonly AnswerEvent[] {
    this.#data.end();
    if (this.#isComplete()) this.#out.push({ kind: 'end' });
    return this.#out.splice(0);
  }

  #isComplete(): boolean {
    if (this.#choices.size === 0) return this.#isBlocked;
    return [...this.#choices.values()].every((choice) => choice.isStopped);
  }

  #read(data: string): void {
    const value = parsed(data);
    for (const chunk of Array.isArray(value) ? value : [value]) {
      if (!isFields(chunk)) throw new BrokenStream('An event is no JSON object.');
      this.#take(chunk);
    }
  }

  #take(chunk: Fields): void {
    if (isFields(chunk.error)) {
      this.#out.push({ kind: 'error', error: readErrorObject(chunk.error) });
      return;
    }
    this.#begin(chunk);
    this.#block(fieldsOf(chunk.promptFeedback));
    for (const candidate of listOf(chunk.candidates)) {
      if (isFields(candidate)) this.#takeCandidate(candidate);
    }
    this.#takeUsage(chunk.usageMetadata, listOf(chunk.candidates));
  }

  #begin(chunk: Fields): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    this.#id = textOf(chunk.responseId);
    this.#model = textOf(chunk.modelVersion);
    this.#out.push({
      kind: 'begin',
      id: this.#id,
      model: this.#model,
      createdAt: secondsOf(chunk.createTime),
      ...present({ serviceTier: readTier(chunk.usageMetadata) }),
    });
  }

  /** A prompt that was blocked has no answers. */
  #block({ blockReason, blockReasonMessage }: Fields): void {
    if (typeof blockReason !== 'string' || this.#choices.size > 0 || this.#isBlocked) return;
    this.#isBlocked = true;
    const text = textOf(blockReasonMessage);
    if (text !== '') {
      const at = { choice: 0, block: 0 };
      this.#out.push({ kind: 'open', ...at, head: { type: 'refusal' } });
      this.#out.push({ kind: 'delta', ...at, text }, { kind: 'close', ...at });
    }
    this.#out.push({ kind: 'stop', choice: 0, reason: 'contentFilter' });
  }

  #takeCandidate(candidate: Fields): void {
    const index = numberOf(candidate.index) ?? 0;
    if (!Number.isInteger(index) || index < 0 || index >= CHOICES_MAX) return;
    let choice = this.#choices.get(index);
    if (!choice) {
      choice = new ChoiceReader(index, answerIds(this.#id, index), this.#out);
      this.#choices.set(index, choice);
    }
    choice.take(candidate);
  }

  /** Each chunk tells the usage so far; searches are told by what the answer rests on. */
  #takeUsage(wire: unknown, candidates: readonly unknown[]): void {
    const known = this.#queries.size;
    for (const query of candidates.flatMap((candidate) => queriesOf(fieldsOf(candidate)))) {
      if (this.#queries.size < QUERIES_MAX) this.#queries.add(query);
    }
    const isNew = readGeminiUsage(wire) !== undefined;
    if (isNew) this.#usage = wire;
    else if (this.#queries.size === known) return;
    const read = readGeminiUsage(this.#usage, searchesOf(this.#queries, this.#model));
    if (read) this.#out.push({ kind: 'usage', ...read });
  }
}

function parsed(data: string): unknown {
  try {
    return parseExact(data);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new BrokenStream('An event is no JSON.');
  }
}
