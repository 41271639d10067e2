/** The wire formats of chat-like models; each has a folder of its own. */
export type WireName = 'chat' | 'responses' | 'messages' | 'gemini' | 'converse';

/**
 * What only the vendor that made it can read: a signature over thoughts, encrypted reasoning. It is
 * carried to the client and back, and handed only to upstreams of the wire that it came from.
 */
export interface Seal {
  readonly origin: WireName;
  readonly data: string;
  /** The vendor's id of the sealed item, where it has one. */
  readonly id?: string;
}

/** A prompt-cache breakpoint after the part that carries it. */
export interface CacheBreakpoint {
  readonly ttl: '5m' | '1h';
}

/** Where media come from. */
export type MediaSource =
  | {
      readonly kind: 'url';
      readonly url: string;
      /** Where the client says it; Gemini has to be told. */
      readonly mediaType?: string;
    }
  /** Base64 without a `data:` prefix. */
  | { readonly kind: 'data'; readonly data: string; readonly mediaType: string }
  /** An id that means something to the upstream of this wire only. */
  | {
      readonly kind: 'file';
      readonly id: string;
      readonly origin: WireName;
      readonly mediaType?: string;
    };

/** A place in a source that a text rests on. */
export interface Citation {
  readonly kind: 'url' | 'document';
  readonly url?: string;
  readonly title?: string;
  /** The quoted text. */
  readonly quote?: string;
  /** Offsets in characters of the text part that the citation is about. */
  readonly start?: number;
  readonly end?: number;
  /** The wire's own form, returned as it was where the client speaks the same. */
  readonly raw?: { readonly origin: WireName; readonly value: unknown };
}

export interface TextPart {
  readonly type: 'text';
  readonly text: string;
  readonly citations?: readonly Citation[];
  readonly cache?: CacheBreakpoint;
  readonly seal?: Seal;
}

export interface ImagePart {
  readonly type: 'image';
  readonly source: MediaSource;
  readonly detail?: string;
  readonly cache?: CacheBreakpoint;
  readonly seal?: Seal;
}

export interface AudioPart {
  readonly type: 'audio';
  readonly source: MediaSource;
  /** Of a generated audio: what is said. */
  readonly transcript?: string;
  /** Of a generated audio: the vendor's id, by which a later turn refers to it. */
  readonly id?: string;
}

export interface VideoPart {
  readonly type: 'video';
  readonly source: MediaSource;
}

/** A document: PDF, text, table. */
export interface FilePart {
  readonly type: 'file';
  readonly source: MediaSource;
  readonly name?: string;
  /** Whether the client wants citations of it. */
  readonly wantsCitations?: boolean;
  readonly cache?: CacheBreakpoint;
}

/** A call of a tool that the client runs. */
export interface ToolCallPart {
  readonly type: 'toolCall';
  readonly id: string;
  readonly name: string;
  /** JSON text of an object for a function; free text for a custom tool. */
  readonly arguments: string;
  readonly isCustom?: boolean;
  readonly cache?: CacheBreakpoint;
  readonly seal?: Seal;
}

export interface ToolResultPart {
  readonly type: 'toolResult';
  readonly callId: string;
  /** The tool's name; some wires match by it. Filled from the call where the client gave only an id. */
  readonly name: string;
  readonly content: readonly (TextPart | ImagePart | FilePart)[];
  readonly isError?: boolean;
  readonly isCustom?: boolean;
  readonly cache?: CacheBreakpoint;
}

/** Thoughts of the model; the text may be a summary, or empty where only the seal is told. */
export interface ReasoningPart {
  readonly type: 'reasoning';
  readonly text: string;
  readonly seal?: Seal;
}

/** What the model said instead of answering. */
export interface RefusalPart {
  readonly type: 'refusal';
  readonly text: string;
}

/** Something that one wire has and the others have not, e.g. a server-side tool's call and result. */
export interface OpaquePart {
  readonly type: 'opaque';
  readonly origin: WireName;
  readonly value: unknown;
}

/** A piece of a message. */
export type Part =
  | TextPart
  | ImagePart
  | AudioPart
  | VideoPart
  | FilePart
  | ToolCallPart
  | ToolResultPart
  | ReasoningPart
  | RefusalPart
  | OpaquePart;

/** One turn, or an instruction. Tool results are parts of user messages, calls of assistant ones. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  /** A system message that the client called `developer`. */
  readonly isDeveloper?: boolean;
  /** The speaker's name, where the client gave one. */
  readonly name?: string;
  readonly parts: readonly Part[];
}
