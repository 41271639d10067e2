import type { BlockHead, StopReason, TokenLogprob, UpstreamError } from './answer.ts';
import type { Citation, Seal } from './parts.ts';
import type { Usage } from './usage.ts';

/**
 * A streamed answer in no vendor's words. `block` counts from 0 within a choice. A block is opened
 * once, gets deltas and notes, and is closed once; blocks of parallel tool calls may be open together.
 * Order: `begin`, then blocks, then one `stop` per choice, and `usage` whenever it is told; a later
 * usage replaces an earlier one.
 */
export type AnswerEvent =
  | {
      readonly kind: 'begin';
      readonly id: string;
      readonly model: string;
      /** Seconds since 1970; 0 when not told. */
      readonly createdAt: number;
      readonly serviceTier?: string;
      readonly systemFingerprint?: string;
    }
  | {
      readonly kind: 'open';
      readonly choice: number;
      readonly block: number;
      readonly head: BlockHead;
    }
  /** Text; a fragment of a call's arguments; base64 of an image or audio. */
  | {
      readonly kind: 'delta';
      readonly choice: number;
      readonly block: number;
      readonly text: string;
    }
  | {
      readonly kind: 'note';
      readonly choice: number;
      readonly block: number;
      readonly note:
        | { readonly citation: Citation }
        | { readonly seal: Seal }
        | { readonly logprobs: readonly TokenLogprob[] }
        /** What an audio block says. */
        | { readonly transcript: string };
    }
  | { readonly kind: 'close'; readonly choice: number; readonly block: number }
  | {
      readonly kind: 'stop';
      readonly choice: number;
      readonly reason: StopReason;
      readonly stopSequence?: string;
    }
  | { readonly kind: 'usage'; readonly usage: Usage; readonly isSuspicious: boolean }
  | { readonly kind: 'error'; readonly error: UpstreamError }
  /** The upstream's end marker: nothing but the end of the connection follows. */
  | { readonly kind: 'end' };
