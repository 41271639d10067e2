import { z } from 'zod';
import { MODEL_ID_MAX_CHARS } from '../formats.ts';
import { defineRoute } from '../route.ts';
import { answerHeaders, inferenceErrors } from './inference-answer.ts';

const moderationRequest = z.looseObject({
  model: z
    .string()
    .min(1)
    .max(MODEL_ID_MAX_CHARS)
    .nullish()
    .describe('The default is `omni-moderation-latest`.'),
  input: z
    .union([
      z.string(),
      z
        .array(z.union([z.string(), z.looseObject({ type: z.string() })]))
        .min(1)
        .max(2_048),
    ])
    .describe('A text, several texts, or parts of the types `text` and `image_url`.'),
});

const moderation = z.looseObject({
  id: z.string().optional(),
  model: z.string().optional(),
  results: z.array(
    z.looseObject({
      flagged: z.boolean().optional(),
      categories: z.record(z.string(), z.boolean()),
      category_scores: z.record(z.string(), z.number()).optional(),
    }),
  ),
});

const createModeration = defineRoute({
  id: 'moderations.create',
  method: 'POST',
  path: '/v1/moderations',
  summary: 'Judge whether texts or images are harmful',
  description:
    'Compatible with OpenAI’s moderations. A price of 0, as that of OpenAI’s own model, is a price: the request is recorded and costs nothing.',
  tag: 'Inference',
  auth: 'key',
  body: {
    schema: moderationRequest,
    example: { model: 'sandbox-moderation', input: 'How do I attack a fortress in chess?' },
  },
  responses: {
    200: {
      description: 'One judgement per text.',
      schema: moderation,
      headers: answerHeaders,
      example: {
        id: 'modr-019376a29c1e',
        model: 'sandbox-moderation',
        results: [
          { flagged: false, categories: { violence: false }, category_scores: { violence: 0.1 } },
        ],
      },
    },
  },
  errors: inferenceErrors,
});

/** Judgements. */
export const moderationsRoutes = { createModeration };
