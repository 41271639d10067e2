import { z } from 'zod';
import { type Bill, bill, billQuery, ownBillQuery } from '../bill.ts';
import { pagingHeaders } from '../headers.ts';
import { aliasRoute, defineRoute, type ResponseSpec } from '../route.ts';

const exampleBill: Bill = {
  object: 'list',
  start: '2026-11-01',
  end: '2026-11-22',
  data: [
    {
      aggregation_timestamp: 1795305600,
      n_requests: 100,
      n_context_tokens_total: 50000,
      n_generated_tokens_total: 10000,
      n_cached_tokens_total: 5000,
      cost: 3.5,
      cost_base: 3.5,
      usage_details: {
        'gpt-4o': {
          requests: 100,
          prompt: 50000,
          completion: 10000,
          cached: 5000,
          cost: 3.5,
          cost_base: 3.5,
        },
      },
    },
  ],
  total_usage: { requests: 100, cost: 3.5, cost_base: 3.5 },
  usage_users: [
    {
      id: 42,
      name: 'acme-production',
      email: 'ops@acme.example',
      total_requests: 100,
      total_cost: 3.5,
      total_cost_base: 3.5,
      usage_analysis: { request_percentage: 100, cost_percentage: 100 },
    },
  ],
};
const answered: ResponseSpec = {
  description:
    'The bill. As CSV one line per day and model, with exact amounts: date, model, requests, prompt_tokens, completion_tokens, cached_tokens, cost, cost_base.',
  schema: bill,
  alternative: { contentType: 'text/csv', schema: z.string() },
  headers: pagingHeaders,
  example: exampleBill,
};

const getBill = defineRoute({
  id: 'bills.get',
  method: 'GET',
  path: '/x-bill',
  summary: 'See what was used, per day, model and account',
  description:
    'Of the current month, or of up to 366 days; exact up to the last answer. Deleted accounts stay on the bills of those above them. `usage_users` is paged, everything else is about all of them.',
  tag: 'Usage',
  auth: 'key',
  query: billQuery,
  responses: { 200: answered },
  errors: ['not_found'],
});

const getOwnBill = defineRoute({
  id: 'bills.getOwn',
  method: 'GET',
  path: '/dashboard/bill',
  summary: 'See what the own account used, per day and model',
  description: 'Of the current month, or of up to 366 days; exact up to the last answer.',
  tag: 'Usage',
  auth: 'key',
  query: ownBillQuery,
  responses: { 200: answered },
  errors: [],
});

/** Bills. */
export const billRoutes = {
  getBill,
  getOwnBill,
  getOwnBillAlias: aliasRoute(getOwnBill, {
    id: 'bills.getOwnAlias',
    path: '/dashboard/x-user-bill',
  }),
};
