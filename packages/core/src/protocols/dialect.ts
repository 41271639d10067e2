import type { Form } from './form/form.ts';
import type { Usage } from './neutral/usage.ts';

/** What the pipeline reads of a request in any dialect; the rest travels in the untouched body. */
export interface Call {
  readonly body: Buffer;
  readonly model: string;
  readonly isStream: boolean;
  /** Whether the client asked to see the usage of a stream. */
  readonly wantsUsage: boolean;
  /** The request's own bound on output tokens per choice; undefined when it sets none, 0 for no text. */
  readonly maxOutputTokens: number | undefined;
  /** How many answers are asked for at once. */
  readonly choices: number;
  /** The provider's service tier that the request asks for; undefined for its usual one. */
  readonly service: string | undefined;
  /** How much a model has to read. */
  readonly size: InputSize;
  /** What is asked for by the piece (searches, images …); absent where only tokens are counted. */
  readonly pieces?: PieceCount;
  /** What the price of a piece may vary with: quality and size of an image. */
  readonly variant?: readonly string[];
  /** Tokens of media that are charged where the price is by the token and the provider tells none. */
  readonly mediaTokens?: Partial<Usage>;
  /** The streamed answer is bytes among which no error can be told. */
  readonly isBinary?: boolean;
}

/** Things that may be priced by the piece. */
export interface PieceCount {
  /** No answer to the request uses more: what a hold sets aside. */
  readonly max: number;
  /** What is charged where the provider does not tell. */
  readonly likely: number;
  /** The same where the price decides what is counted; else there is only one unit. */
  readonly by?: { readonly max: Pieces; readonly likely: Pieces };
}

/** Counts in the units that prices by the piece are in. */
export type Pieces = Readonly<Partial<Record<PieceName, number>>>;

/** Units of prices by the piece, as the catalog names them. */
export type PieceName = 'call' | 'image' | 'megapixel' | 'character' | 'second';

/** What is in a request, counted from its bytes: the ground of every estimate before it runs. */
export interface InputSize {
  /** Bytes of the body without media data. */
  readonly textBytes: number;
  readonly images: number;
  readonly audioSeconds: number;
  readonly videoSeconds: number;
  readonly documentPages: number;
  /** Tool definitions, 0 or more; any makes providers add a prompt of their own. */
  readonly tools: number;
  /** Texts that are read apart, each within the context of the model; 1 where absent. */
  readonly prompts?: number;
}

/** The named edits to a body that is forwarded in its own dialect; nothing else of it changes. */
export interface RequestEdits {
  /** The name under which the upstream knows the model. */
  readonly model: string;
  /** Whether the upstream understands a request for usage in a stream. */
  readonly forceUsage: boolean;
  /** An output bound to write into a request that has none, where the balance affords no more. */
  readonly outputBound?: { readonly field: string; readonly tokens: number };
}

/** Usage as read from the wire, and whether it held impossible counts. */
export interface ReadUsage {
  readonly usage: Usage;
  readonly isSuspicious: boolean;
  /** What was delivered by the piece, where the price decides what is counted. */
  readonly pieces?: Pieces;
}

/** A whole answer as it goes to the client. */
export interface WholeAnswer {
  readonly body: Buffer;
  /** Undefined when the provider reported none: absent is not zero. */
  readonly usage: ReadUsage | undefined;
  /** JSON unless it says otherwise. */
  readonly contentType?: string;
  /** The answer with the usage that is charged, where clients expect one and the provider told none. */
  withUsage?(usage: Usage): Buffer;
}

/** How the tap of a stream is set up. */
export interface TapOptions {
  /** Whether the usage event is for the client too, or only for us. */
  readonly wantsUsage: boolean;
  /** The name the client asked for, where the upstream's must not show; undefined = the upstream's. */
  readonly shownModel: string | undefined;
  /** Our id of the request, for ids that the upstream did not give. */
  readonly requestId?: string;
  /** Seconds since 1970, for upstreams that do not tell. */
  readonly createdAt?: number;
  /** The request, for what of it the end of an answer repeats. */
  readonly call?: Call;
}

/** Reads a stream on its way from the upstream to the client. */
export interface StreamTap {
  /** The type of what the client gets; server-sent events unless it says otherwise. */
  readonly contentType?: string | undefined;
  /**
   * Told what the upstream's answer claims to be, before any of it is pushed; false where that is no
   * answer. A tap without it takes server-sent events and the like.
   */
  accepts?(contentType: string): boolean;
  /** Whether content has been passed on: from then on there is no other attempt. */
  readonly isCommitted: boolean;
  /** Whether the upstream's end marker came; at most a late usage follows. */
  readonly isDone: boolean;
  /** Whether the upstream ended the answer itself, as far as the events so far tell. */
  readonly isComplete: boolean;
  /** Undefined until the provider reports it. */
  readonly usage: ReadUsage | undefined;
  /** The error that the upstream sent as an event; undefined while there is none. */
  readonly error: unknown;
  /** Upper estimate of the tokens generated so far. */
  readonly tokensLikely: number;
  /** Takes bytes and gives those that may go to the client now. Throws `BrokenStream`. */
  push(chunk: Buffer): Buffer | undefined;
  /** The upstream has ended; an unterminated last event counts as an event. */
  end(): Buffer | undefined;
  /** What was kept back until the charge is durable. */
  takeTail(): Buffer;
  /** The generated text that was kept, and how many times as much was generated in all. */
  generated(): { readonly text: string; readonly factor: number };
  /** The events that end an answer which was stopped because credit ran out. */
  endForLength(input: number, output: number): Buffer;
}

/** The upstream's stream broke the protocol. */
export class BrokenStream extends Error {
  override readonly name = 'BrokenStream';
}

/** What a path says of a request, for dialects that put it there rather than into the body. */
export interface CallPath {
  readonly model?: string;
  readonly isStream?: boolean;
  /** The model of a request that names none; undefined where it has to name one. */
  defaultModel?(): string | undefined;
}

/** One way of speaking, where client and upstream speak the same. */
export interface Dialect<C extends Call = Call> {
  readonly name: string;
  /** Reads a request. Throws `invalid_json` or `invalid_request` naming the field. */
  decode(raw: Buffer, path?: CallPath, form?: Form): C;
  /** The body for the upstream; the client's own bytes where nothing has to change. */
  editRequest(call: C, edits: RequestEdits): Buffer;
  /** Undefined when the bytes are no answer of this dialect. */
  readWhole(body: Buffer, shownModel: string | undefined): WholeAnswer | undefined;
  /** The generated text of a whole answer, for counting where no usage came. */
  textOfAnswer(body: Buffer): string;
  /** The text that the model reads, for counting where no usage came. */
  textOfRequest(call: C): string;
  openStream(options: TapOptions): StreamTap;
  /** An error as the last event of a stream. */
  errorEvent(body: object): Buffer;
}

/** The half of a dialect that the pipeline needs whatever the upstream speaks. */
export type ClientDialect<C extends Call = Call> = Pick<
  Dialect<C>,
  'name' | 'decode' | 'textOfAnswer' | 'textOfRequest' | 'errorEvent'
>;
