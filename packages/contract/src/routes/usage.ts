import { z } from 'zod';
import { exampleUsage } from '../examples.ts';
import { requestId } from '../formats.ts';
import { defineRoute } from '../route.ts';
import { usageExplanation, usageList, usageListQuery } from '../usage.ts';
import { billRoutes } from './bills.ts';

const { charge: exampleCharge, ...exampleRecord } = exampleUsage;

const listUsage = defineRoute({
  id: 'usage.list',
  method: 'GET',
  path: '/x-usage',
  summary: 'List single charges, the newest first',
  description:
    'One entry per charged request, with what was used and what it cost. Records of the caller’s own account and of all below it, deleted ones too.',
  tag: 'Usage',
  auth: 'key',
  query: usageListQuery,
  responses: {
    200: {
      description:
        'A page of records. As CSV with the same fields, the quantities in columns; `X-Next-Cursor` is the `next` of the page.',
      schema: usageList,
      alternative: { contentType: 'text/csv', schema: z.string() },
      example: {
        object: 'list',
        data: [
          {
            ...exampleRecord,
            charged_at: exampleRecord.started_at,
            cost: exampleCharge.cost,
            cost_base: exampleCharge.cost_base,
            price_source: exampleCharge.price_source,
            multiplier: 1,
            factor: 1,
            rates: 1,
          },
        ],
        has_more: true,
        next: '1795343400123456.019376a2-9c1e-7c3a-b0f5-5f1d8a3e7b21',
      },
    },
  },
  errors: ['not_found'],
});

const explainUsage = defineRoute({
  id: 'usage.explain',
  method: 'GET',
  path: '/x-usage/{id}',
  summary: 'Explain one charge',
  description:
    'Takes the `x-request-id` of an answer and shows what was used, at which price, and how the charge follows. Records of the caller’s own account and of all below it can be read.',
  tag: 'Usage',
  auth: 'key',
  params: z.object({
    id: requestId.meta({ examples: ['019376a2-9c1e-7c3a-b0f5-5f1d8a3e7b21'] }),
  }),
  responses: {
    200: { description: 'The record.', schema: usageExplanation, example: exampleUsage },
  },
  errors: ['not_found'],
});

/** What was used. */
export const usageRoutes = { listUsage, explainUsage, ...billRoutes };
