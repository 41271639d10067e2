import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { AccountCreated } from '@meridian/contract';
import {
  type ApiAnswer,
  type ApiClient,
  createApiClient,
  TEST_ROOT_KEY,
  WORLD_MODEL,
  type World,
  world,
} from '@meridian/testkit';
import { about, assertMatches, someNumber, someTime } from './support/matches.ts';

const KEY = /^sk-Xvs[A-Za-z0-9]{45}$/;
const JSON_TYPE = { 'content-type': 'application/json' };
const DAY_MS = 86_400_000;
const NAME = 'prod-account';
const EMAIL = 'production@example.com';

/** The steps build on each other: an account lives, pays, is told news and gets another key. */
describe('the requests of the account reference, in order, on a running server', () => {
  let here: World;
  let root: ApiClient;
  /** The account of the reference, which it calls 42. */
  let account: ApiClient;
  let id: number;
  before(async () => {
    here = await world();
    root = here.root;
  });
  after(() => here[Symbol.asyncDispose]());

  async function ok(answer: Promise<ApiAnswer>): Promise<ApiAnswer> {
    const got = await answer;
    assert.equal(got.status, 200, got.text);
    return got;
  }

  const get = (path: string, api: ApiClient = root) => ok(api.request('GET', path));
  const send = (method: string, path: string, body: unknown, headers = JSON_TYPE) =>
    ok(root.request(method, path, { body: JSON.stringify(body), headers }));

  async function createAccount(): Promise<ApiAnswer> {
    const answer = await send('POST', '/x-users', {
      Name: NAME,
      Email: EMAIL,
      CreditGranted: 500,
      Alias: 'Production Environment',
      RPM: 100,
      TPM: 200000,
    });
    const { User } = answer.json<AccountCreated>();
    id = User.ID;
    account = createApiClient(() => here.server.url, User.SecretKey);
    return answer;
  }

  /** The account as `/x-users` shows it. */
  function viewed(more: object): object {
    return {
      ID: id,
      DNA: `.1.${id}.`,
      Level: 0,
      Gear: 1,
      Role: 0,
      Tier: null,
      Factor: 1,
      Name: NAME,
      Alias: 'Production Environment',
      Email: EMAIL,
      BillingEmail: null,
      Rates: 1,
      CreditUsed: 0,
      CreditGranted: 600,
      Balance: 600,
      HardLimit: 5000,
      SoftLimit: 4000,
      AutoQuota: false,
      RPM: 100,
      RPH: null,
      RPD: null,
      TPM: 200000,
      TPH: null,
      TPD: null,
      Concurrency: null,
      ModelLimits: {},
      ModelMapper: {},
      AllowIPs: '*',
      AllowModels: 'gpt-4* claude-3*',
      AllowLevels: '*',
      Resources: '*',
      ChildLimit: null,
      Child: 0,
      Requests: 0,
      Status: true,
      IsOwner: false,
      PartialKey: account.key.slice(-20),
      SecretKey: '***',
      CreatedAt: someTime,
      UpdatedAt: someTime,
      ...more,
    };
  }

  const card = (amount: number, days: number) => ({
    amount,
    balance: amount,
    reference: /^granted by /,
    granted_at: someTime,
    expires_at: (at: unknown) => {
      const left = Date.parse(String(at)) - Date.now();
      assert.ok(Math.abs(left - days * DAY_MS) < 60_000, String(at));
    },
  });

  test('an account is created', async () => {
    const answer = await createAccount();
    assertMatches(answer.json(), {
      Action: 'add',
      Parent: { ID: 1, Name: 'root', Balance: someNumber },
      User: {
        ID: id,
        Name: NAME,
        SecretKey: KEY,
        Updates: {
          Name: NAME,
          Email: EMAIL,
          CreditGranted: 500,
          Balance: 500,
          HardLimit: 5000,
          SoftLimit: 4000,
          Alias: 'Production Environment',
          RPM: 100,
          TPM: 200000,
        },
      },
    });
  });

  test('it is recharged for 30 days', async () => {
    const answer = await send('PUT', `/x-users/${id}`, { CreditGranted: 100, Days: 30 });
    assertMatches(answer.json(), {
      Action: 'update',
      Parent: { ID: 1, Name: 'root', Balance: someNumber },
      User: { ID: id, Name: NAME, Updates: { CreditGranted: 100, Days: 30, Balance: 600 } },
    });
  });

  test('its models are limited, by its name', async () => {
    const answer = await send('PUT', `/x-users/${NAME}`, { AllowModels: 'gpt-4* claude-3*' });
    assertMatches(answer.json(), {
      Action: 'update',
      Parent: { ID: 1, Name: 'root', Balance: someNumber },
      User: { ID: id, Name: NAME, Updates: { AllowModels: 'gpt-4* claude-3*', Balance: 600 } },
    });
  });

  test('the direct subaccounts are listed', async () => {
    const answer = await get('/x-users');
    const cards = [card(100, 30), card(500, 365)];
    const listed = answer.json<{ ID: number }[]>();
    assert.deepEqual(
      listed.map(({ ID }) => ID),
      [here.account.id, id],
    );
    assertMatches(listed[1], viewed({ CreditBalance: cards }));
    const headers = ['x-total-count', 'x-page', 'x-per-page', 'x-total-pages'];
    assert.deepEqual(
      headers.map((name) => answer.headers.get(name)),
      ['2', '1', '1000', '1'],
    );
  });

  test('one is looked up by its id', async () => {
    const answer = await get(`/x-users/${id}`);
    assertMatches(answer.json(), [viewed({ CreditBalance: [card(100, 30), card(500, 365)] })]);
  });

  test('those of a level are listed', async () => {
    assert.deepEqual((await get('/x-users?level=2')).json(), []);
    await send('PUT', `/x-users/${id}`, { Level: 2 });
    const listed = (await get('/x-users?level=2')).json<unknown[]>();
    const cards = [card(100, 30), card(500, 365)];
    assertMatches(listed, [viewed({ Level: 2, CreditBalance: cards })]);
    assert.equal((await get('/x-users/L2')).headers.get('x-total-count'), '1');
    for (const filter of ['L2', 'G1', 'R0', 'F1', `.1.${id}.`]) {
      const found = await get(`/x-users/${filter}?name=${NAME}`);
      assertMatches(found.json(), [viewed({ Level: 2, CreditBalance: cards })]);
    }
    for (const filter of ['L3', 'G0', 'R1', 'T1', 'F1.5', 'L2?name=other']) {
      assert.deepEqual((await get(`/x-users/${filter}`)).json(), [], filter);
    }
  });

  test('all descendants are listed by pages', async () => {
    const made = await account.call<AccountCreated>('POST', '/x-users', {
      Name: 'grandchild',
      Email: 'grandchild@example.com',
      CreditGranted: 2,
    });
    const answer = await get('/x-dna?page=1&size=100');
    const ids = answer.json<{ ID: number }[]>().map(({ ID }) => ID);
    assert.deepEqual(ids, [here.account.id, id, made.User.ID]);
    assert.equal(answer.headers.get('x-per-page'), '100');
    const second = await get('/x-dna?page=2&size=2');
    assert.equal(second.json<unknown[]>().length, 1);
    assert.equal(second.headers.get('x-total-pages'), '2');
    await account.call('DELETE', '/x-users/grandchild');
  });

  test('it is deleted; the rest less the fee comes back', async () => {
    // The grandchild took 2 and gave 1.8 back.
    const answer = await ok(root.request('DELETE', `/x-users/${id}`));
    assertMatches(answer.json(), {
      Action: 'delete',
      Parent: { ID: 1, Name: 'root', Balance: someNumber },
      User: { ID: id, Name: NAME, Refund: about(599.6), Deleted: [id] },
    });
    assert.equal((await root.request('GET', `/x-users/${id}`)).status, 404);
    assert.equal((await account.request('GET', '/dashboard/status')).status, 401);
  });

  test('a key is made up', async () => {
    assertMatches((await get('/x-gkey')).json(), { success: true, key: KEY });
  });

  const providerKey = (name: string, level: number, provider: string) => ({
    ID: someNumber,
    Name: name,
    Level: level,
    Provider: provider,
    Status: true,
    Weight: 1,
    RPM: null,
    TPM: null,
    Concurrency: null,
    CostPrice: null,
    Config: {},
    SecretKey: '***',
    PartialKey: /^.{4}$/,
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
  });
  const claude = () => providerKey('Claude API Key', 2, 'https://api.anthropic.com');

  test('a provider key is added', async () => {
    const answer = await send('POST', '/x-keys', {
      SecretKey: 'sk-ant-0123456789abcdefghij',
      Name: 'Claude API Key',
      Level: 2,
      Provider: 'https://api.anthropic.com',
    });
    assertMatches(answer.json(), { success: true, key: claude() });
  });

  test('provider keys are listed, all and of a level', async () => {
    const all = (await get('/x-keys')).json<{ success: boolean; keys: { Name: string }[] }>();
    assert.equal(all.success, true);
    assert.deepEqual(
      all.keys.map(({ Name }) => Name),
      ['world', 'Claude API Key'],
    );
    assertMatches((await get('/x-keys?level=2')).json(), { success: true, keys: [claude()] });
  });

  describe('bills', () => {
    const today = new Date().toISOString().slice(0, 10);
    const figures = { requests: 2, cost: about(0.00006), cost_base: about(0.00004) };
    before(async () => {
      await createAccount();
      await send('PUT', `/x-users/${NAME}`, { Level: 2, Rates: 1.5 });
      await send('PUT', '/x-config', { LEVEL_MAPPER: `${WORLD_MODEL}=1` });
      for (const _ of [1, 2]) {
        await account.call('POST', '/v1/chat/completions', {
          model: WORLD_MODEL,
          messages: [{ role: 'user', content: 'hello' }],
          max_tokens: 6,
        });
      }
    });

    /** Twice 8 tokens in and 6 out, at 1 and 2 dollars per million, shown at Rates 1.5. */
    const bill = (start: unknown, end: unknown) => ({
      object: 'list',
      start,
      end,
      data: [
        {
          aggregation_timestamp: Date.parse(today) / 1000,
          n_requests: 2,
          n_context_tokens_total: 16,
          n_generated_tokens_total: 12,
          n_cached_tokens_total: 0,
          cost: about(0.00006),
          cost_base: about(0.00004),
          usage_details: {
            [WORLD_MODEL]: { ...figures, prompt: 16, completion: 12, cached: 0 },
          },
        },
      ],
      total_usage: figures,
      usage_users: [
        {
          id,
          name: NAME,
          email: EMAIL,
          total_requests: 2,
          total_cost: about(0.00006),
          total_cost_base: about(0.00004),
          usage_analysis: { request_percentage: 100, cost_percentage: 100 },
        },
      ],
    });

    test('of this month and everybody', async () => {
      const expected = bill(`${today.slice(0, 8)}01`, today);
      assertMatches((await get('/x-bill')).json(), expected);
      const own = await get('/dashboard/x-user-bill', account);
      assertMatches(own.json(), expected);
    });

    test('of one account and 30 days', async () => {
      const first = new Date(Date.parse(today) - 29 * DAY_MS).toISOString().slice(0, 10);
      assertMatches((await get(`/x-bill?user=${NAME}&days=30`)).json(), bill(first, today));
    });

    test('of certain days', async () => {
      assertMatches((await get('/x-bill?start=2025-01-01&end=2025-01-31')).json(), {
        object: 'list',
        start: '2025-01-01',
        end: '2025-01-31',
        data: [],
        total_usage: { requests: 0, cost: 0, cost_base: 0 },
        usage_users: [],
      });
    });

    test('of all accounts of a level', async () => {
      assertMatches((await get('/x-bill?user=L2')).json(), bill(/-01$/, today));
      const others = (await get('/x-bill?user=L7')).json<{ total_usage: { requests: number } }>();
      assert.equal(others.total_usage.requests, 0);
    });

    test('of whom any filter fits, over a year', async () => {
      const first = new Date(Date.parse(today) - 365 * DAY_MS).toISOString().slice(0, 10);
      const filters = ['G1', 'R0', 'F1', `.1.${id}.`, '.1.', EMAIL, 'Production%20Environment'];
      for (const filter of filters) {
        const year = await get(`/x-bill?user=${filter}&start=${first}&end=${today}`);
        assertMatches(year.json(), bill(first, today));
      }
      for (const filter of ['G7', 'R2', 'T3', 'F2']) {
        const none = (await get(`/x-bill?user=${filter}`)).json<{ usage_users: unknown[] }>();
        assert.deepEqual(none.usage_users, [], filter);
      }
      const longer = new Date(Date.parse(today) - 366 * DAY_MS).toISOString().slice(0, 10);
      const refused = await root.request('GET', `/x-bill?start=${longer}&end=${today}`);
      assert.equal(refused.status, 400);
      for (const nobody of ['nobody-here', '999999', '.1.999999.']) {
        assert.equal((await root.request('GET', `/x-bill?user=${nobody}`)).status, 404, nobody);
      }
    });

    test('of every spelling of the parameters, and as CSV', async () => {
      const asked = [
        `u=${id}&d=${today}`,
        `u=${EMAIL}&s=${today}&e=${today}`,
        `user=${NAME}&days=1`,
      ];
      for (const query of asked) {
        assertMatches((await get(`/x-bill?${query}`)).json(), bill(today, today));
      }
      const csv = [
        'date,model,requests,prompt_tokens,completion_tokens,cached_tokens,cost,cost_base',
        `${today},${WORLD_MODEL},2,16,12,0,0.00006,0.00004`,
        '',
      ].join('\r\n');
      const byFormat = await get(`/x-bill?u=${id}&format=csv`);
      const byHeader = await ok(
        root.request('GET', `/x-bill?u=${id}`, { headers: { accept: 'text/csv' } }),
      );
      for (const answer of [byFormat, byHeader]) {
        assert.equal(answer.text, csv);
        assert.match(answer.headers.get('content-type') ?? '', /^text\/csv/);
      }
    });
  });

  describe('the dashboard', () => {
    test('shows the account in short', async () => {
      assertMatches((await get('/dashboard/x-user-status', account)).json(), {
        object: 'user_status',
        id,
        name: NAME,
        email: EMAIL,
        balance: about(749.99994),
        dna: `.1.${id}.`,
      });
    });

    test('shows it in full, in the flat fields and in groups', async () => {
      const info = (await get('/dashboard/x-user-info', account)).json<Record<string, unknown>>();
      const used = { CreditUsed: about(0.00006), Requests: 2 };
      assertMatches(info.daily_usage, used);
      assertMatches(info.monthly_usage, used);
      const flat = ['id', 'level', 'child', 'name', 'email', 'rpm', 'rph', 'tpm', 'tpd'];
      assert.deepEqual(
        flat.map((name) => info[name]),
        [id, 2, 0, NAME, EMAIL, 100, null, 200000, null],
      );
      assertMatches(info.create_at, someTime);
      assertMatches(info.balance, about(749.99994));
      assertMatches(info.credit_used, about(0.00006));
      assertMatches(info.credit_balance, [{ ...card(750, 365), balance: about(749.99994) }]);
      const groups = ['user', 'credit', 'limits', 'usage', 'access'];
      for (const name of groups) assert.equal(typeof info[name], 'object', name);
    });

    test('shows the present, the configuration and the models', async () => {
      const live = (await get('/dashboard/x-user-live', account)).json<{
        limits: { name: string; limit: number; used: number; remaining: number }[];
        monthly_cap: unknown;
      }>();
      assert.deepEqual(
        live.limits.map(({ name, limit }) => [name, limit]),
        [
          ['RPM', 100],
          ['TPM', 200000],
        ],
      );
      const [requests] = live.limits;
      assert.deepEqual([requests?.used, requests?.remaining], [2, 98]);
      assertMatches(live.monthly_cap, {
        limit: 5000,
        spent: about(0.00006),
        remaining: about(4999.99994),
      });
      assertMatches((await get('/dashboard/x-user-conf', account)).json(), {
        Resources: { '*': {} },
        ModelMapper: {},
        ModelLimits: {},
        UserMinBalance: 1,
        UserApiBalance: 0.5,
      });
      const models = await get('/dashboard/x-user-models', account);
      assert.deepEqual(models.json(), (await get('/v1/models', account)).json());
    });

    test('shows what was done, the newest first', async () => {
      const query = `action=add_user&target_id=${id}&status=success&page=1&size=24`;
      const answer = await get(`/dashboard/x-user-logs?${query}`, account);
      assertMatches(answer.json(), {
        logs: [
          {
            id: someNumber,
            action: 'add_user',
            operator_id: 1,
            operator_name: 'root',
            target_id: id,
            target_name: NAME,
            status: 'success',
            details: /production@example\.com/,
            changes: (changes: unknown) => assert.equal(typeof changes, 'object'),
            address: null,
            created_at: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/,
            chain: { owner_id: 1, seq: someNumber, hash: /^[0-9a-f]{64}$/ },
          },
        ],
        total: 1,
        page: 1,
        size: 24,
        has_more: false,
      });
    });

    test('has the shapes that older chat apps read', async () => {
      const month = `start_date=${new Date().toISOString().slice(0, 8)}01`;
      for (const base of ['/dashboard/billing', '/v1/dashboard/billing']) {
        const usage = (await get(`${base}/usage?${month}`, account)).json<{
          total_usage: number;
        }>();
        const limits = (await get(`${base}/subscription`, account)).json<{
          hard_limit_usd: number;
        }>();
        const grants = (await get(`${base}/credit_grants`, account)).json<{
          total_available: number;
        }>();
        assertMatches(usage.total_usage, about(0.006));
        assertMatches(limits.hard_limit_usd - usage.total_usage / 100, about(749.99994));
        assertMatches(grants.total_available, about(749.99994));
      }
    });
  });

  describe('news', () => {
    const time = { created_at: someTime, expires_at: someTime };
    const posted = (kind: string, target: string, text: { title: string; content: string }) => ({
      success: true,
      news: { id: someNumber, kind, target, author_id: 1, ...text, ...time },
    });
    const feature = { title: 'Something new', content: 'You can do more now.' };
    const settings = { title: 'Your account', content: 'Your settings were changed.' };

    test('go to everybody and to one account, and are read', async () => {
      const system = await send('POST', '/x-news', { ...feature, days: 14 });
      assertMatches(system.json(), posted('system', '.1.', feature));
      const targeted = await send('POST', `/x-news/${id}`, settings);
      assertMatches(targeted.json(), posted('account', `.1.${id}.`, settings));
      assertMatches((await get('/dashboard/x-user-news', account)).json(), {
        success: true,
        system_news: [{ id: someNumber, ...feature, ...time }],
        user_news: [{ id: someNumber, ...settings, ...time }],
      });
    });

    test('of an account are deleted', async () => {
      const answer = await ok(root.request('DELETE', `/x-news/${id}`));
      assert.deepEqual(answer.json(), { success: true, deleted: 1 });
      const left = (await get('/dashboard/news', account)).json<{ user_news: unknown[] }>();
      assert.deepEqual(left.user_news, []);
    });
  });

  describe('keys', () => {
    const date = () => new Date().toISOString().slice(0, 10);
    const rotated = (action: string, whose: readonly [number, string], message: RegExp) => ({
      success: true,
      message,
      rotate: {
        action,
        id: whose[0],
        name: whose[1],
        key: KEY,
        timestamp: someTime,
        old_key_until: null,
      },
    });

    test('are replaced by their account, and the old one is dead', async () => {
      const body = { confirm: `${date()}-ROTATE-SELF` };
      const answer = await ok(account.request('POST', '/x-self', { body }));
      assertMatches(answer.json(), rotated('rotate_self', [id, NAME], /^Self key rotated/));
      assert.equal((await account.request('GET', '/dashboard/status')).status, 401);
      const { rotate } = answer.json<{ rotate: { key: string } }>();
      account = createApiClient(() => here.server.url, rotate.key);
      await get('/dashboard/status', account);
    });

    test('are replaced by root, also its own', async () => {
      const { key } = (await get('/x-gkey')).json<{ key: string }>();
      const confirm = `${date()}-ROTATE-ROOT`;
      const answer = await send('POST', '/x-root', { name: NAME, key, confirm });
      assertMatches(answer.json(), rotated('rotate_root', [id, NAME], /rotated/));
      await get(
        '/dashboard/status',
        createApiClient(() => here.server.url, key),
      );
      const own = await send('POST', '/x-root', { confirm });
      assertMatches(own.json(), rotated('rotate_root', [1, 'root'], /rotated/));
      const old = createApiClient(() => here.server.url, TEST_ROOT_KEY);
      assert.equal((await old.request('GET', '/x-users')).status, 401);
    });
  });
});
