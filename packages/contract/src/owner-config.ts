import { z } from 'zod';
import { MODEL_ID_MAX_CHARS, recordId, timestamp } from './formats.ts';
import { LEVEL_MAX } from './provider-keys.ts';

/** The longest text of a map or list of an owner, in characters. */
const RULES_TEXT_MAX_CHARS = 262_144;
const DECIMAL_MAX_CHARS = 40;

/** As long as an attempt may take at most, seconds. */
const HEDGE_AFTER_SECONDS_MAX = 600;

/** The settings of an owner that `/x-config` knows. */
export const OWNER_SETTINGS = [
  'MODEL_MAPPER',
  'LEVEL_MAPPER',
  'SWITCH_OVER',
  'MODEL_FAILOVER',
  'RESOURCES',
  'MODEL_LIMITS',
  'PRICING',
  'USER_MIN_BALANCE',
  'USER_API_BALANCE',
  'DEFAULT_IMAGE_MODEL',
  'DEFAULT_SPEECH_MODEL',
  'HEDGE_AFTER',
  'ALLOW_ORIGINS',
  'XAI_MAIL',
  'EMAIL_SMTP',
  'EMAIL_PORT',
  'EMAIL_AUTH',
  'EMAIL_PASS',
  'EMAIL_TLS',
] as const;

const MAIL_TEXT_MAX_CHARS = 1_024;

const text = z.string().max(RULES_TEXT_MAX_CHARS);
const name = z.string().trim().min(1).max(MODEL_ID_MAX_CHARS);
const level = z.union([z.int().min(1).max(LEVEL_MAX), z.string().max(MODEL_ID_MAX_CHARS)]);
const backups = z.union([text, z.array(name)]);
const decimal = z.union(
  [z.number(), z.string().max(DECIMAL_MAX_CHARS).describe('A decimal number as text, exact.')],
  { error: 'Expected a number, or a decimal number as text.' },
);
const limit = z.int().min(0).nullable().optional();
const limits = z.strictObject({
  rpm: limit,
  rph: limit,
  rpd: limit,
  tpm: limit,
  tph: limit,
  tpd: limit,
  concurrency: limit,
});

/** Text, or an object whose null values remove entries. */
function written<T extends z.ZodType>(value: T, key: z.ZodString = name) {
  return z.union([text, z.record(key, value.nullable())], {
    error: 'Expected text or an object.',
  });
}

const modelMap = written(name);
const levelMap = written(level);
const failoverMap = written(backups);
const limitsMap = written(limits);
const modelName = z.string().trim().max(MODEL_ID_MAX_CHARS);
const resources = written(z.strictObject({}));
const mailText = z.string().max(MAIL_TEXT_MAX_CHARS);

/** The body of `PUT /x-config`: settings that are missing stay as they are. */
export const ownerConfigUpdate = z
  .strictObject({
    MODEL_MAPPER: modelMap.optional().describe('`pattern=model, …`'),
    LEVEL_MAPPER: levelMap.optional().describe('`pattern=level, …`'),
    SWITCH_OVER: levelMap.optional().describe('`level=level, …`'),
    MODEL_FAILOVER: failoverMap.optional().describe('`pattern=model|model, …`'),
    RESOURCES: resources
      .optional()
      .describe('Endpoint paths and patterns; `*` allows all of them, `-*` none.'),
    MODEL_LIMITS: limitsMap
      .optional()
      .describe('Model or pattern → limits for each account; as text it is JSON.'),
    PRICING: z
      .union([z.string(), z.record(z.string(), z.unknown())])
      .optional()
      .describe(
        'Own prices, as JSON text or as an object: at most 128 KB and 1,024 entries. Model names may be patterns.',
      ),
    USER_MIN_BALANCE: decimal
      .optional()
      .describe('Shown dollars; a grant may not leave the giver below it. Default 1.'),
    USER_API_BALANCE: decimal
      .optional()
      .describe('Shown dollars; below it API calls get 402. Default 0.5.'),
    DEFAULT_IMAGE_MODEL: modelName
      .optional()
      .describe(
        'For requests for images that name no model; empty text, as by default, takes the first that can be reached.',
      ),
    DEFAULT_SPEECH_MODEL: modelName.optional().describe('The same for speech.'),
    HEDGE_AFTER: z
      .number()
      .min(0)
      .max(HEDGE_AFTER_SECONDS_MAX)
      .optional()
      .describe(
        'Seconds after which a whole answer that is not there yet is asked of a second key too; the first answer counts, only it is charged, the other is given up. 0: never. Your provider may bill both.',
      ),
    ALLOW_ORIGINS: resources
      .optional()
      .describe(
        'Origins whose pages may read answers, such as `https://app.example.com`; `*`, as by default, all of them, `-*` none.',
      ),
    XAI_MAIL: mailText
      .optional()
      .describe('Sender of the mails, by default EMAIL_AUTH; empty text takes it away.'),
    EMAIL_SMTP: mailText.optional().describe('Host name or address of the mail server.'),
    EMAIL_PORT: z
      .union([z.int(), z.string().max(5)], { error: 'Expected a port.' })
      .optional()
      .describe('1 to 65535.'),
    EMAIL_AUTH: mailText.optional().describe('User name at the mail server.'),
    EMAIL_PASS: mailText
      .optional()
      .describe('Password at the mail server; never shown. `***` leaves it as it is.'),
    EMAIL_TLS: z
      .union([z.boolean(), z.enum(['true', 'false'])], { error: 'Expected true or false.' })
      .optional(),
  })
  .refine((body) => Object.keys(body).length > 0, 'Expected at least one setting.');

/** The body of `DELETE /x-config`. */
export const ownerConfigReset = z.strictObject({
  keys: z.array(z.enum(OWNER_SETTINGS)).min(1).max(OWNER_SETTINGS.length),
});

/** The query of `GET /x-config`. */
export const ownerConfigQuery = z.object({
  format: z
    .enum(['object', 'string'])
    .optional()
    .describe('`string` shows maps as `k=v,…` and lists as text.'),
});

const rateLimits = z.record(z.string(), z.int());
const shownMaps = {
  modelMapper: z.record(z.string(), z.string()),
  levels: z.record(z.string(), z.int()),
  failover: z.record(z.string(), z.array(z.string())),
  resources: z.record(z.string(), z.strictObject({})),
  limits: z.record(z.string(), rateLimits),
};

const shownSettings = z.strictObject({
  MODEL_MAPPER: z.union([shownMaps.modelMapper, z.string()]).optional(),
  LEVEL_MAPPER: z.union([shownMaps.levels, z.string()]).optional(),
  SWITCH_OVER: z.union([shownMaps.levels, z.string()]).optional(),
  MODEL_FAILOVER: z.union([shownMaps.failover, z.string()]).optional(),
  RESOURCES: z
    .union([shownMaps.resources, z.string()])
    .optional()
    .describe('Path → {}; `*` where all endpoints are open, empty where none is.'),
  MODEL_LIMITS: z.union([shownMaps.limits, z.string()]).optional(),
  PRICING: z.string().optional().describe('JSON text.'),
  USER_MIN_BALANCE: z.union([z.number(), z.string()]).optional(),
  USER_API_BALANCE: z.union([z.number(), z.string()]).optional(),
  DEFAULT_IMAGE_MODEL: z.string().optional(),
  DEFAULT_SPEECH_MODEL: z.string().optional(),
  HEDGE_AFTER: z.union([z.number(), z.string()]).optional(),
  ALLOW_ORIGINS: z
    .union([shownMaps.resources, z.string()])
    .optional()
    .describe('Origin → {}; `*` where all may, empty where none may.'),
  XAI_MAIL: z.string().optional(),
  EMAIL_SMTP: z.string().optional(),
  EMAIL_PORT: z.union([z.int(), z.string()]).optional(),
  EMAIL_AUTH: z.string().optional(),
  EMAIL_PASS: z.literal(['***', '']).optional(),
  EMAIL_TLS: z.union([z.boolean(), z.enum(['true', 'false'])]).optional(),
});

/** The answer to `GET /x-config`: what is not there has its default. */
export const ownerConfigView = z.object({
  success: z.literal(true),
  oid: recordId.describe('The owner’s id.'),
  configs: shownSettings,
});

/** The answer to `PUT /x-config`. */
export const ownerConfigUpdated = z.object({
  success: z.literal(true),
  updated: shownSettings.describe('What was written, as it stands now.'),
  message: z.string(),
});

/** The answer to `DELETE /x-config`. */
export const ownerConfigDeleted = z.object({
  success: z.literal(true),
  deleted: z.array(z.enum(OWNER_SETTINGS)),
  message: z.string(),
});

/** The body of `POST /x-conf`: what is missing stays as it is. */
export const ownerConfUpdate = z
  .strictObject({
    LoadKeys: z.boolean().optional().describe('Load the provider keys anew, in the background.'),
    LogEnable: z.boolean().optional().describe('Access logs of the whole system; root only.'),
    SaveCache: z.boolean().optional().describe('Answer when projections are written too.'),
    DelKeys: z
      .boolean()
      .optional()
      .describe('Wake all sleeping provider keys, on every node; none is deleted.'),
    Resources: resources.optional(),
    AllowOrigins: resources.optional(),
    ModelMapper: modelMap.optional(),
    LevelMapper: levelMap.optional(),
    ModelFailover: failoverMap.optional(),
    ModelLimits: limitsMap.optional(),
  })
  .refine((body) => Object.keys(body).length > 0, 'Expected at least one field.');

const keyLine = {
  ID: recordId.nullable().describe('null for a key that is not stored.'),
  Name: z.string(),
  Level: z.int(),
  Provider: z.string(),
};

const sleepingKey = z.object({
  ...keyLine,
  Status: z.boolean().describe('true where the key only rests for one model.'),
  SleepTimes: z.int().describe('Sleeps in a row; 0 where the key only rests for one model.'),
  SleepUntil: timestamp,
  SleepSeconds: z.int().describe('What is left of it.'),
  Cause: z.string().describe('auth, quota, rate, overload, network or protocol.'),
});

/** The answer to `GET /x-conf`. */
export const ownerConfView = z.object({
  Resources: shownMaps.resources,
  AllowOrigins: shownMaps.resources,
  LevelMapper: shownMaps.levels,
  ModelMapper: shownMaps.modelMapper,
  ModelFailover: shownMaps.failover,
  ModelLimits: shownMaps.limits,
  SwitchOver: shownMaps.levels,
  SleepingKeys: z
    .array(sleepingKey)
    .describe('As the node sees it that answers: each node has its own experience.'),
  DisabledKeys: z.array(z.object({ ...keyLine, Status: z.literal(false) })),
  UserMinBalance: z.number(),
  UserApiBalance: z.number(),
  LogEnable: z.boolean().optional().describe('To root only.'),
});

const order = z.enum(['true', 'false']).optional();

/** The answer to `POST /x-conf`: what was written, as it stands now. */
export const ownerConfUpdated = z.object({
  LoadKeys: order,
  LogEnable: order,
  SaveCache: order,
  DelKeys: order,
  Resources: shownMaps.resources.optional(),
  AllowOrigins: shownMaps.resources.optional(),
  ModelMapper: shownMaps.modelMapper.optional(),
  LevelMapper: shownMaps.levels.optional(),
  ModelFailover: shownMaps.failover.optional(),
  ModelLimits: shownMaps.limits.optional(),
});

export type OwnerSettingName = (typeof OWNER_SETTINGS)[number];
export type OwnerConfigUpdate = z.infer<typeof ownerConfigUpdate>;
export type OwnerConfigSettings = z.infer<typeof shownSettings>;
export type OwnerConfUpdate = z.infer<typeof ownerConfUpdate>;
export type OwnerConfView = z.infer<typeof ownerConfView>;
export type OwnerConfUpdated = z.infer<typeof ownerConfUpdated>;
