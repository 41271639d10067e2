import { z } from 'zod';
import { accountView } from './accounts.ts';
import { recordId, timestamp } from './formats.ts';
import { ownerConfView } from './owner-config.ts';

const own = accountView.shape;

/** The caller's account in one line. */
export const accountStatus = z.object({
  object: z.literal('user_status'),
  id: own.ID,
  name: own.Name,
  email: own.Email,
  balance: own.Balance,
  dna: own.DNA,
});

const periodUsage = z.object({ CreditUsed: z.number(), Requests: z.int() });
const rateLimitFields = {
  rpm: own.RPM,
  rph: own.RPH,
  rpd: own.RPD,
  tpm: own.TPM,
  tph: own.TPH,
  tpd: own.TPD,
  concurrency: own.Concurrency,
};
const used = z.object({ credit_used: z.number(), requests: z.int() });

const grouped = {
  user: z.object({
    id: own.ID,
    dna: own.DNA,
    name: own.Name,
    alias: own.Alias,
    email: own.Email,
    billing_email: own.BillingEmail,
    status: own.Status,
    is_owner: own.IsOwner,
    level: own.Level,
    gear: own.Gear,
    role: own.Role,
    tier: own.Tier,
    rates: own.Rates,
    partial_key: own.PartialKey,
    child: own.Child,
    child_limit: own.ChildLimit,
    created_at: own.CreatedAt,
    updated_at: own.UpdatedAt,
  }),
  credit: z
    .object({
      balance: own.Balance,
      granted: own.CreditGranted,
      used: own.CreditUsed,
      cards: own.CreditBalance,
    })
    .describe('`balance` of the grouped form; that name is the flat number.'),
  limits: z.object({
    ...rateLimitFields,
    hard_limit: own.HardLimit,
    soft_limit: own.SoftLimit,
    auto_quota: own.AutoQuota,
    model_limits: own.ModelLimits,
  }),
  usage: z.object({ total: used, today: used, this_month: used }).describe('UTC.'),
  access: z.object({
    allow_ips: own.AllowIPs,
    allow_models: own.AllowModels,
    allow_levels: own.AllowLevels,
    resources: own.Resources,
    model_mapper: own.ModelMapper,
  }),
};

/** Everything about the caller's account that it may see: flat, and the same in groups. */
export const accountInfo = z.object({
  object: z.literal('user_info'),
  id: own.ID,
  dna: own.DNA,
  name: own.Name,
  alias: own.Alias,
  email: own.Email,
  billing_email: own.BillingEmail,
  status: own.Status,
  is_owner: own.IsOwner,
  level: own.Level,
  gear: own.Gear,
  role: own.Role,
  tier: own.Tier,
  rates: own.Rates,
  partial_key: own.PartialKey,
  balance: own.Balance,
  credit_granted: own.CreditGranted,
  credit_used: own.CreditUsed,
  credit_balance: own.CreditBalance,
  requests: own.Requests,
  daily_usage: periodUsage.describe('Of the account itself, today in UTC.'),
  monthly_usage: periodUsage.describe('Of the account itself, this month in UTC.'),
  ...rateLimitFields,
  hard_limit: own.HardLimit,
  soft_limit: own.SoftLimit,
  auto_quota: own.AutoQuota,
  model_limits: own.ModelLimits,
  model_mapper: own.ModelMapper,
  allow_ips: own.AllowIPs,
  allow_models: own.AllowModels,
  allow_levels: own.AllowLevels,
  resources: own.Resources,
  child_limit: own.ChildLimit,
  child: own.Child,
  create_at: own.CreatedAt,
  created_at: own.CreatedAt,
  updated_at: own.UpdatedAt,
  ...grouped,
});

/** How the caller's account stands at this moment. */
export const accountLive = z.object({
  object: z.literal('user_live'),
  id: own.ID,
  name: own.Name,
  at: timestamp,
  balance: own.Balance,
  reserved: z.number().describe('Of the balance: set aside by nodes for requests.'),
  daily_usage: periodUsage,
  monthly_usage: periodUsage,
  monthly_cap: z
    .object({
      limit: z.number().nullable(),
      spent: z.number(),
      remaining: z.number().nullable(),
    })
    .describe('What counts against HardLimit: the account with everybody below it.'),
  limits: z
    .array(
      z.object({
        name: z.string().describe('RPM, RPH, RPD, TPM, TPH, TPD or CONCURRENCY.'),
        scope: z.enum(['account', 'model', 'plan', 'key']),
        account_id: recordId,
        limit: z.int(),
        used: z.int(),
        remaining: z.int(),
        reset_seconds: z.int().describe('Until nothing is counted any more, if nothing comes.'),
      }),
    )
    .describe('The rate limits of requests whose model has none of its own.'),
});

const conf = ownerConfView.shape;

/** What is configured for the caller's account: for owners the same as `GET /x-conf`. */
export const accountConf = ownerConfView.partial().extend({
  Resources: conf.Resources,
  ModelMapper: conf.ModelMapper,
  ModelLimits: conf.ModelLimits,
  UserMinBalance: conf.UserMinBalance,
  UserApiBalance: conf.UserApiBalance,
});

export type AccountStatus = z.infer<typeof accountStatus>;
export type AccountInfo = z.infer<typeof accountInfo>;
export type AccountLive = z.infer<typeof accountLive>;
export type AccountConf = z.infer<typeof accountConf>;
