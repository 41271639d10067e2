import { z } from 'zod';
import { MODEL_ID_MAX_CHARS } from '../formats.ts';
import { defineRoute } from '../route.ts';
import { answerHeaders, inferenceErrors } from './inference-answer.ts';

const tokens = z.array(z.int().min(0)).min(1);

const embeddingsRequest = z.looseObject({
  model: z.string().min(1).max(MODEL_ID_MAX_CHARS).describe('A model id, alias or mapped name.'),
  input: z
    .union([
      z.string(),
      tokens,
      z
        .array(z.union([z.string(), tokens]))
        .min(1)
        .max(2_048),
    ])
    .describe('A text or its tokens, or up to 2,048 of these.'),
  encoding_format: z
    .enum(['float', 'base64'])
    .nullish()
    .describe('Numbers, which is the default, or the base64 of 32-bit floats, least byte first.'),
  dimensions: z.int().min(1).nullish().describe('The length of the vectors, as the model allows.'),
  user: z.string().optional().describe('An end user of yours, for the provider’s abuse checks.'),
});

const embeddingsAnswer = z.looseObject({
  object: z.literal('list'),
  data: z.array(
    z.looseObject({
      object: z.literal('embedding'),
      index: z.int(),
      embedding: z.union([z.array(z.number()), z.string()]),
    }),
  ),
  model: z.string(),
  usage: z.looseObject({ prompt_tokens: z.int().min(0), total_tokens: z.int().min(0) }).optional(),
});

const createEmbeddings = defineRoute({
  id: 'embeddings.create',
  method: 'POST',
  path: '/v1/embeddings',
  summary: 'Turn texts into vectors',
  description:
    'Compatible with OpenAI’s embeddings. Models of Google and Cohere are asked in their own words; there `input_type` (`query`, `document`, `classification`, `clustering`) says what the vectors are for. ' +
    'Vectors come as they were asked for, also where the upstream knows numbers only.',
  tag: 'Inference',
  auth: 'key',
  body: {
    schema: embeddingsRequest,
    example: { model: 'sandbox-embedding', input: ['A cat sleeps.', 'A dog barks.'] },
  },
  requestHeaders: ['x-meridian-drop-params'],
  responses: {
    200: {
      description: 'The vectors, in the order of the texts.',
      schema: embeddingsAnswer,
      headers: answerHeaders,
      example: {
        object: 'list',
        data: [{ object: 'embedding', index: 0, embedding: [0.0123, -0.0456, 0.0789] }],
        model: 'sandbox-embedding',
        usage: { prompt_tokens: 4, total_tokens: 4 },
      },
    },
  },
  errors: inferenceErrors,
});

/** Vectors. */
export const embeddingsRoutes = { createEmbeddings };
