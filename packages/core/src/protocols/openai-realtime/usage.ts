import type { ReadUsage } from '../dialect.ts';
import { type Fields, fieldsOf, isFields, numberOf } from '../json/values.ts';
import { readMediaUsage } from '../media/token-usage.ts';
import { CountReader, TOKENS_MAX } from '../neutral/count-reader.ts';
import { NO_USAGE, type Usage } from '../neutral/usage.ts';

type InputBuckets = Pick<Usage, 'input' | 'cacheRead' | 'inputAudio' | 'inputImage'>;

/**
 * The usage of a response of the Realtime API in disjoint buckets; undefined where there is none
 * (absent is not zero). Its counts of text, audio and images include what was read from the cache.
 */
export function readRealtimeUsage(wire: unknown): ReadUsage | undefined {
  if (!isFields(wire)) return undefined;
  if (wire.input_tokens === undefined && wire.output_tokens === undefined) return undefined;
  const reader = new CountReader();
  const output = reader.read(wire.output_tokens, TOKENS_MAX);
  const details = fieldsOf(wire.output_token_details);
  const outputAudio = reader.read(details.audio_tokens, output);
  const reasoning = reader.read(details.reasoning_tokens, output - outputAudio);
  const usage: Usage = {
    ...NO_USAGE,
    ...readInput(wire, reader),
    output: output - outputAudio - reasoning,
    reasoning,
    outputAudio,
  };
  return { usage, isSuspicious: reader.isSuspicious };
}

/** Without a split of the cached tokens they count as text first, which nearly all of them are. */
function readInput(wire: Fields, reader: CountReader): InputBuckets {
  const total = reader.read(wire.input_tokens, TOKENS_MAX);
  const details = fieldsOf(wire.input_token_details);
  const audio = reader.read(details.audio_tokens, total);
  const image = reader.read(details.image_tokens, total - audio);
  const text = total - audio - image;
  const cached = reader.read(details.cached_tokens, total);
  const split = fieldsOf(details.cached_tokens_details);
  const fromAudio = reader.read(split.audio_tokens ?? Math.max(0, cached - text), audio);
  const fromImage = reader.read(split.image_tokens, image);
  const fromText = Math.min(text, Math.max(0, cached - fromAudio - fromImage));
  return {
    input: text - fromText,
    inputAudio: audio - fromAudio,
    inputImage: image - fromImage,
    cacheRead: fromText + fromAudio + fromImage,
  };
}

/** The usage of a transcript: tokens, seconds of speech, or neither; its price decides what counts. */
export function readTranscriptUsage(wire: unknown): ReadUsage {
  const seconds = numberOf(fieldsOf(wire).seconds);
  const isTold = seconds !== undefined && seconds >= 0;
  return readMediaUsage(wire, 'text', isTold ? { second: Math.ceil(seconds) } : {});
}

/** How long a conversation is after a response: what was read and what was added to it. */
export interface ConversationTokens {
  /** Text and images. */
  readonly text: number;
  readonly audio: number;
}

/** The length of a conversation by the usage of its latest response, cached or not. */
export function readConversation(wire: unknown): ConversationTokens {
  const fields = fieldsOf(wire);
  const reader = new CountReader();
  const input = reader.read(fields.input_tokens, TOKENS_MAX);
  const output = reader.read(fields.output_tokens, TOKENS_MAX);
  const heard = reader.read(fieldsOf(fields.input_token_details).audio_tokens, input);
  const spoken = reader.read(fieldsOf(fields.output_token_details).audio_tokens, output);
  return { text: input - heard + output - spoken, audio: heard + spoken };
}
