import { chatCompletionRequest } from '../chat/request.ts';
import { chatCompletion, chatCompletionChunk } from '../chat/response.ts';
import { defineRoute } from '../route.ts';
import { answerHeaders, inferenceErrors } from './inference-answer.ts';

const createChatCompletion = defineRoute({
  id: 'chat.completions.create',
  method: 'POST',
  path: '/v1/chat/completions',
  summary: 'Answer a conversation',
  description:
    'Compatible with OpenAI’s chat completions. Fields that Meridian does not know are passed on, both ways. ' +
    'With `stream: true` the answer comes as server-sent events that end with `data: [DONE]`; a failure after the first event is an event with an `error`, and then no `[DONE]` follows. ' +
    'The charge is recorded before the last bytes leave.',
  tag: 'Inference',
  auth: 'key',
  body: {
    schema: chatCompletionRequest,
    example: {
      model: 'sandbox-chat',
      messages: [{ role: 'user', content: 'Say hello in three languages.' }],
      max_completion_tokens: 200,
    },
  },
  requestHeaders: ['x-meridian-drop-params'],
  responses: {
    200: {
      description: 'The answer, whole or as events.',
      schema: chatCompletion,
      alternative: { contentType: 'text/event-stream', schema: chatCompletionChunk },
      headers: answerHeaders,
      example: {
        id: 'chatcmpl-019376a29c1e',
        object: 'chat.completion',
        created: 1795305600,
        model: 'sandbox-chat',
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content: 'Hello, bonjour, hola.' },
            finish_reason: 'stop',
          },
        ],
        usage: { prompt_tokens: 14, completion_tokens: 8, total_tokens: 22 },
      },
    },
  },
  errors: inferenceErrors,
});

/** Conversations. */
export const chatRoutes = { createChatCompletion };
