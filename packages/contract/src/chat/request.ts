import { z } from 'zod';
import { MODEL_ID_MAX_CHARS } from '../formats.ts';
import { textPart } from './content.ts';
import { chatMessage } from './message.ts';

const jsonSchema = z.record(z.string(), z.unknown()).describe('A JSON Schema.');

/** Something the model may call. */
export const chatTool = z.union([
  z.looseObject({
    type: z.literal('function'),
    function: z.looseObject({
      name: z.string(),
      description: z.string().optional(),
      parameters: jsonSchema.optional(),
      strict: z.boolean().nullish(),
    }),
  }),
  z.looseObject({
    type: z.literal('custom'),
    custom: z.looseObject({
      name: z.string(),
      description: z.string().optional(),
      format: z.looseObject({ type: z.enum(['text', 'grammar']) }).optional(),
    }),
  }),
]);

export const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.looseObject({
    type: z.literal('function'),
    function: z.looseObject({ name: z.string() }),
  }),
  z.looseObject({ type: z.literal('custom'), custom: z.looseObject({ name: z.string() }) }),
  z.looseObject({
    type: z.literal('allowed_tools'),
    allowed_tools: z.looseObject({
      mode: z.enum(['auto', 'required']),
      tools: z.array(z.record(z.string(), z.unknown())),
    }),
  }),
]);

export const responseFormat = z.union([
  z.looseObject({ type: z.literal('text') }),
  z.looseObject({ type: z.literal('json_object') }),
  z.looseObject({
    type: z.literal('json_schema'),
    json_schema: z.looseObject({
      name: z.string(),
      description: z.string().optional(),
      schema: jsonSchema.optional(),
      strict: z.boolean().nullish(),
    }),
  }),
]);

const sampling = {
  temperature: z.number().min(0).max(2).nullish().describe('Randomness; the default is 1.'),
  top_p: z.number().min(0).max(1).nullish().describe('Nucleus sampling; the default is 1.'),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  logit_bias: z
    .record(z.string(), z.number().min(-100).max(100))
    .nullish()
    .describe('By token id.'),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  seed: z.int().nullish(),
  stop: z
    .union([z.string(), z.array(z.string()).max(4)])
    .nullish()
    .describe('Up to 4 texts at which the answer ends.'),
};

const bounds = {
  max_completion_tokens: z
    .int()
    .min(1)
    .nullish()
    .describe('The longest answer in tokens, reasoning included. It also bounds the hold.'),
  max_tokens: z.int().min(1).nullish().describe('The older name of `max_completion_tokens`.'),
  n: z.int().min(1).max(128).nullish().describe('How many answers to give; each is charged.'),
  reasoning_effort: z
    .string()
    .nullish()
    .describe('none, minimal, low, medium, high or xhigh, as the model allows.'),
  verbosity: z.string().nullish().describe('low, medium or high.'),
};

const output = {
  stream: z.boolean().nullish().describe('Send the answer as server-sent events while it is made.'),
  stream_options: z
    .looseObject({
      include_usage: z
        .boolean()
        .optional()
        .describe('Add a last chunk without choices that carries the usage.'),
      include_obfuscation: z.boolean().optional(),
    })
    .nullish(),
  response_format: responseFormat.optional(),
  modalities: z.array(z.string()).nullish().describe('text, audio'),
  audio: z
    .looseObject({
      voice: z.union([z.string(), z.looseObject({ id: z.string() })]),
      format: z.string(),
    })
    .nullish()
    .describe('How to speak, when the modalities include audio.'),
  prediction: z
    .looseObject({
      type: z.literal('content'),
      content: z.union([z.string(), z.array(textPart)]),
    })
    .nullish()
    .describe('Text that the answer is expected to repeat largely.'),
};

const tools = {
  tools: z.array(chatTool).optional(),
  tool_choice: toolChoice.optional(),
  parallel_tool_calls: z.boolean().nullish(),
  functions: z
    .array(
      z.looseObject({
        name: z.string(),
        description: z.string().optional(),
        parameters: jsonSchema.optional(),
      }),
    )
    .optional()
    .describe('The predecessor of `tools`.'),
  function_call: z
    .union([z.enum(['none', 'auto']), z.looseObject({ name: z.string() })])
    .optional()
    .describe('The predecessor of `tool_choice`.'),
  web_search_options: z
    .looseObject({
      search_context_size: z.string().optional().describe('low, medium or high.'),
      user_location: z
        .looseObject({
          type: z.literal('approximate'),
          approximate: z.looseObject({
            city: z.string().optional(),
            country: z.string().optional(),
            region: z.string().optional(),
            timezone: z.string().optional(),
          }),
        })
        .nullish(),
    })
    .nullish(),
};

const bookkeeping = {
  user: z.string().optional().describe('An end user of yours, for the provider’s abuse checks.'),
  safety_identifier: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  store: z.boolean().nullish(),
  service_tier: z.string().nullish().describe('auto, default, flex, scale or priority.'),
  prompt_cache_key: z.string().nullish(),
  prompt_cache_retention: z.string().nullish().describe('in_memory or 24h.'),
};

/** The body of `POST /v1/chat/completions`; fields that are not listed are passed on as they are. */
export const chatCompletionRequest = z.looseObject({
  model: z.string().min(1).max(MODEL_ID_MAX_CHARS).describe('A model id, alias or mapped name.'),
  messages: z.array(chatMessage).min(1).describe('The conversation so far, oldest first.'),
  ...bounds,
  ...sampling,
  ...output,
  ...tools,
  ...bookkeeping,
});

export type ChatCompletionRequest = z.infer<typeof chatCompletionRequest>;
