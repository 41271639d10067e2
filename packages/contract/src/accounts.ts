import { z } from 'zod';
import {
  accountKey,
  dna,
  IDENTIFIER_MAX_CHARS,
  MODEL_ID_MAX_CHARS,
  PAGE_SIZE_MAX,
  recordId,
  textualInteger,
  timestamp,
} from './formats.ts';
import { LEVEL_MAX } from './provider-keys.ts';

/** The longest alias or name of a named key, in characters. */
export const LABEL_MAX_CHARS = 100;
/** Entries of ModelLimits and ModelMapper. */
export const MODEL_RULES_MAX = 1_000;
/** The longest text of an allowlist or mapping, in characters. */
const RULES_TEXT_MAX_CHARS = 65_536;
const DECIMAL_MAX_CHARS = 40;

const label = z.string().trim().min(1).max(LABEL_MAX_CHARS);
const decimal = z.union(
  [z.number(), z.string().max(DECIMAL_MAX_CHARS).describe('A decimal number as text, exact.')],
  { error: 'Expected a number, or a decimal number as text.' },
);
const rateLimit = z
  .int()
  .min(0)
  .nullable()
  .describe('0 allows nothing; null lifts the account’s own limit.');
const modelName = z.string().trim().min(1).max(MODEL_ID_MAX_CHARS);
const rulesText = z.string().max(RULES_TEXT_MAX_CHARS);
const allowlist = z
  .union([rulesText, z.array(z.string().max(MODEL_ID_MAX_CHARS))], {
    error: 'Expected tokens as one text or as a list of texts.',
  })
  .nullable()
  .describe(
    'Tokens apart by blanks or commas: `x` adds, `-x` removes, `*` lifts the restriction, `-*` denies everything.',
  );

/** Limits by dimension, as they are written. */
export const rateLimits = z.strictObject({
  rpm: rateLimit.optional(),
  rph: rateLimit.optional(),
  rpd: rateLimit.optional(),
  tpm: rateLimit.optional(),
  tph: rateLimit.optional(),
  tpd: rateLimit.optional(),
  concurrency: rateLimit.optional().describe('Requests at once.'),
});

/** ModelLimits as it is written. */
export const modelLimitsInput = z
  .union([z.record(modelName, rateLimits.nullable()), rulesText])
  .nullable()
  .describe(
    'Model or pattern → its limits, merged into what is there; null removes one. As text: `-model` removes, `*` clears.',
  );

/** A mapping of models as it is written. */
export const modelMapperInput = z
  .union([z.record(modelName, modelName.nullable()), rulesText])
  .nullable()
  .describe(
    'Model or pattern → model, merged into what is there; null removes one. As text: `a=b, -c`, `*` clears.',
  );

const levelMapper = z
  .never({ error: 'The LevelMapper belongs to the owner; it cannot be set on an account.' })
  .optional();

const settings = {
  Alias: label.optional(),
  BillingEmail: z.string().max(IDENTIFIER_MAX_CHARS).nullable().optional(),
  Rates: decimal.optional().describe('Shown dollars per base dollar; at least the parent’s.'),
  HardLimit: decimal.nullable().optional().describe('Shown dollars per calendar month, UTC.'),
  SoftLimit: decimal.nullable().optional().describe('Shown dollars; one mail a month beyond it.'),
  AutoQuota: z.boolean().optional().describe('Raise the monthly limits with each recharge.'),
  RPM: rateLimit.optional(),
  RPH: rateLimit.optional(),
  RPD: rateLimit.optional(),
  TPM: rateLimit.optional(),
  TPH: rateLimit.optional(),
  TPD: rateLimit.optional(),
  Concurrency: rateLimit.optional().describe('Requests at once, those of the subtree together.'),
  ModelLimits: modelLimitsInput.optional(),
  ModelMapper: modelMapperInput.optional(),
  AllowIPs: allowlist.optional(),
  AllowModels: allowlist.optional(),
  AllowLevels: z
    .union([rulesText, z.array(z.int().min(0).max(LEVEL_MAX))])
    .nullable()
    .optional(),
  Resources: allowlist.optional(),
  Level: z.int().min(0).max(LEVEL_MAX).nullable().optional().describe('null = inherited.'),
  ChildLimit: z.int().min(0).nullable().optional().describe('The most direct children.'),
  Status: z.boolean().optional(),
  Tier: z.int().min(0).max(4).nullable().optional().describe('The plan; set by the owner.'),
  Role: z.int().min(0).max(2).optional().describe('Console role; set by the owner.'),
  Factor: decimal.nullable().optional().describe('Price multiplier; set by root.'),
  Gear: z.int().min(1).max(1_000).optional().describe('Set by root.'),
  IsOwner: z.boolean().optional().describe('Owns its key pool and routing; set by root.'),
  LevelMapper: levelMapper,
};

const days = z
  .number()
  .positive()
  .max(365)
  .optional()
  .describe('Validity of the credit; fractions are allowed. Default 365.');

/** The body of `POST /x-users`. */
export const accountCreate = z.strictObject({
  Name: z.string().describe('4 to 63 of A-Z, a-z, 0-9, dot, dash, underscore; unique.'),
  Email: z.string().describe('Unique.'),
  CreditGranted: decimal.describe('Shown dollars of the new account, at least 2.'),
  Days: days,
  ...settings,
});

/** The body of `PUT /x-users/{identifier}`: what is missing stays as it is. */
export const accountUpdate = z
  .strictObject({
    Name: z.string().optional(),
    Email: z.string().optional(),
    CreditGranted: decimal
      .optional()
      .describe('Shown dollars to add; a negative amount is taken back.'),
    Days: days,
    ...settings,
  })
  .refine((body) => Object.keys(body).length > 0, 'Expected at least one field.');

/** The query of the account lists. */
export const accountListQuery = z.object({
  id: textualInteger(1).optional(),
  name: z.string().max(IDENTIFIER_MAX_CHARS).optional(),
  email: z.string().max(IDENTIFIER_MAX_CHARS).optional(),
  level: textualInteger(0, LEVEL_MAX).optional(),
  dna: dna.optional(),
  page: textualInteger(1).optional(),
  size: textualInteger(1, PAGE_SIZE_MAX).optional(),
});

/** The query of `DELETE /x-users/{identifier}`. */
export const accountDeleteQuery = z.object({
  cascade: z
    .enum(['true', 'false'])
    .optional()
    .describe('`true` deletes the descendants too, leaves first.'),
});

const creditCard = z.object({
  amount: z.number(),
  balance: z.number(),
  reference: z.string(),
  granted_at: timestamp,
  expires_at: timestamp,
});

const nullableInteger = z.int().nullable();

/** An account as `/x-users` and `/x-dna` show it; figures in its own dollars. */
export const accountView = z.object({
  ID: recordId,
  DNA: dna,
  Level: z.int(),
  Gear: z.int(),
  Role: z.int(),
  Tier: nullableInteger,
  Factor: z.number(),
  Name: z.string(),
  Alias: z.string(),
  Email: z.string(),
  BillingEmail: z.string().nullable(),
  Rates: z.number(),
  CreditUsed: z.number(),
  CreditBalance: z.array(creditCard),
  CreditGranted: z.number(),
  Balance: z.number(),
  HardLimit: z.number().nullable(),
  SoftLimit: z.number().nullable(),
  AutoQuota: z.boolean(),
  RPM: nullableInteger,
  RPH: nullableInteger,
  RPD: nullableInteger,
  TPM: nullableInteger,
  TPH: nullableInteger,
  TPD: nullableInteger,
  Concurrency: nullableInteger,
  ModelLimits: z.record(z.string(), z.record(z.string(), z.int())),
  ModelMapper: z.record(z.string(), z.string()),
  AllowIPs: z.string(),
  AllowModels: z.string(),
  AllowLevels: z.string(),
  Resources: z.string(),
  ChildLimit: nullableInteger,
  Child: z.int(),
  Requests: z.int(),
  Status: z.boolean(),
  IsOwner: z.boolean(),
  PartialKey: z.string().describe('The last 20 characters of the key.'),
  SecretKey: z.literal('***'),
  CreatedAt: timestamp,
  UpdatedAt: timestamp,
});

const changedAccount = z.object({
  ID: recordId,
  Name: z.string(),
  Updates: z.record(z.string(), z.unknown()).describe('What was set, as it stands now.'),
});
const parentAccount = z.object({
  ID: recordId,
  Name: z.string().optional(),
  Balance: z.number().optional().describe('In the parent’s own dollars; to its ancestors only.'),
});

/** The answer to `POST /x-users`; the only time that the key is shown. */
export const accountCreated = z.object({
  Action: z.literal('add'),
  Parent: parentAccount,
  User: changedAccount.extend({ SecretKey: accountKey }),
});

/** The answer to `PUT /x-users/{identifier}`. */
export const accountUpdated = z.object({
  Action: z.literal('update'),
  Parent: parentAccount,
  User: changedAccount,
});

/** The answer to `DELETE /x-users/{identifier}`. */
export const accountDeleted = z.object({
  Action: z.literal('delete'),
  Parent: parentAccount,
  User: z.object({
    ID: recordId,
    Name: z.string(),
    Refund: z.number().describe('What the parent got back, in its own dollars.'),
    Deleted: z.array(recordId).describe('This account and, with cascade, its descendants.'),
  }),
});

/** The answer to `GET /x-gkey`. */
export const generatedKey = z.object({ success: z.literal(true), key: accountKey });

export type AccountCreate = z.infer<typeof accountCreate>;
export type AccountUpdate = z.infer<typeof accountUpdate>;
export type AccountListQuery = z.infer<typeof accountListQuery>;
export type AccountView = z.infer<typeof accountView>;
export type AccountCreated = z.infer<typeof accountCreated>;
export type AccountUpdated = z.infer<typeof accountUpdated>;
export type AccountDeleted = z.infer<typeof accountDeleted>;
