import {
  type AccountView,
  type KeyRotated,
  type Model,
  type OwnerConfView,
  type ProviderKeyTestView,
  type ProviderKeyView,
  type RouteExplanationView,
  routingRoutes,
  type UsageExplanation,
  type UsageList,
} from '@meridian/contract';
import { Failure, nanodollars, notFound, Secret } from '@meridian/core/kernel';
import { createAstrology } from '@meridian/core/platform';
import type { RouteServices } from './index.ts';
import { createTestNotices } from './test-notices.ts';
import { createTestOwnAccount } from './test-own-account.ts';
import type { BillReport } from './x/bill-report.ts';
import type { OwnerConfigService } from './x/owner-config-service.ts';

const AT = '2026-11-22T10:30:00.000Z';

/** An account as the services show it. */
const accountView: AccountView = {
  ID: 42,
  DNA: '.1.42.',
  Level: 1,
  Gear: 1,
  Role: 0,
  Tier: null,
  Factor: 1,
  Name: 'acme',
  Alias: 'Acme',
  Email: 'ops@acme.example',
  BillingEmail: null,
  Rates: 1.5,
  CreditUsed: 12.5,
  CreditBalance: [
    { amount: 100, balance: 87.5, reference: 'granted by root', granted_at: AT, expires_at: AT },
  ],
  CreditGranted: 100,
  Balance: 87.5,
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
  ModelLimits: { 'gpt-4o': { rpm: 10 } },
  ModelMapper: {},
  AllowIPs: '*',
  AllowModels: 'gpt-4o*',
  AllowLevels: '*',
  Resources: '*',
  ChildLimit: null,
  Child: 0,
  Requests: 7,
  Status: true,
  IsOwner: false,
  PartialKey: 'a'.repeat(20),
  SecretKey: '***',
  CreatedAt: AT,
  UpdatedAt: AT,
};

const providerKey: ProviderKeyView = {
  ID: 123,
  Name: 'pool',
  Level: 1,
  Provider: 'https://a.example',
  Status: true,
  Weight: 1,
  RPM: null,
  TPM: null,
  Concurrency: null,
  Config: {},
  CostPrice: null,
  SecretKey: '***',
  PartialKey: 'ghij',
  UsageToday: { Requests: 0, Cost: 0 },
  Health: {
    State: 'active',
    Cause: null,
    Failures: 0,
    SleepTimes: 0,
    Outstanding: 0,
    PausedModels: {},
  },
  CreatedAt: AT,
  UpdatedAt: AT,
};

const keyTest: ProviderKeyTestView = {
  ok: false,
  model: 'gpt-4o-mini',
  upstream_model: 'gpt-4o-mini',
  endpoint: 'chat',
  latency_ms: 12,
  status: 401,
  cause: 'auth',
  message: 'Incorrect API key provided.',
};

const routeExplanation = routingRoutes.explainRoute.responses[200]?.example as RouteExplanationView;

const model: Model = {
  id: 'sandbox-chat',
  object: 'model',
  created: 0,
  owned_by: 'sandbox',
  permission: [],
  meridian: {
    kind: 'chat',
    context: 8192,
    max_output: null,
    capabilities: { tools: true },
    pricing: { currency: 'USD', input: 1, output: 2 },
    sandbox: true,
  },
};

const explanation: UsageExplanation = {
  object: 'usage_record',
  id: '019376a2-9c1e-7c3a-b0f5-5f1d8a3e7b21',
  account_id: 42,
  named_key_id: null,
  model_asked: 'sandbox-chat',
  model: 'sandbox-chat',
  endpoint: '/v1/chat/completions',
  started_at: AT,
  duration_ms: 12,
  first_byte_ms: null,
  streamed: false,
  attempts: 1,
  outcome: 'complete',
  usage_source: 'provider',
  usage: { input: 10, output: 5 },
  charge: {
    cost: '0.00003',
    cost_base: '0.00002',
    lines: [{ bucket: 'input', quantity: 10, rate: '1', per: 1_000_000, amount: '0.00001' }],
    price_source: 'sandbox',
    tier_above_input_tokens: 0,
    multiplier: 1,
    factor: 1,
    rates: 1.5,
  },
};

const { charge: charged, ...record } = explanation;
const usageList: UsageList = {
  object: 'list',
  data: [
    {
      ...record,
      charged_at: AT,
      cost: charged.cost,
      cost_base: charged.cost_base,
      price_source: 'sandbox',
      multiplier: 1,
      factor: 1,
      rates: 1.5,
    },
  ],
  has_more: false,
  next: null,
};

const used = { requests: 2, cost: nanodollars(20_000n), shown: nanodollars(30_000n) };
const billReport: BillReport = {
  start: '2026-11-01',
  end: '2026-11-22',
  total: used,
  days: [{ ...used, day: 20261122, model: 'sandbox-chat', prompt: 10, cached: 0, completion: 5 }],
  users: [{ ...used, account: { id: 42, name: 'acme', email: 'ops@acme.example' } }],
  usersTotal: 1,
  page: 1,
  size: 1000,
};

const ownerConf: OwnerConfView = {
  Resources: { '*': {} },
  AllowOrigins: { '*': {} },
  LevelMapper: {},
  ModelMapper: {},
  ModelFailover: {},
  ModelLimits: {},
  SwitchOver: {},
  SleepingKeys: [],
  DisabledKeys: [],
  UserMinBalance: 1,
  UserApiBalance: 0.5,
};

const resultFiles: RouteServices['resultFiles'] = {
  async find(name) {
    if (name.includes('unknown')) return undefined;
    return { contentType: 'image/png', bytes: Buffer.from('a picture'), expiresAt: 0 };
  },
};

/** Every call that a service received: its name and its arguments after the caller. */
export type ServiceCalls = (readonly [service: string, ...args: unknown[]])[];

function keptResponse(id: string) {
  if (id !== 'resp_1') throw notFound('Response');
  const base = { id, object: 'response', created_at: 1, status: 'completed' };
  return { ...base, model: 'sandbox-chat', output: [] };
}

/** A service that knows one kept response. */
const responses: RouteServices['responses'] = {
  read: async (_accountId, id) => keptResponse(id),
  replay: async () => 'event: response.completed\ndata: {}\n\n',
  remove: async (_accountId, id) => ({ ...keptResponse(id), deleted: true }),
  cancel: async (_accountId, id) => keptResponse(id),
  listInputItems: async (_accountId, id) => {
    keptResponse(id);
    return { object: 'list', data: [], first_id: null, last_id: null, has_more: false };
  },
};

function ownerConfigOf(note: (...call: ServiceCalls[number]) => void): OwnerConfigService {
  return {
    read: async (_caller, form) => ({ MODEL_MAPPER: form === 'string' ? 'a=b' : { a: 'b' } }),
    async update({ address }, body) {
      note('updateConfig', address, body);
      return { MODEL_MAPPER: { a: 'b' } };
    },
    reset: async ({ address }, names) => note('resetConfig', address, names),
    readConf: async () => ownerConf,
    async updateConf({ address }, body) {
      note('updateConf', address, body);
      return { LoadKeys: 'true' };
    },
  };
}

function reportsOf(
  note: (...call: ServiceCalls[number]) => void,
): Pick<RouteServices, 'usage' | 'bills'> {
  return {
    usage: {
      async explain(_caller, id) {
        if (id !== explanation.id) throw notFound('Thing');
        return explanation;
      },
      async list(_caller, query) {
        note('listUsage', query);
        return usageList;
      },
    },
    bills: {
      async report(_caller, query) {
        note('bill', query);
        return billReport;
      },
      async ownReport(_caller, query) {
        note('ownBill', query);
        return billReport;
      },
    },
  };
}

function known(is: boolean): void {
  if (!is) throw notFound('Thing');
}

/** Services that know the key 123. */
function createKeyServices(
  note: (...call: ServiceCalls[number]) => void,
): Pick<RouteServices, 'providerKeys' | 'routes'> {
  return {
    providerKeys: {
      create: async () => providerKey,
      async list(_caller, query) {
        note('listKeys', query);
        const isKnown = query.id === undefined || query.id === 123;
        return isKnown ? { keys: [providerKey], total: 1 } : { keys: [], total: 0 };
      },
      async update(_caller, id, body) {
        note('updateKey', id, body);
        known(id === 123);
        return providerKey;
      },
      async remove(_actor, id) {
        note('removeKey', id);
        known(id === 123);
      },
      async test(_actor, id, body) {
        note('testKey', id, body);
        known(id === 123);
        return keyTest;
      },
    },
    routes: {
      async explain(_caller, question) {
        note('explainRoute', question);
        known(question.user === undefined || question.user === '42');
        return routeExplanation;
      },
    },
  };
}

function rotated(action: KeyRotated['rotate']['action'], id: number): KeyRotated {
  const key = `sk-Xvs${'r'.repeat(45)}`;
  const rotate = { action, id, name: 'acme', key, timestamp: AT, old_key_until: null };
  return { success: true, message: 'Key rotated successfully', rotate };
}

const astrology = createAstrology();

/** Services that know account 42, key 123 and one usage record, and write down what they are asked. */
export function createTestServices(): { services: RouteServices; calls: ServiceCalls } {
  const calls: ServiceCalls = [];
  const note = (...call: ServiceCalls[number]): void => void calls.push(call);
  const page = { entries: [accountView], total: 1, page: 1, size: 1000 };
  const services: RouteServices = {
    service: {
      version: '1.2.3',
      checkReadiness: async () => ({ status: 'ready', checks: {}, notices: [] }),
      metricsText: async () => 'up 1\n',
    },
    models: {
      list: () => [model],
      get: (_caller, id) => {
        if (id === model.id) return model;
        throw new Failure('model_not_found', { message: 'There is no such model.' });
      },
    },
    responses,
    astrology: {
      async answer(name, question) {
        const nowMs = Date.parse(AT);
        return { answer: await astrology.compute(name, { ...question, nowMs }), headers: {} };
      },
    },
    limits: { headers: async () => ({ 'x-ratelimit-limit-requests': '60' }) },
    accounts: {
      async create(actor, body) {
        note('create', actor.writeKey, body.Name);
        return {
          Action: 'add',
          Parent: { ID: actor.policy.accountId },
          User: { ID: 43, Name: body.Name, SecretKey: `sk-Xvs${'k'.repeat(45)}`, Updates: {} },
        };
      },
      async list(_actor, depth, query) {
        note('list', depth, query);
        return page;
      },
      async read(_actor, depth, { identifier, query }) {
        note('read', depth, identifier, query);
        known(['42', 'L2', '.1.42.'].includes(identifier));
        return page;
      },
      async update(_actor, identifier, body) {
        note('update', identifier, body);
        known(identifier === '42');
        return { Action: 'update', Parent: { ID: 1 }, User: { ID: 42, Name: 'acme', Updates: {} } };
      },
      async delete(_actor, identifier, options) {
        note('delete', identifier, options);
        known(identifier === '42');
        const User = { ID: 42, Name: 'acme', Refund: 87.3, Deleted: [42] };
        return { Action: 'delete', Parent: { ID: 1 }, User };
      },
      generateKey: () => new Secret(`sk-Xvs${'g'.repeat(45)}`),
      async listNamedKeys() {
        return [];
      },
      async createNamedKey(_actor, { name }) {
        const secret_key = `xln_live_${'n'.repeat(43)}`;
        const scopes = { endpoints: null, models: null, limits: {}, expires_at: null };
        const rest = { scopes, partial_key: 'n'.repeat(20), last_used_at: null };
        return { success: true, key: { id: 7, name, secret_key, created_at: AT, ...rest } };
      },
      rotateSelf: async ({ policy }) => rotated('rotate_self', policy.accountId),
      rotateRoot: async () => rotated('rotate_root', 1),
      async revokeNamedKey(_actor, id) {
        note('revokeNamedKey', id);
        known(id === 7);
      },
    },
    ...createKeyServices(note),
    ownerConfig: ownerConfigOf(note),
    resultFiles,
    ...createTestNotices(note),
    ...createTestOwnAccount(accountView, ownerConf),
    ...reportsOf(note),
  };
  return { services, calls };
}
