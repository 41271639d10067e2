import { z } from 'zod';
import { ownBillQuery } from './bill.ts';
import { MODEL_ID_MAX_CHARS } from './formats.ts';
import { reportUser } from './usage.ts';

/** The most entries of `models` in one cost price. */
const COST_MODELS_MAX = 200;
const RATE_MAX = 1_000_000;

const rate = z.number().min(0).max(RATE_MAX).optional();

const costRates = {
  factor: rate.describe('A share of what accounts are charged at Factor 1, e.g. 0.6; alone.'),
  input: rate.describe('Dollars per million tokens, as all others but `unit` and `call`.'),
  output: rate,
  cache_read: rate.describe('Default: `input`.'),
  cache_write: rate.describe('Default: `input`.'),
  input_audio: rate.describe('Default: `input`.'),
  input_image: rate.describe('Default: `input`.'),
  reasoning: rate.describe('Default: `output`.'),
  output_audio: rate.describe('Default: `output`.'),
  output_image: rate.describe('Default: `output`.'),
  unit: rate.describe('Dollars per image, second, search unit …'),
  call: rate.describe('Dollars per request.'),
};

function isSound({ factor, ...rates }: Readonly<Record<string, unknown>>): boolean {
  const given = Object.keys(rates).filter((name) => name !== 'models');
  return factor === undefined || given.length === 0;
}

const MIXED = 'A factor stands alone, without other rates.';

/** What a provider key costs its owner. */
export const costPrice = z
  .strictObject({
    ...costRates,
    models: z
      .record(
        z.string().trim().min(1).max(MODEL_ID_MAX_CHARS),
        z.strictObject(costRates).refine(isSound, MIXED),
      )
      .refine((models) => Object.keys(models).length <= COST_MODELS_MAX, 'Too many entries.')
      .optional()
      .describe('Model or pattern → rates of its own; the longest pattern that fits wins.'),
  })
  .refine(isSound, MIXED)
  .nullable()
  .describe(
    'What the provider charges the owner, for reports of margin; it moves no credit. It applies from now on; null = not known.',
  );

/** The query of `GET /x-margin`. */
export const marginQuery = ownBillQuery.extend({
  user: reportUser.describe(
    'Id, name, e-mail or DNA path of an account: it and all below it. Default: the caller.',
  ),
  by: z
    .enum(['day', 'model', 'key', 'account'])
    .exactOptional()
    .describe('One line per day (default), model, provider key, or direct child with its subtree.'),
});

const amount = z.string().describe('Decimal dollars, exact.');

const figures = {
  requests: z.int(),
  revenue: amount.describe('What was charged, in base dollars.'),
  revenue_shown: amount.describe('The same as the accounts were shown it: base × rates.'),
  cost: amount.describe('What the provider keys cost.'),
  margin: amount.describe('revenue − cost; may be negative.'),
  requests_without_cost: z
    .int()
    .describe('Requests by keys that had no cost price at the time; their cost counts as 0.'),
};

const marginLine = z.object({
  key: z.string().describe('The day, the model, or the id of the provider key or account.'),
  name: z
    .string()
    .nullable()
    .describe('Of a provider key or account; null where it is not stored or not the caller’s.'),
  ...figures,
});

/** The answer to `GET /x-margin`. */
export const marginReport = z.object({
  object: z.literal('margin_report'),
  start: z.iso.date(),
  end: z.iso.date(),
  by: z.enum(['day', 'model', 'key', 'account']),
  data: z.array(marginLine),
  total: z.object(figures),
});

export type CostPrice = NonNullable<z.infer<typeof costPrice>>;
export type MarginQuery = z.infer<typeof marginQuery>;
export type MarginLine = z.infer<typeof marginLine>;
export type MarginReport = z.infer<typeof marginReport>;
