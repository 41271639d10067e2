import type { ReadUsage } from '../dialect.ts';
import { CountReader, TOKENS_MAX, tokensApart } from '../neutral/count-reader.ts';
import { NO_USAGE, type Usage } from '../neutral/usage.ts';

/** A usage object of the chat dialect in the words of the provider; unknown fields are ignored. */
interface WireUsage {
  readonly prompt_tokens?: unknown;
  readonly completion_tokens?: unknown;
  readonly total_tokens?: unknown;
  readonly prompt_cache_hit_tokens?: unknown;
  readonly cache_creation_tokens?: unknown;
  readonly cache_creation_input_tokens?: unknown;
  readonly cache_creation?: CacheCreation | null;
  readonly server_tool_use?: { readonly web_search_requests?: unknown } | null;
  readonly prompt_tokens_details?: Details | null;
  readonly completion_tokens_details?: Details | null;
}

interface Details {
  readonly cached_tokens?: unknown;
  readonly cache_write_tokens?: unknown;
  readonly cache_creation_input_tokens?: unknown;
  readonly cache_creation?: CacheCreation | null;
  readonly audio_tokens?: unknown;
  readonly image_tokens?: unknown;
  readonly reasoning_tokens?: unknown;
}

/** Anthropic's split of cache writes by how long they are kept, which others have taken over. */
interface CacheCreation {
  readonly ephemeral_1h_input_tokens?: unknown;
}

/** Searches of one request. */
const UNITS_MAX = 1_000_000;

/** Tokens written to a cache: OpenRouter's field, Qwen's, Meridian's own or LiteLLM's. */
function writtenOf(given: WireUsage, details: Details): unknown {
  return (
    details.cache_write_tokens ??
    details.cache_creation_input_tokens ??
    given.cache_creation_tokens ??
    given.cache_creation_input_tokens
  );
}

/**
 * Usage of the chat dialect in disjoint buckets; undefined when there is no usage (absent is not
 * zero). `prompt_tokens` includes cached and audio tokens, `completion_tokens` includes reasoning.
 */
export function readChatUsage(wire: unknown): ReadUsage | undefined {
  if (typeof wire !== 'object' || wire === null) return undefined;
  const given = wire as WireUsage;
  if (given.prompt_tokens === undefined && given.completion_tokens === undefined) return undefined;
  const reader = new CountReader();
  const inDetails = given.prompt_tokens_details ?? {};
  const outDetails = given.completion_tokens_details ?? {};
  const prompt = reader.read(given.prompt_tokens, TOKENS_MAX);
  const cached = inDetails.cached_tokens ?? given.prompt_cache_hit_tokens;
  const cacheRead = reader.read(cached, prompt);
  const written = reader.read(writtenOf(given, inDetails), prompt - cacheRead);
  const creation = given.cache_creation ?? inDetails.cache_creation;
  const cacheWrite1h = reader.read(creation?.ephemeral_1h_input_tokens, written);
  let left = prompt - cacheRead - written;
  const inputAudio = reader.read(inDetails.audio_tokens, left);
  left -= inputAudio;
  const inputImage = reader.read(inDetails.image_tokens, left);
  const completion = reader.read(given.completion_tokens, TOKENS_MAX);
  const apart = tokensApart(given.total_tokens, prompt, completion);
  const inside = apart > 0 ? 0 : reader.read(outDetails.reasoning_tokens, completion);
  const outputAudio = reader.read(outDetails.audio_tokens, completion - inside);
  const outputImage = reader.read(outDetails.image_tokens, completion - inside - outputAudio);
  const usage: Usage = {
    ...NO_USAGE,
    input: left - inputImage,
    cacheRead,
    cacheWrite5m: written - cacheWrite1h,
    cacheWrite1h,
    inputAudio,
    inputImage,
    output: completion - inside - outputAudio - outputImage,
    reasoning: apart > 0 ? apart : inside,
    outputAudio,
    outputImage,
    units: reader.read(given.server_tool_use?.web_search_requests, UNITS_MAX),
  };
  return { usage, isSuspicious: reader.isSuspicious };
}
