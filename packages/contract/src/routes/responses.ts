import { z } from 'zod';
import { MODEL_ID_MAX_CHARS } from '../formats.ts';
import { defineRoute } from '../route.ts';
import { answerHeaders, inferenceErrors } from './inference-answer.ts';

const RESPONSE_ID_MAX_CHARS = 256;
const INPUT_ITEMS_PAGE_MAX = 100;

const item = z.looseObject({ type: z.string().optional() });

const responsesRequest = z.looseObject({
  model: z.string().min(1).max(MODEL_ID_MAX_CHARS),
  input: z.union([z.string(), z.array(item)]).describe('A text, or the items of a conversation.'),
  instructions: z.string().nullish(),
  previous_response_id: z.string().nullish(),
  max_output_tokens: z.int().min(1).nullish(),
  stream: z.boolean().nullish(),
  store: z.boolean().nullish(),
  background: z.boolean().nullish(),
  tools: z.array(z.looseObject({ type: z.string() })).optional(),
  tool_choice: z.union([z.string(), z.looseObject({ type: z.string() })]).optional(),
  reasoning: z.looseObject({}).nullish(),
  text: z.looseObject({}).optional(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  service_tier: z.string().nullish(),
});

const response = z.looseObject({
  id: z.string(),
  object: z.literal('response'),
  created_at: z.number(),
  status: z.string(),
  model: z.string(),
  output: z.array(item),
  usage: z
    .looseObject({ input_tokens: z.int(), output_tokens: z.int(), total_tokens: z.int() })
    .nullish(),
});

const createResponse = defineRoute({
  id: 'responses.create',
  method: 'POST',
  path: '/v1/responses',
  summary: 'Answer with OpenAI’s Responses API',
  description:
    'For any model: where the upstream speaks another language the request and the answer are translated.',
  tag: 'Inference',
  auth: 'key',
  body: {
    schema: responsesRequest,
    example: { model: 'sandbox-chat', input: 'Say hello in three languages.' },
  },
  requestHeaders: ['x-meridian-drop-params'],
  responses: {
    200: {
      description: 'The answer, whole or as events.',
      schema: response,
      alternative: {
        contentType: 'text/event-stream',
        schema: z.looseObject({ type: z.string(), sequence_number: z.int().optional() }),
      },
      headers: answerHeaders,
      example: {
        id: 'resp_019376a29c1e',
        object: 'response',
        created_at: 1795305600,
        status: 'completed',
        model: 'sandbox-chat',
        output: [
          {
            id: 'msg_019376a29c1e',
            type: 'message',
            status: 'completed',
            role: 'assistant',
            content: [{ type: 'output_text', text: 'Hello, bonjour, hola.', annotations: [] }],
          },
        ],
        usage: { input_tokens: 14, output_tokens: 8, total_tokens: 22 },
      },
    },
  },
  errors: [...inferenceErrors, 'previous_response_not_found'],
});

const countInputTokens = defineRoute({
  id: 'responses.countInputTokens',
  method: 'POST',
  path: '/v1/responses/input_tokens',
  summary: 'Count the tokens of a response’s input',
  description:
    'By our own tokenizer, with all that the request refers to; nothing is sent upstream and nothing is charged.',
  tag: 'Inference',
  auth: 'key',
  body: {
    schema: responsesRequest,
    example: { model: 'sandbox-chat', input: 'Say hello in three languages.' },
  },
  responses: {
    200: {
      description: 'The count.',
      schema: z.object({ object: z.literal('response.input_tokens'), input_tokens: z.int() }),
      example: { object: 'response.input_tokens', input_tokens: 8 },
    },
  },
  errors: ['model_not_allowed', 'model_not_found', 'previous_response_not_found'],
});

const params = z.object({
  id: z
    .string()
    .min(1)
    .max(RESPONSE_ID_MAX_CHARS)
    .meta({ examples: ['resp_019376a29c1e'] }),
});

const exampleResponse = createResponse.responses[200]?.example;

const getResponse = defineRoute({
  id: 'responses.get',
  method: 'GET',
  path: '/v1/responses/{id}',
  summary: 'Fetch a response',
  description:
    'Responses are kept for 30 days unless the request said `store: false`. With `stream=true` it comes as events, from the one behind `starting_after` on; of those that have not ended only one that is streamed in the background, at the node that runs it.',
  tag: 'Responses',
  auth: 'key',
  params,
  query: z.object({
    stream: z.stringbool().optional(),
    starting_after: z.coerce.number().int().min(0).optional(),
    include: z.union([z.string(), z.array(z.string())]).optional(),
    'include[]': z.union([z.string(), z.array(z.string())]).optional(),
    include_obfuscation: z.stringbool().optional(),
  }),
  responses: {
    200: {
      description: 'The response.',
      schema: response,
      alternative: { contentType: 'text/event-stream', schema: z.looseObject({}) },
      example: exampleResponse,
    },
  },
  errors: ['not_found', 'conflict'],
});

const deleteResponse = defineRoute({
  id: 'responses.delete',
  method: 'DELETE',
  path: '/v1/responses/{id}',
  summary: 'Delete a response',
  tag: 'Responses',
  auth: 'key',
  params,
  requestHeaders: ['Idempotency-Key'],
  responses: {
    200: {
      description: 'It is gone; one that was running is stopped.',
      schema: z.looseObject({ id: z.string(), deleted: z.boolean() }),
      example: { id: 'resp_019376a29c1e', object: 'response', deleted: true },
    },
  },
  errors: ['not_found'],
});

const cancelResponse = defineRoute({
  id: 'responses.cancel',
  method: 'POST',
  path: '/v1/responses/{id}/cancel',
  summary: 'Stop a response that runs in the background',
  tag: 'Responses',
  auth: 'key',
  params,
  requestHeaders: ['Idempotency-Key'],
  responses: {
    200: { description: 'The response.', schema: response, example: exampleResponse },
  },
  errors: ['not_found'],
});

const listInputItems = defineRoute({
  id: 'responses.listInputItems',
  method: 'GET',
  path: '/v1/responses/{id}/input_items',
  summary: 'List what a response was made from',
  tag: 'Responses',
  auth: 'key',
  params,
  query: z.object({
    after: z.string().max(RESPONSE_ID_MAX_CHARS).optional(),
    limit: z.coerce.number().int().min(1).max(INPUT_ITEMS_PAGE_MAX).optional(),
    order: z.enum(['asc', 'desc']).optional(),
    include: z.union([z.string(), z.array(z.string())]).optional(),
    'include[]': z.union([z.string(), z.array(z.string())]).optional(),
  }),
  responses: {
    200: {
      description: 'A page of items.',
      schema: z.object({
        object: z.literal('list'),
        data: z.array(item),
        first_id: z.string().nullable(),
        last_id: z.string().nullable(),
        has_more: z.boolean(),
      }),
      example: { object: 'list', data: [], first_id: null, last_id: null, has_more: false },
    },
  },
  errors: ['not_found'],
});

/** OpenAI's Responses API. */
export const responsesRoutes = {
  createResponse,
  countInputTokens,
  getResponse,
  deleteResponse,
  cancelResponse,
  listInputItems,
};
