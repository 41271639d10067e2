import { BrokenStream } from '../dialect.ts';
import type { Fields } from '../json/values.ts';
import type { BlockHead, StopReason, TokenLogprob } from '../neutral/answer.ts';
import type { AnswerEvent } from '../neutral/events.ts';
import type { Citation, Seal } from '../neutral/parts.ts';
import type { Usage } from '../neutral/usage.ts';
import type { EventWriter, WriterOptions } from '../wire.ts';
import { Base64Joiner } from './base64.ts';
import { isMetadata, type PlacedCitation, writeGrounding } from './citations.ts';
import { writeStreamError } from './errors.ts';
import { writeFinish } from './finish.ts';
import { averageOf, writeLogprobs } from './logprobs.ts';
import { sealForClient, UNTOLD_THOUGHT } from './seals.ts';
import { writeGeminiUsage, writeTier } from './usage.ts';
import { timeStamp, writeAnswerPart } from './write-answer.ts';

/** What is kept of one call or image until it is whole, in characters. */
const BLOCK_CHARS_MAX = 32 * 1024 * 1024;
/** Text that is kept for the places of citations, in characters; beyond it they have none. */
const TEXT_CHARS_MAX = 1024 * 1024;

type Opened = Extract<AnswerEvent, { kind: 'open' }>;
type Delta = Extract<AnswerEvent, { kind: 'delta' }>;
type Noted = Extract<AnswerEvent, { kind: 'note' }>;
type Begun = Extract<AnswerEvent, { kind: 'begin' }>;
type Place = { readonly choice: number; readonly block: number };

interface WrittenBlock {
  readonly choice: WrittenChoice;
  readonly head: BlockHead;
  /** Where the text of the block begins in that of the answer. */
  readonly textStart: number;
  /** A call's arguments or an image so far: Google has no parts of them. */
  pieces: string[];
  chars: number;
  seal?: Seal;
  audio?: Base64Joiner;
}

interface WrittenChoice {
  readonly index: number;
  text: string;
  /** Whether the last part was of thoughts. */
  endsInThought: boolean;
  stop?: StopReason;
  metadata: Fields;
  readonly citations: PlacedCitation[];
  readonly logprobs: TokenLogprob[];
}

function frame(chunk: object): string {
  return `data: ${JSON.stringify(chunk)}\r\n\r\n`;
}

/** An error body as an event of a stream. */
export const geminiErrorEvent = frame;

/** Writes a streamed answer as `generateContent` answers in server-sent events. */
export class GeminiEventWriter implements EventWriter {
  readonly #options: WriterOptions;
  readonly #choices = new Map<number, WrittenChoice>();
  readonly #blocks = new Map<string, WrittenBlock>();
  /** What every chunk says: whose answer it is part of. */
  #identity: Fields;
  #serviceTier: string | undefined;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#identity = this.#identify('', 0);
  }

  write(event: AnswerEvent): string {
    switch (event.kind) {
      case 'begin':
        return this.#begin(event);
      case 'open':
        return this.#open(event);
      case 'delta':
        return this.#delta(event);
      case 'note':
        return this.#note(event);
      case 'close':
        return this.#close(event);
      case 'stop':
        this.#choice(event.choice).stop = event.reason;
        return '';
      case 'error':
        return frame(writeStreamError(event.error));
      case 'usage':
      case 'end':
        return '';
    }
  }

  /** What was not whole when the answer was cut stays away: a client would run half a call. */
  finish(usage: Usage | undefined): string {
    const candidates = [...this.#choices.values()].map(finalCandidate);
    return frame({
      ...(candidates.length > 0 && { candidates }),
      ...(usage && { usageMetadata: writeGeminiUsage(usage, this.#serviceTier) }),
      ...this.#identity,
    });
  }

  #identify(id: string, createdAt: number): Fields {
    const { model, requestId, createdAt: now } = this.#options;
    return {
      modelVersion: model,
      createTime: timeStamp(createdAt || now),
      responseId: id || requestId,
    };
  }

  #begin({ id, createdAt, serviceTier }: Begun): string {
    this.#identity = this.#identify(id, createdAt);
    this.#serviceTier = serviceTier;
    return '';
  }

  #choice(index: number): WrittenChoice {
    const known = this.#choices.get(index);
    if (known) return known;
    const choice: WrittenChoice = {
      index,
      text: '',
      endsInThought: false,
      metadata: {},
      citations: [],
      logprobs: [],
    };
    this.#choices.set(index, choice);
    return choice;
  }

  #open({ choice: index, block, head }: Opened): string {
    const choice = this.#choice(index);
    if (head.type === 'opaque') {
      if (head.origin !== 'gemini') return '';
      if (isMetadata(head.value)) choice.metadata = head.value;
      else return this.#part(choice, writeAnswerPart(head));
      return '';
    }
    this.#blocks.set(keyOf({ choice: index, block }), {
      choice,
      head,
      textStart: choice.text.length,
      pieces: [],
      chars: 0,
      ...(head.type === 'audio' && { audio: new Base64Joiner() }),
    });
    return '';
  }

  #delta(event: Delta): string {
    const block = this.#blocks.get(keyOf(event));
    if (!block || event.text === '') return '';
    const { choice, head } = block;
    switch (head.type) {
      case 'text':
        if (choice.text.length <= TEXT_CHARS_MAX) choice.text += event.text;
        return this.#part(choice, { text: event.text });
      case 'refusal':
        return this.#part(choice, { text: event.text });
      case 'reasoning':
        return this.#part(choice, { text: event.text, thought: true });
      case 'audio':
        return this.#audio(block, block.audio?.push(event.text));
      default:
        keep(block, event.text);
        return '';
    }
  }

  #note(event: Noted): string {
    const block = this.#blocks.get(keyOf(event));
    if (!block) return '';
    const { note } = event;
    if ('seal' in note) return this.#seal(block, note.seal);
    if ('citation' in note) block.choice.citations.push(placed(note.citation, block));
    if ('logprobs' in note) return this.#logprobs(block.choice, note.logprobs);
    return '';
  }

  /** A seal comes when its text is written: it follows in a part without text, as Google's own do. */
  #seal(block: WrittenBlock, seal: Seal): string {
    const { type } = block.head;
    if (type !== 'text' && type !== 'reasoning') {
      block.seal = seal;
      return '';
    }
    const thoughtSignature = sealForClient(seal);
    if (type === 'text') return this.#part(block.choice, { text: '', thoughtSignature });
    // Behind other thoughts clients keep it, and apart from theirs only where it has no text.
    const text = block.choice.endsInThought ? '' : UNTOLD_THOUGHT;
    return this.#part(block.choice, { text, thought: true, thoughtSignature });
  }

  #logprobs(choice: WrittenChoice, logprobs: readonly TokenLogprob[]): string {
    choice.logprobs.push(...logprobs);
    return this.#chunk({ index: choice.index, logprobsResult: writeLogprobs(logprobs) });
  }

  #close(place: Place): string {
    const key = keyOf(place);
    const block = this.#blocks.get(key);
    if (!block) return '';
    this.#blocks.delete(key);
    const { choice, head, seal } = block;
    const more = seal && { seal };
    switch (head.type) {
      case 'toolCall': {
        const { id, name } = head;
        const call = { type: 'toolCall', id, name, arguments: block.pieces.join('') } as const;
        return this.#part(choice, writeAnswerPart({ ...call, ...more }));
      }
      case 'image': {
        const { mediaType } = head;
        const source = { kind: 'data', data: block.pieces.join(''), mediaType } as const;
        return this.#part(choice, writeAnswerPart({ type: 'image', source, ...more }));
      }
      case 'audio':
        return this.#audio(block, block.audio?.end());
      default:
        return '';
    }
  }

  #audio({ choice, head }: WrittenBlock, data = ''): string {
    if (data === '' || head.type !== 'audio') return '';
    return this.#part(choice, { inlineData: { mimeType: head.mediaType, data } });
  }

  #part(choice: WrittenChoice, part: Fields | undefined): string {
    if (part === undefined) return '';
    choice.endsInThought = part.thought === true;
    return this.#chunk({ content: { role: 'model', parts: [part] }, index: choice.index });
  }

  /** The tier is told from the first chunk on, as Vertex AI tells its kind of traffic. */
  #chunk(candidate: Fields): string {
    const tier = this.#serviceTier;
    const usageMetadata = tier === undefined ? undefined : { serviceTier: writeTier(tier) };
    return frame({
      candidates: [candidate],
      ...(usageMetadata && { usageMetadata }),
      ...this.#identity,
    });
  }
}

function keyOf({ choice, block }: Place): string {
  return `${choice}.${block}`;
}

function keep(block: WrittenBlock, piece: string): void {
  block.chars += piece.length;
  if (block.chars > BLOCK_CHARS_MAX) throw new BrokenStream('A part of the answer is too large.');
  block.pieces.push(piece);
}

/** In streams, citations are about all text of the answer. */
function placed(citation: Citation, { choice, textStart }: WrittenBlock): PlacedCitation {
  const { start, end } = citation;
  if (start === undefined || end === undefined || choice.text.length > TEXT_CHARS_MAX) {
    return { citation };
  }
  const moved = { ...citation, start: start + textStart, end: end + textStart };
  return { place: 0, citation: moved };
}

/** The last chunk of an answer: why it ended and what it rests on. */
function finalCandidate(choice: WrittenChoice): Fields {
  const { index, text, stop, metadata, citations, logprobs } = choice;
  const isGrounded = citations.length > 0 && metadata.groundingMetadata === undefined;
  return {
    // Clients that keep a conversation take a chunk without parts for a broken one.
    content: { role: 'model', parts: [{ text: '' }] },
    ...(stop && { finishReason: writeFinish(stop) }),
    index,
    ...(isGrounded && { groundingMetadata: writeGrounding(citations, [{ place: 0, text }]) }),
    ...metadata,
    ...(logprobs.length > 0 && { avgLogprobs: averageOf(logprobs) }),
  };
}
