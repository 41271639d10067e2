import { z } from 'zod';
import { chatUsage } from '../chat/response.ts';
import { MODEL_ID_MAX_CHARS } from '../formats.ts';
import { defineRoute } from '../route.ts';
import { answerHeaders, inferenceErrors } from './inference-answer.ts';

const tokens = z.array(z.int().min(0)).min(1);

const completionRequest = z.looseObject({
  model: z.string().min(1).max(MODEL_ID_MAX_CHARS).describe('A model id, alias or mapped name.'),
  prompt: z
    .union([z.string(), tokens, z.array(z.union([z.string(), tokens])).min(1)])
    .nullish()
    .describe('A text or its tokens, or several of these.'),
  max_tokens: z.int().min(0).nullish().describe('The longest answer in tokens.'),
  n: z.int().min(1).max(128).nullish().describe('Answers to each prompt.'),
  best_of: z.int().min(1).max(128).nullish().describe('Answers to choose from; each is charged.'),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(4)]).nullish(),
  suffix: z.string().nullish().describe('The text that follows; the answer goes between.'),
  echo: z.boolean().nullish(),
  logprobs: z.int().min(0).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  logit_bias: z.record(z.string(), z.number()).nullish(),
  seed: z.int().nullish(),
  user: z.string().optional(),
});

const completion = z.looseObject({
  id: z.string(),
  object: z.literal('text_completion'),
  created: z.int(),
  model: z.string(),
  choices: z.array(
    z.looseObject({
      text: z.string(),
      index: z.int(),
      logprobs: z.looseObject({}).nullish(),
      finish_reason: z.string().nullable(),
    }),
  ),
  usage: chatUsage.nullish(),
});

const createCompletion = defineRoute({
  id: 'completions.create',
  method: 'POST',
  path: '/v1/completions',
  summary: 'Go on with a text',
  description:
    'OpenAI’s legacy completions. Where the upstream of a model only chats, a single text is put to it as one turn; `suffix`, `echo`, `best_of`, several prompts and tokens are refused there. ' +
    'New programs do better with `/v1/chat/completions`.',
  tag: 'Inference',
  auth: 'key',
  body: {
    schema: completionRequest,
    example: { model: 'sandbox-chat', prompt: 'Once upon a time', max_tokens: 40 },
  },
  requestHeaders: ['x-meridian-drop-params'],
  responses: {
    200: {
      description: 'The text, whole or as events that end with `data: [DONE]`.',
      schema: completion,
      alternative: { contentType: 'text/event-stream', schema: completion },
      headers: answerHeaders,
      example: {
        id: 'cmpl-019376a29c1e',
        object: 'text_completion',
        created: 1795305600,
        model: 'sandbox-chat',
        choices: [
          { text: ' there was a gateway.', index: 0, logprobs: null, finish_reason: 'stop' },
        ],
        usage: { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 },
      },
    },
  },
  errors: inferenceErrors,
});

/** Legacy text completions. */
export const completionsRoutes = { createCompletion };
