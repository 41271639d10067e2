import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type {
  AccountView,
  OwnerConfigSettings,
  OwnerConfUpdated,
  OwnerConfView,
} from '@meridian/contract';
import {
  type ApiClient,
  createApiClient,
  createFakeUpstream,
  type DatabaseKind,
  errorReply,
  type FakeUpstream,
  WORLD_MODEL,
  type World,
  world,
} from '@meridian/testkit';
import { until } from './support/until.ts';

/** Everywhere within this time. */
const EVERYWHERE_MS_MAX = 1_000;
const SECRET = 'sk-upstream-0123456789';

interface Updated {
  readonly updated: OwnerConfigSettings;
}

interface Config {
  readonly oid: number;
  readonly configs: OwnerConfigSettings;
}

function chat(api: ApiClient, model: string) {
  const body = { model, messages: [{ role: 'user', content: 'hi' }], max_tokens: 5 };
  return api.request('POST', '/v1/chat/completions', { body });
}

for (const database of ['embedded', 'postgres'] as const satisfies readonly DatabaseKind[]) {
  describe(`an owner’s configuration: ${database}`, () => {
    let here: World;
    let api: ApiClient;
    before(async () => {
      here = await world({ database });
      api = here.account.api;
    });
    after(() => here[Symbol.asyncDispose]());

    async function put(body: object): Promise<OwnerConfigSettings> {
      return (await here.root.call<Updated>('PUT', '/x-config', body)).updated;
    }

    async function reset(...keys: string[]): Promise<void> {
      const answer = await here.root.call('DELETE', '/x-config', { keys });
      assert.deepEqual((answer as { deleted: unknown }).deleted, keys);
    }

    async function conf(body: object): Promise<OwnerConfUpdated> {
      return here.root.call<OwnerConfUpdated>('POST', '/x-conf', body);
    }

    async function refused(method: string, path: string, body: unknown) {
      const answer = await here.root.request(method, path, { body });
      assert.equal(answer.status, 400, answer.text);
      return answer.json<{ error: { param: string | null; message: string } }>().error;
    }

    test('a model map leads requests to another model, and is shown to descendants', async () => {
      assert.equal((await chat(api, 'fast')).status, 404);
      assert.deepEqual(await put({ MODEL_MAPPER: `fast=${WORLD_MODEL}, old-*=none` }), {
        MODEL_MAPPER: { fast: WORLD_MODEL, 'old-*': 'none' },
      });
      const answer = await chat(api, 'fast');
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.headers.get('x-meridian-model'), WORLD_MODEL);
      assert.equal((await here.account.view()).ModelMapper.fast, WORLD_MODEL);
      await here.root.call('PUT', `/x-users/${here.account.id}`, { ModelMapper: 'own=other' });
      await put({ MODEL_MAPPER: { 'old-*': null } });
      assert.deepEqual((await here.account.view()).ModelMapper, {
        fast: WORLD_MODEL,
        own: 'other',
      });
      const text = await here.root.call<Config>('GET', '/x-config?format=string');
      assert.equal(text.configs.MODEL_MAPPER, `fast=${WORLD_MODEL}`);
      assert.equal(text.oid, 1);
      await reset('MODEL_MAPPER');
      assert.equal((await chat(api, 'fast')).status, 404);
      assert.deepEqual((await here.account.view()).ModelMapper, { own: 'other' });
    });

    test('own prices are charged, by a pattern too, until they are taken back', async () => {
      const charged = async () =>
        Number((await chat(api, WORLD_MODEL)).headers.get('x-meridian-cost'));
      const before = await charged();
      assert.ok(before > 0);
      const { PRICING } = await put({
        PRICING: JSON.stringify({
          ChatPricing: { 'world-*': { InputText: 1, OutputText: 2, Rates: 3 } },
        }),
      });
      assert.equal(PRICING, '{"ChatPricing":{"world-*":{"Rates":3,"InputText":1,"OutputText":2}}}');
      assert.equal((await charged()).toFixed(9), (before * 3).toFixed(9));
      await put({ PRICING: { ChatPricing: { 'world-*': null } } });
      assert.equal(await charged(), before);
      const { param } = await refused('PUT', '/x-config', {
        PRICING: { ChatPricing: { m: { InputText: -1 } } },
      });
      assert.equal(param, 'PRICING.ChatPricing.m.InputText');
      await reset('PRICING');
    });

    test('limits of a model hold for each account', async () => {
      const other = await here.addAccount();
      await conf({ ModelLimits: { [WORLD_MODEL]: { rpm: 1 } } });
      for (const each of [api, other.api]) {
        assert.equal((await chat(each, WORLD_MODEL)).status, 200);
        assert.equal((await chat(each, WORLD_MODEL)).status, 429);
      }
      assert.deepEqual((await here.account.view()).ModelLimits, { [WORLD_MODEL]: { rpm: 1 } });
      assert.deepEqual(await conf({ ModelLimits: '*' }), { ModelLimits: {} });
      assert.equal((await chat(api, WORLD_MODEL)).status, 200);
    });

    test('resources close endpoints, never the configuration itself', async () => {
      await put({ RESOURCES: '/v1/embeddings' });
      assert.equal((await chat(api, WORLD_MODEL)).status, 403);
      const { Resources } = await conf({ Resources: '/v1/chat/completions, -/v1/embeddings' });
      assert.deepEqual(Resources, { '/v1/chat/completions': {} });
      assert.equal((await chat(api, WORLD_MODEL)).status, 200);
      assert.equal((await here.account.view()).Resources, '/v1/chat/completions');
      const { param } = await refused('POST', '/x-conf', { Resources: '-/v1/rerank' });
      assert.equal(param, 'Resources');
      assert.deepEqual(await put({ RESOURCES: '*' }), { RESOURCES: { '*': {} } });
    });

    test('thresholds decide who may call and who may grant', async () => {
      await put({ USER_API_BALANCE: '1000' });
      const poor = await chat(api, WORLD_MODEL);
      assert.equal(poor.status, 402);
      assert.match(poor.text, /insufficient_balance/);
      await put({ USER_API_BALANCE: 0.5, USER_MIN_BALANCE: '99' });
      const child = { Name: 'grandchild', Email: 'grandchild@example.com', CreditGranted: 2 };
      assert.equal((await api.request('POST', '/x-users', { body: child })).status, 402);
      await reset('USER_API_BALANCE', 'USER_MIN_BALANCE');
      assert.equal((await api.request('POST', '/x-users', { body: child })).status, 200);
      assert.equal((await chat(api, WORLD_MODEL)).status, 200);
      const { UserMinBalance, UserApiBalance } = await here.root.call<OwnerConfView>(
        'GET',
        '/x-conf',
      );
      assert.deepEqual([UserMinBalance, UserApiBalance], [1, 0.5]);
    });

    test('pages of other origins read answers as far as the owner allows', async () => {
      const origin = 'https://app.example';
      const allowed = async (from: string) => {
        const body = { model: WORLD_MODEL, messages: [{ role: 'user', content: 'hi' }] };
        const headers = { origin: from };
        const answers = [
          await api.request('POST', '/v1/chat/completions', { body, headers }),
          await api.request('GET', '/v1/models', { headers }),
        ];
        return answers.map((each) => each.headers.get('access-control-allow-origin'));
      };
      assert.deepEqual(await allowed(origin), ['*', '*']);
      await put({ ALLOW_ORIGINS: origin });
      assert.deepEqual(await allowed(origin), [origin, origin]);
      assert.deepEqual(await allowed('https://other.example'), [null, null]);
      await reset('ALLOW_ORIGINS');
      assert.deepEqual(await allowed('https://other.example'), ['*', '*']);
    });

    test('the password of the mail server is never told, not by the operation log either', async () => {
      const { EMAIL_PASS } = await put({ EMAIL_SMTP: 'a.example', EMAIL_PASS: 'canary-pass' });
      assert.equal(EMAIL_PASS, '***');
      const { text } = await here.root.request('GET', '/x-config');
      assert.match(text, /"EMAIL_SMTP":"a.example"/);
      assert.ok(!text.includes('canary-pass'));
      await reset('EMAIL_SMTP', 'EMAIL_PASS');
    });

    test('a write is whole or nothing, and what is unknown is refused', async () => {
      const both = { MODEL_MAPPER: 'kept=no', LEVEL_MAPPER: 'gpt*=0' };
      assert.equal((await refused('PUT', '/x-config', both)).param, 'LEVEL_MAPPER');
      assert.equal((await refused('POST', '/x-config', { EMAIL_PORT: 'x' })).param, 'EMAIL_PORT');
      assert.equal((await refused('PUT', '/x-config', { UNKNOWN: 1 })).param, 'UNKNOWN');
      await refused('PUT', '/x-config', {});
      await refused('DELETE', '/x-config', { keys: ['EMAIL_PASSWORD'] });
      await refused('POST', '/x-conf', { SwitchOver: '1=2' });
      const { configs } = await here.root.call<Config>('GET', '/x-config');
      assert.equal(configs.MODEL_MAPPER, undefined);
    });

    test('who is no owner has no configuration; an owner has its own', async () => {
      for (const [method, path, body] of [
        ['GET', '/x-config', undefined],
        ['PUT', '/x-config', { MODEL_MAPPER: 'a=b' }],
        ['DELETE', '/x-config', { keys: ['PRICING'] }],
        ['GET', '/x-conf', undefined],
        ['POST', '/x-conf', { LoadKeys: true }],
      ] as const) {
        const answer = await api.request(method, path, { body });
        assert.equal(answer.status, 403, `${method} ${path}`);
      }
      const owner = await here.addAccount({ IsOwner: true });
      await owner.api.call('PUT', '/x-config', { MODEL_MAPPER: 'a=b' });
      const log = await owner.api.request('POST', '/x-conf', { body: { LogEnable: false } });
      assert.equal(log.status, 403);
      const own = await owner.api.call<Config>('GET', '/x-config');
      assert.deepEqual([own.oid, own.configs], [owner.id, { MODEL_MAPPER: { a: 'b' } }]);
      const roots = await here.root.call<Config>('GET', '/x-config');
      assert.equal(roots.configs.MODEL_MAPPER, undefined);
    });

    test('a write under an Idempotency-Key is made once', async () => {
      const headers = { 'idempotency-key': `conf-${database}` };
      const request = { body: { ModelFailover: 'a=b' }, headers };
      const first = await here.root.request('POST', '/x-conf', request);
      assert.equal(first.status, 200);
      await conf({ ModelFailover: '-a' });
      const again = await here.root.request('POST', '/x-conf', request);
      assert.equal(again.text, first.text);
      const { ModelFailover } = await here.root.call<OwnerConfView>('GET', '/x-conf');
      assert.deepEqual(ModelFailover, {});
    });

    test('root switches the access log, and SaveCache answers when all is written', async () => {
      const ask = async () => (await chat(api, WORLD_MODEL)).headers.get('x-request-id') ?? '';
      assert.deepEqual(await conf({ LogEnable: false }), { LogEnable: 'false' });
      const unlogged = await ask();
      const { LogEnable } = await here.root.call<OwnerConfView>('GET', '/x-conf');
      assert.equal(LogEnable, false);
      assert.deepEqual(await conf({ SaveCache: true }), { SaveCache: 'true' });
      const [row] = await here.root.call<AccountView[]>('GET', `/x-users/${here.account.id}`);
      assert.ok((row?.CreditUsed ?? 0) > 0);
      assert.deepEqual(await conf({ LogEnable: true }), { LogEnable: 'true' });
      const logged = await ask();
      await until('the line', () => (here.server.stderr.includes(logged) ? true : undefined));
      assert.ok(!here.server.stderr.includes(unlogged));
    });
  });
}

describe('keys, levels and nodes', () => {
  let here: World;
  let first: FakeUpstream;
  let second: FakeUpstream;
  before(async () => {
    here = await world();
    first = await createFakeUpstream();
    second = await createFakeUpstream();
    for (const [Level, upstream] of [
      [11, first],
      [12, second],
    ] as const) {
      await here.root.call('POST', '/x-keys', {
        SecretKey: SECRET,
        Name: `level ${Level}`,
        Level,
        Provider: upstream.url,
        Config: { models: ['levelled', 'backup'], default_price: 1 },
      });
    }
  });
  after(async () => {
    for (const each of [here, first, second]) await each[Symbol.asyncDispose]();
  });

  test('a level map chooses the level, a switch-over replaces it, DelKeys wakes its keys', async () => {
    const { root, account } = here;
    await root.call('POST', '/x-conf', { LevelMapper: 'levelled=11' });
    first.enqueue(errorReply(401));
    assert.equal((await chat(account.api, 'levelled')).status, 503);
    const { SleepingKeys } = await root.call<OwnerConfView>('GET', '/x-conf');
    const [asleep] = SleepingKeys;
    assert.deepEqual(
      [asleep?.Name, asleep?.Level, asleep?.Provider, asleep?.SleepTimes, asleep?.Cause],
      ['level 11', 11, first.url, 1, 'auth'],
    );
    assert.ok(asleep && asleep.SleepSeconds > 290 && asleep.SleepSeconds <= 300);
    await root.call('PUT', '/x-config', { SWITCH_OVER: '11=12' });
    const before = second.requests.length;
    assert.equal((await chat(account.api, 'levelled')).status, 200);
    assert.equal(second.requests.length, before + 1);
    assert.deepEqual(await root.call('POST', '/x-conf', { DelKeys: true }), { DelKeys: 'true' });
    const awake = await root.call<OwnerConfView>('GET', '/x-conf');
    assert.deepEqual(awake.SleepingKeys, []);
    const asked = first.requests.length;
    assert.equal((await chat(account.api, 'levelled')).status, 200);
    assert.equal(first.requests.length, asked + 1);
  });

  test('within a second every node has new maps and has woken the keys', async () => {
    const node = await here.addNode();
    const there = createApiClient(() => node.url, here.account.api.key);
    const rootThere = createApiClient(() => node.url, here.root.key);
    assert.equal((await chat(there, 'anywhere')).status, 404);
    first.enqueue(errorReply(401));
    await chat(there, 'levelled');
    const sleeping = async () =>
      (await rootThere.call<OwnerConfView>('GET', '/x-conf')).SleepingKeys.length;
    assert.equal(await sleeping(), 1);
    await here.root.call('POST', '/x-conf', {
      ModelMapper: 'anywhere=levelled',
      DelKeys: true,
      LoadKeys: true,
    });
    const writtenAt = performance.now();
    await until('the map on the other node', async () =>
      (await chat(there, 'anywhere')).status === 200 ? true : undefined,
    );
    await until('the key on the other node', async () =>
      (await sleeping()) === 0 ? true : undefined,
    );
    const tookMs = performance.now() - writtenAt;
    assert.ok(tookMs < EVERYWHERE_MS_MAX, `${tookMs} ms`);
  });
});
