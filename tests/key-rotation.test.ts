import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { KeyRotated, NamedKeyCreated } from '@meridian/contract';
import {
  type ApiClient,
  createApiClient,
  type ServerProcess,
  WORLD_MODEL,
  type World,
  world,
} from '@meridian/testkit';
import { until } from './support/until.ts';

/** A key that was replaced or revoked is dead on every node within this time. */
const DEAD_MS_MAX = 1_000;
const today = (): string => new Date().toISOString().slice(0, 10);

describe('keys on two nodes', () => {
  let here: World;
  let other: ServerProcess;
  before(async () => {
    here = await world();
    other = await here.addNode();
  });
  after(() => here[Symbol.asyncDispose]());

  const on = (node: ServerProcess, key: string): ApiClient => createApiClient(() => node.url, key);

  async function isAlive(node: ServerProcess, key: string): Promise<boolean> {
    const { status } = await on(node, key).request('GET', '/dashboard/status');
    assert.ok(status === 200 || status === 401, String(status));
    return status === 200;
  }

  function chat(api: ApiClient, model = WORLD_MODEL) {
    const messages = [{ role: 'user', content: 'hi' }];
    return api.request('POST', '/v1/chat/completions', {
      body: { model, messages, max_tokens: 3 },
    });
  }

  /** Both surfaces of the other node refuse the key in time. */
  async function diesThere(key: string): Promise<void> {
    const since = performance.now();
    await until('the key’s death', async () => !(await isAlive(other, key)) || undefined);
    assert.equal((await chat(on(other, key))).status, 401);
    const tookMs = performance.now() - since;
    assert.ok(tookMs <= DEAD_MS_MAX, `it took ${tookMs} ms`);
  }

  async function rotate(key: string, more: object = {}): Promise<KeyRotated['rotate']> {
    const body = { confirm: `${today()}-ROTATE-SELF`, ...more };
    return (await on(here.server, key).call<KeyRotated>('POST', '/x-self', body)).rotate;
  }

  test('a replaced key is dead everywhere within a second, the new one works everywhere', async () => {
    const { api } = await here.addAccount();
    assert.equal((await chat(on(other, api.key))).status, 200);
    const { key } = await rotate(api.key);
    await diesThere(api.key);
    assert.equal(await isAlive(here.server, api.key), false);
    for (const node of [here.server, other]) assert.equal((await chat(on(node, key))).status, 200);
  });

  test('of many who replace a key at once one does', async () => {
    const { api } = await here.addAccount();
    const body = { confirm: `${today()}-ROTATE-SELF` };
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        on(i % 2 === 0 ? here.server : other, api.key).request('POST', '/x-self', { body }),
      ),
    );
    const keys = answers
      .filter(({ status }) => status === 200)
      .map((answer) => answer.json<KeyRotated>().rotate.key);
    assert.equal(keys.length, 1);
    const refusals = answers.map(({ status }) => status).filter((status) => status !== 200);
    for (const status of refusals) assert.ok(status === 409 || status === 401, String(status));
    assert.equal(await isAlive(here.server, keys[0] ?? ''), true);
    await diesThere(api.key);
  });

  test('with an overlap both keys work until it is over; the old one makes no keys', async () => {
    const { api } = await here.addAccount();
    const { key, old_key_until: oldUntil } = await rotate(api.key, { overlap_seconds: 2 });
    assert.ok(oldUntil);
    for (const each of [api.key, key]) assert.equal(await isAlive(other, each), true);
    const body = { confirm: `${today()}-ROTATE-SELF` };
    assert.equal((await api.request('POST', '/x-self', { body })).status, 403);
    await until('the end of the overlap', async () => {
      if (await isAlive(here.server, api.key)) {
        // The answer may have left just before the end.
        assert.ok(Date.now() < Date.parse(oldUntil) + DEAD_MS_MAX);
        return undefined;
      }
      return Date.now() >= Date.parse(oldUntil) || undefined;
    });
    assert.equal(await isAlive(other, api.key), false);
    assert.equal(await isAlive(other, key), true);
  });

  test('a repeated rotation under one Idempotency-Key is one rotation', async () => {
    const { api } = await here.addAccount();
    const headers = { 'idempotency-key': 'rotate-once' };
    const body = { confirm: `${today()}-ROTATE-SELF`, overlap_seconds: 600 };
    const ask = () => api.request('POST', '/x-self', { body, headers });
    const first = (await ask()).json<KeyRotated>();
    const again = await ask();
    assert.equal(again.headers.get('x-meridian-idempotent-replay'), 'true');
    assert.deepEqual(again.json(), first);
    assert.equal(await isAlive(other, first.rotate.key), true);
  });

  test('a named key is kept to its models, endpoints and rates, and dies when it is revoked', async () => {
    const { api } = await here.addAccount();
    const { key } = await api.call<NamedKeyCreated>('POST', '/dashboard/keys', {
      name: 'narrow',
      scopes: {
        endpoints: ['/v1/chat/completions', '/v1/models', '/dashboard/status'],
        models: ['world-*'],
        limits: { rpm: 2 },
      },
    });
    const named = on(other, key.secret_key);
    const models = await named.call<{ data: { id: string }[] }>('GET', '/v1/models');
    assert.deepEqual(
      models.data.map(({ id }) => id),
      [WORLD_MODEL],
    );
    assert.equal((await chat(named, 'gpt-4o')).status, 403);
    assert.equal((await named.request('GET', '/x-users')).status, 403);
    const body = { model: WORLD_MODEL, input: 'hi' };
    assert.equal((await named.request('POST', '/v1/embeddings', { body })).status, 403);
    const answers = [await chat(named), await chat(named), await chat(named)];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 429],
    );
    assert.equal((await chat(api)).status, 200, 'the account itself is not limited');
    const explained = await api.call<{ named_key_id: number | null }>(
      'GET',
      `/x-usage/${answers[0]?.headers.get('x-request-id')}`,
    );
    assert.equal(explained.named_key_id, key.id);
    await api.call('DELETE', `/dashboard/keys/${key.id}`);
    await diesThere(key.secret_key);
  });
});
