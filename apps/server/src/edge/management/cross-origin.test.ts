import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { modelRoutes, serviceRoutes } from '@meridian/contract';
import type { AllowedOrigins } from '../cors.ts';
import { serve, servePublic } from './served-route.ts';
import { createTestApplication, testCaller } from './test-application.ts';

const asCaller = { authorization: 'Bearer good' };

function world(options: { origins?: AllowedOrigins } = {}) {
  return createTestApplication({
    callers: { good: testCaller(42) },
    routes: [
      servePublic(serviceRoutes.getHealth, () => ({ status: 200, body: { status: 'ok' } })),
      serve(modelRoutes.listModels, () => ({ status: 200, body: { object: 'list', data: [] } })),
    ],
    ...options,
  });
}

describe('browsers of other origins', () => {
  const origin = 'https://app.example';

  it('answers preflights for any origin, without credentials and without a key', async () => {
    const { app } = world({ origins: [] });
    for (const url of ['/v1/models', '/x-keys', '/dashboard/keys', '/v1/not-yet']) {
      const response = await app.inject({
        method: 'OPTIONS',
        url,
        headers: {
          origin,
          'access-control-request-method': 'GET',
          'access-control-request-headers': 'authorization, x-custom',
        },
      });
      assert.equal(response.statusCode, 204, url);
      assert.equal(response.headers['access-control-allow-origin'], '*');
      assert.equal(response.headers['access-control-allow-headers'], 'authorization, x-custom');
      assert.equal(response.headers['access-control-allow-credentials'], undefined);
    }
  });

  it('does not echo header lists that are none', async () => {
    const response = await world().app.inject({
      method: 'OPTIONS',
      url: '/v1/models',
      headers: { origin, 'access-control-request-headers': 'a b; c' },
    });
    assert.match(String(response.headers['access-control-allow-headers']), /^Authorization, /);
  });

  it('lets every origin read where the owner allows all', async () => {
    const response = await world().app.inject({
      url: '/v1/models',
      headers: { ...asCaller, origin },
    });
    assert.equal(response.headers['access-control-allow-origin'], '*');
    assert.match(String(response.headers['access-control-expose-headers']), /x-request-id/);
  });

  it('lets only the listed origins read where the owner lists them', async () => {
    const { app } = world({ origins: [origin] });
    const listed = await app.inject({ url: '/v1/models', headers: { ...asCaller, origin } });
    assert.equal(listed.headers['access-control-allow-origin'], origin);
    assert.equal(listed.headers.vary, 'Origin');
    const other = await app.inject({
      url: '/v1/models',
      headers: { ...asCaller, origin: 'https://evil.example' },
    });
    assert.equal(other.headers['access-control-allow-origin'], undefined);
  });

  it('lets browsers read why a key was refused', async () => {
    const response = await world({ origins: [] }).app.inject({
      url: '/v1/models',
      headers: { origin },
    });
    assert.equal(response.statusCode, 401);
    assert.equal(response.headers['access-control-allow-origin'], '*');
  });

  it('keeps the service routes to their own origin', async () => {
    const response = await world().app.inject({ url: '/healthz', headers: { origin } });
    assert.equal(response.headers['access-control-allow-origin'], undefined);
  });
});
