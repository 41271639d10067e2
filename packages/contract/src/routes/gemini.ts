import { z } from 'zod';
import { MODEL_ID_MAX_CHARS } from '../formats.ts';
import { defineRoute } from '../route.ts';
import { answerHeaders, inferenceErrors } from './inference-answer.ts';

const content = z.looseObject({
  role: z.string().optional(),
  parts: z.array(z.looseObject({})).optional(),
});

const generateRequest = z.looseObject({
  contents: z.union([content, z.array(content)]).describe('The conversation.'),
  systemInstruction: content.optional(),
  tools: z.array(z.looseObject({})).optional(),
  toolConfig: z.looseObject({}).optional(),
  generationConfig: z.looseObject({}).optional(),
  safetySettings: z.array(z.looseObject({})).optional(),
});

const generateAnswer = z.looseObject({
  candidates: z.array(z.looseObject({})).optional(),
  usageMetadata: z.looseObject({}).optional(),
  modelVersion: z.string().optional(),
  responseId: z.string().optional(),
});

const params = z.object({
  model: z
    .string()
    .min(1)
    .max(MODEL_ID_MAX_CHARS)
    .meta({ examples: ['sandbox-chat'] }),
});

const example = {
  contents: [{ role: 'user', parts: [{ text: 'Say hello in three languages.' }] }],
};

const exampleAnswer = {
  candidates: [
    {
      content: { role: 'model', parts: [{ text: 'Hello, bonjour, hola.' }] },
      finishReason: 'STOP',
      index: 0,
    },
  ],
  usageMetadata: { promptTokenCount: 14, candidatesTokenCount: 8, totalTokenCount: 22 },
  modelVersion: 'sandbox-chat',
};

const generateContent = defineRoute({
  id: 'gemini.generateContent',
  method: 'POST',
  path: '/v1beta/models/{model}:generateContent',
  summary: 'Answer a conversation in the form of Google',
  description:
    'Compatible with Google’s `generateContent`, for any model: where the upstream speaks another language the request and the answer are translated. Errors have Google’s form.',
  tag: 'Inference',
  auth: 'key',
  params,
  body: { schema: generateRequest, example },
  requestHeaders: ['x-meridian-drop-params'],
  responses: {
    200: {
      description: 'The answer.',
      schema: generateAnswer,
      headers: answerHeaders,
      example: exampleAnswer,
    },
  },
  errors: inferenceErrors,
});

const streamGenerateContent = defineRoute({
  id: 'gemini.streamGenerateContent',
  method: 'POST',
  path: '/v1beta/models/{model}:streamGenerateContent',
  summary: 'Stream an answer in the form of Google',
  description:
    'With `?alt=sse` as server-sent events, else as a JSON array that is written element by element.',
  tag: 'Inference',
  auth: 'key',
  params,
  body: { schema: generateRequest, example },
  requestHeaders: ['x-meridian-drop-params'],
  responses: {
    200: {
      description: 'The pieces of the answer.',
      schema: z.array(generateAnswer),
      alternative: { contentType: 'text/event-stream', schema: generateAnswer },
      headers: answerHeaders,
      example: [exampleAnswer],
    },
  },
  errors: inferenceErrors,
});

const countTokens = defineRoute({
  id: 'gemini.countTokens',
  method: 'POST',
  path: '/v1beta/models/{model}:countTokens',
  summary: 'Count the tokens of a conversation in the form of Google',
  description:
    'Free of charge. The count is Meridian’s own, with the tokenizer that is nearest to the model’s.',
  tag: 'Inference',
  auth: 'key',
  params,
  body: { schema: generateRequest.partial(), example },
  responses: {
    200: {
      description: 'The count.',
      schema: z.looseObject({ totalTokens: z.int() }),
      example: { totalTokens: 14 },
    },
  },
  errors: ['model_not_allowed', 'model_not_found'],
});

/** Conversations in the form of Google. */
export const geminiRoutes = { generateContent, streamGenerateContent, countTokens };
