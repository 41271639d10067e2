import { inputTokens, outputTokens, type Usage } from '../neutral/usage.ts';

/**
 * Usage in OpenAI's fields, and beside them `cache_creation_tokens` and `cache_read_tokens`. Prompt
 * tokens include cached and audio ones, completion tokens include reasoning.
 */
export function writeChatUsage(usage: Usage): object {
  const prompt = inputTokens(usage);
  const completion = outputTokens(usage);
  const written = usage.cacheWrite5m + usage.cacheWrite1h;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: {
      cached_tokens: usage.cacheRead,
      audio_tokens: usage.inputAudio,
      ...(usage.inputImage > 0 && { image_tokens: usage.inputImage }),
      ...(written > 0 && { cache_write_tokens: written }),
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning,
      audio_tokens: usage.outputAudio,
      ...(usage.outputImage > 0 && { image_tokens: usage.outputImage }),
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
    cache_creation_tokens: written,
    cache_read_tokens: usage.cacheRead,
    ...(usage.cacheWrite1h > 0 && {
      cache_creation: {
        ephemeral_5m_input_tokens: usage.cacheWrite5m,
        ephemeral_1h_input_tokens: usage.cacheWrite1h,
      },
    }),
    ...(usage.units > 0 && { server_tool_use: { web_search_requests: usage.units } }),
  };
}
