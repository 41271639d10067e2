import { z } from 'zod';
import { MODEL_ID_MAX_CHARS } from '../formats.ts';
import { aliasRoute, defineRoute } from '../route.ts';
import { answerHeaders, inferenceErrors } from './inference-answer.ts';

const document = z.union([z.string(), z.looseObject({ text: z.string().optional() })]);

const rerankRequest = z.looseObject({
  model: z.string().min(1).max(MODEL_ID_MAX_CHARS).describe('A model id, alias or mapped name.'),
  query: z.union([z.string().min(1), z.looseObject({})]),
  documents: z
    .array(document)
    .min(1)
    .max(10_000)
    .describe('Texts, or objects with a `text`, fields of their own, or an `image`.'),
  top_n: z.int().min(1).nullish().describe('How many of the documents to return; all by default.'),
  return_documents: z.boolean().nullish(),
  rank_fields: z.array(z.string()).nullish().describe('The fields of a document to go by.'),
  max_tokens_per_doc: z.int().min(1).nullish().describe('Where longer documents are cut off.'),
});

const ranking = z.looseObject({
  id: z.string(),
  model: z.string(),
  results: z.array(
    z.looseObject({
      index: z.int().min(0),
      relevance_score: z.number(),
      document: z.looseObject({}).optional(),
    }),
  ),
  usage: z.looseObject({ total_tokens: z.int().min(0).optional() }),
  meta: z.looseObject({
    billed_units: z.looseObject({ search_units: z.number().optional() }).optional(),
  }),
});

const createRanking = defineRoute({
  id: 'rerank.create',
  method: 'POST',
  path: '/v1/rerank',
  summary: 'Rank documents by their relevance to a query',
  description:
    'Takes what clients of Cohere (both versions) and of Jina send, and answers so that either finds what it looks for. Charged by the search or by the token, as the model is priced.',
  tag: 'Inference',
  auth: 'key',
  body: {
    schema: rerankRequest,
    example: {
      model: 'sandbox-rerank',
      query: 'Which animal barks?',
      documents: ['Cats sleep all day.', 'A dog is an animal that barks.', 'Birds sing.'],
      top_n: 2,
    },
  },
  requestHeaders: ['x-meridian-drop-params'],
  responses: {
    200: {
      description: 'The documents, best first.',
      schema: ranking,
      headers: answerHeaders,
      example: {
        id: 'rerank-019376a29c1e',
        model: 'sandbox-rerank',
        results: [
          { index: 1, relevance_score: 0.75 },
          { index: 0, relevance_score: 0.1 },
        ],
        usage: { search_units: 1 },
        meta: { api_version: { version: '2' }, billed_units: { search_units: 1 } },
      },
    },
  },
  errors: inferenceErrors,
});

/** Rankings. */
export const rerankRoutes = {
  createRanking,
  createRankingAlias: aliasRoute(createRanking, { id: 'rerank.createAlias', path: '/v2/rerank' }),
};
