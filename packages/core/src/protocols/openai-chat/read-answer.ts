import {
  type Fields,
  fieldsOf,
  isFields,
  listOf,
  numberOf,
  parseJson,
  stringOf,
  textOf,
} from '../json/values.ts';
import type { Choice, NeutralAnswer } from '../neutral/answer.ts';
import type { Citation, Part, TextPart, ToolCallPart } from '../neutral/parts.ts';
import { readAnnotation, readSources } from './annotations.ts';
import { readLogprobs } from './logprobs.ts';
import { audioTypeOf } from './media.ts';
import { readContent, readImage } from './read-content.ts';
import { readCall } from './read-messages.ts';
import { ownSeal, placeThoughts, readSignature, readThoughts } from './reasoning.ts';
import { readStop } from './stop-reasons.ts';
import { readChatUsage } from './usage.ts';

/** Reads a whole chat answer; undefined when the bytes are none. */
export function readChatAnswer(body: Buffer): NeutralAnswer | undefined {
  const answer = parseJson(body.toString('utf8'));
  if (!isFields(answer) || !Array.isArray(answer.choices)) return undefined;
  const sources = readSources(answer);
  const read = readChatUsage(answer.usage);
  const tier = stringOf(answer.service_tier);
  const fingerprint = stringOf(answer.system_fingerprint);
  return {
    id: textOf(answer.id),
    model: textOf(answer.model),
    createdAt: numberOf(answer.created) ?? 0,
    choices: answer.choices.map((choice, order) => readChoice(fieldsOf(choice), order, sources)),
    usage: read?.usage,
    isSuspicious: read?.isSuspicious ?? false,
    ...(tier !== undefined && { serviceTier: tier }),
    ...(fingerprint !== undefined && { systemFingerprint: fingerprint }),
  };
}

function readChoice(choice: Fields, order: number, sources: readonly Citation[]): Choice {
  const message = fieldsOf(choice.message);
  const parts = readParts(message, sources);
  const logprobs = readLogprobs(choice.logprobs);
  const stop = readStop(choice.finish_reason, {
    native: choice.native_finish_reason,
    sequence: choice.stop_reason,
    hasCalls: parts.some((part) => part.type === 'toolCall'),
    hasRefusal: parts.some((part) => part.type === 'refusal'),
  });
  const sequence = textOf(choice.stop_reason);
  return {
    index: numberOf(choice.index) ?? order,
    parts,
    stop,
    ...(stop === 'stopSequence' && sequence !== '' && { stopSequence: sequence }),
    ...(logprobs.length > 0 && { logprobs }),
  };
}

function readParts(message: Fields, sources: readonly Citation[]): Part[] {
  const said = readContent(contentOf(message), 'content');
  const citations = [...listOf(message.annotations).map(readAnnotation), ...sources];
  const others: Part[] = [...withCitations(said, citations), ...readOutside(message)];
  return placeThoughts(readThoughts(message, ownSeal), [...others, ...readCalls(message)]);
}

/** Content of a kind that is not known says nothing that could be passed on. */
function contentOf({ content }: Fields): unknown {
  return typeof content === 'string' || Array.isArray(content) ? content : undefined;
}

function withCitations(parts: readonly Part[], citations: readonly Citation[]): readonly Part[] {
  if (citations.length === 0) return parts;
  const at = parts.findIndex((part) => part.type === 'text');
  const found = parts[at];
  if (found?.type !== 'text') return [...parts, { type: 'text', text: '', citations }];
  const cited: TextPart = { ...found, citations };
  return parts.with(at, cited);
}

function readOutside({ refusal, audio, images }: Fields): Part[] {
  const parts: Part[] = [];
  if (textOf(refusal) !== '') parts.push({ type: 'refusal', text: textOf(refusal) });
  const spoken = isFields(audio) ? readAudio(audio) : undefined;
  if (spoken) parts.push(spoken);
  for (const image of listOf(images).map(fieldsOf)) {
    parts.push({ ...readImage(image), ...readSignature(image, ownSeal) });
  }
  return parts;
}

function readAudio({ id, data, transcript }: Fields): Part | undefined {
  const base64 = textOf(data);
  if (base64 === '' && textOf(transcript) === '') return undefined;
  return {
    type: 'audio',
    source: { kind: 'data', data: base64, mediaType: audioTypeOf(base64) },
    ...(typeof transcript === 'string' && { transcript }),
    ...(typeof id === 'string' && { id }),
  };
}

function readCalls({ tool_calls: list, function_call: single }: Fields): ToolCallPart[] {
  const calls = listOf(list).map((call, order) => withId(readCall(fieldsOf(call), ownSeal), order));
  if (!isFields(single)) return calls;
  return [
    ...calls,
    withId(readCall({ type: 'function', function: single }, ownSeal), calls.length),
  ];
}

/** Some servers leave out ids; calls and results are matched by them. */
function withId(call: ToolCallPart, order: number): ToolCallPart {
  return call.id === '' ? { ...call, id: `call_${order}` } : call;
}
