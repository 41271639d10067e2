import { z } from 'zod';
import {
  IDENTIFIER_MAX_CHARS,
  MODEL_ID_MAX_CHARS,
  PAGE_SIZE_MAX,
  requestId,
  textualInteger,
  timestamp,
} from './formats.ts';

const SURFACE_MAX_CHARS = 100;
const CURSOR_MAX_CHARS = 64;

const amount = z.string().describe('Decimal dollars, exact.');

/** One item of a charge. */
const chargeLine = z.object({
  bucket: z
    .string()
    .describe('What was used: input, cacheRead, cacheWrite5m, output, reasoning, units, call …'),
  quantity: z.number(),
  rate: amount.describe('Dollars per `per` pieces.'),
  per: z.int().describe('1,000,000 for tokens.'),
  amount: amount.describe('Dollars before multipliers.'),
});

const record = {
  object: z.literal('usage_record'),
  id: requestId,
  account_id: z.int(),
  named_key_id: z.int().nullable().describe('The named key used; null for the account’s own.'),
  model_asked: z.string(),
  model: z.string().describe('The model that answered.'),
  endpoint: z.string(),
  started_at: timestamp,
  duration_ms: z.number(),
  first_byte_ms: z.number().nullable(),
  streamed: z.boolean(),
  attempts: z.int(),
  outcome: z.enum(['complete', 'aborted', 'cut', 'length']),
  usage_source: z
    .enum(['provider', 'partial', 'estimate'])
    .describe(
      'Where the quantities come from: the provider’s final figures, its figures of a cut answer, or our count.',
    ),
  usage: z.record(z.string(), z.number()).describe('Quantities by bucket; no token counts twice.'),
};

/** One usage record with the whole way from what was used to what was charged. */
export const usageExplanation = z.object({
  ...record,
  charge: z.object({
    cost: amount.describe('As the account was shown it: base × rates.'),
    cost_base: amount.describe('In base dollars: the sum of the lines × multiplier × factor.'),
    lines: z.array(chargeLine),
    price_source: z.string().describe('catalog, owner or key, with its date or id.'),
    tier_above_input_tokens: z
      .int()
      .describe('The input size above which the applied rates hold; 0 for the first.'),
    multiplier: z.number().describe('The model’s own multiplier.'),
    factor: z.number().describe('The account’s Factor at that time.'),
    rates: z.number().describe('The account’s Rates at that time.'),
  }),
});

/** The forms of a report. */
export const reportFormat = z
  .enum(['json', 'csv'])
  .exactOptional()
  .describe('Default: csv where `Accept` names text/csv, else json.');

/** Whom a report is about. */
export const reportUser = z.string().min(1).max(IDENTIFIER_MAX_CHARS).exactOptional();

const moment = z.union([z.iso.date(), z.iso.datetime({ offset: true })], {
  error: 'Expected a day (YYYY-MM-DD) or a moment (ISO 8601).',
});

/** The query of `GET /x-usage`. */
export const usageListQuery = z.object({
  user: reportUser.describe(
    'Id, name, e-mail or alias: these accounts alone; a DNA path: an account with all below it; a filter (`L2`): whom it fits. Default: the caller with all below it.',
  ),
  from: moment
    .exactOptional()
    .describe('Charged from here on. Default and earliest: 366 days before `to`.'),
  to: moment.exactOptional().describe('Charged before this moment, or on this day. Default now.'),
  model: z
    .string()
    .min(1)
    .max(MODEL_ID_MAX_CHARS)
    .exactOptional()
    .describe('The model asked for or used.'),
  surface: z
    .string()
    .min(1)
    .max(SURFACE_MAX_CHARS)
    .exactOptional()
    .describe('The endpoint, e.g. `/v1/messages`, or its short name: chat, responses, messages …'),
  outcome: record.outcome.exactOptional(),
  limit: textualInteger(1, PAGE_SIZE_MAX).exactOptional().describe('Default 100.'),
  after: z
    .string()
    .max(CURSOR_MAX_CHARS)
    .exactOptional()
    .describe('The `next` of the page before, with otherwise the same query.'),
  format: reportFormat,
});

/** One usage record of a list. */
export const usageEntry = z.object({
  ...record,
  charged_at: timestamp,
  cost: amount.describe('As the account was shown it: base × rates.'),
  cost_base: amount.describe('In base dollars.'),
  price_source: z.string().describe('catalog, owner or key, with its date or id.'),
  multiplier: z.number().describe('The model’s own multiplier.'),
  factor: z.number().describe('The account’s Factor at that time.'),
  rates: z.number().describe('The account’s Rates at that time.'),
});

/** A page of usage records. */
export const usageList = z.object({
  object: z.literal('list'),
  data: z
    .array(usageEntry)
    .describe('Newest first. With conditions a page may hold fewer than `limit` before the end.'),
  has_more: z.boolean(),
  next: z.string().nullable().describe('To be sent as `after` for the next page.'),
});

export type UsageListQuery = z.infer<typeof usageListQuery>;
export type UsageEntry = z.infer<typeof usageEntry>;
export type UsageList = z.infer<typeof usageList>;
export type UsageExplanation = z.infer<typeof usageExplanation>;
