import { z } from 'zod';
import { timestamp } from './formats.ts';

/** Keys that one stage of an explanation names; more are only counted. */
export const EXPLAINED_KEYS_MAX = 100;

const accountId = z.int();
const dollars = z.string().describe('Decimal dollars, exact.');
const perMillion = z.record(z.string(), dollars).describe('By bucket, per million tokens.');

const price = z.object({
  source: z.string().describe('catalog, owner or key, with its date or id.'),
  multiplier: z.number().describe('The model’s own multiplier.'),
  per_million_tokens: perMillion,
  tiers: z.array(z.object({ above_input_tokens: z.int(), per_million_tokens: perMillion })),
  per_unit: z
    .object({ unit: z.string(), size: z.number(), price: dollars, minimum: z.number() })
    .optional(),
  per_call: dollars.optional(),
});

const explainedKey = z
  .object({
    id: z.int().nullable().describe('null for a key that lives only in memory.'),
    name: z.string(),
    provider: z.string().describe('The base URL.'),
    level: z.int(),
    weight: z.number(),
  })
  .nullable()
  .describe('null where the caller is not the owner of the pool, nor above it.');

const candidate = z.object({
  key: explainedKey,
  upstream_model: z.string().nullable().describe('The name that is sent; hidden like the key.'),
  outstanding: z.int().nullable().describe('Attempts under way on this node; hidden like the key.'),
  wire: z.object({
    endpoint: z.string().describe('What the upstream would be asked by.'),
    mode: z.enum(['passed', 'translated']),
  }),
  price: price.describe('Base prices, before the account’s `factor` and `rates`.'),
});

const skipped = z.object({
  key: explainedKey,
  reason: z
    .enum([
      'asleep',
      'trial',
      'busy',
      'disabled',
      'not_served',
      'no_price',
      'level_not_allowed',
      'cannot_answer',
    ])
    .describe(
      '`trial`: it returns from sleep, and one request tries it. `busy`: its cap on concurrency is reached. `cannot_answer`: its upstream has no way to answer this surface.',
    ),
  until: timestamp.nullable().describe('When a key that is asleep may be tried again.'),
  cause: z.string().nullable().describe('Why it is asleep: auth, quota, rate, overload …'),
});

const stage = z.object({
  order: z
    .int()
    .nullable()
    .describe('Its place among the stages that would be tried now; null: it would not be.'),
  reason: z.enum(['primary', 'failover', 'switch_over']),
  model: z.string(),
  level: z.int().nullable().describe('null where nothing leads to a level.'),
  level_by: z
    .enum(['rule', 'account', 'lowest', 'switch_over'])
    .nullable()
    .describe(
      'A LevelMapper rule, the account’s Level, the lowest level that serves the model, or SwitchOver.',
    ),
  level_rule: z.string().nullable().describe('The pattern of the LevelMapper rule.'),
  failover_rule: z.string().nullable().describe('The pattern of the ModelFailover rule.'),
  candidates: z.array(candidate).max(EXPLAINED_KEYS_MAX),
  candidates_total: z.int(),
  skipped: z.array(skipped).max(EXPLAINED_KEYS_MAX),
  skipped_total: z.int(),
});

const mapping = z.object({
  stage: z.enum(['asked', 'user', 'owner']),
  from: z.string(),
  to: z.string(),
  canonical: z.string().describe('The catalog’s name of `to`.'),
  rule: z.string().nullable().describe('The pattern that matched.'),
  account_id: accountId.nullable().describe('Whose rule it is.'),
  hidden_rule: z
    .string()
    .nullable()
    .describe('A rule of the owner that a rule of the same pattern below it hides.'),
});

const limit = z.object({
  name: z.string().describe('RPM, RPH, RPD, TPM, TPH, TPD or CONCURRENCY.'),
  limit: z.int(),
  scope: z.enum(['account', 'model', 'plan', 'key']),
  account_id: accountId.describe('Whose limit it is; its whole subtree counts.'),
  model: z.string().nullable().describe('The model or pattern of a limit for models.'),
  used: z.int().nullable().describe('null where the counters could not be asked.'),
  reset_seconds: z.number().nullable(),
});

/** The answer to `GET /x-route`. */
export const routeExplanation = z.object({
  object: z.literal('route'),
  account_id: accountId,
  owner_id: accountId.describe('Whose keys and rules apply.'),
  surface: z.string(),
  endpoint: z.string(),
  model: z.string().describe('As asked for.'),
  resolved: z.string().nullable().describe('What limits and prices go by; null without a plan.'),
  would_be_tried: z.boolean().describe('Whether an upstream would be asked now.'),
  refusal: z
    .object({
      code: z.string(),
      status: z.int(),
      message: z.string(),
      retry_after_seconds: z.int().nullable(),
    })
    .nullable()
    .describe('What the caller would be answered instead.'),
  mapping: z.array(mapping),
  allowlists: z.object({
    account_enabled: z.boolean(),
    endpoint_allowed: z.boolean(),
    address_allowed: z.boolean().nullable().describe('null where no address was given.'),
    models: z
      .array(z.object({ account_id: accountId, pattern: z.string().nullable() }))
      .describe('Every AllowModels on the path with the pattern that matched; null: it refuses.'),
    levels: z.array(z.int()).nullable().describe('AllowLevels; null for all.'),
  }),
  stages: z.array(stage),
  limits: z.array(limit).describe('The rate windows that the request would count in.'),
  attempts: z.object({ max: z.int(), deadline_seconds: z.number() }),
  factor: z.number().describe('The account’s price multiplier.'),
  rates: z.number().describe('What is shown to the account is the price × factor × rates.'),
});

export type RouteExplanationView = z.infer<typeof routeExplanation>;
