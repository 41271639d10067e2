import type { Fields } from '../json/values.ts';
import type { Choice, NeutralAnswer } from '../neutral/answer.ts';
import { urlOfData } from '../neutral/data-url.ts';
import type { AudioPart, ImagePart, Part, ToolCallPart } from '../neutral/parts.ts';
import type { ShownAs } from '../wire.ts';
import { writeAnnotation } from './annotations.ts';
import { usesFunctions } from './deprecated.ts';
import { writeLogprobs } from './logprobs.ts';
import { writeSignature, writeThoughts } from './reasoning.ts';
import { writeStop } from './stop-reasons.ts';
import { writeChatUsage } from './write-usage.ts';

/** Writes a whole chat answer. */
export function writeChatAnswer(answer: NeutralAnswer, shown: ShownAs): Buffer {
  const isDeprecated = usesFunctions(shown.call);
  const body = {
    id: answer.id || `chatcmpl-${shown.requestId}`,
    object: 'chat.completion',
    created: answer.createdAt || shown.createdAt,
    model: shown.model,
    choices: answer.choices.map((choice) => writeChoice(choice, isDeprecated)),
    ...(answer.usage && { usage: writeChatUsage(answer.usage) }),
    ...(answer.serviceTier !== undefined && { service_tier: answer.serviceTier }),
    ...(answer.systemFingerprint !== undefined && {
      system_fingerprint: answer.systemFingerprint,
    }),
  };
  return Buffer.from(JSON.stringify(body));
}

function writeChoice(choice: Choice, isDeprecated: boolean): Fields {
  const { index, parts, stop, stopSequence, logprobs } = choice;
  const hasRefusal = parts.some((part) => part.type === 'refusal');
  const ended = writeStop(stop, { sequence: stopSequence, hasRefusal });
  const isCall = isDeprecated && stop === 'toolCalls';
  return {
    index,
    message: writeMessage(parts, isDeprecated),
    logprobs: logprobs ? writeLogprobs(logprobs) : null,
    ...ended,
    ...(isCall && { finish_reason: 'function_call' }),
  };
}

function writeMessage(parts: readonly Part[], isDeprecated: boolean): Fields {
  const { content, annotations } = writeTexts(parts);
  const refusals = parts.filter((part) => part.type === 'refusal').map((part) => part.text);
  const audio = parts.find((part) => part.type === 'audio');
  const images = parts.filter((part) => part.type === 'image');
  const calls = parts.filter((part) => part.type === 'toolCall');
  return {
    role: 'assistant',
    content,
    refusal: refusals.length === 0 ? null : refusals.join(''),
    annotations,
    ...writeThoughts(parts),
    ...(audio?.type === 'audio' && { audio: writeAudio(audio) }),
    ...(images.length > 0 && { images: images.map(writeImage) }),
    ...writeCalls(calls, isDeprecated),
  };
}

/** All text of an answer as one content; null where it says something else instead. */
function writeTexts(parts: readonly Part[]): { content: string | null; annotations: unknown[] } {
  let content: string | null = null;
  const annotations: unknown[] = [];
  for (const part of parts) {
    if (part.type !== 'text') continue;
    const offset = content?.length ?? 0;
    for (const citation of part.citations ?? [])
      annotations.push(writeAnnotation(citation, offset));
    content = (content ?? '') + part.text;
  }
  return { content: parts.length === 0 ? '' : content, annotations };
}

function writeAudio({ id = '', source, transcript = '' }: AudioPart): Fields {
  const data = source.kind === 'data' ? source.data : '';
  return { id, data, transcript, expires_at: 0 };
}

/** An image of an answer, in OpenRouter's convention. */
function writeImage({ source, seal }: ImagePart, index: number): Fields {
  const url = source.kind === 'data' ? urlOfData(source) : source.kind === 'url' ? source.url : '';
  return { type: 'image_url', image_url: { url }, index, ...writeSignature(seal) };
}

function writeCalls(calls: readonly ToolCallPart[], isDeprecated: boolean): Fields {
  const [first] = calls;
  if (first === undefined) return {};
  if (isDeprecated) return { function_call: { name: first.name, arguments: first.arguments } };
  return { tool_calls: calls.map(writeCall) };
}

function writeCall({ id, name, arguments: given, isCustom, seal }: ToolCallPart): Fields {
  const rest = writeSignature(seal);
  if (isCustom) return { id, type: 'custom', custom: { name, input: given }, ...rest };
  return { id, type: 'function', function: { name, arguments: given }, ...rest };
}
