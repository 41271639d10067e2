import { BrokenStream, type ReadUsage, type StreamTap, type TapOptions } from '../dialect.ts';
import { createCacheCounts } from '../relay/cache-counts.ts';
import { eventData, eventEnd } from '../sse/events.ts';
import { WholeEvents } from '../sse/frames.ts';
import {
  CHAT_WORDS,
  type ChunkWords,
  DONE_EVENT,
  lengthChunk,
  readOpening,
  readUsageChunk,
  type StreamIdentity,
  usageChunk,
} from './chunk.ts';
import { DeltaSample } from './delta-sample.ts';
import { readChatUsage } from './usage.ts';

/** Protocol frames before the first content are kept up to this size, then count as content. */
const OPENING_BYTES_MAX = 256 * 1024;
/** What may be kept back for after the commit: a usage chunk and `[DONE]`, with room for comments. */
const TAIL_BYTES_MAX = 1024 * 1024;

const NOTHING: readonly Buffer[] = [];
const addCacheCounts = createCacheCounts('usage');
const NULL_USAGE = Buffer.from(',"usage":null');

/** What happens to an event: it passes now, waits for content, waits for the commit, or is ours. */
type Fate = 'pass' | 'opening' | 'tail' | 'hidden';

const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const SPACE = 0x20;

/** Whether an event begins with its data, as nearly all do; others have a comment or `id:` first. */
function isPlain(text: string, from: number): boolean {
  return text.startsWith('data:', from);
}

function isMarkerData(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === OPEN_BRACKET || (code === OPEN_BRACE && text.startsWith('{"error"', at));
}

/** The data of an event that is `[DONE]` or an error, the two that are told by how they begin. */
function markerOf(text: string, from: number, end: number): string | undefined {
  if (isPlain(text, from)) {
    const at = text.charCodeAt(from + 5) === SPACE ? from + 6 : from + 5;
    return isMarkerData(text, at) ? eventData(text, from, end) : undefined;
  }
  const data = eventData(text, from, end);
  return data !== undefined && isMarkerData(data, 0) ? data : undefined;
}

/** Whether the value after a field name is an object rather than null. */
function isObjectNext(text: string, from: number): boolean {
  let at = from;
  while (text.charCodeAt(at) === 0x20 || text.charCodeAt(at) === 0x3a) at++;
  return text.charCodeAt(at) === 0x7b;
}

/** Finds a word from rising positions; a chunk without it is searched once, not once per event. */
class WordFinder {
  readonly #word: string;
  #text = '';
  #at = -1;

  constructor(word: string) {
    this.#word = word;
  }

  /** Starts over with another text. One finder per stream: one per chunk would be garbage. */
  reset(text: string): void {
    this.#text = text;
    this.#at = -2;
  }

  /** The word's first index in [from, end), -1 when it is not there. */
  within(from: number, end: number): number {
    if (this.#at !== -1 && this.#at < from) this.#at = this.#text.indexOf(this.#word, from);
    return this.#at < end ? this.#at : -1;
  }
}

/**
 * Reads a chat stream on its way through. Whole events pass as the bytes that came; before the first
 * content nothing passes (so that another upstream can still be tried), and the usage chunk, `[DONE]`
 * and what follows them are kept until the charge is durable.
 */
export class ChatStreamTap implements StreamTap {
  readonly #options: TapOptions;
  readonly #whole = new WholeEvents();
  #opening: Buffer[] | undefined = [];
  #openingBytes = 0;
  #tail: Buffer[] = [];
  #tailBytes = 0;
  #lastEvent = '';

  readonly #sample = new DeltaSample();
  readonly #usageWord = new WordFinder('"usage"');
  readonly #words: ChunkWords;
  readonly #deltaWord: WordFinder;
  #identity: StreamIdentity = { id: '', created: 0, model: '' };
  isDone = false;
  usage: ReadUsage | undefined;
  error: unknown;

  constructor(options: TapOptions, words: ChunkWords = CHAT_WORDS) {
    this.#options = options;
    this.#words = words;
    this.#deltaWord = new WordFinder(words.generated);
  }

  get isCommitted(): boolean {
    return this.#opening === undefined;
  }

  get isComplete(): boolean {
    if (this.error !== undefined) return false;
    return this.isDone || /"finish_reason"\s*:\s*"/.test(this.#lastEvent);
  }

  push(chunk: Buffer): Buffer | undefined {
    const events = this.#whole.push(chunk);
    return events && this.#pass(events);
  }

  end(): Buffer | undefined {
    const events = this.#whole.end();
    return events && this.#pass(events);
  }

  /** Takes a run of whole events and gives what of it passes. */
  #pass(bytes: Buffer): Buffer | undefined {
    const text = bytes.toString('latin1');
    this.#usageWord.reset(text);
    this.#deltaWord.reset(text);
    let out: Buffer[] | undefined;
    let run = 0;
    let from = 0;
    for (let end = eventEnd(text, 0); end > 0; end = eventEnd(text, from)) {
      const opening = this.#opening;
      const fate = this.#fateOf(bytes, text, from, end);
      const freed = this.#freedBy(fate, opening);
      if (freed.length > 0) out = [...(out ?? []), ...freed];
      if (fate !== 'pass') {
        if (from > run) out = [...(out ?? []), bytes.subarray(run, from)];
        run = end;
        this.#keep(fate, bytes.subarray(from, end));
      }
      from = end;
    }
    // The usual chunk is one or more whole events that all pass: the very buffer that came.
    if (!out) return from > run ? this.#shown(bytes.subarray(run, from)) : undefined;
    if (from > run) out.push(bytes.subarray(run, from));
    return this.#shown(Buffer.concat(out));
  }

  /** The opening is part of it where no content ever came. */
  takeTail(): Buffer {
    const tail = Buffer.concat([...(this.#opening ?? []), ...this.#tail]);
    this.#opening = undefined;
    this.#tail = [];
    return this.#shown(tail);
  }

  get tokensLikely(): number {
    return this.#sample.tokensLikely;
  }

  generated(): { text: string; factor: number } {
    return this.#sample.read();
  }

  endForLength(input: number, output: number): Buffer {
    const identity = { ...this.#identity, model: this.#options.shownModel ?? this.#identity.model };
    const words = this.#words;
    const usage = this.#options.wantsUsage ? usageChunk(identity, { input, output }, words) : '';
    return Buffer.from(lengthChunk(identity, words) + usage + DONE_EVENT);
  }

  #fateOf(bytes: Buffer, text: string, from: number, end: number): Fate {
    const marker = markerOf(text, from, end);
    if (marker !== undefined) return this.#marked(marker);
    if (this.#opening && !this.#opens(text, from, end)) return 'opening';
    this.#opening = undefined;
    if (this.#takesUsage(text, from, end)) return this.#options.wantsUsage ? 'tail' : 'hidden';
    if (this.#tail.length > 0 && !this.#goesOn(text, from, end)) return 'tail';
    // A comment says nothing about how the answer stands.
    if (isPlain(text, from) || eventData(text, from, end) !== undefined) {
      this.#lastEvent = end - from === text.length ? text : text.slice(from, end);
    }
    this.#sample.add(bytes, this.#deltaWord.within(from, end), end);
    return 'pass';
  }

  #marked(data: string): Fate {
    if (data.startsWith('[DONE]')) this.isDone = true;
    else if (!this.isDone) {
      this.error = readOpening(data)?.error ?? { message: 'The upstream sent an error.' };
    }
    return 'tail';
  }

  /** Whether the event begins the answer proper. */
  #opens(text: string, from: number, end: number): boolean {
    const data = eventData(text, from, end);
    this.#openingBytes += end - from;
    const chunk = data === undefined ? undefined : readOpening(data);
    if (chunk?.identity.id || chunk?.identity.model) this.#identity = chunk.identity;
    if (chunk?.error !== undefined) this.error = chunk.error;
    return chunk?.isContent === true || this.#openingBytes > OPENING_BYTES_MAX;
  }

  /** Takes a usage, replacing an earlier one; true for an event that carries nothing else. */
  #takesUsage(text: string, from: number, end: number): boolean {
    const word = this.#usageWord;
    let at = word.within(from, end);
    // Vendors put fields of the same name further inside; `"usage":null` is the usual case.
    while (at >= 0 && !isObjectNext(text, at + 7)) at = word.within(at + 1, end);
    if (at < 0) return false;
    const chunk = readUsageChunk(eventData(text, from, end) ?? '');
    const read = readChatUsage(chunk?.usage);
    if (read) this.usage = read;
    return read !== undefined && chunk?.isBare === true;
  }

  /** Whether an event behind a usage shows that the answer was not at its end. */
  #goesOn(text: string, from: number, end: number): boolean {
    const data = this.isDone || this.error !== undefined ? undefined : eventData(text, from, end);
    return data !== undefined && readOpening(data)?.isContent === true;
  }

  /** What was kept back and may go before an event: the opening, or a tail that was not the end. */
  #freedBy(fate: Fate, opening: readonly Buffer[] | undefined): readonly Buffer[] {
    if (opening && !this.#opening) return opening;
    if (fate !== 'pass' || this.#tail.length === 0) return NOTHING;
    const freed = this.#tail;
    this.#tail = [];
    this.#tailBytes = 0;
    return freed;
  }

  #keep(fate: Fate, event: Buffer): void {
    if (fate === 'opening') this.#opening?.push(event);
    if (fate !== 'tail') return;
    this.#tailBytes += event.length;
    if (this.#tailBytes > TAIL_BYTES_MAX) throw new BrokenStream('Too much after the end.');
    this.#tail.push(event);
  }

  /**
   * Shows the client the stream it would have got on its own: under the name it asked for, with the
   * counts of the cache beside those of its vendor, and without the `usage` field that only our request for usage put there. Inside strings quotes are
   * escaped, so that only fields match.
   */
  #shown(came: Buffer): Buffer {
    const bytes = addCacheCounts(came, this.usage?.usage);
    const { shownModel, wantsUsage } = this.#options;
    const own = this.#identity.model;
    const isRenamed = shownModel !== undefined && own !== '' && own !== shownModel;
    const isForced = !wantsUsage && bytes.includes(NULL_USAGE);
    if (!isRenamed && !isForced) return bytes;
    let text = bytes.toString('utf8');
    if (isForced) text = text.replaceAll(',"usage":null', '');
    if (isRenamed) text = withModel(text, own, shownModel);
    return Buffer.from(text);
  }
}

function withModel(text: string, from: string, to: string): string {
  const [own, shown] = [JSON.stringify(from), JSON.stringify(to)];
  return text
    .replaceAll(`"model":${own}`, `"model":${shown}`)
    .replaceAll(`"model": ${own}`, `"model": ${shown}`);
}
