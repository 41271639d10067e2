import { z } from 'zod';
import { type MarginReport, marginQuery, marginReport } from '../margin.ts';
import { defineRoute } from '../route.ts';

const figures = {
  requests: 100,
  revenue: '3.5',
  revenue_shown: '5.25',
  cost: '2.1',
  margin: '1.4',
  requests_without_cost: 0,
};
const example: MarginReport = {
  object: 'margin_report',
  start: '2026-11-01',
  end: '2026-11-22',
  by: 'model',
  data: [{ key: 'gpt-4o', name: null, ...figures }],
  total: figures,
};

const getMargin = defineRoute({
  id: 'margin.get',
  method: 'GET',
  path: '/x-margin',
  summary: 'See revenue, cost and margin',
  description:
    'Owners only. Costs come from the `CostPrice` of provider keys as it was when each request was charged; exact up to the last answer, over up to 366 days.',
  tag: 'Usage',
  auth: 'key',
  query: marginQuery,
  responses: {
    200: {
      description: 'The report. As CSV one line per entry.',
      schema: marginReport,
      alternative: { contentType: 'text/csv', schema: z.string() },
      example,
    },
  },
  errors: ['permission_denied', 'not_found'],
});

/** Reports of margin. */
export const marginRoutes = { getMargin };
