import type { Pieces, ReadUsage } from '../dialect.ts';
import { fieldsOf, isFields } from '../json/values.ts';
import { NO_USAGE } from '../neutral/usage.ts';
import { readChatUsage } from '../openai-chat/usage.ts';

/** What an endpoint generates, where the provider does not break its output down. */
export type Generated = 'audio' | 'image' | 'text';

/**
 * The tokens of an answer of OpenAI's media endpoints, and what it delivered by the piece. No tokens
 * where the provider tells none: the price then decides whether that is missing.
 */
export function readMediaUsage(wire: unknown, generated: Generated, pieces: Pieces): ReadUsage {
  if (!isFields(wire)) return { usage: NO_USAGE, isSuspicious: false, pieces };
  const input = fieldsOf(wire.input_tokens_details ?? wire.input_token_details);
  const output = wire.output_tokens ?? wire.completion_tokens;
  const read = readChatUsage({
    prompt_tokens: wire.input_tokens ?? wire.prompt_tokens,
    completion_tokens: output,
    prompt_tokens_details: {
      cached_tokens: input.cached_tokens,
      audio_tokens: input.audio_tokens,
      image_tokens: input.image_tokens,
    },
    completion_tokens_details: outputDetails(wire.output_tokens_details, output, generated),
  });
  return { ...(read ?? { usage: NO_USAGE, isSuspicious: false }), pieces };
}

function outputDetails(given: unknown, all: unknown, generated: Generated): object {
  if (isFields(given)) {
    return { audio_tokens: given.audio_tokens, image_tokens: given.image_tokens };
  }
  return generated === 'text' ? {} : { [`${generated}_tokens`]: all };
}
