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
      });
      assert.equal(info.secret_key, undefined);
    }
  });
});
