import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { routeTable } from '@meridian/contract';
import { assertAbsent } from './support/canaries.ts';
import {
  type CanaryService,
  PROMPT,
  PROVIDER_SECRET,
  startCanaryService,
} from './support/canary-service.ts';
import { exchangeRaw } from './support/raw-http.ts';

const CHAT = '/v1/chat/completions';

let canary: CanaryService;
before(async () => {
  canary = await startCanaryService();
});
after(async () => {
  await using stack = new AsyncDisposableStack();
  stack.use(canary);
  await canary.assertSilent();
});

describe('a key where it does not belong', () => {
  const everything = () => [canary.providerKey, canary.accountKey, canary.prompt];

  test('as a wrong credential of every kind', async () => {
    const wrong = `${canary.accountKey.text.slice(0, -1)}x`;
    const wrongKey = { name: 'the wrong key', text: wrong };
    const kinds: readonly Record<string, string>[] = [
      { authorization: `Bearer ${wrong}` },
      { authorization: wrong },
      { authorization: `Basic ${Buffer.from(`${wrong}:`).toString('base64')}` },
      { authorization: `Bearer ${wrong}${'x'.repeat(300)}` },
      { 'x-api-key': wrong },
      { 'x-goog-api-key': wrong },
      { cookie: `key=${wrong}` },
    ];
    for (const headers of kinds) {
      for (const path of [CHAT, '/v1/models', '/x-users', '/dashboard/status', '/metrics']) {
        const method = path === CHAT ? 'POST' : 'GET';
        const seen = await canary.send(path, {
          method,
          headers,
          ...(method === 'POST' && { body: canary.chat(false) }),
        });
        assert.equal(seen.status, 401);
        assertAbsent(`the 401 of ${path}`, seen.text, [...everything(), wrongKey]);
      }
    }
  });

  test('in addresses and queries', async () => {
    const places = [
      `/${canary.accountKey.text}`,
      `/v1/${canary.accountKey.text}`,
      `/x-users?key=${canary.accountKey.text}`,
      `/x-users?name=${canary.accountKey.text}&page=${canary.accountKey.text}`,
      `/x-usage/${canary.accountKey.text}`,
      `/v1/models?api_key=${canary.accountKey.text}`,
      `/x-keys/${PROVIDER_SECRET}`,
    ];
    for (const path of places) {
      for (const method of ['GET', 'POST', 'PATCH']) {
        const seen = await canary.send(path, { method });
        assertAbsent(`${method} ${path}`, seen.text, seen.status < 300 ? [] : everything());
      }
    }
  });

  test('in bodies that are refused', async () => {
    const bodies = [
      `{"key":"${canary.accountKey.text}","canary.prompt":"${PROMPT}"`,
      `"${canary.accountKey.text} ${PROMPT}"`,
      `${canary.accountKey.text} ${PROMPT}`,
      `[${JSON.stringify(canary.accountKey.text)},"${PROMPT}"]`,
      `{"model":"canary-model","messages":"${PROMPT}"}`,
      `{"model":"canary-model","messages":[{"role":"user","content":"${PROMPT}\\q"}],"stream":"${canary.accountKey.text}"}`,
      `{"model":"canary-model","messages":[{"content":[{"type":"image_url","image_url":{"url":"${PROMPT}\\q"}}]}]}`,
      `{"model":"canary-model","messages":[{"content":"${PROMPT}"}],"max_tokens":"${canary.accountKey.text}"}`,
      `{"m\\u006fdel":"canary-model","messages":[{"content":"${PROMPT}"}],"n":"${canary.accountKey.text}\\q"}`,
      `{"model":"sandbox-chat","messages":[{"role":"${PROMPT}","content":"x"}]}`,
      `{"Name":"${PROMPT}","Email":"${canary.accountKey.text}","CreditGranted":"${canary.accountKey.text}"}`,
      `{"SecretKey":"${PROVIDER_SECRET}","Provider":"${PROMPT}","Level":1}`,
      `{"SecretKey":"short","Provider":"http://user:${PROVIDER_SECRET}@127.0.0.1:1","Level":1}`,
    ];
    for (const path of [CHAT, '/x-users', '/x-keys', '/dashboard/keys']) {
      for (const body of bodies) {
        const headers = {
          authorization: `Bearer ${path.startsWith('/x-') ? canary.service.world.root.key : canary.accountKey.text}`,
        };
        const seen = await canary.send(path, { body, headers });
        if (seen.status < 400) continue;
        assertAbsent(`${path} on ${body}`, seen.text, everything());
      }
    }
  });

  test('on every route, in its address, its headers and its body', async () => {
    for (const { method, path } of routeTable) {
      // A model may have any name, which its errors repeat.
      const place = path.replace(/\{\w+\}/, path.includes('models') ? 'x' : PROVIDER_SECRET);
      const text = `${PROVIDER_SECRET} ${canary.accountKey.text} ${PROMPT}`;
      const body = method === 'GET' ? undefined : { Name: text, note: text, messages: text };
      const headers = {
        authorization: `Bearer ${canary.accountKey.text}`,
        'idempotency-key': PROVIDER_SECRET,
        'x-request-id': PROVIDER_SECRET,
        'user-agent': PROVIDER_SECRET,
        referer: `http://x/${canary.accountKey.text}`,
        origin: `http://${PROVIDER_SECRET}`,
        'x-forwarded-for': canary.accountKey.text,
      };
      const seen = await canary.send(encodeURI(place), { method, headers, body });
      assertAbsent(`${method} ${path}`, seen.text, everything());
    }
  });

  test('in requests that are no HTTP', async () => {
    const lines = [
      `${canary.accountKey.text}\r\n\r\n`,
      `GET /${canary.accountKey.text} HTTP/1.1\r\nhost: x\r\n${canary.accountKey.text}\r\n\r\n`,
      `POST ${CHAT} HTTP/1.1\r\nauthorization: Bearer ${canary.accountKey.text}\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n${PROMPT}`,
      `POST ${CHAT} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${canary.accountKey.text}\r\ntransfer-encoding: chunked\r\n\r\nzz${PROMPT}\r\n`,
    ];
    for (const line of lines) {
      const { text } = await exchangeRaw(canary.service.url, [Buffer.from(line)]);
      assertAbsent('the answer', text, everything());
    }
  });
});

describe('what Meridian itself keeps secret', () => {
  test('provider keys are shown to nobody, whichever way they are asked for', async () => {
    const { root } = canary.service.world;
    const made = await root.request('POST', '/x-keys', {
      body: { SecretKey: PROVIDER_SECRET, Provider: 'http://127.0.0.1:9', Level: 7, Name: 'shown' },
      headers: { 'idempotency-key': 'canary-1' },
    });
    assert.equal(made.status, 200, made.text);
    const again = await root.request('POST', '/x-keys', {
      body: { SecretKey: PROVIDER_SECRET, Provider: 'http://127.0.0.1:9', Level: 7, Name: 'shown' },
      headers: { 'idempotency-key': 'canary-1' },
    });
    assert.equal(again.headers.get('x-meridian-idempotent-replay'), 'true');
    const { ID } = made.json<{ key: { ID: number } }>().key;
    const answers = [
      made,
      again,
      await root.request('GET', '/x-keys'),
      await root.request('GET', `/x-keys/${ID}`),
      await root.request('PUT', `/x-keys/${ID}`, {
        body: { SecretKey: PROVIDER_SECRET, Weight: 2 },
      }),
      await root.request('GET', '/x-users'),
      await root.request('GET', '/v1/models'),
      await root.request('DELETE', `/x-keys/${ID}`),
    ];
    for (const { text } of answers)
      assertAbsent('the answer', text, [canary.providerKey, canary.accountKey]);
  });

  test('a key that cannot be reached is not told, nor the address it would have gone to', async () => {
    const { root } = canary.service.world;
    const Config = { models: ['unreachable'], default_price: 1 };
    for (const Provider of [
      'http://127.0.0.1:1',
      'http://canary-host.invalid',
      'https://127.0.0.1:1',
    ]) {
      const body = { SecretKey: PROVIDER_SECRET, Provider, Level: 8, Config };
      const { key } = await root.call<{ key: { ID: number } }>('POST', '/x-keys', body);
      for (const stream of [false, true]) {
        const seen = await canary.send(CHAT, {
          body: { ...canary.chat(stream), model: 'unreachable' },
        });
        assert.ok([502, 503].includes(seen.status), seen.text);
        assertAbsent('the answer', seen.text, [
          canary.providerKey,
          canary.accountKey,
          canary.prompt,
        ]);
        assert.doesNotMatch(seen.text, /canary-host|127\.0\.0\.1|ECONN|ENOTFOUND/);
      }
      await root.call('DELETE', `/x-keys/${key.ID}`);
    }
  });

  test('the database holds no key in the clear, and no prompt', async () => {
    await canary.send(CHAT, { body: canary.chat(false) });
    const { createPostgres } = await import('@meridian/storage');
    await using database = await createPostgres({
      url: canary.service.world.database.url!,
      poolSize: 1,
    });
    const tables = await database.query(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
        where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    assert.ok(tables.length > 10);
    const rootKey = { name: 'the root key', text: canary.service.world.server.rootKey };
    for (const { name } of tables) {
      const rows = await database.query(`select t::text as row from ${name} t`);
      const text = rows.map(({ row }) => String(row)).join('\n');
      assertAbsent(`the table ${name}`, text, [
        canary.providerKey,
        canary.accountKey,
        canary.prompt,
        rootKey,
      ]);
    }
  });
});
