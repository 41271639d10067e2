import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  chatRoutes,
  modelRoutes,
  providerKeyRoutes,
  routeTable,
  serviceRoutes,
} from '@meridian/contract';
import { Failure, Secret } from '@meridian/core/kernel';
import { serve, servePublic } from './served-route.ts';
import { createTestApplication, testCaller } from './test-application.ts';

const caller = testCaller(42);
const asCaller = { authorization: 'Bearer good' };
const keyBody = { SecretKey: 'sk-01234567890123456789', Level: 1, Provider: 'https://a.example' };

function world(options: Partial<Parameters<typeof createTestApplication>[0]> = {}) {
  const bodies: unknown[] = [];
  const { app, reports } = createTestApplication({
    callers: { good: caller },
    routes: [
      servePublic(serviceRoutes.getHealth, () => ({ status: 200, body: { status: 'ok' } })),
      servePublic(serviceRoutes.getMetrics, () => ({ status: 200, body: 'up 1\n' })),
      serve(modelRoutes.listModels, () => ({ status: 200, body: { object: 'list', data: [] } })),
      serve(modelRoutes.getModel, ({ params }) => ({ status: 200, body: params })),
      serve(providerKeyRoutes.createProviderKey, ({ body }) => {
        bodies.push(body);
        return { status: 200, body: { success: true } };
      }),
    ],
    ...options,
  });
  return { app, reports, bodies };
}

describe('paths and methods', () => {
  it('answers an unknown path with 404 in the error shape', async () => {
    const response = await world().app.inject({ url: '/nowhere' });
    assert.equal(response.statusCode, 404);
    assert.deepEqual(response.json(), {
      error: {
        message: 'There is nothing at this path.',
        type: 'not_found',
        code: 'not_found',
        param: null,
        status: 404,
      },
    });
    assert.equal(response.headers['x-request-id'], 'request-1');
  });

  it('answers a wrong method with 405 and the methods that the path knows', async () => {
    const { app } = world();
    const cases = [
      ['DELETE', '/v1/models', 'GET, HEAD, OPTIONS'],
      ['PUT', '/v1/models/vendor/name', 'GET, HEAD, OPTIONS'],
      ['GET', '/v1/chat/completions', 'OPTIONS, POST'],
      ['PATCH', '/x-keys/1', 'DELETE, GET, HEAD, OPTIONS, POST, PUT'],
      ['POST', '/healthz/', 'GET, HEAD, OPTIONS'],
    ] as const;
    for (const [method, url, allow] of cases) {
      const response = await app.inject({ method, url, headers: asCaller });
      assert.equal(response.statusCode, 405, `${method} ${url}`);
      assert.equal(response.headers.allow, allow);
      assert.equal(response.json().error.code, 'method_not_allowed');
    }
  });

  it('answers 405 before it looks at key or body', async () => {
    const response = await world().app.inject({
      method: 'POST',
      url: '/v1/models',
      payload: '{broken',
    });
    assert.equal(response.statusCode, 405);
  });

  it('answers methods that nobody uses with 405 too', async () => {
    const { app } = world();
    for (const method of ['PROPFIND', 'TRACE', 'QUERY']) {
      const response = await app.inject({ method: method as 'GET', url: '/v1/models' });
      assert.equal(response.statusCode, 405, method);
    }
  });

  it('takes model ids with slashes, escaped or not', async () => {
    const { app } = world();
    for (const url of ['/v1/models/openai/gpt-4o', '/v1/models/openai%2Fgpt-4o']) {
      const response = await app.inject({ url, headers: asCaller });
      assert.deepEqual(response.json(), { id: 'openai/gpt-4o' });
    }
  });

  it('answers HEAD like GET without a body', async () => {
    const response = await world().app.inject({
      method: 'HEAD',
      url: '/v1/models',
      headers: asCaller,
    });
    assert.equal(response.statusCode, 200);
    assert.equal(response.body, '');
  });

  it('answers a URL that cannot be decoded with 400', async () => {
    const { app, reports } = world();
    const response = await app.inject({ url: '/v1/models/%zz' });
    assert.equal(response.statusCode, 400);
    assert.equal(response.json().error.code, 'invalid_request');
    assert.equal(response.headers['x-request-id'], 'request-1');
    assert.equal(reports.length, 1);
  });

  it('knows every path of the contract, also those that are served elsewhere', async () => {
    const { app } = world({ routes: [] });
    for (const route of routeTable) {
      const url = route.path.replace(/\{\w+\}/g, '1');
      const response = await app.inject({ method: 'PATCH', url });
      assert.equal(response.statusCode, 405, route.path);
    }
    assert.ok(routeTable.includes(chatRoutes.createChatCompletion));
  });
});

describe('keys', () => {
  it('accepts the key in each of its headers', async () => {
    const { app } = world();
    const ways = [
      { authorization: 'Bearer good' },
      { authorization: 'bearer  good' },
      { 'x-api-key': 'good' },
      { 'x-goog-api-key': 'good' },
    ];
    for (const headers of ways) {
      const response = await app.inject({ url: '/v1/models', headers });
      assert.equal(response.statusCode, 200, JSON.stringify(headers));
    }
  });

  it('refuses requests without a valid key with 401', async () => {
    const { app } = world();
    const ways = [
      {},
      { authorization: 'Bearer other' },
      { authorization: 'Basic good' },
      { authorization: `Bearer ${'g'.repeat(300)}` },
      { 'x-api-key': '' },
    ];
    for (const headers of ways) {
      const response = await app.inject({ url: '/v1/models', headers });
      assert.equal(response.statusCode, 401, JSON.stringify(headers));
      assert.equal(response.json().error.type, 'authentication_error');
      assert.equal(response.headers['www-authenticate'], 'Bearer');
      assert.ok(!response.body.includes('other'));
    }
  });

  it('does not read a key from the query outside the Google surface', async () => {
    const response = await world().app.inject({ url: '/v1/models?key=good' });
    assert.equal(response.statusCode, 401);
  });

  it('refuses before it reads the body', async () => {
    const response = await world().app.inject({
      method: 'POST',
      url: '/x-keys',
      payload: '{broken',
    });
    assert.equal(response.statusCode, 401);
  });

  it('turns away disabled accounts, foreign addresses and keys for other endpoints', async () => {
    const { app } = world({
      callers: {
        disabled: testCaller(2, { isEnabled: false }),
        elsewhere: testCaller(3, { allowsAddress: (address) => address !== '192.0.2.1' }),
        narrow: testCaller(4, { namedKeyId: 7, allowsEndpoint: (path) => path === '/v1/models' }),
      },
    });
    const status = async (key: string, url: string) => {
      const response = await app.inject({ url, headers: { 'x-api-key': key } });
      return [response.statusCode, response.json().error?.code];
    };
    assert.deepEqual(await status('disabled', '/v1/models'), [403, 'account_disabled']);
    assert.deepEqual(await status('elsewhere', '/v1/models'), [403, 'address_not_allowed']);
    assert.deepEqual(await status('narrow', '/v1/models?a=b'), [200, undefined]);
    assert.deepEqual(await status('narrow', '/v1/models/m'), [403, 'endpoint_not_allowed']);
  });

  it('opens the metrics to everybody, or to holders of the token where one is set', async () => {
    assert.equal((await world().app.inject({ url: '/metrics' })).statusCode, 200);
    const { app } = world({ metricsToken: new Secret('watch') });
    assert.equal((await app.inject({ url: '/metrics' })).statusCode, 401);
    const wrong = await app.inject({ url: '/metrics', headers: { authorization: 'Bearer no' } });
    assert.equal(wrong.statusCode, 401);
    const right = await app.inject({ url: '/metrics', headers: { authorization: 'Bearer watch' } });
    assert.equal(right.body, 'up 1\n');
    assert.match(String(right.headers['content-type']), /^text\/plain/);
  });
});

describe('bodies', () => {
  const post = (payload: string | Buffer, headers: Record<string, string> = {}) => ({
    method: 'POST' as const,
    url: '/x-keys',
    payload,
    headers: { ...asCaller, ...headers },
  });

  it('reads JSON under any content type', async () => {
    const { app, bodies } = world();
    const types = [
      'application/json',
      'text/plain',
      'application/x-www-form-urlencoded',
      'nonsense',
    ];
    for (const type of types) {
      const response = await app.inject(post(JSON.stringify(keyBody), { 'content-type': type }));
      assert.equal(response.statusCode, 200, type);
    }
    assert.equal(bodies.length, types.length);
  });

  it('answers what is not JSON with invalid_json', async () => {
    const { app } = world();
    const deep = `{"a":${'['.repeat(64)}${']'.repeat(64)}}`;
    const payloads = ['{broken', '{"a":1}}', "{'a':1}", Buffer.from([0x22, 0xff, 0x22]), deep];
    for (const payload of payloads) {
      const response = await app.inject(post(payload));
      assert.equal(response.statusCode, 400, String(payload));
      assert.equal(response.json().error.code, 'invalid_json');
    }
  });

  it('does not count brackets inside strings as nesting', async () => {
    const name = '["{'.repeat(30);
    const response = await world().app.inject(post(JSON.stringify({ ...keyBody, Name: name })));
    assert.equal(response.statusCode, 200);
  });

  it('asks for a body where one is needed', async () => {
    const { app } = world();
    for (const payload of ['', '  \n']) {
      const response = await app.inject(post(payload));
      assert.equal(response.statusCode, 400);
      assert.equal(response.json().error.code, 'invalid_request');
    }
  });

  it('names the field at fault', async () => {
    const { app, bodies } = world();
    const cases = [
      [{ ...keyBody, Level: 'one' }, 'Level'],
      [{ ...keyBody, Provider: undefined }, 'Provider'],
      [{ ...keyBody, Config: { models: [1] } }, 'Config.models.0'],
      [{ ...keyBody, Levle: 1 }, 'Levle'],
    ] as const;
    for (const [body, param] of cases) {
      const response = await app.inject(post(JSON.stringify(body)));
      assert.equal(response.statusCode, 400);
      assert.equal(response.json().error.param, param);
    }
    assert.deepEqual(bodies, []);
  });

  it('refuses a body that is too large with 413', async () => {
    const response = await world().app.inject(post(`"${'a'.repeat(1_048_576)}"`));
    assert.equal(response.statusCode, 413);
    assert.equal(response.json().error.code, 'request_too_large');
  });

  it('refuses a compressed body with 415', async () => {
    const response = await world().app.inject(post('{}', { 'content-encoding': 'gzip' }));
    assert.equal(response.statusCode, 415);
    assert.equal(response.json().error.code, 'unsupported_media_type');
  });
});

describe('secrets', () => {
  it('come back in no header, body or report, wherever they were put', async () => {
    const canary = 'sk-Xvs-canary-0123456789';
    const { app, reports } = world();
    const good = { ...asCaller };
    const answers = await Promise.all([
      app.inject({ url: '/v1/models', headers: { authorization: `Bearer ${canary}` } }),
      app.inject({ url: '/v1/models', headers: { authorization: canary } }),
      app.inject({ url: '/v1/models', headers: { 'x-api-key': canary } }),
      app.inject({ url: '/v1/models', headers: { ...good, 'x-request-id': canary } }),
      app.inject({ url: '/v1/models', headers: { ...good, origin: `https://${canary}` } }),
      app.inject({ url: `/v1/models?key=${canary}` }),
      app.inject({ url: `/${canary}`, headers: good }),
      app.inject({ method: 'PUT', url: `/v1/models/${canary}`, headers: good }),
      app.inject({ url: `/metrics?token=${canary}` }),
      ...[canary, `{"SecretKey":"${canary}"`, JSON.stringify({ ...keyBody, Level: canary })].map(
        (payload) => app.inject({ method: 'POST', url: '/x-keys', headers: good, payload }),
      ),
      app.inject({
        method: 'POST',
        url: '/x-keys',
        headers: { ...good, 'idempotency-key': `${canary} with a space` },
        payload: JSON.stringify(keyBody),
      }),
    ]);
    for (const { headers, body } of answers) {
      assert.ok(!`${JSON.stringify(headers)}${body}`.includes('canary'), body);
    }
    const told = reports.map(({ failure, ...rest }) => [rest, failure?.detail.message]);
    assert.equal(told.length, answers.length);
    assert.ok(!JSON.stringify(told).includes('canary'));
  });
});

describe('failures', () => {
  const failing = (error: unknown) =>
    world({
      routes: [
        serve(modelRoutes.listModels, () => {
          throw error;
        }),
      ],
    });

  it('shows nothing of an unexpected error', async () => {
    const { app, reports } = failing(new Error('password=hunter2'));
    const response = await app.inject({ url: '/v1/models', headers: asCaller });
    assert.equal(response.statusCode, 500);
    assert.equal(response.json().error.code, 'server_error');
    assert.ok(!response.payload.includes('hunter2'));
    assert.match(String(reports[0]?.failure?.cause), /hunter2/);
  });

  it('passes status, headers and Retry-After of a failure on', async () => {
    const { app } = failing(
      new Failure('rate_limit_exceeded', {
        message: 'Too many.',
        retryAfterSeconds: 7,
        headers: { 'x-ratelimit-limit-requests': '60' },
      }),
    );
    const response = await app.inject({ url: '/v1/models', headers: asCaller });
    assert.equal(response.statusCode, 429);
    assert.equal(response.headers['retry-after'], '7');
    assert.equal(response.headers['x-ratelimit-limit-requests'], '60');
  });

  it('reports every answer once', async () => {
    const { app, reports } = world();
    await app.inject({ url: '/v1/models', headers: asCaller });
    await app.inject({ url: '/nowhere' });
    assert.deepEqual(
      reports.map(({ routeId, status, accountId, failure }) => [
        routeId,
        status,
        accountId,
        failure?.code,
      ]),
      [
        ['models.list', 200, 42, undefined],
        [undefined, 404, undefined, 'not_found'],
      ],
    );
  });
});
