import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProviderKeyView } from '@meridian/contract';
import { answerChat, createGate, WORLD_MODEL, type World, world } from '@meridian/testkit';

const ASK = {
  body: { model: WORLD_MODEL, messages: [{ role: 'user', content: 'hi' }], max_tokens: 5 },
};
const SECOND_SECRET = 'second-secret-of-the-world';

async function firstKey({ root }: World): Promise<number> {
  const { keys } = await root.call<{ keys: ProviderKeyView[] }>('GET', '/x-keys');
  return keys[0]!.ID;
}

async function addSecondKey({ root, upstream }: World): Promise<void> {
  await root.call('POST', '/x-keys', {
    SecretKey: SECOND_SECRET,
    Level: 1,
    Provider: upstream.url,
    Config: { models: [WORLD_MODEL], default_price: { input: 1, output: 2 } },
  });
}

/** How many requests arrived with the second key, and with the first. */
function arrived({ upstream }: World): { first: number; second: number } {
  const { length } = upstream.requests;
  const second = upstream.requests.filter(
    ({ headers }) => headers.authorization === `Bearer ${SECOND_SECRET}`,
  ).length;
  return { first: length - second, second };
}

test('beyond the RPM of a key other keys answer; without others 503 says truly when', async () => {
  await using here = await world();
  const id = await firstKey(here);
  const { key } = await here.root.call<{ key: ProviderKeyView }>('PUT', `/x-keys/${id}`, {
    RPM: 2,
  });
  assert.deepEqual([key.RPM, key.TPM, key.Concurrency], [2, null, null]);
  const ask = () => here.account.api.request('POST', '/v1/chat/completions', ASK);
  for (let i = 0; i < 2; i++) assert.equal((await ask()).status, 200);
  const refused = await ask();
  assert.equal(refused.status, 503);
  const wait = Number(refused.headers.get('retry-after'));
  assert.ok(wait > 50 && wait <= 61, `${wait} s`);
  await addSecondKey(here);
  for (let i = 0; i < 3; i++) assert.equal((await ask()).status, 200);
  assert.deepEqual(arrived(here), { first: 2, second: 3 });
  await here.root.call('PUT', `/x-keys/${id}`, { RPM: null });
  const { keys } = await here.root.call<{ keys: ProviderKeyView[] }>('GET', `/x-keys/${id}`);
  assert.equal(keys[0]?.RPM, null);
});

test('the tokens of a key are counted as they were used', async () => {
  await using here = await world();
  const id = await firstKey(here);
  await here.root.call('PUT', `/x-keys/${id}`, { TPM: 100 });
  here.upstream.handle(answerChat({ promptTokens: 60, completionTokens: 30 }));
  const ask = () => here.account.api.request('POST', '/v1/chat/completions', ASK);
  assert.equal((await ask()).status, 200);
  assert.equal((await ask()).status, 503, 'ninety of a hundred are used');
  assert.equal(here.upstream.requests.length, 1);
});

test('where a key has a cap on concurrency, another key answers too', async () => {
  await using here = await world();
  const id = await firstKey(here);
  await addSecondKey(here);
  await here.root.call('PUT', `/x-keys/${id}`, { Concurrency: 2 });
  const gate = createGate();
  const answer = answerChat();
  here.upstream.handle((request) => ({ ...answer(request), headersGate: gate }) as never);
  const asked = Array.from({ length: 8 }, () =>
    here.account.api.request('POST', '/v1/chat/completions', ASK),
  );
  await here.upstream.request(8);
  const { first, second } = arrived(here);
  assert.equal(first + second, 8);
  assert.ok(second > 0, 'the other key was not asked');
  gate.open();
  for (const { status } of await Promise.all(asked)) assert.equal(status, 200);
});
