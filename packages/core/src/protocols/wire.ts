import type { Failure } from '../kernel/index.ts';
import type { Call } from './dialect.ts';
import type { NeutralAnswer, UpstreamError } from './neutral/answer.ts';
import type { AnswerEvent } from './neutral/events.ts';
import type { WireName } from './neutral/parts.ts';
import type { Ability, Loss, NeutralRequest } from './neutral/request.ts';
import type { Usage } from './neutral/usage.ts';

/** What a request is written for: a model at an upstream, as far as writing depends on it. */
export interface WireTarget {
  /** The name under which the upstream knows the model. */
  readonly model: string;
  /** The model in the catalog's words, for what depends on its family. */
  readonly canonical: string;
  /** The model's longest answer in tokens, where it is known. */
  readonly maxOutputTokens?: number;
  /** An output bound that the balance dictates where the client sets none. */
  readonly outputBound?: number;
  /** Whether the upstream understands a request for usage in a stream. */
  readonly includeUsage: boolean;
  /** The field of the chat wire that bounds the output. */
  readonly outputField?: 'max_tokens' | 'max_completion_tokens';
  /** What the catalog says that the model can do; absent: not known, so it is tried. */
  readonly abilities?: ReadonlySet<string>;
  /**
   * Set where prompt-cache breakpoints are to be placed for a client that sets none: whether a
   * beginning of the prompt is worth the price of writing it to the cache.
   */
  readonly isWorthCaching?: (beginning: string) => boolean;
  /** Whether a Gemini upstream is Vertex AI, which knows a few other fields than the Gemini API. */
  readonly isVertex?: boolean;
  /** Fields of a chat request that the upstream refuses or takes no notice of. */
  readonly unsupported?: readonly string[];
  /** Whether the client lets go what the upstream does not take. */
  readonly mayDrop?: boolean;
  /** Where an upstream of OpenAI's way departs from its fields. */
  readonly fieldNames?: FieldNames;
}

/** Fields of OpenAI's → what the upstream calls them; null where it knows no such field. */
export type FieldNames = ReadonlyMap<string, string | null>;

/** A body for an upstream and what of the request is not in it. */
export interface EncodedRequest {
  readonly body: Buffer;
  readonly losses: readonly Loss[];
}

/** Reads a streamed answer; bytes may come cut anywhere. Throws `BrokenStream`. */
export interface EventReader {
  push(chunk: Buffer): readonly AnswerEvent[];
  /** The upstream has ended; an unterminated last event counts as an event. */
  end(): readonly AnswerEvent[];
}

/** The upstream's half of a wire format: requests out, answers in. Pure. */
export interface UpstreamWire {
  readonly name: WireName;
  encodeRequest(request: NeutralRequest, target: WireTarget): EncodedRequest;
  /** Undefined when the bytes are no answer of this wire. */
  decodeAnswer(body: Buffer): NeutralAnswer | undefined;
  openReader(): EventReader;
  /** Whatever the body is, there is a message; an empty one when it says nothing. */
  readError(body: Buffer): UpstreamError;
}

/** How an answer is shown to the client. */
export interface ShownAs {
  /** The model's name, already the one that the client may see. */
  readonly model: string;
  /** Our id of the request, for ids that the upstream did not give. */
  readonly requestId: string;
  /** Seconds since 1970, for upstreams that do not tell. */
  readonly createdAt: number;
  /** The request that is answered, for what of it the answer repeats or depends on. */
  readonly call?: Call;
}

/** What a writer needs to know of the request. */
export interface WriterOptions extends ShownAs {
  /** Whether the client asked to see the usage of a stream. */
  readonly wantsUsage: boolean;
}

/**
 * Writes a streamed answer. The pipeline holds back what `finish` gives until the charge is durable,
 * so that stop reasons and usage belong there, and everything before in `write`. Only whole events of
 * the wire are given, and they may be written one by one or several at once.
 */
export interface EventWriter {
  /**
   * Bytes for the client now; empty when the event has none, as for `stop`, `usage` and `end`. An
   * `error` is written as the wire's own error event; nothing is written after it, no `finish` either.
   */
  write(event: AnswerEvent): string;
  /** The events that end the answer: closes what is open, tells why it stopped, and the usage. */
  finish(usage: Usage | undefined): string;
}

/** The client's half of a wire format: requests in, answers out. Pure. */
export interface ClientWire {
  readonly name: WireName;
  /** Throws `invalid_request` naming the field. */
  decodeRequest(call: Call): NeutralRequest;
  encodeAnswer(answer: NeutralAnswer, shown: ShownAs): Buffer;
  openWriter(options: WriterOptions): EventWriter;
  /** The client's own field for what a target cannot do, e.g. `max_tokens`, `generationConfig.seed`. */
  fieldOf(ability: Ability): string;
  /** An error as this wire's clients expect it; some look for our id of the request in it. */
  errorBody(failure: Failure, requestId?: string): object;
}
