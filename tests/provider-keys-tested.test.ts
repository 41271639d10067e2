import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ProviderKeyTestView, ProviderKeyView } from '@meridian/contract';
import { type ApiClient, errorReply, WORLD_MODEL, type World, world } from '@meridian/testkit';
import { until } from './support/until.ts';

const SECRET = 'canary-secret-of-a-tested-key';
const MODEL = 'tested-model';

describe('provider keys: test, usage and health', () => {
  let here: World;
  before(async () => {
    here = await world({ database: 'embedded' });
  });
  after(() => here[Symbol.asyncDispose]());

  async function addKey(more: object = {}): Promise<ProviderKeyView> {
    const body = {
      SecretKey: SECRET,
      Level: 9,
      Provider: here.upstream.url,
      Config: { models: [MODEL], default_price: 1 },
      ...more,
    };
    return (await here.root.call<{ key: ProviderKeyView }>('POST', '/x-keys', body)).key;
  }

  async function tested(api: ApiClient, id: number, body?: object): Promise<ProviderKeyTestView> {
    const path = `/x-keys/${id}/test`;
    return (await api.call<{ test: ProviderKeyTestView }>('POST', path, body)).test;
  }

  async function keyOf(id: number): Promise<ProviderKeyView> {
    const { keys } = await here.root.call<{ keys: ProviderKeyView[] }>('GET', `/x-keys/${id}`);
    return keys[0]!;
  }

  async function requestsOfRoot(): Promise<number> {
    const [view] = await here.root.call<{ Requests: number }[]>('GET', '/x-users/1');
    return view?.Requests ?? -1;
  }

  test('a test makes one real call for one token, which nobody is charged for', async () => {
    const { ID } = await addKey();
    const [sent, before] = [here.upstream.requests.length, await requestsOfRoot()];
    const result = await tested(here.root, ID);
    assert.deepEqual([result.ok, result.model, result.endpoint], [true, MODEL, 'chat']);
    assert.deepEqual([result.status, result.cause, result.message], [200, null, null]);
    const [request, ...others] = here.upstream.requests.slice(sent);
    assert.equal(others.length, 0);
    assert.equal(request?.headers.authorization, `Bearer ${SECRET}`);
    const body = request?.json() as { max_tokens?: number; max_completion_tokens?: number };
    assert.equal(body.max_tokens ?? body.max_completion_tokens, 1);
    assert.equal(await requestsOfRoot(), before);
    assert.deepEqual((await keyOf(ID)).UsageToday, { Requests: 0, Cost: 0 });
  });

  test('a refused key is told with its cause, and does not fall asleep by it', async () => {
    const { ID } = await addKey();
    here.upstream.enqueue(errorReply(401, { message: `The key ${SECRET} is wrong.` }));
    const result = await tested(here.root, ID, { model: MODEL });
    assert.deepEqual([result.ok, result.status, result.cause], [false, 401, 'auth']);
    assert.match(result.message ?? '', /is wrong/);
    assert.doesNotMatch(result.message ?? '', /canary/);
    assert.equal((await keyOf(ID)).Health.State, 'active');
    assert.equal((await tested(here.root, ID)).ok, true);
  });

  test('a disabled key can be tested', async () => {
    const { ID } = await addKey({ Status: false });
    assert.equal((await tested(here.root, ID)).ok, true);
  });

  test('a model that the key does not serve is refused, and nothing is sent', async () => {
    const { ID } = await addKey();
    const sent = here.upstream.requests.length;
    const body = { model: 'claude-sonnet-4-6' };
    const refused = await here.root.request('POST', `/x-keys/${ID}/test`, { body });
    assert.equal(refused.status, 400);
    assert.match(refused.text, /"param":"model"/);
    assert.equal(here.upstream.requests.length, sent);
  });

  test('a key can be tested six times a minute', async () => {
    const { ID } = await addKey();
    for (let i = 0; i < 6; i++) await tested(here.root, ID);
    const refused = await here.root.request('POST', `/x-keys/${ID}/test`);
    assert.equal(refused.status, 429, refused.text);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
  });

  test('an Idempotency-Key makes one call of two', async () => {
    const { ID } = await addKey();
    const sent = here.upstream.requests.length;
    const headers = { 'idempotency-key': `test-${ID}` };
    const first = await here.root.request('POST', `/x-keys/${ID}/test`, { headers });
    const second = await here.root.request('POST', `/x-keys/${ID}/test`, { headers });
    assert.equal(second.text, first.text);
    assert.equal(here.upstream.requests.length, sent + 1);
  });

  test('another owner’s key is not found, and accounts that are no owner are refused', async () => {
    const { ID } = await addKey();
    const sent = here.upstream.requests.length;
    const other = await here.addAccount({ IsOwner: true });
    const path = `/x-keys/${ID}/test`;
    assert.equal((await other.api.request('POST', path)).status, 404);
    assert.equal((await here.account.api.request('POST', path)).status, 403);
    assert.equal(here.upstream.requests.length, sent);
  });

  test('the egress guard stands before a test too', async () => {
    const other = await here.addAccount({ IsOwner: true });
    const body = { SecretKey: SECRET, Level: 1, Provider: 'https://localtest.invalid' };
    const { key } = await other.api.call<{ key: ProviderKeyView }>('POST', '/x-keys', {
      ...body,
      Config: { models: [MODEL], default_price: 1 },
    });
    const result = await tested(other.api, key.ID);
    assert.deepEqual([result.ok, result.status, result.cause], [false, null, 'network']);
  });

  test('a key shows what it was used for today, its weight and the end of its secret', async () => {
    const { keys } = await here.root.call<{ keys: ProviderKeyView[] }>('GET', '/x-keys/L1');
    const [key] = keys.filter(({ Name }) => Name === 'world');
    const messages = [{ role: 'user', content: 'hi' }];
    const body = { model: WORLD_MODEL, messages };
    const answer = await here.account.api.request('POST', '/v1/chat/completions', { body });
    assert.equal(answer.status, 200, answer.text);
    const cost = Number(answer.headers.get('x-meridian-cost'));
    const used = await until('the usage of the key', async () => {
      const found = await keyOf(key!.ID);
      return found.UsageToday.Requests > 0 ? found : undefined;
    });
    assert.deepEqual(used.UsageToday, { Requests: 1, Cost: cost });
    assert.deepEqual([used.Health.State, used.Health.Outstanding], ['active', 0]);
    assert.equal(used.PartialKey, 'orld');
    const path = `/x-keys/${key!.ID}`;
    const changed = await here.root.call<{ key: ProviderKeyView }>('PUT', path, { Weight: 2.5 });
    assert.deepEqual([changed.key.Weight, changed.key.UsageToday.Requests], [2.5, 1]);
    const host = new URL(here.upstream.url).host;
    const found = await here.root.request('GET', `/x-keys/${host}?page=1&size=1`);
    assert.equal(found.json<{ keys: unknown[] }>().keys.length, 1);
    assert.ok(Number(found.headers.get('x-total-count')) > 1);
  });
});
