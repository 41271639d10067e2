import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Route, routeTable } from '@meridian/contract';
import { createTestApplication, testCaller } from '../edge/management/test-application.ts';
import { managementRoutes } from './index.ts';
import { createTestServices } from './test-services.ts';

const BIRTH = 'date=1990-01-15&time=14:30&lat=18.52&lon=73.86';
const PLACE = 'lat=18.52&lon=73.86';

/** Questions about the sky as a query asks them. */
const SKY: readonly (readonly [name: string, query: string])[] = [
  ...(['kundali', 'panchang', 'dasha', 'divisional'] as const).map(
    (name) => [name, BIRTH] as const,
  ),
  ...(['yogas', 'doshas', 'kp', 'transits'] as const).map((name) => [name, BIRTH] as const),
  ['progressions', `${BIRTH}&on=2026-11-22`],
  ['returns', `${BIRTH}&after=2026-11-22`],
  ['muhurta', `from=2026-11-22&to=2026-11-23&${PLACE}`],
  ['eclipses', 'from=2026-08-01&to=2026-08-31'],
  ['places', 'q=Pune'],
];

/** Paths with something in place of each parameter that the test services know. */
const KNOWN: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    SKY.map(([name, query]) => [`/v1/astrology/${name}`, `/v1/astrology/${name}?${query}`]),
  ),
  '/v1/astrology/horoscope/{sign}': '/v1/astrology/horoscope/aries',
  '/v2/astrology/horoscope/{sign}': '/v2/astrology/horoscope/aries',
  '/v1/v2/astrology/horoscope/{sign}': '/v1/v2/astrology/horoscope/aries',
  '/v1/models/{id}': '/v1/models/sandbox-chat',
  '/v1beta/models/{id}': '/v1beta/models/sandbox-chat',
  '/v1/responses/{id}': '/v1/responses/resp_1',
  '/v1/responses/{id}/cancel': '/v1/responses/resp_1/cancel',
  '/v1/responses/{id}/input_items': '/v1/responses/resp_1/input_items',
  '/x-users/{identifier}': '/x-users/42',
  '/x-dna/{identifier}': '/x-dna/42',
  '/x-keys/{id}': '/x-keys/123',
  '/x-keys/{id}/test': '/x-keys/123/test',
  '/x-route': '/x-route?model=gpt-4o-mini&user=42',
  '/dashboard/keys/{id}': '/dashboard/keys/7',
  '/x-news/{target}': '/x-news/42',
  '/x-mail/{id}/retry': '/x-mail/9/retry',
  '/x-usage/{id}': '/x-usage/019376a2-9c1e-7c3a-b0f5-5f1d8a3e7b21',
  '/files/{name}': `/files/img-${'k'.repeat(32)}.png`,
};
const UNKNOWN: Readonly<Record<string, string>> = {
  '/x-news/{target}': '/x-news/99',
  '/x-mail/{id}/retry': '/x-mail/99/retry',
  '/v1/responses/{id}': '/v1/responses/resp_2',
  '/v1/responses/{id}/cancel': '/v1/responses/resp_2/cancel',
  '/v1/responses/{id}/input_items': '/v1/responses/resp_2/input_items',
  '/v1/models/{id}': '/v1/models/other',
  '/x-users/{identifier}': '/x-users/99',
  '/x-dna/{identifier}': '/x-dna/99',
  '/x-keys/{id}': '/x-keys/99',
  '/x-keys/{id}/test': '/x-keys/99/test',
  '/x-route': '/x-route?model=gpt-4o-mini&user=99',
  '/dashboard/keys/{id}': '/dashboard/keys/99',
  '/x-usage/{id}': '/x-usage/019376a2-9c1e-7c3a-b0f5-000000000000',
  '/files/{name}': `/files/img-unknown${'k'.repeat(25)}.png`,
};

/** Inference goes past the framework, straight into the pipeline. */
const served = routeTable.filter(({ tag, method }) => tag !== 'Inference' || method === 'GET');

function world() {
  const { services, calls } = createTestServices();
  const { app } = createTestApplication({
    routes: managementRoutes(services),
    callers: { good: testCaller(42) },
  });
  const send = (route: Route, paths: Readonly<Record<string, string>>, key = 'good') =>
    app.inject({
      method: route.method,
      url: paths[route.path] ?? route.path,
      headers: { 'x-api-key': key },
      ...(route.body === undefined ? {} : { payload: JSON.stringify(route.body.example) }),
    });
  return { app, calls, send };
}

describe('every route', () => {
  it('is served exactly once, but for inference', () => {
    const ids = managementRoutes(createTestServices().services).map(({ route }) => route.id);
    assert.deepEqual(ids.toSorted(), served.map(({ id }) => id).toSorted());
  });

  it('answers in the shape that the contract declares', async () => {
    const { send } = world();
    for (const route of served) {
      const response = await send(route, KNOWN);
      const declared = route.responses[response.statusCode];
      assert.ok(declared, `${route.id}: ${response.statusCode} ${response.body}`);
      const isText = declared.contentType !== undefined;
      const result = declared.schema?.safeParse(isText ? response.body : response.json());
      assert.ok(result?.success, `${route.id}: ${result?.error?.message}`);
      for (const name of declared.headers ?? []) {
        if (name.startsWith('X-')) assert.ok(response.headers[name.toLowerCase()], route.id);
      }
    }
  });

  it('answers 401 without a valid key where it needs one', async () => {
    const { send } = world();
    for (const route of served) {
      const response = await send(route, KNOWN, 'wrong');
      const isOpen = route.auth !== 'key';
      assert.equal(response.statusCode, isOpen ? 200 : 401, route.id);
      // Clients of Google find the status there.
      const expected = route.path.startsWith('/v1beta/') ? 401 : 'invalid_api_key';
      if (!isOpen) assert.equal(response.json().error.code, expected, route.id);
    }
  });

  it('answers 404 for what does not exist or belongs to somebody else', async () => {
    const { send } = world();
    for (const route of served.filter(({ path }) => path in UNKNOWN)) {
      const response = await send(route, UNKNOWN);
      assert.equal(response.statusCode, 404, route.id);
      assert.equal(response.json().error.type, 'not_found');
    }
  });
});
