import { z } from 'zod';
import { MODEL_ID_MAX_CHARS, recordId, timestamp } from './formats.ts';
import { costPrice } from './margin.ts';

/** The shortest secret of a provider key, in characters; private addresses may have none at all. */
const PROVIDER_SECRET_MIN_CHARS = 20;
/** The longest secret, in characters. */
const PROVIDER_SECRET_MAX_CHARS = 4_096;
/** The highest level of a provider key. */
export const LEVEL_MAX = 1_000;
/** Entries of `Config.models` and `Config.model_mapping`. */
const PROVIDER_MODELS_MAX = 1_000;
const PROVIDER_NAME_MAX_CHARS = 100;
const PROVIDER_URL_MAX_CHARS = 2_048;
const WEIGHT_MAX = 1_000;
/** The largest cap of a key. */
const CAP_MAX = 1_000_000_000;

/** Seconds; no request may take longer than this altogether. */
const TIMEOUT_SECONDS_MAX = 600;

const API_VERSION = /^[a-z0-9][a-z0-9.-]{0,31}$/;
const PROJECT_ID = /^[a-z0-9][a-z0-9.:-]{1,61}[a-z0-9]$/;
const REGION = /^[a-z][a-z0-9-]{1,39}$/;
const EMAIL = /^[^\s@]{1,128}@[^\s@]{1,255}$/;
/** The longest credential within `Config`, in characters. */
const CONFIG_SECRET_MAX_CHARS = 16_384;

/** The `provider_type` values of `Config`. */
export const PROVIDER_TYPES = [
  'standard',
  'openai',
  'anthropic',
  'gemini',
  'azure',
  'vertex',
  'bedrock',
  'cohere',
  'jina',
] as const;

/** What `Config.api_versions` can tell apart. */
export const API_FAMILIES = [
  'chat',
  'completions',
  'responses',
  'embeddings',
  'images',
  'audio',
  'realtime',
] as const;

/** Shown instead of a secret; sent back in `PUT`, it keeps what is stored. */
export const HIDDEN_SECRET = '***';

const modelName = z.string().trim().min(1).max(MODEL_ID_MAX_CHARS);
const timeoutSeconds = z.int().min(1).max(TIMEOUT_SECONDS_MAX);
const hidden = z.string().trim().min(1).max(CONFIG_SECRET_MAX_CHARS);

/** `Config` of a provider key: what does not fit the host's usual ways. */
export const providerKeyConfig = z.strictObject({
  provider_type: z
    .enum(PROVIDER_TYPES)
    .optional()
    .describe(
      'What the upstream speaks. `standard` (default): as its host does, else like OpenAI; `openai`: like OpenAI at any host.',
    ),
  model_mapping: z
    .record(modelName, modelName)
    .refine((map) => Object.keys(map).length <= PROVIDER_MODELS_MAX, 'Too many entries.')
    .optional()
    .describe('Model or pattern → the name that this upstream knows it by, e.g. a deployment.'),
  models: z
    .array(modelName)
    .max(PROVIDER_MODELS_MAX)
    .optional()
    .describe('Models or patterns that this key serves, where its host does not tell.'),
  default_price: z
    .unknown()
    .optional()
    .describe('The price of models that have no other: 0, or an object as in PRICING.'),
  include_usage: z
    .boolean()
    .optional()
    .describe('Whether the upstream understands `stream_options.include_usage`.'),
  idle_timeout: timeoutSeconds
    .optional()
    .describe('Seconds of silence after which a stream is given up; by default 60 to 300.'),
  timeout: timeoutSeconds
    .optional()
    .describe('Seconds after which an attempt is given up, and another key is tried; 120 to 600.'),
  api_versions: z
    .partialRecord(z.enum(API_FAMILIES), z.string().regex(API_VERSION))
    .optional()
    .describe('`azure`: the `api-version` of each kind of endpoint.'),
  base_url: z
    .string()
    .trim()
    .min(1)
    .max(PROVIDER_URL_MAX_CHARS)
    .optional()
    .describe(
      '`vertex`: where requests go instead of `Provider`; `{project}` and `{location}` are filled in.',
    ),
  project_id: z.string().trim().regex(PROJECT_ID).optional().describe('`vertex`: the project.'),
  client_email: z
    .string()
    .trim()
    .regex(EMAIL)
    .optional()
    .describe('`vertex`: the service account.'),
  private_key: hidden
    .optional()
    .describe('`vertex`: the PEM of the service account. Stored encrypted, shown as `***`.'),
  token_uri: z
    .string()
    .trim()
    .min(1)
    .max(PROVIDER_URL_MAX_CHARS)
    .optional()
    .describe(
      '`vertex`: where access tokens are fetched, where that is not Google’s usual address; as in the account’s JSON file.',
    ),
  region: z
    .string()
    .trim()
    .regex(REGION)
    .optional()
    .describe('`vertex`, `bedrock`: location or region, where `Provider` does not tell.'),
  aws_access_key_id: hidden
    .optional()
    .describe(
      '`bedrock`: with `aws_secret_access_key`, instead of a SecretKey of the form `id:secret[:session]`. Shown as `***`.',
    ),
  aws_secret_access_key: hidden.optional().describe('Stored encrypted, shown as `***`.'),
  aws_session_token: hidden.optional().describe('Of temporary credentials. Shown as `***`.'),
});

const secretKey = z
  .string()
  .max(PROVIDER_SECRET_MAX_CHARS)
  .regex(/^[\x21-\x7e]*$/, 'Expected printable ASCII characters without spaces.')
  .refine(
    (secret) => secret === '' || secret.length >= PROVIDER_SECRET_MIN_CHARS,
    `Expected at least ${PROVIDER_SECRET_MIN_CHARS} characters.`,
  );

const cap = z.int().min(1).max(CAP_MAX).nullable();

/** What the provider allows this key, over all accounts and nodes; null for no cap. */
const caps = {
  RPM: cap.optional().describe('Attempts per minute; beyond it other keys are tried.'),
  TPM: cap.optional().describe('Tokens per minute, input and output; likewise.'),
  Concurrency: cap
    .optional()
    .describe('Attempts under way; each node has its share, at least one.'),
};

/** The body of `POST /x-keys`. */
export const providerKeyCreate = z.strictObject({
  SecretKey: secretKey.describe(
    'The upstream key. Empty is accepted for private addresses, and where `Config` has the credentials.',
  ),
  Name: z.string().trim().min(1).max(PROVIDER_NAME_MAX_CHARS).optional(),
  Level: z.int().min(1).max(LEVEL_MAX),
  Provider: z.string().trim().min(1).max(PROVIDER_URL_MAX_CHARS).describe('The base URL.'),
  Status: z.boolean().default(true),
  Weight: z
    .number()
    .positive()
    .max(WEIGHT_MAX)
    .default(1)
    .describe('Share of the traffic within its level.'),
  ...caps,
  Config: providerKeyConfig.optional(),
  CostPrice: costPrice.optional(),
});

/** The body of `PUT /x-keys/{id}`: what is missing stays as it is. */
export const providerKeyUpdate = z
  .strictObject({
    SecretKey: secretKey.optional(),
    Name: z.string().trim().min(1).max(PROVIDER_NAME_MAX_CHARS).optional(),
    Level: z.int().min(1).max(LEVEL_MAX).optional(),
    Provider: z.string().trim().min(1).max(PROVIDER_URL_MAX_CHARS).optional(),
    Status: z.boolean().optional(),
    Weight: z.number().positive().max(WEIGHT_MAX).optional(),
    ...caps,
    Config: providerKeyConfig.optional(),
    CostPrice: costPrice.optional(),
  })
  .refine((body) => Object.keys(body).length > 0, 'Expected at least one field.');

/** What `status` can select: the stored `Status`, or the state in which a key is. */
export const PROVIDER_KEY_STATES = ['active', 'disabled', 'sleeping'] as const;

const health = z.object({
  State: z
    .enum(PROVIDER_KEY_STATES)
    .describe('`sleeping`: it rests after failures, or a model of it is paused.'),
  Cause: z.string().nullable().describe('Why it rests: auth, quota, rate, overload, network …'),
  Failures: z.int().describe('Failures in a row since the last success or sleep.'),
  SleepTimes: z.int().describe('Sleeps in a row without a success between them.'),
  Outstanding: z.int().describe('Attempts under way.'),
  PausedModels: z
    .record(z.string(), timestamp)
    .describe('Models that wait after a 429, and until when.'),
});

/** A provider key as it is shown; its secrets never are. */
export const providerKeyView = z.object({
  ID: recordId,
  Name: z.string(),
  Level: z.int(),
  Provider: z.string(),
  Status: z.boolean(),
  Weight: z.number(),
  RPM: cap,
  TPM: cap,
  Concurrency: cap,
  Config: providerKeyConfig,
  CostPrice: costPrice,
  SecretKey: z.literal(HIDDEN_SECRET),
  PartialKey: z.string().describe('The last characters of the secret, to recognise it by.'),
  UsageToday: z
    .object({
      Requests: z.int(),
      Cost: z.number().describe('What accounts were charged, in the owner’s dollars.'),
    })
    .describe('Charged requests that it answered since 00:00 UTC.'),
  Health: health.describe('As the node that answers knows it.'),
  SleepUntil: timestamp.optional().describe('Only while the key rests after failures.'),
  CreatedAt: timestamp,
  UpdatedAt: timestamp,
});

/** The answer to `POST` and `PUT`. */
export const providerKeyAnswer = z.object({ success: z.literal(true), key: providerKeyView });
/** The answer to lists. */
export const providerKeyList = z.object({
  success: z.literal(true),
  keys: z.array(providerKeyView),
});

/** The body of `POST /x-keys/{id}/test`. */
export const providerKeyTest = z.strictObject({
  model: modelName
    .optional()
    .describe('What to ask for; the cheapest model that the key is known to serve if absent.'),
});

const testResult = z.object({
  ok: z.boolean(),
  model: z.string(),
  upstream_model: z.string().describe('The name that was sent.'),
  endpoint: z.string().describe('What the upstream was asked by.'),
  latency_ms: z.int().describe('From the request to the end of the answer.'),
  status: z.int().nullable().describe('The upstream’s status; null where none came.'),
  cause: z
    .enum(['auth', 'quota', 'rate', 'overload', 'network', 'protocol', 'caller'])
    .nullable()
    .describe('What a failure says: `caller` means the model or the request, not the key.'),
  message: z.string().nullable().describe('What the upstream said, shortened, or what went wrong.'),
});

/** The answer to `POST /x-keys/{id}/test`. */
export const providerKeyTestAnswer = z.object({ success: z.literal(true), test: testResult });

export type ProviderKeyState = (typeof PROVIDER_KEY_STATES)[number];
export type ProviderKeyTest = z.infer<typeof providerKeyTest>;
export type ProviderKeyTestView = z.infer<typeof testResult>;
export type ProviderKeyCreate = z.infer<typeof providerKeyCreate>;
export type ProviderKeyUpdate = z.infer<typeof providerKeyUpdate>;
export type ProviderKeyView = z.infer<typeof providerKeyView>;
export type ProviderKeyConfigBody = z.infer<typeof providerKeyConfig>;
