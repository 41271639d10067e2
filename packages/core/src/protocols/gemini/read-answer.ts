import { parseExact } from '../json/exact.ts';
import { type Fields, fieldsOf, isFields, listOf, numberOf, textOf } from '../json/values.ts';
import type { Choice, NeutralAnswer } from '../neutral/answer.ts';
import type { Part } from '../neutral/parts.ts';
import { callIdOf } from './call-ids.ts';
import { metadataOf, type PlacedText, queriesOf, readCitations } from './citations.ts';
import { present } from './fields.ts';
import { readFinish } from './finish.ts';
import { readLogprobs } from './logprobs.ts';
import { generationOf } from './model.ts';
import { type PartIds, readPart } from './read-parts.ts';
import { paidSearches, readGeminiUsage, readTier } from './usage.ts';

/** Seconds since 1970 of a time stamp; 0 for none. */
export function secondsOf(createTime: unknown): number {
  const milliseconds = Date.parse(textOf(createTime));
  return Number.isNaN(milliseconds) ? 0 : Math.floor(milliseconds / 1000);
}

/** The searches of several answers that are paid, each query once. */
export function searchesOf(queries: ReadonlySet<string>, model: string): number {
  if (queries.size === 0) return 0;
  return paidSearches(queries, generationOf({ model, canonical: model }));
}

/** Ids for the calls of one choice that come without. */
export function answerIds(answer: string, choice: number): PartIds {
  let calls = 0;
  return {
    call: (_name, given) => given ?? callIdOf(answer, choice, calls++),
    result: (name, given) => ({ id: given ?? '', name }),
  };
}

function parsed(body: Buffer): unknown {
  try {
    return parseExact(body.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Reads a whole answer; undefined when the bytes are no answer of `generateContent`. */
export function readGeminiAnswer(body: Buffer): NeutralAnswer | undefined {
  const answer = parsed(body);
  if (!isFields(answer)) return undefined;
  const { candidates, promptFeedback } = answer;
  if (!Array.isArray(candidates) && !isFields(promptFeedback)) return undefined;
  const id = textOf(answer.responseId);
  const model = textOf(answer.modelVersion);
  const queries = new Set(listOf(candidates).flatMap((each) => queriesOf(fieldsOf(each))));
  const usage = readGeminiUsage(answer.usageMetadata, searchesOf(queries, model));
  return {
    id,
    model,
    createdAt: secondsOf(answer.createTime),
    choices: readChoices(answer, id),
    usage: usage?.usage,
    isSuspicious: usage?.isSuspicious === true,
    ...present({ serviceTier: readTier(answer.usageMetadata) }),
  };
}

function readChoices(answer: Fields, id: string): readonly Choice[] {
  const candidates = listOf(answer.candidates).filter(isFields);
  if (candidates.length === 0) return [blockedChoice(fieldsOf(answer.promptFeedback))];
  return candidates.map((candidate) => readChoice(candidate, id));
}

/** What is left of a request whose prompt was blocked: why, where Google says it. */
function blockedChoice({ blockReasonMessage }: Fields): Choice {
  const text = textOf(blockReasonMessage);
  return {
    index: 0,
    parts: text === '' ? [] : [{ type: 'refusal', text }],
    stop: 'contentFilter',
  };
}

function readChoice(candidate: Fields, id: string): Choice {
  const index = numberOf(candidate.index) ?? 0;
  const ids = answerIds(id, index);
  const given = listOf(fieldsOf(candidate.content).parts).filter(isFields);
  const parts = given.map((part) => readPart(part, ids));
  const hasCalls = parts.some((part) => part.type === 'toolCall');
  const metadata = metadataOf(candidate);
  const logprobs = readLogprobs(candidate.logprobsResult);
  return {
    index,
    parts: metadata ? withMetadata(parts, metadata) : parts,
    stop: readFinish(candidate.finishReason ?? 'STOP', hasCalls),
    ...present({ logprobs }),
  };
}

function withMetadata(parts: readonly Part[], metadata: Fields): readonly Part[] {
  const texts = parts.flatMap((part, place): PlacedText[] =>
    part.type === 'text' ? [{ place, text: part.text }] : [],
  );
  const citations = readCitations(metadata, texts);
  const last = texts.at(-1)?.place;
  const cited = parts.map((part, place) => {
    if (part.type !== 'text') return part;
    const own = citations.filter((each) => (each.place ?? last) === place);
    return own.length === 0 ? part : { ...part, citations: own.map((each) => each.citation) };
  });
  return [...cited, { type: 'opaque', origin: 'gemini', value: metadata }];
}
