import type { AccountCreated, AccountDeleted, AccountUpdated, AccountView } from './accounts.ts';
import type { NamedKeyView } from './keys.ts';
import type { Model } from './models.ts';
import type { ProviderKeyTestView, ProviderKeyView } from './provider-keys.ts';
import type { UsageExplanation } from './usage.ts';

const AT = '2026-11-22T10:30:00.000Z';
const EXPIRES = '2027-11-22T10:30:00.000Z';
const KEY_TAIL = 'mC4kT9sYd0WbV6nEh2Qp';

/** The model that the reference shows. */
export const exampleModel: Model = {
  id: 'gpt-4o-mini',
  object: 'model',
  created: 1721172741,
  owned_by: 'openai',
  permission: [],
  meridian: {
    kind: 'chat',
    context: 128000,
    max_output: 16384,
    capabilities: { tools: true, vision: true, streaming: true, prompt_cache: true },
    pricing: { currency: 'USD', input: 0.15, cache_read: 0.075, output: 0.6 },
    sandbox: false,
  },
};

/** The account that the reference shows. */
export const exampleAccount: AccountView = {
  ID: 42,
  DNA: '.1.42.',
  Level: 1,
  Gear: 1,
  Role: 0,
  Tier: null,
  Factor: 1,
  Name: 'acme-production',
  Alias: 'Acme production',
  Email: 'ops@acme.example',
  BillingEmail: 'billing@acme.example',
  Rates: 1,
  CreditUsed: 12.345678,
  CreditBalance: [
    {
      amount: 100,
      balance: 87.654322,
      reference: 'granted by root',
      granted_at: AT,
      expires_at: EXPIRES,
    },
  ],
  CreditGranted: 100,
  Balance: 87.654322,
  HardLimit: 1000,
  SoftLimit: 800,
  AutoQuota: false,
  RPM: 60,
  RPH: null,
  RPD: null,
  TPM: 150000,
  TPH: null,
  TPD: null,
  Concurrency: null,
  ModelLimits: { 'gpt-4o': { rpm: 30, tpm: 90000 } },
  ModelMapper: {},
  AllowIPs: '*',
  AllowModels: 'gpt-4o* claude-*',
  AllowLevels: '*',
  Resources: '*',
  ChildLimit: null,
  Child: 0,
  Requests: 1834,
  Status: true,
  IsOwner: false,
  PartialKey: KEY_TAIL,
  SecretKey: '***',
  CreatedAt: AT,
  UpdatedAt: AT,
};

const PARENT = { ID: 1, Name: 'root', Balance: 900 };

/** The answer to the creation of the account. */
export const exampleCreated: AccountCreated = {
  Action: 'add',
  Parent: PARENT,
  User: {
    ID: 42,
    Name: 'acme-production',
    SecretKey: `sk-Xvs7fJq2LrXz8uNaGk5vHtPw1BeY${KEY_TAIL}`,
    Updates: {
      Name: 'acme-production',
      Email: 'ops@acme.example',
      CreditGranted: 100,
      Balance: 100,
      HardLimit: 1000,
      SoftLimit: 800,
      RPM: 60,
      TPM: 150000,
      AllowModels: 'gpt-4o* claude-*',
    },
  },
};

/** The answer to a grant. */
export const exampleUpdated: AccountUpdated = {
  Action: 'update',
  Parent: { ...PARENT, Balance: 800 },
  User: {
    ID: 42,
    Name: 'acme-production',
    Updates: { CreditGranted: 100, Days: 30, Balance: 187.654322 },
  },
};

/** The answer to the end of the account. */
export const exampleDeleted: AccountDeleted = {
  Action: 'delete',
  Parent: { ...PARENT, Balance: 987.454322 },
  User: { ID: 42, Name: 'acme-production', Refund: 87.454322, Deleted: [42] },
};

/** A named key. */
export const exampleNamedKey: NamedKeyView = {
  id: 7,
  name: 'ci',
  scopes: {
    endpoints: ['/v1/chat/completions'],
    models: ['gpt-4o*'],
    limits: { rpm: 30 },
    expires_at: EXPIRES,
  },
  partial_key: KEY_TAIL,
  created_at: AT,
  last_used_at: null,
};

/** A provider key. */
export const exampleProviderKey: ProviderKeyView = {
  ID: 123,
  Name: 'OpenAI main pool',
  Level: 1,
  Provider: 'https://api.openai.com',
  Status: true,
  Weight: 1,
  RPM: null,
  TPM: null,
  Concurrency: null,
  Config: {},
  CostPrice: null,
  SecretKey: '***',
  PartialKey: 'ghij',
  UsageToday: { Requests: 1_284, Cost: 3.5127 },
  Health: {
    State: 'active',
    Cause: null,
    Failures: 0,
    SleepTimes: 0,
    Outstanding: 3,
    PausedModels: {},
  },
  CreatedAt: AT,
  UpdatedAt: AT,
};

/** How a test of it went. */
export const exampleKeyTest: ProviderKeyTestView = {
  ok: true,
  model: 'gpt-4o-mini',
  upstream_model: 'gpt-4o-mini',
  endpoint: 'chat',
  latency_ms: 412,
  status: 200,
  cause: null,
  message: null,
};

/** A charge, explained. */
export const exampleUsage: UsageExplanation = {
  object: 'usage_record',
  id: '019376a2-9c1e-7c3a-b0f5-5f1d8a3e7b21',
  account_id: 42,
  named_key_id: null,
  model_asked: 'gpt-4o-mini',
  model: 'gpt-4o-mini',
  endpoint: '/v1/chat/completions',
  started_at: AT,
  duration_ms: 812,
  first_byte_ms: 240,
  streamed: true,
  attempts: 1,
  outcome: 'complete',
  usage_source: 'provider',
  usage: { input: 1200, output: 300 },
  charge: {
    cost: '0.00036',
    cost_base: '0.00036',
    lines: [
      { bucket: 'input', quantity: 1200, rate: '0.15', per: 1_000_000, amount: '0.00018' },
      { bucket: 'output', quantity: 300, rate: '0.6', per: 1_000_000, amount: '0.00018' },
    ],
    price_source: 'catalog:openai@2026-11-01',
    tier_above_input_tokens: 0,
    multiplier: 1,
    factor: 1,
    rates: 1,
  },
};
