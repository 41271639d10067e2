import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { MANAGEMENT_BODY_MAX_BYTES, type Route, routeTable } from '@meridian/contract';
import { assertShaped, type ShapedError } from './support/error-shape.ts';
import { exchangeRaw } from './support/raw-http.ts';
import { type Service, startService } from './support/service.ts';
import { assertUnharmed } from './support/unharmed.ts';

let service: Service;
before(async () => {
  service = await startService();
});
after(async () => {
  await using stack = new AsyncDisposableStack();
  stack.use(service);
  await assertUnharmed(service.world.server);
});

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND', 'LINK', 'SEARCH'];
const keyed = routeTable.filter(({ auth }) => auth === 'key');
const writes = keyed.filter(({ body }) => body !== undefined);

/** A path of the route that leads nowhere: parameters that fit their form, of things that are not. */
function pathOf(route: Route): string {
  return route.path
    .replace('/x-usage/{id}', '/x-usage/019376a2-9c1e-7c3a-b0f5-5f1d8a3e7b21')
    .replace('/v1/models/{id}', '/v1/models/nothing')
    .replace('{identifier}', '999999')
    .replace('{model}', 'nothing')
    .replace('{id}', '999999');
}

interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function call(path: string, { method = 'GET', headers = {}, body }: Call) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = body === undefined ? '' : `content-length: ${Buffer.byteLength(body)}\r\n`;
  const bytes = Buffer.from(
    `${method} ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${lines.join('')}${length}\r\n${body ?? ''}`,
  );
  const { answers, text } = await exchangeRaw(service.url, [bytes]);
  const [answer] = answers;
  assert.ok(answer, text);
  return answer;
}

const root = (): { authorization: string } => ({
  authorization: `Bearer ${service.world.root.key}`,
});

async function refuses(path: string, sent: Call, status: number): Promise<ShapedError> {
  const answer = await call(path, sent);
  assert.equal(answer.status, status, `${sent.method} ${path}: ${answer.body}`);
  assert.match(answer.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
  return assertShaped(status, answer.body);
}

describe('every route that needs a key', () => {
  const credentials: readonly Readonly<Record<string, string>>[] = [
    {},
    { authorization: '' },
    { authorization: 'Bearer' },
    { authorization: 'Bearer ' },
    { authorization: 'Basic cm9vdDpyb290' },
    { authorization: `Bearer sk-Xvs${'x'.repeat(45)}` },
    { authorization: `Bearer ${'x'.repeat(500)}` },
    { authorization: 'Bearer \u00fc\u00ff' },
    { 'x-api-key': "' or 1=1 --" },
    { 'x-goog-api-key': 'null' },
    { cookie: 'key=x' },
  ];
  for (const route of keyed) {
    test(`${route.method} ${route.path} answers 401 without a good one`, async () => {
      for (const headers of credentials) {
        const sent = { method: route.method, headers, ...(route.body && { body: '{}' }) };
        const error = await refuses(pathOf(route), sent, 401);
        assert.equal(error.code, 'invalid_api_key');
      }
      const inQuery = `${pathOf(route)}?key=${service.world.root.key}`;
      // Google's clients may give the key in the address; nobody else.
      if (!route.path.startsWith('/v1beta/')) await refuses(inQuery, { method: route.method }, 401);
    });
  }
});

const isLiteral = (path: string): boolean => !path.includes('{');

/** The paths of a route with one parameter at the end. */
const patternOf = ({ path }: Route): RegExp =>
  new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}$/, '[^/]+')}$`);

describe('every path', () => {
  // Google's methods are told from models by their last characters, by POST alone.
  const paths = [...new Set(routeTable.map(({ path }) => path))].filter(
    (path) => !path.includes('}:'),
  );
  for (const path of paths) {
    // `input_tokens` could be the id of a response, so that what is known of those is known here.
    const isKnown = (route: Route): boolean =>
      route.path === path || (isLiteral(path) && patternOf(route).test(path));
    const known = [...new Set(routeTable.filter(isKnown).map(({ method }) => method))];
    test(`${path} knows ${known.join(', ')} and no other method`, async () => {
      for (const method of METHODS.filter((name) => !known.includes(name as 'GET'))) {
        const answer = await call(pathOf({ path } as Route), { method, headers: root() });
        assert.equal(answer.status, 405, `${method}: ${answer.body}`);
        assert.equal(assertShaped(405, answer.body).code, 'method_not_allowed');
        const allowed = answer.headers.get('allow')?.split(', ') ?? [];
        for (const name of known) assert.ok(allowed.includes(name), `${name} in ${allowed}`);
      }
    });
  }

  test('that does not exist is a 404, whatever the method and whatever it tries', async () => {
    const strange = [
      '/',
      '/v1',
      '/v1/',
      '/v1/chat',
      '/v1/chat/completions/more',
      '/v1/chat%2fcompletions',
      '/V1/MODELS',
      '//v1/models',
      '/v1//models',
      '/./v1/models',
      '/v1/../x-users',
      '/..%2f..%2f..%2fetc/passwd',
      '/../../../../etc/passwd',
      '/docs/../../package.json',
      '/docs/%2e%2e/%2e%2e/package.json',
      '/static/..\\..\\package.json',
      '/x-users/1/2/3',
      '/.env',
      '/.git/config',
      '/favicon.ico',
      `/${'a/'.repeat(2_000)}`,
      `/${'a'.repeat(20_000)}`,
      '/x-users;a=b',
      '/healthz%00',
      '/%C0%AF',
    ];
    for (const path of strange) {
      for (const method of ['GET', 'POST', 'DELETE']) {
        const answer = await call(path, { method, headers: root() });
        assert.ok([400, 404].includes(answer.status), `${method} ${path}: ${answer.status}`);
        assertShaped(answer.status, answer.body);
      }
    }
  });

  test('with a parameter of the wrong form is a 400 or a 404, never more', async () => {
    const values = [
      '0',
      '-1',
      '1e9',
      '99999999999999999999999',
      'null',
      'undefined',
      '%00',
      '%ff',
      '%',
      '%zz',
      "1'%20or%20'1'='1",
      '..%2f..%2fetc%2fpasswd',
      '%F0%9F%8C%8D',
      '__proto__',
      'a'.repeat(1_500),
      '*',
      '.1.999.',
      'L2',
    ];
    for (const route of keyed.filter(({ path }) => path.includes('{'))) {
      for (const value of values) {
        const path = route.path.replace(/\{\w+\}/, value);
        const sent = { method: route.method, headers: root(), ...(route.body && { body: '{}' }) };
        const answer = await call(path, sent);
        // Where anything may be looked for, nothing is found.
        if (answer.status === 200) {
          assert.match(answer.body, /^(\[\]|\{"success":true,"keys":\[\]\})$/, path);
          continue;
        }
        assert.ok([400, 404].includes(answer.status), `${route.method} ${path}: ${answer.body}`);
        assertShaped(answer.status, answer.body);
      }
    }
  });

  test('with an unknown or wrong query is a 400 that names it', async () => {
    for (const query of [
      'page=0',
      'page=-1',
      'page=x',
      'page=1e99',
      'size=0',
      'size=100000000',
      'size=',
    ]) {
      const error = await refuses(`/x-users?${query}`, { headers: root() }, 400);
      assert.equal(error.param, query.split('=')[0]);
    }
    const twice = await call('/x-users?page=1&page=2', { headers: root() });
    assert.equal(twice.status, 400, twice.body);
  });
});

describe('every write', () => {
  const bodies: Readonly<Record<string, string>> = {
    'no JSON': '{"Name":',
    'an array': '[]',
    'a list of nothing': '[null,null]',
    null: 'null',
    'a text': '"x"',
    'a number': '12',
    'unknown fields': '{"Nonsense":1}',
    'a prototype': '{"__proto__":{"isRoot":true},"constructor":{"prototype":{"x":1}}}',
    'a nesting too deep': `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`,
    'zero bytes in texts': '{"Name":"a\\u0000b","Alias":"a\\u0000b","Email":"a\\u0000@b.c"}',
    'half a surrogate': '{"Name":"\\ud800","Alias":"\\ud800"}',
    'wrong types everywhere':
      '{"Name":1,"Email":[],"CreditGranted":"x","SecretKey":{},"Level":"a","Status":7,"Config":[]}',
    'numbers beyond all bounds': '{"CreditGranted":1e308,"Rates":1e308,"RPM":1e308,"Level":1e308}',
    'negative numbers': '{"RPM":-1,"TPM":-1,"Level":-1,"Rates":-1,"ChildLimit":-1}',
  };
  for (const route of writes.filter(({ tag }) => tag !== 'Inference')) {
    for (const [title, body] of Object.entries(bodies)) {
      test(`${route.method} ${route.path} refuses ${title}`, async () => {
        const answer = await call(pathOf(route), { method: route.method, headers: root(), body });
        assert.ok([400, 404].includes(answer.status), `${answer.status}: ${answer.body}`);
        assertShaped(answer.status, answer.body);
      });
    }

    test(`${route.method} ${route.path} refuses what is too large, or not sent whole`, async () => {
      const headers = root();
      const large = JSON.stringify({ Name: 'a'.repeat(MANAGEMENT_BODY_MAX_BYTES) });
      const answer = await call(pathOf(route), { method: route.method, headers, body: large });
      assert.equal(answer.status, 413, answer.body);
      assertShaped(413, answer.body);
      const head = `${route.method} ${pathOf(route)} HTTP/1.1\r\nhost: x\r\nauthorization: ${headers.authorization}\r\n`;
      await exchangeRaw(service.url, [`${head}content-length: 50\r\n\r\n{"Name":`], {
        ending: 'hang-up',
      });
    });
  }

  test('texts that no database keeps are refused, naming the field', async () => {
    const account = { Name: 'somebody', Email: 'somebody@example.com', CreditGranted: 5 };
    const key = { SecretKey: 'sk-0123456789-0123456789', Provider: 'http://127.0.0.1:9', Level: 1 };
    for (const bad of ['a\0b', '\ud800']) {
      const cases: readonly (readonly [path: string, body: object, param: string])[] = [
        ['/x-users', { ...account, Alias: bad }, 'Alias'],
        ['/x-users', { ...account, Email: `${bad}@example.com` }, 'Email'],
        ['/x-users', { ...account, ModelMapper: `${bad}=x` }, 'ModelMapper'],
        ['/x-users', { ...account, ModelMapper: { [bad]: 'x' } }, 'ModelMapper'],
        ['/x-keys', { ...key, Name: bad }, 'Name'],
        ['/x-keys', { ...key, Provider: `http://127.0.0.1:9/${bad}` }, 'Provider'],
        ['/x-keys', { ...key, Config: { models: ['x', bad] } }, 'Config.models.1'],
        ['/dashboard/keys', { name: bad }, 'name'],
      ];
      for (const [path, fields, param] of cases) {
        const sent = { method: 'POST', headers: root(), body: JSON.stringify(fields) };
        assert.equal((await refuses(path, sent, 400)).param, param);
      }
    }
    for (const path of ['/x-users?name=%00', '/x-keys/%00', '/x-users/a%00', '/v1/models/%00']) {
      await refuses(path, { headers: root() }, 400);
    }
  });

  test('an idempotency key that is none is refused', async () => {
    for (const key of ['', ' ', 'a b', 'ü', 'a'.repeat(300)]) {
      const headers = { ...root(), 'idempotency-key': key };
      const body = '{"Name":"somebody","Email":"a@example.com","CreditGranted":5}';
      const answer = await call('/x-users', { method: 'POST', headers, body });
      assert.equal(answer.status, 400, `${JSON.stringify(key)}: ${answer.body}`);
      assert.equal(assertShaped(400, answer.body).param, 'Idempotency-Key');
    }
  });
});

test('the public pages answer HEAD, and a preflight never needs a key', async () => {
  for (const path of ['/healthz', '/readyz', '/openapi.json', '/docs']) {
    const response = await fetch(service.url + path, { method: 'HEAD' });
    assert.equal(response.status, 200, path);
    assert.equal(await response.text(), '');
  }
  for (const path of ['/v1/chat/completions', '/v1/models', '/x-users', '/dashboard/status']) {
    const preflight = await call(path, {
      method: 'OPTIONS',
      headers: { origin: 'http://a.example', 'access-control-request-method': 'POST' },
    });
    assert.equal(preflight.status, 204, path);
    assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
  }
});
