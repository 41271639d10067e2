import type { Fields } from '../json/values.ts';
import type { Choice, NeutralAnswer } from '../neutral/answer.ts';
import type { Part, ReasoningPart } from '../neutral/parts.ts';
import type { ShownAs } from '../wire.ts';
import { isMetadata, type PlacedCitation, type PlacedText, writeGrounding } from './citations.ts';
import { writeFinish } from './finish.ts';
import { averageOf, writeLogprobs } from './logprobs.ts';
import { sealForClient, UNTOLD_THOUGHT } from './seals.ts';
import { writeGeminiUsage } from './usage.ts';
import { writeMedia } from './write-media.ts';
import { type PartStyle, writeCall, writeImage, writeOpaque, writeText } from './write-parts.ts';

/** How parts are written for clients. */
const CLIENT_STYLE: PartStyle = { seal: sealForClient, hasCallIds: true };

/** The last second that a time stamp can tell: that of the year 9999. */
const SECONDS_MAX = 253_402_300_799;

/** Seconds since 1970 as a time stamp. */
export function timeStamp(seconds: number): string {
  const told = seconds > 0 ? Math.min(Math.floor(seconds), SECONDS_MAX) : 0;
  return new Date(told * 1000).toISOString().replace('.000Z', 'Z');
}

/** A part of an answer in Google's words; undefined for what only other APIs understand. */
export function writeAnswerPart(part: Part): Fields | undefined {
  switch (part.type) {
    case 'reasoning':
      return writeText(withText(part), CLIENT_STYLE);
    case 'text':
    case 'refusal':
      return writeText(part, CLIENT_STYLE);
    case 'toolCall':
      return writeCall(part, CLIENT_STYLE);
    case 'image':
      return writeImage(part, CLIENT_STYLE);
    case 'audio':
    case 'video':
    case 'file':
      return writeMedia(part);
    case 'opaque':
      return writeOpaque(part);
    case 'toolResult':
      return undefined;
  }
}

function withText(part: ReasoningPart): ReasoningPart {
  return part.text === '' && part.seal ? { ...part, text: UNTOLD_THOUGHT } : part;
}

/** A neutral answer as the body of a `generateContent` answer. */
export function writeGeminiAnswer(answer: NeutralAnswer, shown: ShownAs): Buffer {
  const { id, createdAt, choices, usage, serviceTier } = answer;
  const body = {
    candidates: choices.map(writeCandidate),
    ...(usage && { usageMetadata: writeGeminiUsage(usage, serviceTier) }),
    modelVersion: shown.model,
    createTime: timeStamp(createdAt || shown.createdAt),
    responseId: id || shown.requestId,
  };
  return Buffer.from(JSON.stringify(body));
}

function writeCandidate({ index, parts, stop, logprobs }: Choice): Fields {
  const written: Fields[] = [];
  const texts: PlacedText[] = [];
  const citations: PlacedCitation[] = [];
  let metadata: Fields = {};
  for (const part of parts) {
    if (part.type === 'opaque' && part.origin === 'gemini' && isMetadata(part.value)) {
      metadata = part.value;
      continue;
    }
    const own = writeAnswerPart(part);
    if (own === undefined) continue;
    const place = written.push(own) - 1;
    if (part.type !== 'text') continue;
    texts.push({ place, text: part.text });
    for (const citation of part.citations ?? []) citations.push({ place, citation });
  }
  const isGrounded = citations.length > 0 && metadata.groundingMetadata === undefined;
  return {
    content: { role: 'model', parts: written },
    finishReason: writeFinish(stop),
    index,
    ...(isGrounded && { groundingMetadata: writeGrounding(citations, texts) }),
    ...metadata,
    ...(logprobs && {
      avgLogprobs: averageOf(logprobs),
      logprobsResult: writeLogprobs(logprobs),
    }),
  };
}
