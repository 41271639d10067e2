import type { Part, WireName } from './parts.ts';
import type { Usage } from './usage.ts';

/** Why an answer ended. */
export type StopReason =
  | 'end'
  /** A stop sequence of the request came up. */
  | 'stopSequence'
  | 'length'
  | 'toolCalls'
  | 'contentFilter'
  | 'refusal'
  /** The vendor paused a long turn; the client may send it back to go on. */
  | 'pause'
  /** The context window was full. */
  | 'contextLength'
  /** The model's call of a tool could not be read. */
  | 'malformedCall'
  | 'error';

/** How likely a token was, with its alternatives: OpenAI's shape, which the others are mapped to. */
export interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly bytes: readonly number[] | null;
  readonly top: readonly { token: string; logprob: number; bytes: readonly number[] | null }[];
}

/** One of the answers. */
export interface Choice {
  readonly index: number;
  readonly parts: readonly Part[];
  readonly stop: StopReason;
  /** The stop sequence that came up. */
  readonly stopSequence?: string;
  readonly logprobs?: readonly TokenLogprob[];
}

/** A whole answer in no vendor's words. */
export interface NeutralAnswer {
  /** The upstream's id of the answer; empty when it gave none. */
  readonly id: string;
  /** The model as the upstream names it; empty when it does not. */
  readonly model: string;
  /** Seconds since 1970; 0 when not told. */
  readonly createdAt: number;
  readonly choices: readonly Choice[];
  /** Undefined when the upstream reported none: absent is not zero. */
  readonly usage: Usage | undefined;
  /** Whether the usage held impossible counts. */
  readonly isSuspicious: boolean;
  readonly serviceTier?: string;
  readonly systemFingerprint?: string;
  /** Why the answer failed, where the upstream tells that in an answer instead of an error reply. */
  readonly error?: UpstreamError;
}

/** What an upstream said about a request that it refused, or about a stream that it broke off. */
export interface UpstreamError {
  readonly message: string;
  /** The vendor's own word for it (`type` or `code`). */
  readonly code?: string;
  /** The field that it blames, in the upstream's words. */
  readonly param?: string;
  /** The HTTP status that it stands for, where an event carries or implies one. */
  readonly status?: number;
  /** Whole seconds until a retry can succeed, where the body tells them. */
  readonly retryAfterSeconds?: number;
}

/** What opens a block of an answer. */
export type BlockHead =
  | { readonly type: 'text' }
  | { readonly type: 'reasoning' }
  | { readonly type: 'refusal' }
  | {
      readonly type: 'toolCall';
      readonly id: string;
      readonly name: string;
      readonly isCustom?: boolean;
    }
  | { readonly type: 'image'; readonly mediaType: string }
  | { readonly type: 'audio'; readonly mediaType: string; readonly id?: string }
  /** Complete as it stands; no delta follows. */
  | { readonly type: 'opaque'; readonly origin: WireName; readonly value: unknown };
