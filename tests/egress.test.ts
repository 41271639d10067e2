import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createApiClient, startServer, WORLD_MODEL, world } from '@meridian/testkit';

const ALLOWED = { MERIDIAN_ALLOW_PRIVATE_UPSTREAMS: 'true' };
const LEAD_INSIDE = 'leads-inside';

test('an owner reaches a private address by a name only where the operator allows it, root always', async () => {
  await using here = await world({ account: { IsOwner: true } });
  const { account, upstream } = here;
  const ask = (url: string, key: string, model: string) =>
    createApiClient(() => url, key).request('POST', '/v1/chat/completions', {
      body: { model, messages: [{ role: 'user', content: 'hi' }] },
    });
  await using trusting = await startServer({
    database: here.database,
    dataDir: join(here.database.folder, 'trusting'),
    env: ALLOWED,
  });
  const provider = `http://localhost:${new URL(upstream.url).port}`;
  await createApiClient(() => trusting.url, account.api.key).call('POST', '/x-keys', {
    SecretKey: 'upstream-secret-of-the-owner',
    Level: 1,
    Provider: provider,
    Config: { models: [LEAD_INSIDE], default_price: { input: 1, output: 2 } },
  });
  assert.equal((await ask(trusting.url, account.api.key, LEAD_INSIDE)).status, 200);
  const before = upstream.requests.length;
  const refused = await ask(here.server.url, account.api.key, LEAD_INSIDE);
  assert.equal(refused.status, 502, refused.text);
  assert.equal(upstream.requests.length, before, 'the upstream was asked');
  assert.equal((await ask(here.server.url, here.root.key, WORLD_MODEL)).status, 200);
});
