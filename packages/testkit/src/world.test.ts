import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { createApiClient } from './api-client.ts';
import { WORLD_MODEL, WORLD_UPSTREAM_SECRET, world } from './world.ts';

const REQUEST = {
  model: WORLD_MODEL,
  messages: [{ role: 'user', content: 'Hello' }],
  max_tokens: 5,
};

test('a world answers a customer through its provider and charges exactly the price', async () => {
  await using here = await world();
  const answer = await here.account.api.request('POST', '/v1/chat/completions', { body: REQUEST });
  assert.equal(answer.status, 200, answer.text);
  const [asked] = here.upstream.requests;
  assert.equal(asked?.headers.authorization, `Bearer ${WORLD_UPSTREAM_SECRET}`);
  assert.deepEqual(asked?.reported, { answerId: 'chatcmpl-1', prompt: 8, completion: 5 });
  // 8 tokens at $1 and 5 at $2 per million.
  assert.equal((await here.account.view()).Balance, 99.999982);
});

test('accounts of a world are apart, and its nodes share them', async () => {
  await using here = await world({ account: { CreditGranted: 10 } });
  const other = await here.addAccount({ CreditGranted: 20 });
  const node = await here.addNode();
  assert.notEqual(node.url, here.server.url);
  const through = createApiClient(() => node.url, other.api.key);
  const answer = await through.request('POST', '/v1/chat/completions', { body: REQUEST });
  assert.equal(answer.status, 200, answer.text);
  assert.equal((await here.account.view()).Balance, 10);
  assert.equal((await other.view()).Balance, 19.999982);
});

test('a disposed world leaves no process and no folder', async () => {
  const here = await world({ database: 'embedded' });
  const { pid } = here.server;
  const { folder } = here.database;
  await here[Symbol.asyncDispose]();
  assert.throws(() => process.kill(pid, 0), /ESRCH/);
  assert.ok(!existsSync(folder));
  await assert.rejects(fetch(here.upstream.url));
});
