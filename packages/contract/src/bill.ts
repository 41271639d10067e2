import { z } from 'zod';
import { PAGE_SIZE_MAX, recordId, textualInteger } from './formats.ts';
import { reportFormat, reportUser } from './usage.ts';

/** The longest time that one bill covers, in days. */
export const BILL_DAYS_MAX = 366;

const day = z.iso.date().exactOptional();
const count = z.int().min(0);
const cost = z.number().describe('In the accounts’ own dollars: base × rates of the time.');
const costBase = z.number().describe('In base dollars.');

/** The query of a bill of one's own. */
export const ownBillQuery = z.object({
  date: day.describe('One day, UTC.'),
  d: day.describe('The same as `date`.'),
  start: day.describe('First day. Default: of the month of the last day.'),
  s: day.describe('The same as `start`.'),
  end: day.describe('Last day. Default today.'),
  e: day.describe('The same as `end`.'),
  days: textualInteger(1, BILL_DAYS_MAX)
    .exactOptional()
    .describe('So many days up to today, or up to `end`, or from `start` on.'),
  format: reportFormat,
});

/** The query of `GET /x-bill`. */
export const billQuery = ownBillQuery.extend({
  user: reportUser.describe(
    'Id, name, e-mail or alias: these accounts alone; a DNA path: an account with all below it; a filter (`L2`): whom it fits. Default: the caller with all below it.',
  ),
  u: reportUser.describe('The same as `user`.'),
  page: textualInteger(1).exactOptional().describe('Page of `usage_users`.'),
  size: textualInteger(1, PAGE_SIZE_MAX).exactOptional(),
});

const billDay = z.object({
  aggregation_timestamp: z.int().describe('Begin of the UTC day, seconds since 1970.'),
  n_requests: count,
  n_context_tokens_total: count.describe('Tokens read, from caches and into them too.'),
  n_generated_tokens_total: count.describe('Tokens written, reasoning too.'),
  n_cached_tokens_total: count.describe('Of the tokens read, those that came from a cache.'),
  cost,
  cost_base: costBase,
  usage_details: z
    .record(
      z.string(),
      z.object({
        requests: count,
        prompt: count,
        completion: count,
        cached: count,
        cost,
        cost_base: costBase,
      }),
    )
    .describe('By the model that answered.'),
});

const billUser = z.object({
  id: recordId,
  name: z.string(),
  email: z.string(),
  total_requests: count,
  total_cost: cost,
  total_cost_base: costBase,
  usage_analysis: z
    .object({ request_percentage: z.number(), cost_percentage: z.number() })
    .describe('Shares of the totals, with two decimals.'),
});

/** A bill. */
export const bill = z.object({
  object: z.literal('list'),
  start: z.iso.date(),
  end: z.iso.date(),
  data: z.array(billDay).describe('The days with usage, the first one first.'),
  total_usage: z.object({ requests: count, cost, cost_base: costBase }),
  usage_users: z.array(billUser).describe('The accounts with usage, the dearest first.'),
});

export type OwnBillQuery = z.infer<typeof ownBillQuery>;
export type BillQuery = z.infer<typeof billQuery>;
export type Bill = z.infer<typeof bill>;
