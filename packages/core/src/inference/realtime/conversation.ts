import { inputTokensLikely, inputTokensMax } from '../../metering/index.ts';
import {
  addSizes,
  type ConversationTokens,
  type ItemSize,
  NO_SIZE,
  type SessionFacts,
  USUAL_FACTS,
} from '../../protocols/index.ts';

/** Tokens that the model reads for one response. */
export interface InputTokens {
  /** Text and images. */
  readonly text: number;
  readonly audio: number;
}

/** The model that reads, as far as its input depends on it. */
export interface ReadingModel {
  /** Canonical name. */
  readonly name: string;
  readonly contextTokens?: number;
}

/** Bytes of a token of usual text. */
const BYTES_PER_TOKEN_LIKELY = 4;
/** OpenAI's models hear a token in each tenth of a second. */
const HEARD_TOKENS_PER_SECOND = 10;
const NO_TOKENS: ConversationTokens = { text: 0, audio: 0 };

/**
 * How long a conversation is. Every usage tells it exactly; what came since then is estimated from
 * its bytes. What is deleted or was silence only makes it longer than it is.
 */
export class Conversation {
  #facts: SessionFacts = USUAL_FACTS;
  #told: ConversationTokens = NO_TOKENS;
  /** Bytes of the prompt that the told length contains. */
  #toldPromptBytes = 0;
  /** What the running responses read that no usage has told of. */
  #beingRead: ItemSize = NO_SIZE;
  #since: ItemSize = NO_SIZE;

  get facts(): SessionFacts {
    return this.#facts;
  }

  /** A change that the client asks for; until the upstream confirms it, both prompts may count. */
  asked(change: Partial<SessionFacts>): void {
    const promptBytes = this.#facts.promptBytes + (change.promptBytes ?? 0);
    this.#facts = { ...this.#facts, ...change, promptBytes };
  }

  /** The session as the upstream tells it. */
  confirmed(facts: Partial<SessionFacts>): void {
    this.#facts = { ...this.#facts, ...facts };
  }

  add(size: ItemSize): void {
    this.#since = addSizes(this.#since, size);
  }

  hear(bytes: number): void {
    this.add({ ...NO_SIZE, audioSeconds: bytes / this.#facts.inputRate });
  }

  /** A response has begun to read everything that is there. */
  began(): void {
    this.#beingRead = addSizes(this.#beingRead, this.#since);
    this.#since = NO_SIZE;
  }

  /** A response of the conversation has told its length; `isLast` when no other one runs. */
  told(length: ConversationTokens, isLast: boolean): void {
    this.#told = length;
    this.#toldPromptBytes = this.#facts.promptBytes;
    if (isLast) this.#beingRead = NO_SIZE;
  }

  /** No response on it, with these texts besides, reads more. */
  inputMax(besides: ItemSize, model: ReadingModel): InputTokens {
    const { textBytes, images, audioSeconds } = this.#unknown(besides);
    const tools = this.#facts.hasTools ? 1 : 0;
    const read = inputTokensMax({ textBytes, images, tools, model: model.name });
    const heard = audioSeconds > 0 ? inputTokensMax({ textBytes: 0, audioSeconds }) : 0;
    return capped({ text: this.#told.text + read, audio: this.#told.audio + heard }, model);
  }

  /** What a response on it probably reads. */
  inputLikely(besides: ItemSize, model: ReadingModel): InputTokens {
    const { textBytes, images, audioSeconds } = this.#unknown(besides);
    const seen = inputTokensLikely({ textBytes: 0, images, model: model.name });
    const read = Math.ceil(textBytes / BYTES_PER_TOKEN_LIKELY) + seen;
    const heard = Math.ceil(audioSeconds * HEARD_TOKENS_PER_SECOND);
    return capped({ text: this.#told.text + read, audio: this.#told.audio + heard }, model);
  }

  #unknown(besides: ItemSize): ItemSize {
    const prompt = Math.max(0, this.#facts.promptBytes - this.#toldPromptBytes);
    const size = addSizes(addSizes(this.#beingRead, this.#since), besides);
    return { ...size, textBytes: size.textBytes + prompt };
  }
}

/** No model reads more of either kind than fits into its context. */
function capped({ text, audio }: InputTokens, { contextTokens }: ReadingModel): InputTokens {
  if (contextTokens === undefined) return { text, audio };
  return { text: Math.min(text, contextTokens), audio: Math.min(audio, contextTokens) };
}
