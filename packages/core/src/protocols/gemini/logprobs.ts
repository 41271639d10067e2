import { exactNumber } from '../json/exact.ts';
import { type Fields, fieldsOf, listOf, stringOf } from '../json/values.ts';
import type { TokenLogprob } from '../neutral/answer.ts';

interface Candidate {
  readonly token: string;
  readonly logprob: number;
  /** Google tells tokens as text, which bytes they are is not known. */
  readonly bytes: null;
}

function readCandidate(value: unknown): readonly Candidate[] {
  const { token, logProbability } = fieldsOf(value);
  const text = stringOf(token);
  // Protocol JSON leaves out what is zero.
  const logprob = logProbability === undefined ? 0 : exactNumber(logProbability);
  return text === undefined || logprob === undefined ? [] : [{ token: text, logprob, bytes: null }];
}

/** The likelihoods of an answer's tokens; undefined where there are none. */
export function readLogprobs(result: unknown): readonly TokenLogprob[] | undefined {
  const { chosenCandidates, topCandidates } = fieldsOf(result);
  if (!Array.isArray(chosenCandidates)) return undefined;
  const tops = listOf(topCandidates);
  const read = chosenCandidates.flatMap((chosen: unknown, at) => {
    const candidates = listOf(fieldsOf(tops[at]).candidates);
    const top = candidates.flatMap(readCandidate);
    return readCandidate(chosen).map((candidate) => ({ ...candidate, top }));
  });
  return read.length === 0 ? undefined : read;
}

function writeCandidate({ token, logprob }: { token: string; logprob: number }): Fields {
  return { token, logProbability: logprob };
}

/** The same in Google's words. */
export function writeLogprobs(logprobs: readonly TokenLogprob[]): Fields {
  return {
    topCandidates: logprobs.map(({ top }) => ({ candidates: top.map(writeCandidate) })),
    chosenCandidates: logprobs.map(writeCandidate),
  };
}

/** The mean of the log probabilities, which Google tells of each answer. */
export function averageOf(logprobs: readonly TokenLogprob[]): number {
  return logprobs.reduce((sum, { logprob }) => sum + logprob, 0) / Math.max(1, logprobs.length);
}
