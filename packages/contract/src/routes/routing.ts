import { z } from 'zod';
import { exampleRoute } from '../example-route.ts';
import { IDENTIFIER_MAX_CHARS, MODEL_ID_MAX_CHARS } from '../formats.ts';
import { defineRoute } from '../route.ts';
import { routeExplanation } from '../route-explanation.ts';

const SURFACE_MAX_CHARS = 64;
const ADDRESS_MAX_CHARS = 64;

const explainRoute = defineRoute({
  id: 'routing.explain',
  method: 'GET',
  path: '/x-route',
  summary: 'Explain a route',
  description:
    'Plans a request as it would be planned now, without sending or counting it: the mappings and the rules that matched, allowlists, the level and why, each stage with its keys and why others are left out, the price, and the rate windows. About the caller itself or an account below it. How keys rest is what the node that answers knows.',
  tag: 'Provider keys',
  auth: 'key',
  query: z.object({
    model: z
      .string()
      .trim()
      .min(1)
      .max(MODEL_ID_MAX_CHARS)
      .meta({ examples: ['gpt-4o-mini'] }),
    user: z
      .string()
      .min(1)
      .max(IDENTIFIER_MAX_CHARS)
      .exactOptional()
      .describe('Id, name or e-mail of the account; the caller if absent.'),
    surface: z
      .string()
      .min(1)
      .max(SURFACE_MAX_CHARS)
      .default('chat')
      .describe('chat, responses, messages, gemini, completions, embeddings, rerank …'),
    address: z
      .string()
      .min(1)
      .max(ADDRESS_MAX_CHARS)
      .exactOptional()
      .describe('An address of a client, to be held against AllowIPs.'),
  }),
  responses: {
    200: { description: 'The explanation.', schema: routeExplanation, example: exampleRoute },
  },
  errors: ['not_found'],
});

/** How requests find their way. */
export const routingRoutes = { explainRoute };
