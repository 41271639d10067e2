import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ProviderKeyTestView, ProviderKeyView } from '@meridian/contract';
import type { Actor } from '@meridian/core/accounts';
import { parseDefaultPrice } from '@meridian/core/catalog';
import { Failure, isFailure, type Nanodollars } from '@meridian/core/kernel';
import type { KeyUsage } from '@meridian/core/ledger';
import { createProviderRegistry } from '@meridian/core/providers';
import {
  type KeyHealth,
  type KeyWriter,
  type ProviderKeyRow,
  type ProviderKeyRules,
  type ProviderKeyStore,
  type SettingsStore,
  toProviderKey,
} from '@meridian/core/routing';
import { testCaller } from '../edge/management/test-application.ts';
import { createProviderKeyService } from './provider-keys.ts';

const SECRET = 'sk-canary-0123456789abcdef';
const AT = Date.parse('2026-11-22T10:30:00Z');
const openai = { SecretKey: SECRET, Level: 2, Provider: 'https://api.openai.com', Status: true };
const body = { ...openai, Weight: 1 };
const RATES = 2_000_000n;

function actor(accountId: number, isOwner = true): Actor {
  const { policy } = testCaller(accountId, { isOwner });
  return { policy: { ...policy, rates: RATES }, address: '192.0.2.7' } as Actor;
}

const owner = actor(5);
const otherOwner = actor(6);

const readDefaultPrice: ProviderKeyRules['readDefaultPrice'] = (value) => {
  try {
    return parseDefaultPrice(value, 'key');
  } catch (error) {
    if (isFailure(error)) return undefined;
    throw error;
  }
};

/** Rows in memory, owner by owner, as the port describes them. */
function memoryStore(writers: KeyWriter[], noted: unknown[]): ProviderKeyStore {
  const rows = new Map<number, ProviderKeyRow>();
  const own = (ownerId: number) => [...rows.values()].filter((row) => row.ownerId === ownerId);
  const get = (ownerId: number, id: number) => own(ownerId).find((row) => row.id === id);
  return {
    async list(ownerId, filter, { page, size }) {
      const found = own(ownerId).filter(
        (row) =>
          (filter.id === undefined || row.id === filter.id) &&
          (filter.level === undefined || row.level === filter.level) &&
          (filter.status === undefined || row.status === filter.status) &&
          (filter.among === undefined ||
            filter.among.ids.includes(row.id) !== filter.among.isExcluded) &&
          (filter.provider === undefined || row.provider.includes(filter.provider)),
      );
      return { entries: found.slice((page - 1) * size, page * size), total: found.length };
    },
    get: async (ownerId, id) => get(ownerId, id),
    async create(ownerId, key, by) {
      if (by) writers.push(by);
      const stamps = { revision: 1, createdAt: AT, updatedAt: AT };
      const row = { ...key, id: rows.size + 1, ownerId, ...stamps };
      rows.set(row.id, row);
      return row;
    },
    async update(ownerId, id, change, by) {
      const row = get(ownerId, id);
      if (row === undefined) return undefined;
      if (by) writers.push(by);
      const updated = { ...row, ...change, revision: row.revision + 1 };
      rows.set(id, updated);
      return updated;
    },
    async delete(ownerId, id, by) {
      if (get(ownerId, id) === undefined) return false;
      if (by) writers.push(by);
      return rows.delete(id);
    },
    noteTest: async (...told) => void noted.push(told),
    loadPool: async (ownerId) => own(ownerId),
    ownersWithKeys: async () => [...new Set([...rows.values()].map(({ ownerId }) => ownerId))],
  };
}

function memorySettings(): SettingsStore {
  const values = new Map<number, Record<string, unknown>>();
  return {
    read: async (ownerId) => values.get(ownerId) ?? {},
    async update(ownerId, change) {
      const current = values.get(ownerId) ?? {};
      const after = { ...current, ...change(current) };
      values.set(ownerId, after);
      return after;
    },
  };
}

function world() {
  const writers: KeyWriter[] = [];
  const noted: unknown[] = [];
  const store = memoryStore(writers, noted);
  const settings = memorySettings();
  const reloaded: number[] = [];
  const health: KeyHealth[] = [];
  const usage: KeyUsage[] = [];
  const tested: unknown[] = [];
  const service = createProviderKeyService({
    store,
    settings,
    providers: createProviderRegistry(),
    rulesFor: ({ policy }) => ({
      ownerMayReachPrivate: policy.isRoot,
      publicUrl: 'https://meridian.example',
      listen: { host: '127.0.0.1', port: 8080 },
      readDefaultPrice,
    }),
    pools: {
      health: () => health,
      owner: (ownerId) => ({ ...EMPTY, ownerId, keys: health.map(({ key }) => key) }),
      reload: async (ownerId) => void reloaded.push(ownerId),
    },
    usage: { today: async (ids) => usage.filter((each) => ids.includes(each.providerKeyId)) },
    tests: {
      async admit(ownerId, keyId) {
        if (tested.length > 0) throw new Failure('rate_limit_exceeded', { message: 'Later.' });
        tested.push([ownerId, keyId]);
      },
      async run({ id }, model) {
        tested.push([id, model]);
        return TEST_RESULT;
      },
    },
  });

  /** Puts a stored key into the running pools, standing as told. */
  async function run(id: number, standing: Partial<KeyHealth> = {}): Promise<void> {
    const row = await store.get(5, id);
    const key = row && toProviderKey(row, readDefaultPrice);
    assert.ok(key);
    const healthy = { outstanding: 0, failures: 0, sleeps: 0, paused: [], rest: undefined };
    health.push({ key, ...healthy, ...standing });
  }

  return { service, store, settings, reloaded, run, usage, writers, noted, tested };
}

const EMPTY = {
  modelMapper: new Map(),
  levelMapper: new Map(),
  switchOver: new Map(),
  modelFailover: new Map(),
};

const TEST_RESULT: ProviderKeyTestView = {
  ok: false,
  model: 'gpt-4o-mini',
  upstream_model: 'gpt-4o-mini',
  endpoint: 'chat',
  latency_ms: 12,
  status: 401,
  cause: 'auth',
  message: 'Incorrect API key provided.',
};

const refusedWith = (code: string, param?: string) => (error: unknown) => {
  assert.ok(isFailure(error));
  const { code: actual, detail }: Failure = error;
  assert.deepEqual([actual, detail.param], [code, param]);
  return true;
};

describe('the service of provider keys', () => {
  it('keeps a key and never shows its secret again', async () => {
    const { service, store } = world();
    const created = await service.create(owner, body);
    assert.deepEqual(created, {
      ID: 1,
      Name: 'api.openai.com',
      Level: 2,
      Provider: 'https://api.openai.com',
      Status: true,
      Weight: 1,
      RPM: null,
      TPM: null,
      Concurrency: null,
      Config: {},
      CostPrice: null,
      SecretKey: '***',
      PartialKey: 'cdef',
      UsageToday: { Requests: 0, Cost: 0 },
      Health: {
        State: 'active',
        Cause: null,
        Failures: 0,
        SleepTimes: 0,
        Outstanding: 0,
        PausedModels: {},
      },
      CreatedAt: '2026-11-22T10:30:00.000Z',
      UpdatedAt: '2026-11-22T10:30:00.000Z',
    });
    const page = await service.list(owner, { page: 1, size: 10 });
    const updated = await service.update(owner, 1, { Name: 'main' });
    assert.ok(!JSON.stringify([created, page, updated]).includes('canary'));
    assert.equal((await store.get(5, 1))?.secret.reveal(), SECRET);
  });

  it('keeps the caps of a key: what is absent stays, null takes one away', async () => {
    const { service } = world();
    const caps = ({ RPM, TPM, Concurrency }: ProviderKeyView) => [RPM, TPM, Concurrency];
    assert.deepEqual(caps(await service.create(owner, { ...body, RPM: 60, TPM: 9 })), [
      60,
      9,
      null,
    ]);
    assert.deepEqual(caps(await service.update(owner, 1, { Concurrency: 4 })), [60, 9, 4]);
    assert.deepEqual(caps(await service.update(owner, 1, { RPM: null })), [null, 9, 4]);
    assert.deepEqual(caps(await service.update(owner, 1, { Name: 'x' })), [null, 9, 4]);
  });

  it('adds the patterns of a known vendor at the level of the key, and keeps what is there', async () => {
    const { service, settings } = world();
    await settings.update(5, () => ({ LEVEL_MAPPER: { 'gpt*': 9 } }));
    await service.create(owner, body);
    const { LEVEL_MAPPER: rules } = (await settings.read(5)) as {
      LEVEL_MAPPER: Record<string, number>;
    };
    assert.equal(rules['gpt*'], 9);
    const added = Object.entries(rules).filter(([pattern]) => pattern !== 'gpt*');
    assert.ok(added.length > 0);
    for (const [, level] of added) assert.equal(level, 2);
  });

  it('adds no pattern for a host that nobody knows', async () => {
    const { service, settings } = world();
    await service.create(owner, { ...body, Provider: 'https://llm.acme.example' });
    assert.deepEqual(await settings.read(5), {});
  });

  it('tells the running pools of every change', async () => {
    const { service, reloaded } = world();
    await service.create(owner, body);
    await service.update(owner, 1, { Status: false });
    await service.remove(owner, 1);
    assert.deepEqual(reloaded, [5, 5, 5]);
  });

  it('changes only what the body names', async () => {
    const { service, store } = world();
    await service.create(owner, body);
    await service.update(owner, 1, { Level: 3 });
    const row = await store.get(5, 1);
    assert.deepEqual([row?.level, row?.provider, row?.secret.reveal()], [3, body.Provider, SECRET]);
  });

  it('does not find keys of another owner', async () => {
    const { service, store } = world();
    await service.create(owner, body);
    assert.equal((await service.list(otherOwner, { page: 1, size: 10 })).total, 0);
    assert.equal((await service.list(otherOwner, { id: 1, page: 1, size: 10 })).total, 0);
    await assert.rejects(service.update(otherOwner, 1, { Level: 3 }), refusedWith('not_found'));
    await assert.rejects(service.remove(otherOwner, 1), refusedWith('not_found'));
    await assert.rejects(service.test(otherOwner, 1, {}), refusedWith('not_found'));
    assert.equal((await store.get(5, 1))?.level, 2);
  });

  it('refuses accounts that are no owner', async () => {
    const { service } = world();
    const member = actor(7, false);
    const refused = refusedWith('permission_denied');
    await assert.rejects(service.create(member, body), refused);
    await assert.rejects(service.list(member, { page: 1, size: 1 }), refused);
    await assert.rejects(service.update(member, 1, { Level: 1 }), refused);
    await assert.rejects(service.remove(member, 1), refused);
    await assert.rejects(service.test(member, 1, {}), refused);
  });

  it('refuses a key that could not serve, and keeps nothing of it', async () => {
    const { service, store, reloaded } = world();
    const cases = [
      [{ ...body, Provider: 'ftp://a.example' }, 'Provider'],
      [{ ...body, Provider: 'https://meridian.example/v1' }, 'Provider'],
      [{ ...body, Provider: 'http://127.0.0.1:11434' }, 'Provider'],
      [{ ...body, SecretKey: '' }, 'SecretKey'],
      [{ ...body, Config: { default_price: 'cheap' } }, 'Config.default_price'],
    ] as const;
    for (const [key, param] of cases) {
      await assert.rejects(service.create(owner, key), refusedWith('invalid_request', param));
    }
    assert.deepEqual([await store.loadPool(5), reloaded], [[], []]);
  });

  it('lets root use a keyless server on this machine', async () => {
    const { service } = world();
    const root = actor(1);
    const local = { ...body, SecretKey: '', Provider: 'http://127.0.0.1:11434' };
    assert.equal((await service.create(root, local)).Provider, 'http://127.0.0.1:11434');
  });

  it('shows how a key stands, and what it was used for in the owner’s dollars', async () => {
    const { service, run, usage } = world();
    await service.create(owner, body);
    const rest = { until: AT + 300_000, cause: 'quota' } as const;
    const paused = [{ model: 'gpt-4o', until: AT + 1_000 }];
    await run(1, { outstanding: 2, failures: 1, sleeps: 3, paused, rest });
    usage.push({ providerKeyId: 1, requests: 7, cost: 1_500_000_000n as Nanodollars });
    const { keys } = await service.list(owner, { page: 1, size: 1 });
    assert.equal(keys[0]?.SleepUntil, '2026-11-22T10:35:00.000Z');
    assert.deepEqual(keys[0]?.Health, {
      State: 'sleeping',
      Cause: 'quota',
      Failures: 1,
      SleepTimes: 3,
      Outstanding: 2,
      PausedModels: { 'gpt-4o': '2026-11-22T10:30:01.000Z' },
    });
    assert.deepEqual(keys[0]?.UsageToday, { Requests: 7, Cost: 3 });
  });

  it('shows nothing of a secret that is too short to show any of', async () => {
    const { service } = world();
    const root = actor(1);
    const local = { ...body, SecretKey: '', Provider: 'http://127.0.0.1:11434' };
    assert.equal((await service.create(root, local)).PartialKey, '');
  });

  it('selects by stored Status and by state', async () => {
    const { service, run } = world();
    for (const Status of [true, true, false]) await service.create(owner, { ...body, Status });
    const rest = { until: AT, cause: 'auth' } as const;
    await run(1, { rest });
    await run(2);
    await run(3, { rest });
    const select = async (status: 'true' | 'false' | 'active' | 'disabled' | 'sleeping') => {
      const { keys } = await service.list(owner, { status, page: 1, size: 10 });
      return keys.map(({ ID }) => ID);
    };
    assert.deepEqual(await select('true'), [1, 2]);
    assert.deepEqual(await select('false'), [3]);
    assert.deepEqual(await select('active'), [2]);
    assert.deepEqual(await select('disabled'), [3]);
    assert.deepEqual(await select('sleeping'), [1]);
  });

  it('tells the store who writes and from where', async () => {
    const { service, writers } = world();
    await service.create(owner, body);
    await service.update(owner, 1, { Weight: 2 });
    await service.remove(owner, 1);
    assert.deepEqual(writers, Array(3).fill({ operatorId: 5, address: '192.0.2.7' }));
  });

  it('tests a key as it is now, and notes how that went', async () => {
    const { service, run, tested, noted, reloaded } = world();
    await service.create(owner, body);
    await run(1);
    assert.deepEqual(await service.test(owner, 1, { model: 'gpt-4o-mini' }), TEST_RESULT);
    assert.deepEqual(tested, [
      [5, 1],
      [1, 'gpt-4o-mini'],
    ]);
    assert.deepEqual(reloaded, [5, 5]);
    assert.deepEqual(noted, [[5, 1, TEST_RESULT, { operatorId: 5, address: '192.0.2.7' }]]);
  });

  it('neither tests nor notes what comes too often', async () => {
    const { service, run, noted } = world();
    await service.create(owner, body);
    await run(1);
    await service.test(owner, 1, {});
    await assert.rejects(service.test(owner, 1, {}), refusedWith('rate_limit_exceeded'));
    assert.equal(noted.length, 1);
  });
});
