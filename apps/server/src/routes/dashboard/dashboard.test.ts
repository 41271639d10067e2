import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTestApplication, testCaller } from '../../edge/management/test-application.ts';
import { managementRoutes } from '../index.ts';
import { createTestServices } from '../test-services.ts';

function world() {
  const { services, calls } = createTestServices();
  const { app } = createTestApplication({
    routes: managementRoutes(services),
    callers: { good: testCaller(42) },
  });
  return { calls, get: (url: string) => app.inject({ url, headers: { 'x-api-key': 'good' } }) };
}

describe('/dashboard', () => {
  it('shows the own account in short', async () => {
    const { calls, get } = world();
    const expected = {
      object: 'user_status',
      id: 42,
      name: 'acme',
      email: 'ops@acme.example',
      balance: 87.5,
      dna: '.1.42.',
    };
    for (const url of ['/dashboard/status', '/dashboard/x-user-status']) {
      assert.deepEqual((await get(url)).json(), expected);
    }
    assert.deepEqual(calls[0], ['read', 'children', '42', {}]);
  });

  it('shows identity, credit cards and limits in full', async () => {
    const { get } = world();
    for (const url of ['/dashboard/info', '/dashboard/x-user-info']) {
      const info = (await get(url)).json();
      assert.equal(info.object, 'user_info');
      assert.equal(info.credit_balance[0].balance, 87.5);
      assert.deepEqual(info.limits, {
        rpm: 60,
        rph: null,
        rpd: null,
        tpm: 150000,
        tph: null,
        tpd: null,
        concurrency: null,
        hard_limit: 1000,
        soft_limit: 800,
        auto_quota: false,
        model_limits: { 'gpt-4o': { rpm: 10 } },
      });
      assert.deepEqual([info.rpm, info.tpm, info.tpd], [60, 150000, null]);
      assert.deepEqual([info.balance, info.credit.balance], [87.5, 87.5]);
      assert.deepEqual(info.daily_usage, { CreditUsed: 3, Requests: 2 });
      assert.deepEqual(info.monthly_usage, { CreditUsed: 6, Requests: 4 });
      assert.deepEqual(info.usage.this_month, { credit_used: 6, requests: 4 });
      assert.deepEqual([info.create_at, info.user.created_at], [info.created_at, info.created_at]);
      assert.equal(info.access.allow_models, 'gpt-4o*');
      assert.equal(info.secret_key, undefined);
    }
  });

  it('shows how the account stands now', async () => {
    const { get } = world();
    for (const url of ['/dashboard/live', '/dashboard/x-user-live']) {
      const live = (await get(url)).json();
      assert.equal(live.at, '2026-11-22T10:30:00.000Z');
      assert.deepEqual(live.monthly_cap, { limit: 1000, spent: 6, remaining: 994 });
      assert.deepEqual(live.daily_usage, { CreditUsed: 3, Requests: 2 });
    }
  });

  it('shows what is effective for the account, to owners all of their configuration', async () => {
    const { get } = world();
    for (const url of ['/dashboard/conf', '/dashboard/x-user-conf']) {
      assert.deepEqual((await get(url)).json(), {
        Resources: { '*': {} },
        ModelMapper: {},
        ModelLimits: { 'gpt-4o': { rpm: 10 } },
        UserMinBalance: 1,
        UserApiBalance: 0.5,
      });
    }
  });
});

describe('the legacy billing', () => {
  it('tells cents per day, days without usage too', async () => {
    const { get } = world();
    for (const prefix of ['', '/v1']) {
      const path = `${prefix}/dashboard/billing/usage`;
      const usage = (await get(`${path}?start_date=2026-11-20&end_date=2026-11-23`)).json();
      const item = { name: 'sandbox-chat', cost: 300 };
      assert.deepEqual(usage, {
        object: 'list',
        daily_costs: [
          { timestamp: Date.UTC(2026, 10, 20) / 1000, line_items: [] },
          { timestamp: Date.UTC(2026, 10, 21) / 1000, line_items: [item] },
          { timestamp: Date.UTC(2026, 10, 22) / 1000, line_items: [item] },
        ],
        total_usage: 600,
      });
      assert.equal((await get(path)).json().daily_costs.length, 22);
      const day = '2026-11-20';
      const one = (await get(`${path}?start_date=${day}&end_date=${day}`)).json();
      assert.equal(one.daily_costs.length, 1);
      for (const wrong of [
        'start_date=2026-11-02&end_date=2026-11-01',
        'start_date=2025-01-01&end_date=2026-01-03',
        'start_date=yesterday',
      ]) {
        assert.equal((await get(`${path}?${wrong}`)).statusCode, 400, wrong);
      }
    }
  });

  it('tells what this month still allows, and the cards', async () => {
    const { get } = world();
    const subscription = (await get('/dashboard/billing/subscription')).json();
    assert.equal(subscription.hard_limit_usd, 6);
    assert.equal(subscription.system_hard_limit_usd, 1000);
    const grants = (await get('/v1/dashboard/billing/credit_grants')).json();
    assert.deepEqual(
      [grants.total_granted, grants.total_used, grants.total_available],
      [100, 12.5, 87.5],
    );
    assert.equal(grants.grants.data[0].used_amount, 12.5);
  });
});
