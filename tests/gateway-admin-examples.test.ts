import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { AccountCreated } from '@meridian/contract';
import { type ApiAnswer, createApiClient, type World, world } from '@meridian/testkit';
import { assertMatches, someNumber, someTime } from './support/matches.ts';

const LIMITS = { 'gpt-4o': { rpm: 30, tpm: 90000 } };
const TWO_LIMITS = { ...LIMITS, 'claude-3-opus': { rpm: 20, tpm: 60000 } };
const MAPPER = { 'gpt-3.5*': 'gpt-4o-mini', 'o*': 'gpt-4o' };
const LEVELS = { 'gpt-4*': 2, 'claude*': 3 };
const PATHS = { '/v1/chat/completions': {}, '/v1/embeddings': {} };
const JSON_TYPE = { 'content-type': 'application/json' };
/** What curl sends with a body when it is told nothing. */
const CURL_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };

interface Conf extends Record<string, unknown> {
  readonly LevelMapper: Readonly<Record<string, number>>;
}

/** The steps build on each other: what one writes, the next ones find. */
describe('the requests of the owners’ reference, in order, on a running server', () => {
  let here: World;
  let id: number;
  before(async () => {
    here = await world();
    id = here.account.id;
  });
  after(() => here[Symbol.asyncDispose]());

  async function ok(answer: Promise<ApiAnswer>): Promise<ApiAnswer> {
    const got = await answer;
    assert.equal(got.status, 200, got.text);
    return got;
  }

  const get = async <T>(path: string): Promise<T> =>
    (await ok(here.root.request('GET', path))).json<T>();
  const send = async (method: string, path: string, body: unknown, headers = JSON_TYPE) =>
    (await ok(here.root.request(method, path, { body: JSON.stringify(body), headers }))).json();
  const conf = (body: unknown, headers = CURL_TYPE) => send('POST', '/x-conf', body, headers);
  const config = (body: unknown, headers = CURL_TYPE) => send('PUT', '/x-config', body, headers);
  const updated = (settings: object) => ({ success: true, updated: settings, message: /./ });
  const account = () => here.account.view();

  describe('what the maps are', () => {
    test('a model map: merged by one route, replaced by the other', async () => {
      assertMatches(await conf({ ModelMapper: 'gpt-3.5*=gpt-4o-mini, o*=gpt-4o' }), {
        ModelMapper: MAPPER,
      });
      assert.deepEqual((await account()).ModelMapper, MAPPER);
      const one = { MODEL_MAPPER: { 'gpt-3.5*': 'gpt-4o-mini' } };
      assertMatches(await config({ MODEL_MAPPER: 'gpt-3.5*=gpt-4o-mini' }), updated(one));
    });

    test('a map of levels', async () => {
      const written = await conf({ LevelMapper: 'gpt-4*=1, claude*=2, gemini*=3' });
      assertMatches(written, { LevelMapper: { 'gpt-4*': 1, 'claude*': 2, 'gemini*': 3 } });
    });

    test('backups of models', async () => {
      const written = await conf({ ModelFailover: 'gpt-4o=gpt-4o-mini|gpt-4-turbo' });
      assertMatches(written, { ModelFailover: { 'gpt-4o': ['gpt-4o-mini', 'gpt-4-turbo'] } });
    });

    test('backups of levels', async () => {
      const written = await config({ SWITCH_OVER: '1=2, 2=3' });
      assertMatches(written, updated({ SWITCH_OVER: { '1': 2, '2': 3 } }));
    });

    test('limits of models: set both ways, cleared, removed one by one', async () => {
      assertMatches(await conf({ ModelLimits: TWO_LIMITS }), { ModelLimits: TWO_LIMITS });
      assert.deepEqual((await account()).ModelLimits, TWO_LIMITS);
      const text = JSON.stringify({ 'gpt-4o': { rpm: 30 } });
      const one = { 'gpt-4o': { rpm: 30 } };
      assertMatches(await config({ MODEL_LIMITS: text }), updated({ MODEL_LIMITS: one }));
      assertMatches(await conf({ ModelLimits: '*' }), { ModelLimits: {} });
      await conf({ ModelLimits: TWO_LIMITS });
      assertMatches(await conf({ ModelLimits: '-gpt-4o, -claude-3-opus' }), { ModelLimits: {} });
    });

    test('endpoints of the owner, and those of an account within them', async () => {
      const written = await config({ RESOURCES: '/v1/chat/completions, /v1/embeddings' });
      assertMatches(written, updated({ RESOURCES: PATHS }));
      const path = `/x-users/${id}`;
      assertMatches(await send('PUT', path, { Resources: '/v1/chat/completions' }, CURL_TYPE), {
        Action: 'update',
        Parent: { ID: 1, Name: 'root', Balance: someNumber },
        User: {
          ID: id,
          Name: /./,
          Updates: { Resources: '/v1/chat/completions', Balance: 100 },
        },
      });
      const beyond = { body: { Resources: '/v1/audio/speech' } };
      assert.equal((await here.root.request('PUT', path, beyond)).status, 400);
    });
  });

  describe('provider keys', () => {
    const shown = (key: object) => ({
      ID: someNumber,
      Status: true,
      Weight: 1,
      RPM: null,
      TPM: null,
      Concurrency: null,
      CostPrice: null,
      Config: {},
      SecretKey: '***',
      PartialKey: /^.{0,4}$/,
      UsageToday: { Requests: 0, Cost: 0 },
      Health: {
        State: 'active',
        Cause: null,
        Failures: 0,
        SleepTimes: 0,
        Outstanding: 0,
        PausedModels: {},
      },
      CreatedAt: someTime,
      UpdatedAt: someTime,
      ...key,
    });
    const openai = {
      SecretKey: 'sk-live-0123456789abcdefghij',
      Name: 'OpenAI Main Pool',
      Level: 1,
      Provider: 'https://api.openai.com',
      Status: true,
    };
    const azureConfig = {
      provider_type: 'azure',
      model_mapping: { 'gpt-4o': 'gpt-4-deployment' },
    };
    const azure = {
      SecretKey: 'azure-key-0123456789abcdef',
      Name: 'Azure GPT-4',
      Level: 2,
      Provider: 'https://your-resource.openai.azure.com',
      Status: true,
      Config: azureConfig,
    };
    const of = ({ SecretKey: _, ...rest }: typeof openai, more: object = {}) =>
      shown({ ...rest, ...more });
    let openaiId: number;

    test('the sleeping ones are shown, woken, and all are loaded anew', async () => {
      assert.deepEqual((await get<Conf>('/x-conf')).SleepingKeys, []);
      assert.deepEqual(await conf({ DelKeys: true }), { DelKeys: 'true' });
      assert.deepEqual(await conf({ LoadKeys: true }), { LoadKeys: 'true' });
    });

    test('are made: standard and Azure', async () => {
      const made = (await send('POST', '/x-keys', openai)) as { key: { ID: number } };
      assertMatches(made, { success: true, key: of(openai) });
      openaiId = made.key.ID;
      const second = await send('POST', '/x-keys', azure);
      assertMatches(second, { success: true, key: of(azure, { Config: azureConfig }) });
    });

    test('are listed: all, of a level, of a provider, by the query and by the path', async () => {
      const all = await get<{ keys: { Name: string }[] }>('/x-keys');
      assert.deepEqual(
        all.keys.map(({ Name }) => Name),
        ['world', openai.Name, azure.Name],
      );
      const level = { success: true, keys: [of(azure, { Config: azureConfig })] };
      for (const path of ['/x-keys?level=2', '/x-keys/L2']) assertMatches(await get(path), level);
      const provider = { success: true, keys: [of(openai)] };
      for (const path of [
        '/x-keys?provider=https://api.openai.com',
        '/x-keys/api.openai.com',
        `/x-keys/${openaiId}`,
        `/x-keys?id=${openaiId}`,
      ]) {
        assertMatches(await get(path), provider);
      }
    });

    test('are changed and deleted', async () => {
      const path = `/x-keys/${openaiId}`;
      const changed = { success: true, key: of(openai, { Level: 2 }) };
      assertMatches(await send('PUT', path, { Level: 2, Status: true }), changed);
      assertMatches(await send('POST', path, { Level: 2, Status: true }), changed);
      const gone = (await ok(here.root.request('DELETE', path))).json<{ success: boolean }>();
      assert.equal(gone.success, true);
      assert.equal((await here.root.request('GET', path)).status, 404);
    });

    test('a new one completes the map of levels', async () => {
      await send('DELETE', '/x-config', { keys: ['LEVEL_MAPPER'] });
      await send('POST', '/x-keys', openai);
      const { LevelMapper } = await get<Conf>('/x-conf');
      const rules = Object.entries(LevelMapper).filter(([pattern]) => pattern.startsWith('gpt'));
      assert.ok(rules.length > 0, JSON.stringify(LevelMapper));
      for (const [, level] of rules) assert.equal(level, 1);
    });
  });

  describe('the configuration', () => {
    test('is written in one piece', async () => {
      const reset = ['MODEL_MAPPER', 'LEVEL_MAPPER', 'MODEL_LIMITS'];
      assertMatches(await send('DELETE', '/x-config', { keys: reset }), {
        success: true,
        deleted: reset,
        message: /./,
      });
      const body = {
        ModelMapper: 'gpt-3.5*=gpt-4o-mini, o*=gpt-4o',
        LevelMapper: 'gpt-4*=2, claude*=3',
      };
      const written = { ModelMapper: MAPPER, LevelMapper: LEVELS };
      assertMatches(await conf(body, JSON_TYPE), written);
      assertMatches(await conf({ ModelLimits: TWO_LIMITS }, JSON_TYPE), {
        ModelLimits: TWO_LIMITS,
      });
    });

    test('loses one mapping, then all limits', async () => {
      const left = { ModelMapper: { 'o*': 'gpt-4o' } };
      assertMatches(await conf({ ModelMapper: '-gpt-3.5*' }, JSON_TYPE), left);
      assert.deepEqual((await account()).ModelMapper, left.ModelMapper);
      assertMatches(await conf({ ModelLimits: '*' }, JSON_TYPE), { ModelLimits: {} });
      assert.deepEqual((await account()).ModelLimits, {});
    });

    test('keys are loaded and figures saved; sleeping keys woken', async () => {
      const orders = await conf({ LoadKeys: true, SaveCache: true }, JSON_TYPE);
      assert.deepEqual(orders, { LoadKeys: 'true', SaveCache: 'true' });
      assert.deepEqual(await conf({ DelKeys: true }, JSON_TYPE), { DelKeys: 'true' });
    });

    test('is written under the names of the settings, and read', async () => {
      const written = {
        MODEL_MAPPER: MAPPER,
        LEVEL_MAPPER: LEVELS,
        SWITCH_OVER: { '1': 2, '2': 3 },
        RESOURCES: PATHS,
        MODEL_LIMITS: LIMITS,
        EMAIL_SMTP: 'smtp.example.com',
        EMAIL_TLS: true,
      };
      const body = {
        MODEL_MAPPER: 'gpt-3.5*=gpt-4o-mini, o*=gpt-4o',
        LEVEL_MAPPER: 'gpt-4*=2, claude*=3',
        SWITCH_OVER: '1=2, 2=3',
        RESOURCES: '/v1/chat/completions, /v1/embeddings',
        MODEL_LIMITS: JSON.stringify(LIMITS),
        EMAIL_SMTP: 'smtp.example.com',
        EMAIL_TLS: 'true',
      };
      assertMatches(await config(body, JSON_TYPE), updated(written));
      const failover = { MODEL_FAILOVER: { 'gpt-4o': ['gpt-4o-mini', 'gpt-4-turbo'] } };
      assertMatches(await get('/x-config'), {
        success: true,
        oid: 1,
        configs: { ...written, ...failover },
      });
      const text = await get<{ configs: Record<string, string> }>('/x-config?format=string');
      const rules = text.configs.MODEL_MAPPER?.split(',').toSorted();
      assert.deepEqual(rules, ['gpt-3.5*=gpt-4o-mini', 'o*=gpt-4o']);
      assertMatches(await get('/x-conf'), {
        Resources: PATHS,
        AllowOrigins: { '*': {} },
        LevelMapper: LEVELS,
        ModelMapper: MAPPER,
        ModelFailover: failover.MODEL_FAILOVER,
        ModelLimits: LIMITS,
        SwitchOver: { '1': 2, '2': 3 },
        SleepingKeys: [],
        DisabledKeys: [],
        UserMinBalance: 1,
        UserApiBalance: 0.5,
        LogEnable: true,
      });
    });

    test('has prices of its own, until they are reset', async () => {
      const prices = { ChatPricing: { 'gpt-4o': { InputText: 3.5, OutputText: 12, Rates: 1 } } };
      const text = JSON.stringify(prices);
      const same = (value: unknown) => assert.deepEqual(JSON.parse(String(value)), prices);
      assertMatches(await config({ PRICING: text }, JSON_TYPE), updated({ PRICING: same }));
      same((await get<{ configs: { PRICING: string } }>('/x-config')).configs.PRICING);
      assertMatches(await send('DELETE', '/x-config', { keys: ['PRICING'] }), {
        success: true,
        deleted: ['PRICING'],
        message: /./,
      });
      const { configs } = await get<{ configs: { PRICING?: string } }>('/x-config');
      assert.equal(configs.PRICING, undefined);
      for (const wrong of [
        '{"ChatPricing":{"gpt-4o":{"InputTexts":1}}}',
        '{"ChatPricing":{"gpt-4o":{"InputText":-1}}}',
        'prices',
      ]) {
        const answer = await here.root.request('PUT', '/x-config', { body: { PRICING: wrong } });
        assert.equal(answer.status, 400, wrong);
      }
    });
  });

  describe('news', () => {
    const time = { created_at: someTime, expires_at: someTime };
    const posted = (kind: string, target: string, text: object) => ({
      success: true,
      news: { id: someNumber, kind, target, author_id: 1, ...text, ...time },
    });
    const maintenance = { title: 'Maintenance', content: 'Tomorrow from 2:00 to 4:00.' };
    const balance = { title: 'Balance', content: 'Less than 10 dollars are left.' };
    const team = { title: 'For the team', content: 'All of you should know this.' };

    test('go to everybody, to one account and to a subtree', async () => {
      const first = await send('POST', '/x-news', maintenance);
      assertMatches(first, posted('system', '.1.', maintenance));
      const second = await send('POST', `/x-news/${id}`, balance);
      assertMatches(second, posted('account', `.1.${id}.`, balance));
      const child = await here.account.api.call<AccountCreated>('POST', '/x-users', {
        Name: 'team-member',
        Email: 'member@example.com',
        CreditGranted: 2,
      });
      const third = await send('POST', `/x-news/.1.${id}.`, team);
      assertMatches(third, posted('dna', `.1.${id}.`, team));
      const member = createApiClient(() => here.server.url, child.User.SecretKey);
      const read = await member.call<{ system_news: unknown; user_news: unknown }>(
        'GET',
        '/dashboard/news',
      );
      assertMatches(read.system_news, [{ id: someNumber, ...maintenance, ...time }]);
      assertMatches(read.user_news, [{ id: someNumber, ...team, ...time }]);
    });

    test('one is deleted by its id', async () => {
      const read = await get<{ system_news: { id: number }[] }>('/dashboard/news');
      const [news] = read.system_news;
      const gone = await send('DELETE', '/x-news', { id: news?.id });
      assert.deepEqual(gone, { success: true, deleted: 1 });
      const left = await get<{ system_news: unknown[] }>('/dashboard/news');
      assert.deepEqual(left.system_news, []);
    });
  });

  test('the use cases: a provider, maps and limits, Azure with versions, prices and news', async () => {
    const provider = {
      SecretKey: 'sk-live-abcdefghij0123456789',
      Name: 'OpenAI Main Pool',
      Level: 1,
      Provider: 'https://api.openai.com',
      Status: true,
    };
    const first = (await send('POST', '/x-keys', provider)) as { key: { Level: number } };
    assert.equal(first.key.Level, 1);
    assert.equal((await get<Conf>('/x-conf')).LevelMapper['gpt-4*'], 2, 'a rule stays as it is');
    const maps = {
      MODEL_MAPPER: 'gpt-3.5*=gpt-4o-mini, o*=gpt-4o',
      LEVEL_MAPPER: 'gpt-4*=2, claude*=3',
      MODEL_LIMITS: JSON.stringify(LIMITS),
    };
    const written = { MODEL_MAPPER: MAPPER, LEVEL_MAPPER: LEVELS, MODEL_LIMITS: LIMITS };
    assertMatches(await config(maps, JSON_TYPE), updated(written));
    const Config = {
      provider_type: 'azure',
      model_mapping: { 'gpt-4o': 'gpt-4-deployment', 'gpt-3.5*': 'gpt35-turbo' },
      api_versions: { chat: '2025-01-01-preview' },
    };
    const azure = (await send('POST', '/x-keys', {
      ...provider,
      Name: 'Azure GPT-4',
      Level: 2,
      Provider: 'https://your-resource.openai.azure.com',
      Config,
    })) as { key: { Config: unknown } };
    assert.deepEqual(azure.key.Config, Config);
    const prices = { ChatPricing: { 'gpt-4o': { InputText: 3.5, OutputText: 12 } } };
    const same = (value: unknown) => assert.deepEqual(JSON.parse(String(value)), prices);
    const priced = await config({ PRICING: JSON.stringify(prices) }, JSON_TYPE);
    assertMatches(priced, updated({ PRICING: same }));
    const news = { title: 'Prices', content: 'One price has changed.' };
    const posted = (await send('POST', '/x-news', news)) as { news: { title: string } };
    assert.equal(posted.news.title, news.title);
  });
});
