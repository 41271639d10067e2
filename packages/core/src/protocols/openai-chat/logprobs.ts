import { type Fields, fieldsOf, listOf, numberOf, textOf } from '../json/values.ts';
import type { TokenLogprob } from '../neutral/answer.ts';

/** The log probabilities of an answer's text or refusal; none where it has none. */
export function readLogprobs(logprobs: unknown): readonly TokenLogprob[] {
  const { content, refusal } = fieldsOf(logprobs);
  return [...listOf(content), ...listOf(refusal)].map(fieldsOf).map((token) => ({
    ...readToken(token),
    top: listOf(token.top_logprobs).map(fieldsOf).map(readToken),
  }));
}

function readToken({ token, logprob, bytes }: Fields): Omit<TokenLogprob, 'top'> {
  const isBytes = Array.isArray(bytes) && bytes.every((byte) => typeof byte === 'number');
  return { token: textOf(token), logprob: numberOf(logprob) ?? 0, bytes: isBytes ? bytes : null };
}

/** Log probabilities as a field of a choice. */
export function writeLogprobs(logprobs: readonly TokenLogprob[]): object {
  const content = logprobs.map(({ token, logprob, bytes, top }) => ({
    token,
    logprob,
    bytes,
    top_logprobs: top,
  }));
  return { content, refusal: null };
}
