import { z } from 'zod';
import { toolCall } from './message.ts';

/** Why an answer ended. */
const finishReason = z.enum(['stop', 'length', 'tool_calls', 'content_filter', 'function_call']);

const tokenCount = z.int().min(0);

/** The tokens that an answer used. Cached tokens are part of the prompt tokens. */
export const chatUsage = z.looseObject({
  prompt_tokens: tokenCount,
  completion_tokens: tokenCount,
  total_tokens: tokenCount,
  prompt_tokens_details: z
    .looseObject({ cached_tokens: tokenCount.optional(), audio_tokens: tokenCount.optional() })
    .nullish(),
  completion_tokens_details: z
    .looseObject({
      reasoning_tokens: tokenCount.optional(),
      audio_tokens: tokenCount.optional(),
      accepted_prediction_tokens: tokenCount.optional(),
      rejected_prediction_tokens: tokenCount.optional(),
    })
    .nullish(),
  cache_creation_tokens: tokenCount.optional().describe('Prompt tokens written to a cache.'),
  cache_read_tokens: tokenCount.optional().describe('Prompt tokens read from a cache.'),
});

const tokenLogprob = z.looseObject({
  token: z.string(),
  logprob: z.number(),
  bytes: z.array(z.int()).nullable(),
});

const choiceLogprobs = z.looseObject({
  content: z.array(tokenLogprob.extend({ top_logprobs: z.array(tokenLogprob) })).nullish(),
  refusal: z.array(tokenLogprob.extend({ top_logprobs: z.array(tokenLogprob) })).nullish(),
});

const answerMessage = z.looseObject({
  role: z.literal('assistant'),
  content: z.string().nullable(),
  refusal: z.string().nullish(),
  tool_calls: z.array(toolCall).optional(),
  annotations: z.array(z.record(z.string(), z.unknown())).optional(),
  audio: z
    .looseObject({
      id: z.string(),
      data: z.string(),
      expires_at: z.int(),
      transcript: z.string(),
    })
    .nullish(),
});

const stamps = {
  id: z.string(),
  created: z.int().describe('Seconds since 1970.'),
  model: z
    .string()
    .describe(
      'The name that was asked for where a mapping, alias or failover changed it, else the provider’s.',
    ),
  service_tier: z.string().nullish(),
  system_fingerprint: z.string().nullish(),
};

/** A whole answer. */
export const chatCompletion = z.looseObject({
  ...stamps,
  object: z.literal('chat.completion'),
  choices: z.array(
    z.looseObject({
      index: z.int(),
      message: answerMessage,
      finish_reason: finishReason,
      logprobs: choiceLogprobs.nullish(),
    }),
  ),
  usage: chatUsage.optional(),
});

const deltaToolCall = z.looseObject({
  index: z.int(),
  id: z.string().optional(),
  type: z.string().optional(),
  function: z
    .looseObject({ name: z.string().optional(), arguments: z.string().optional() })
    .optional(),
});

/** One event of a streamed answer; the stream ends with `data: [DONE]`. */
export const chatCompletionChunk = z.looseObject({
  ...stamps,
  object: z.literal('chat.completion.chunk'),
  choices: z.array(
    z.looseObject({
      index: z.int(),
      delta: z.looseObject({
        role: z.string().optional(),
        content: z.string().nullish(),
        refusal: z.string().nullish(),
        tool_calls: z.array(deltaToolCall).optional(),
      }),
      finish_reason: finishReason.nullable(),
      logprobs: choiceLogprobs.nullish(),
    }),
  ),
  usage: chatUsage.nullish().describe('In the last chunk, when it was asked for.'),
});

export type ChatCompletion = z.infer<typeof chatCompletion>;
export type ChatCompletionChunk = z.infer<typeof chatCompletionChunk>;
