import type { ReadUsage } from '../dialect.ts';
import { type Fields, fieldsOf, isFields, listOf } from '../json/values.ts';
import { CountReader, TOKENS_MAX, tokensApart } from '../neutral/count-reader.ts';
import { inputTokens, NO_USAGE, outputTokens, type Usage } from '../neutral/usage.ts';

/**
 * Usage of the Responses API in disjoint buckets; undefined when there is none (absent is not zero).
 * `input_tokens` includes tokens read from and written to the cache, `output_tokens` reasoning. The
 * searches that are paid by the piece are told by the items of the `output`.
 */
export function readResponsesUsage(wire: unknown, output?: unknown): ReadUsage | undefined {
  if (!isFields(wire)) return undefined;
  if (wire.input_tokens === undefined && wire.output_tokens === undefined) return undefined;
  const reader = new CountReader();
  const details = fieldsOf(wire.output_tokens_details);
  const generated = reader.read(wire.output_tokens, TOKENS_MAX);
  const buckets = readInput(wire, reader);
  const apart = tokensApart(
    wire.total_tokens,
    reader.read(wire.input_tokens, TOKENS_MAX),
    generated,
  );
  const inside = apart > 0 ? 0 : reader.read(details.reasoning_tokens, generated);
  const outputAudio = reader.read(details.audio_tokens, generated - inside);
  const outputImage = reader.read(details.image_tokens, generated - inside - outputAudio);
  const usage: Usage = {
    ...NO_USAGE,
    ...buckets,
    output: generated - inside - outputAudio - outputImage,
    reasoning: apart > 0 ? apart : inside,
    outputAudio,
    outputImage,
    units: listOf(output).filter(isSearch).length,
  };
  return { usage, isSuspicious: reader.isSuspicious };
}

/** Whether an item is a search of the web; opening a page and looking through it are not paid apart. */
function isSearch(item: unknown): boolean {
  const { type, status, action } = fieldsOf(item);
  if (type !== 'web_search_call' || status === 'failed') return false;
  return (fieldsOf(action).type ?? 'search') === 'search';
}

type InputBuckets = Pick<
  Usage,
  'input' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h' | 'inputAudio' | 'inputImage'
>;

function readInput(wire: Fields, reader: CountReader): InputBuckets {
  const details = fieldsOf(wire.input_tokens_details);
  const total = reader.read(wire.input_tokens, TOKENS_MAX);
  const cacheRead = reader.read(details.cached_tokens, total);
  const written = reader.read(details.cache_write_tokens, total - cacheRead);
  const lasting = fieldsOf(wire.cache_creation).ephemeral_1h_input_tokens;
  const cacheWrite1h = reader.read(lasting, written);
  let left = total - cacheRead - written;
  const inputAudio = reader.read(details.audio_tokens, left);
  left -= inputAudio;
  const inputImage = reader.read(details.image_tokens, left);
  return {
    input: left - inputImage,
    cacheRead,
    cacheWrite5m: written - cacheWrite1h,
    cacheWrite1h,
    inputAudio,
    inputImage,
  };
}

/**
 * Usage in the words of the Responses API. Beside its own fields there are the two counts of cached
 * tokens that all dialects have here, and the longer-lived part of what was written.
 */
export function writeResponsesUsage(usage: Usage): object {
  const input = inputTokens(usage);
  const output = outputTokens(usage);
  const written = usage.cacheWrite5m + usage.cacheWrite1h;
  return {
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: usage.cacheRead,
      cache_write_tokens: written,
      ...media(usage.inputAudio, usage.inputImage),
    },
    output_tokens: output,
    output_tokens_details: {
      reasoning_tokens: usage.reasoning,
      ...media(usage.outputAudio, usage.outputImage),
    },
    total_tokens: input + output,
    cache_creation_tokens: written,
    cache_read_tokens: usage.cacheRead,
    ...(usage.cacheWrite1h > 0 && {
      cache_creation: {
        ephemeral_5m_input_tokens: usage.cacheWrite5m,
        ephemeral_1h_input_tokens: usage.cacheWrite1h,
      },
    }),
  };
}

function media(audio: number, image: number): object {
  return {
    ...(audio > 0 && { audio_tokens: audio }),
    ...(image > 0 && { image_tokens: image }),
  };
}
