import { z } from 'zod';
import { timestamp } from './formats.ts';

const seconds = z.int().describe('Seconds since 1970.');
const dollars = z.number().describe('In the account’s own dollars.');
const cents = z.number().describe('In cents of the account’s own dollars.');
const day = z.iso.date().exactOptional();

/** The query of the legacy usage report. */
export const legacyUsageQuery = z.object({
  start_date: day.describe('First day, UTC. Default: of this month.'),
  end_date: day.describe(
    'The day after the last one; the same as `start_date` means that one day. Default: tomorrow.',
  ),
});

/** What was used, in the shape of OpenAI’s legacy billing. */
export const legacyUsage = z.object({
  object: z.literal('list'),
  daily_costs: z.array(
    z.object({
      timestamp: seconds,
      line_items: z.array(z.object({ name: z.string(), cost: cents })),
    }),
  ),
  total_usage: cents,
});

/** What may be spent, in the shape of OpenAI’s legacy billing. */
export const legacySubscription = z.object({
  object: z.literal('billing_subscription'),
  has_payment_method: z.boolean(),
  canceled: z.literal(false),
  canceled_at: z.null(),
  delinquent: z.boolean().nullable(),
  access_until: seconds.describe('When the last credit expires.'),
  soft_limit: z.int(),
  hard_limit: z.int(),
  system_hard_limit: z.int(),
  soft_limit_usd: dollars,
  hard_limit_usd: dollars.describe(
    'What this month allows in all: what the account has used in it, and what it can still use.',
  ),
  system_hard_limit_usd: dollars,
  plan: z.object({ title: z.string(), id: z.string() }),
  account_name: z.string(),
  po_number: z.null(),
  billing_email: z.string().nullable(),
  tax_ids: z.null(),
  billing_address: z.null(),
  business_address: z.null(),
});

/** The account’s credit, in the shape of OpenAI’s legacy billing. */
export const legacyCreditGrants = z.object({
  object: z.literal('credit_summary'),
  total_granted: dollars,
  total_used: dollars,
  total_available: dollars,
  total_paid_available: dollars,
  grants: z.object({
    object: z.literal('list'),
    data: z
      .array(
        z.object({
          object: z.literal('credit_grant'),
          id: z.string(),
          grant_amount: dollars,
          used_amount: dollars,
          effective_at: seconds,
          expires_at: seconds,
          expires: timestamp,
        }),
      )
      .describe('Those with something left, the first to expire first.'),
  }),
});

export type LegacyUsageQuery = z.infer<typeof legacyUsageQuery>;
export type LegacyUsage = z.infer<typeof legacyUsage>;
export type LegacySubscription = z.infer<typeof legacySubscription>;
export type LegacyCreditGrants = z.infer<typeof legacyCreditGrants>;
