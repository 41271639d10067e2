import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Account } from '@meridian/core/accounts';
import { isFailure, systemClock } from '@meridian/core/kernel';
import type {
  ProviderKey,
  ProviderKeyRow,
  SettingsStore,
  SleepingKey,
} from '@meridian/core/routing';
import { testCaller } from '../edge/management/test-application.ts';
import type { ConfigAuthor } from '../routes/x/owner-config-service.ts';
import { createOwnerConfigService } from './owner-config.ts';

const NOW = Date.parse('2026-11-22T10:30:00Z');
const owner: ConfigAuthor = { caller: testCaller(5, { isOwner: true }), address: '203.0.113.7' };
const root: ConfigAuthor = { caller: testCaller(1, { isOwner: true }), address: '203.0.113.8' };
const member: ConfigAuthor = { caller: testCaller(7), address: '203.0.113.9' };

type Write = Parameters<SettingsStore['update']>[2];

function world(stored: Record<string, unknown> = {}) {
  const writes: Write[] = [];
  const events: string[] = [];
  const state = { stored, sleeping: [] as SleepingKey[], rows: [] as Partial<ProviderKeyRow>[] };
  const service = createOwnerConfigService({
    settings: {
      read: async () => state.stored,
      async update(_ownerId, change, write) {
        const merged = { ...state.stored, ...change(state.stored) };
        const kept = Object.entries(merged).filter(([, value]) => value !== undefined);
        state.stored = Object.fromEntries(kept);
        writes.push(write);
        return state.stored;
      },
    },
    accounts: {
      readPath: async () => ({
        accounts: [{ resources: null }, { resources: ['/v1/*'] }] as unknown as Account[],
        ownerSettings: {},
      }),
    },
    keys: { loadPool: async () => state.rows as ProviderKeyRow[] },
    pools: { sleeping: () => state.sleeping, wakeAll: (id) => void events.push(`woken ${id}`) },
    clock: { ...systemClock, now: () => NOW },
    onChange: async (ownerId) => void events.push(`changed ${ownerId}`),
    saveProjections: async () => void events.push('saved'),
  });
  return { service, writes, events, state };
}

const refusedWith = (code: string, param?: string) => (error: unknown) => {
  assert.ok(isFailure(error));
  assert.deepEqual([error.code, error.detail.param], [code, param]);
  return true;
};

describe('the settings of an owner', () => {
  it('are kept as objects, told as they were written, and logged', async () => {
    const { service, state, writes, events } = world();
    const updated = await service.update(owner, {
      MODEL_MAPPER: 'gpt-3.5*=gpt-4o-mini, o*=gpt-4o',
      LEVEL_MAPPER: { 'gpt-4*': 2 },
      SWITCH_OVER: '1=2',
      MODEL_FAILOVER: 'a=b|c',
      RESOURCES: '/v1/chat/completions /v1/embeddings',
      MODEL_LIMITS: '{"gpt-4o": {"rpm": 30}}',
      PRICING: '{"ChatPricing": {"gpt-4o": {"InputText": 3.5}}}',
      USER_MIN_BALANCE: '2.50',
      USER_API_BALANCE: 0,
      DEFAULT_IMAGE_MODEL: 'gpt-image-2',
      DEFAULT_SPEECH_MODEL: ' tts-1 ',
    });
    assert.deepEqual(state.stored, {
      MODEL_MAPPER: { 'gpt-3.5*': 'gpt-4o-mini', 'o*': 'gpt-4o' },
      LEVEL_MAPPER: { 'gpt-4*': 2 },
      SWITCH_OVER: { '1': 2 },
      MODEL_FAILOVER: { a: ['b', 'c'] },
      RESOURCES: ['/v1/chat/completions', '/v1/embeddings'],
      MODEL_LIMITS: { 'gpt-4o': { rpm: 30 } },
      PRICING: { ChatPricing: { 'gpt-4o': { InputText: 3.5 } } },
      USER_MIN_BALANCE: '2.5',
      USER_API_BALANCE: '0',
      DEFAULT_IMAGE_MODEL: 'gpt-image-2',
      DEFAULT_SPEECH_MODEL: ' tts-1 ',
    });
    const shown = {
      ...state.stored,
      RESOURCES: { '/v1/chat/completions': {}, '/v1/embeddings': {} },
      PRICING: '{"ChatPricing":{"gpt-4o":{"InputText":3.5}}}',
      USER_MIN_BALANCE: 2.5,
      USER_API_BALANCE: 0,
    };
    assert.deepEqual(updated, shown);
    assert.deepEqual(await service.read(owner.caller, 'object'), shown);
    assert.deepEqual(writes, [{ action: 'update_config', operatorId: 5, address: '203.0.113.7' }]);
    assert.deepEqual(events, ['changed 5']);
  });

  it('are shown as text that writes them again', async () => {
    const { service, state } = world();
    await service.update(owner, {
      MODEL_MAPPER: 'a=b,c=d',
      MODEL_FAILOVER: 'a=b|c',
      RESOURCES: '-*',
      MODEL_LIMITS: { m: { rpm: 1 } },
      PRICING: { CallPricing: { m: { Call: 1 } } },
      USER_API_BALANCE: '0.1',
    });
    const before = state.stored;
    const text = await service.read(owner.caller, 'string');
    assert.deepEqual(text, {
      MODEL_MAPPER: 'a=b,c=d',
      MODEL_FAILOVER: 'a=b|c',
      RESOURCES: '-*',
      MODEL_LIMITS: '{"m":{"rpm":1}}',
      PRICING: '{"CallPricing":{"m":{"Call":1}}}',
      USER_API_BALANCE: '0.1',
    });
    state.stored = {};
    await service.update(owner, text as Parameters<typeof service.update>[1]);
    assert.deepEqual(state.stored, before);
  });

  it('are removed where nothing is left of them', async () => {
    const { service, state } = world({
      MODEL_MAPPER: { a: 'b' },
      RESOURCES: ['/v1/x'],
      PRICING: { CallPricing: {} },
      DEFAULT_SPEECH_MODEL: 'tts-1',
    });
    const updated = await service.update(owner, {
      MODEL_MAPPER: { a: null },
      RESOURCES: '*',
      PRICING: '{}',
      DEFAULT_SPEECH_MODEL: '',
    });
    assert.deepEqual(updated, {
      MODEL_MAPPER: {},
      RESOURCES: { '*': {} },
      PRICING: '{}',
      DEFAULT_SPEECH_MODEL: '',
    });
    assert.deepEqual(state.stored, {});
    assert.deepEqual(await service.read(owner.caller, 'object'), {});
  });

  it('are written all or not at all, and a refusal names the setting', async () => {
    const cases = [
      [{ MODEL_MAPPER: 'a=b', LEVEL_MAPPER: 'a=0' }, 'LEVEL_MAPPER'],
      [{ MODEL_MAPPER: 'a=b', SWITCH_OVER: '1=1' }, 'SWITCH_OVER'],
      [{ MODEL_MAPPER: 'a=b', RESOURCES: '/v2/rerank' }, 'RESOURCES'],
      [{ MODEL_MAPPER: 'a=b', MODEL_LIMITS: '{' }, 'MODEL_LIMITS'],
      [{ MODEL_MAPPER: 'a=b', PRICING: { Chat: {} } }, 'PRICING'],
      [{ MODEL_MAPPER: 'a=b', USER_API_BALANCE: -1 }, 'USER_API_BALANCE'],
    ] as const;
    for (const [body, param] of cases) {
      const { service, state, events } = world();
      await assert.rejects(service.update(owner, body), refusedWith('invalid_request', param));
      assert.deepEqual([state.stored, events], [{}, []]);
    }
  });

  it('go back to their defaults', async () => {
    const { service, state, writes } = world({ MODEL_MAPPER: { a: 'b' }, USER_API_BALANCE: '1' });
    await service.reset(owner, ['MODEL_MAPPER', 'PRICING']);
    assert.deepEqual(state.stored, { USER_API_BALANCE: '1' });
    assert.equal(writes[0]?.action, 'reset_config');
  });

  it('are for owners only', async () => {
    const { service } = world();
    const refused = refusedWith('permission_denied');
    await assert.rejects(service.read(member.caller, 'object'), refused);
    await assert.rejects(service.update(member, { MODEL_MAPPER: 'a=b' }), refused);
    await assert.rejects(service.reset(member, ['PRICING']), refused);
    await assert.rejects(service.readConf(member.caller), refused);
    await assert.rejects(service.updateConf(member, { LoadKeys: true }), refused);
  });
});

describe('origins and mail', () => {
  it('keeps the origins that browsers may read from, as text and as objects', async () => {
    const { service, state } = world();
    await service.update(owner, {
      ALLOW_ORIGINS: 'https://App.example:443/ http://localhost:5173',
    });
    assert.deepEqual(state.stored.ALLOW_ORIGINS, ['https://app.example', 'http://localhost:5173']);
    const conf = await service.updateConf(owner, { AllowOrigins: '-http://localhost:5173' });
    assert.deepEqual(conf, { AllowOrigins: { 'https://app.example': {} } });
    await service.update(owner, { ALLOW_ORIGINS: { 'https://b.example': {} } });
    const text = await service.read(owner.caller, 'string');
    assert.deepEqual(text, { ALLOW_ORIGINS: 'https://app.example https://b.example' });
    for (const bad of ['app.example', 'https://a.example/path', 'https://u:p@a.example', '']) {
      await assert.rejects(
        service.update(owner, { ALLOW_ORIGINS: bad }),
        refusedWith('invalid_request', 'ALLOW_ORIGINS'),
      );
    }
    await service.update(owner, { ALLOW_ORIGINS: '*' });
    assert.deepEqual(state.stored, {});
  });

  it('keeps the mail server, whose password is written and never shown', async () => {
    const { service, state } = world();
    const mail = {
      XAI_MAIL: 'ops@acme.example',
      EMAIL_SMTP: 'smtp.acme.example',
      EMAIL_AUTH: 'mailer@acme.example',
      EMAIL_TLS: 'true',
    } as const;
    const shown = { ...mail, EMAIL_PORT: 587, EMAIL_PASS: '***', EMAIL_TLS: true };
    const written = { ...mail, EMAIL_PORT: '587', EMAIL_PASS: 'canary-password' };
    assert.deepEqual(await service.update(owner, written), shown);
    assert.deepEqual(await service.read(owner.caller, 'object'), shown);
    assert.equal(state.stored.EMAIL_PASS, 'canary-password');
    const text = await service.read(owner.caller, 'string');
    assert.ok(!JSON.stringify(text).includes('canary'));
    await service.update(owner, text as Parameters<typeof service.update>[1]);
    assert.equal(state.stored.EMAIL_PASS, 'canary-password', 'the mask leaves it as it is');
    await service.update(owner, { EMAIL_PASS: '', EMAIL_PORT: '' });
    assert.deepEqual([state.stored.EMAIL_PASS, state.stored.EMAIL_PORT], [undefined, undefined]);
  });

  it('refuses what no mail server can be', async () => {
    const cases = [
      { XAI_MAIL: 'nobody' },
      { EMAIL_SMTP: 'smtp acme' },
      { EMAIL_SMTP: 'https://smtp.acme.example' },
      { EMAIL_PORT: 0 },
      { EMAIL_PORT: '65536' },
      { EMAIL_AUTH: 'a\r\nRCPT TO:<b>' },
    ];
    for (const body of cases) {
      const [param = ''] = Object.keys(body);
      await assert.rejects(
        world().service.update(owner, body),
        refusedWith('invalid_request', param),
      );
    }
  });
});

describe('the conf of an owner', () => {
  it('merges into the same maps', async () => {
    const { service, state } = world({
      MODEL_MAPPER: { a: 'b', c: 'd' },
      RESOURCES: ['/v1/chat/completions'],
      MODEL_LIMITS: { m: { rpm: 1 }, n: { tpm: 2 } },
    });
    const body = {
      ModelMapper: '-a, e=f',
      LevelMapper: { 'gpt*': 1 },
      ModelFailover: 'x=y|z',
      Resources: '/v1/embeddings, -/v1/chat/completions',
      ModelLimits: '-m',
    };
    const shown = {
      ModelMapper: { c: 'd', e: 'f' },
      LevelMapper: { 'gpt*': 1 },
      ModelFailover: { x: ['y', 'z'] },
      Resources: { '/v1/embeddings': {} },
      ModelLimits: { n: { tpm: 2 } },
    };
    assert.deepEqual(await service.updateConf(owner, body), shown);
    const conf = await service.readConf(owner.caller);
    assert.deepEqual(conf, {
      ...shown,
      AllowOrigins: { '*': {} },
      SwitchOver: {},
      SleepingKeys: [],
      DisabledKeys: [],
      UserMinBalance: 1,
      UserApiBalance: 0.5,
    });
    await assert.rejects(
      service.updateConf(owner, { ModelMapper: 'k=l', LevelMapper: '-absent' }),
      refusedWith('invalid_request', 'LevelMapper'),
    );
    assert.deepEqual(state.stored.MODEL_MAPPER, { c: 'd', e: 'f' });
    assert.deepEqual(await service.updateConf(owner, { ModelMapper: '*' }), { ModelMapper: {} });
  });

  it('carries orders out on every node, and logs them', async () => {
    const { service, writes, events } = world();
    const answer = await service.updateConf(owner, {
      LoadKeys: true,
      DelKeys: true,
      SaveCache: true,
    });
    assert.deepEqual(answer, { LoadKeys: 'true', DelKeys: 'true', SaveCache: 'true' });
    assert.deepEqual(events, ['changed 5', 'woken 5', 'saved']);
    assert.deepEqual(writes[0]?.announces, ['provider_keys', 'key_sleep']);
    assert.deepEqual(writes[0]?.orders, { LoadKeys: true, DelKeys: true, SaveCache: true });
  });

  it('does nothing for an order that is false', async () => {
    const { service, writes, events } = world();
    const answer = await service.updateConf(owner, { LoadKeys: false, DelKeys: false });
    assert.deepEqual(answer, { LoadKeys: 'false', DelKeys: 'false' });
    assert.deepEqual([writes[0]?.announces, writes[0]?.orders], [[], {}]);
    assert.deepEqual(events, ['changed 5']);
  });

  it('lets only root switch the access logs, and shows the switch to root only', async () => {
    const { service, state } = world();
    const refused = refusedWith('permission_denied', 'LogEnable');
    await assert.rejects(service.updateConf(owner, { LogEnable: false }), refused);
    assert.deepEqual(await service.updateConf(root, { LogEnable: false }), { LogEnable: 'false' });
    assert.deepEqual(state.stored, { LOG_ENABLE: false });
    assert.equal((await service.readConf(root.caller)).LogEnable, false);
    assert.ok(!('LogEnable' in (await service.readConf(owner.caller))));
    assert.deepEqual(
      await service.read(root.caller, 'object'),
      {},
      'it is no setting of /x-config',
    );
    await service.updateConf(root, { LogEnable: true });
    assert.deepEqual(state.stored, {});
  });

  it('shows keys that sleep with what is left, and those that are disabled', async () => {
    const { service, state } = world();
    const line = { level: 1, provider: 'https://a.example/v1' };
    state.rows = [
      { id: 1, name: 'one', status: true, ...line },
      { id: 2, name: 'two', status: false, ...line },
    ];
    const key = (id: number | null, enabled = true) =>
      ({ id, name: `key ${id}`, level: 1, baseUrl: 'https://b.example', enabled }) as ProviderKey;
    state.sleeping = [
      { key: key(1), until: NOW + 299_001, cause: 'overload', times: 2 },
      { key: key(2, false), until: NOW + 1_000, cause: 'auth', times: 1 },
      { key: key(null), until: NOW + 1_000, cause: 'rate', times: 0 },
    ];
    const { SleepingKeys, DisabledKeys } = await service.readConf(owner.caller);
    assert.deepEqual(SleepingKeys, [
      {
        ID: 1,
        Name: 'key 1',
        Level: 1,
        Provider: 'https://a.example/v1',
        Status: false,
        SleepTimes: 2,
        SleepUntil: '2026-11-22T10:34:59.001Z',
        SleepSeconds: 300,
        Cause: 'overload',
      },
      {
        ID: null,
        Name: 'key null',
        Level: 1,
        Provider: 'https://b.example',
        Status: true,
        SleepTimes: 0,
        SleepUntil: '2026-11-22T10:30:01.000Z',
        SleepSeconds: 1,
        Cause: 'rate',
      },
    ]);
    const two = { ID: 2, Name: 'two', Level: 1, Provider: line.provider, Status: false };
    assert.deepEqual(DisabledKeys, [two]);
  });
});
