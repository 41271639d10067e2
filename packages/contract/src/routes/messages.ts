import { z } from 'zod';
import { MODEL_ID_MAX_CHARS } from '../formats.ts';
import { defineRoute } from '../route.ts';
import { answerHeaders, inferenceErrors } from './inference-answer.ts';

const block = z.looseObject({ type: z.string() });
const content = z.union([z.string(), z.array(block)]);

const messagesRequest = z.looseObject({
  model: z.string().min(1).max(MODEL_ID_MAX_CHARS),
  max_tokens: z.int().min(1).describe('The longest answer in tokens.'),
  messages: z
    .array(z.looseObject({ role: z.enum(['user', 'assistant', 'system']), content }))
    .min(1)
    .describe('The conversation; a last turn of the assistant is continued.'),
  system: content.optional(),
  stream: z.boolean().optional(),
  tools: z.array(z.looseObject({})).optional(),
  tool_choice: z.looseObject({ type: z.enum(['auto', 'any', 'tool', 'none']) }).optional(),
  thinking: z.looseObject({ type: z.string() }).optional(),
  temperature: z.number().min(0).max(1).optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_k: z.int().min(0).optional(),
  stop_sequences: z.array(z.string()).optional(),
  metadata: z.looseObject({ user_id: z.string().nullish() }).optional(),
  service_tier: z.string().optional(),
});

const messagesUsage = z.looseObject({
  input_tokens: z.int(),
  cache_creation_input_tokens: z.int().nullable(),
  cache_read_input_tokens: z.int().nullable(),
  output_tokens: z.int(),
});

const message = z.looseObject({
  id: z.string(),
  type: z.literal('message'),
  role: z.literal('assistant'),
  model: z.string(),
  content: z.array(block),
  stop_reason: z.string().nullable(),
  stop_sequence: z.string().nullable(),
  usage: messagesUsage,
});

const createMessage = defineRoute({
  id: 'messages.create',
  method: 'POST',
  path: '/v1/messages',
  summary: 'Answer a conversation in the form of Anthropic',
  description:
    'Compatible with Anthropic’s Messages API, for any model: where the upstream speaks another language the request and the answer are translated. ' +
    'Errors have Anthropic’s form. What an upstream cannot do is refused by name, or dropped with `x-meridian-drop-params: true`.',
  tag: 'Inference',
  auth: 'key',
  body: {
    schema: messagesRequest,
    example: {
      model: 'sandbox-chat',
      max_tokens: 200,
      messages: [{ role: 'user', content: 'Say hello in three languages.' }],
    },
  },
  requestHeaders: ['x-meridian-drop-params'],
  responses: {
    200: {
      description: 'The answer, whole or as events.',
      schema: message,
      alternative: { contentType: 'text/event-stream', schema: block },
      headers: answerHeaders,
      example: {
        id: 'msg_019376a29c1e',
        type: 'message',
        role: 'assistant',
        model: 'sandbox-chat',
        content: [{ type: 'text', text: 'Hello, bonjour, hola.' }],
        stop_reason: 'end_turn',
        stop_sequence: null,
        usage: {
          input_tokens: 14,
          cache_creation_input_tokens: 0,
          cache_read_input_tokens: 0,
          output_tokens: 8,
        },
      },
    },
  },
  errors: inferenceErrors,
});

const countMessageTokens = defineRoute({
  id: 'messages.countTokens',
  method: 'POST',
  path: '/v1/messages/count_tokens',
  summary: 'Count the tokens of a conversation in the form of Anthropic',
  description:
    'Free of charge. The count is Meridian’s own, with the tokenizer that is nearest to the model’s.',
  tag: 'Inference',
  auth: 'key',
  body: {
    schema: messagesRequest.omit({ max_tokens: true }),
    example: {
      model: 'sandbox-chat',
      messages: [{ role: 'user', content: 'Say hello in three languages.' }],
    },
  },
  responses: {
    200: {
      description: 'The count.',
      schema: z.object({ input_tokens: z.int() }),
      example: { input_tokens: 14 },
    },
  },
  errors: ['model_not_allowed', 'model_not_found'],
});

/** Conversations in the form of Anthropic. */
export const messagesRoutes = { createMessage, countMessageTokens };
