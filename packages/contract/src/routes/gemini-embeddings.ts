import { z } from 'zod';
import { MODEL_ID_MAX_CHARS } from '../formats.ts';
import { defineRoute } from '../route.ts';
import { answerHeaders, inferenceErrors } from './inference-answer.ts';

const embedRequest = z.looseObject({
  model: z.string().optional(),
  content: z.looseObject({ parts: z.array(z.looseObject({})).min(1) }),
  taskType: z.string().optional().describe('`RETRIEVAL_QUERY`, `RETRIEVAL_DOCUMENT`, …'),
  title: z.string().optional(),
  outputDimensionality: z.int().min(1).optional(),
});

const vector = z.looseObject({ values: z.array(z.number()) });
const usageMetadata = z.looseObject({ promptTokenCount: z.int().min(0).optional() }).optional();

const params = z.object({
  model: z
    .string()
    .min(1)
    .max(MODEL_ID_MAX_CHARS)
    .meta({ examples: ['sandbox-embedding'] }),
});

const content = { parts: [{ text: 'A cat sleeps.' }] };
const usage = { usageMetadata: { promptTokenCount: 4 } };

const embedContent = defineRoute({
  id: 'gemini.embedContent',
  method: 'POST',
  path: '/v1beta/models/{model}:embedContent',
  summary: 'Turn a text into a vector in the form of Google',
  description:
    'For any model that embeds: where the upstream speaks another language the request and the answer are translated.',
  tag: 'Inference',
  auth: 'key',
  params,
  body: { schema: embedRequest, example: { content } },
  requestHeaders: ['x-meridian-drop-params'],
  responses: {
    200: {
      description: 'The vector.',
      schema: z.looseObject({ embedding: vector, usageMetadata }),
      headers: answerHeaders,
      example: { embedding: { values: [0.0123, -0.0456, 0.0789] }, ...usage },
    },
  },
  errors: inferenceErrors,
});

const batchEmbedContents = defineRoute({
  id: 'gemini.batchEmbedContents',
  method: 'POST',
  path: '/v1beta/models/{model}:batchEmbedContents',
  summary: 'Turn several texts into vectors in the form of Google',
  tag: 'Inference',
  auth: 'key',
  params,
  body: {
    schema: z.looseObject({ requests: z.array(embedRequest).min(1).max(250) }),
    example: { requests: [{ model: 'models/sandbox-embedding', content }] },
  },
  requestHeaders: ['x-meridian-drop-params'],
  responses: {
    200: {
      description: 'The vectors, in the order of the requests.',
      schema: z.looseObject({ embeddings: z.array(vector), usageMetadata }),
      headers: answerHeaders,
      example: { embeddings: [{ values: [0.0123, -0.0456, 0.0789] }], ...usage },
    },
  },
  errors: inferenceErrors,
});

/** Vectors in the form of Google. */
export const geminiEmbeddingRoutes = { embedContent, batchEmbedContents };
