import type { Choice, StopReason, TokenLogprob } from '../neutral/answer.ts';
import type { Part } from '../neutral/parts.ts';

/** A choice of a completion, or the piece of it in one event. */
export interface WrittenChoice {
  readonly text: string;
  readonly index: number;
  readonly logprobs: WrittenLogprobs | null;
  readonly finish_reason: string | null;
}

/** Probabilities as lists side by side. */
export interface WrittenLogprobs {
  readonly tokens: readonly string[];
  readonly token_logprobs: readonly number[];
  readonly top_logprobs: readonly Readonly<Record<string, number>>[];
  readonly text_offset: readonly number[];
}

const FINISHES: Partial<Record<StopReason, string>> = {
  length: 'length',
  contextLength: 'length',
  contentFilter: 'content_filter',
  refusal: 'content_filter',
};

/** Why an answer ended, in the few words that there are. */
export function writeFinish(reason: StopReason): string {
  return FINISHES[reason] ?? 'stop';
}

/** A whole choice: what is said, without the thoughts behind it. */
export function writeChoice({ index, parts, stop, logprobs }: Choice): WrittenChoice {
  return {
    text: parts.map(textOfPart).join(''),
    index,
    logprobs: logprobs ? writeLogprobs(logprobs, 0) : null,
    finish_reason: writeFinish(stop),
  };
}

function textOfPart(part: Part): string {
  return part.type === 'text' || part.type === 'refusal' ? part.text : '';
}

/** Probabilities of tokens that begin `offset` characters behind the begin of the text. */
export function writeLogprobs(tokens: readonly TokenLogprob[], offset: number): WrittenLogprobs {
  const offsets: number[] = [];
  let at = offset;
  for (const { token } of tokens) {
    offsets.push(at);
    at += token.length;
  }
  return {
    tokens: tokens.map(({ token }) => token),
    token_logprobs: tokens.map(({ logprob }) => logprob),
    top_logprobs: tokens.map(({ top }) =>
      Object.fromEntries(top.map(({ token, logprob }) => [token, logprob])),
    ),
    text_offset: offsets,
  };
}
