import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Readiness } from '@meridian/contract';
import { createTestApplication } from '../../edge/management/test-application.ts';
import { managementRoutes } from '../index.ts';
import { createTestServices } from '../test-services.ts';

function world(isReady = true) {
  const { services } = createTestServices();
  const status: Readiness['status'] = isReady ? 'ready' : 'not_ready';
  const checkReadiness = async () => ({ status, checks: {}, notices: [] });
  const service = { ...services.service, checkReadiness };
  return createTestApplication({ routes: managementRoutes({ ...services, service }) }).app;
}

describe('the service routes', () => {
  it('tell that the process is alive', async () => {
    const response = await world().inject({ url: '/healthz' });
    assert.deepEqual(response.json(), { status: 'ok', version: '1.2.3' });
  });

  it('answer 503 while the process cannot serve', async () => {
    assert.equal((await world().inject({ url: '/readyz' })).statusCode, 200);
    const response = await world(false).inject({ url: '/readyz' });
    assert.equal(response.statusCode, 503);
    assert.equal(response.json().status, 'not_ready');
  });

  it('give the reference as an OpenAPI document with the version of the process', async () => {
    const document = (await world().inject({ url: '/openapi.json' })).json();
    assert.equal(document.info.version, '1.2.3');
    assert.ok(document.paths['/v1/chat/completions']);
  });
});
