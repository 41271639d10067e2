import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ProviderKeyView, RouteExplanationView } from '@meridian/contract';
import { type ApiClient, errorReply, WORLD_MODEL, type World, world } from '@meridian/testkit';

const SECRET = 'upstream-secret-of-this-file';

describe('GET /x-route', () => {
  let here: World;
  before(async () => {
    here = await world({ database: 'embedded' });
  });
  after(() => here[Symbol.asyncDispose]());

  function explain(api: ApiClient, query: Readonly<Record<string, string>>) {
    return api.call<RouteExplanationView>('GET', `/x-route?${new URLSearchParams(query)}`);
  }

  async function addKey(more: object): Promise<ProviderKeyView> {
    const body = { SecretKey: SECRET, Provider: here.upstream.url, ...more };
    return (await here.root.call<{ key: ProviderKeyView }>('POST', '/x-keys', body)).key;
  }

  function chat(api: ApiClient, model: string) {
    const messages = [{ role: 'user', content: 'hi' }];
    return api.request('POST', '/v1/chat/completions', { body: { model, messages } });
  }

  test('an account is told how its request would go, and then it goes so', async () => {
    const { account, root, upstream } = here;
    await root.call('PUT', `/x-users/${account.id}`, {
      ModelMapper: { 'my-*': WORLD_MODEL },
      AllowModels: 'world-*',
      RPM: 50,
    });
    const sent = upstream.requests.length;
    const route = await explain(root, { model: 'my-model', user: String(account.id) });
    assert.equal(upstream.requests.length, sent, 'nothing was sent');
    assert.deepEqual([route.would_be_tried, route.refusal], [true, null]);
    assert.deepEqual([route.account_id, route.owner_id], [account.id, 1]);
    assert.deepEqual([route.resolved, route.endpoint], [WORLD_MODEL, '/v1/chat/completions']);
    const [, user] = route.mapping;
    assert.deepEqual(
      [user?.stage, user?.to, user?.rule, user?.account_id],
      ['user', WORLD_MODEL, 'my-*', account.id],
    );
    assert.deepEqual(route.allowlists.models, [{ account_id: account.id, pattern: 'world-*' }]);
    const [stage] = route.stages;
    assert.deepEqual([stage?.order, stage?.level, stage?.level_by], [1, 1, 'lowest']);
    const [candidate] = stage?.candidates ?? [];
    assert.equal(candidate?.key?.name, 'world');
    assert.deepEqual(candidate?.wire, { endpoint: 'chat', mode: 'passed' });
    assert.deepEqual(candidate?.price.per_million_tokens, { input: '1', output: '2' });
    assert.match(candidate?.price.source ?? '', /^key:\d+$/);
    const limits = route.limits.map(({ name, limit, used }) => [name, limit, used]);
    assert.deepEqual(limits, [['RPM', 50, 0]]);
    const answer = await chat(account.api, 'my-model');
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers.get('x-meridian-model'), WORLD_MODEL);
    const [counted] = (await explain(account.api, { model: 'my-model' })).limits;
    assert.deepEqual([counted?.used, counted?.account_id], [1, account.id]);
  });

  test('an account sees why, but not the keys of its owner', async () => {
    const { id, api } = await here.addAccount();
    const route = await explain(api, { model: WORLD_MODEL });
    const [candidate] = route.stages[0]?.candidates ?? [];
    assert.equal(route.account_id, id);
    assert.deepEqual(
      [candidate?.key, candidate?.upstream_model, candidate?.outstanding],
      [null, null, null],
    );
    assert.equal(JSON.stringify(route).includes(here.upstream.url), false);
    assert.equal(candidate?.price.per_million_tokens.output, '2');
  });

  test('a surface of another wire is translated, one that nobody can answer is refused', async () => {
    const { root } = here;
    const messages = await explain(root, { model: WORLD_MODEL, surface: 'messages' });
    const [candidate] = messages.stages[0]?.candidates ?? [];
    assert.deepEqual(candidate?.wire, { endpoint: 'chat', mode: 'translated' });
    const Provider = 'https://api.anthropic.com';
    const Config = { models: ['claude-only'], default_price: 1 };
    await addKey({ Name: 'claude', Level: 5, Provider, Config });
    const images = await explain(root, { model: 'claude-only', surface: 'images.generations' });
    assert.equal(images.would_be_tried, false);
    assert.equal(images.refusal?.code, 'invalid_request');
    assert.equal(images.refusal?.status, 400);
    assert.deepEqual(
      images.stages[0]?.skipped.map(({ key, reason }) => [key?.name, reason]),
      [['claude', 'cannot_answer']],
    );
  });

  test('a refusal is told as requests get it', async () => {
    const { id, api } = await here.addAccount({ AllowModels: 'other-*' });
    const user = String(id);
    const told = await explain(here.root, { model: WORLD_MODEL, user });
    const answered = await chat(api, WORLD_MODEL);
    const { error } = answered.json<{ error: { code: string; message: string } }>();
    assert.deepEqual([told.refusal?.code, told.refusal?.status], [error.code, answered.status]);
    assert.equal(told.refusal?.message, error.message);
    assert.deepEqual(told.allowlists.models, [{ account_id: id, pattern: null }]);
    await here.root.call('PUT', `/x-users/${id}`, { Status: false });
    const disabled = await explain(here.root, { model: WORLD_MODEL, user });
    assert.equal(disabled.refusal?.code, 'account_disabled');
    const unknown = await explain(here.root, { model: 'nothing-like-it' });
    assert.equal(unknown.refusal?.code, 'model_not_found');
  });

  test('an address is held against AllowIPs', async () => {
    const { id } = await here.addAccount({ AllowIPs: '10.0.0.0/8' });
    const query = { model: WORLD_MODEL, user: String(id) };
    const outside = await explain(here.root, { ...query, address: '192.0.2.1' });
    assert.equal(outside.refusal?.code, 'address_not_allowed');
    assert.equal(outside.allowlists.address_allowed, false);
    const inside = await explain(here.root, { ...query, address: '10.1.2.3' });
    assert.equal(inside.would_be_tried, true);
    assert.equal((await explain(here.root, query)).allowlists.address_allowed, null);
  });

  test('a key that sleeps is told with its cause and when it wakes, a disabled one too', async () => {
    const Config = { models: ['sleepy'], default_price: 1 };
    const asleep = await addKey({ Name: 'asleep', Level: 7, Config });
    await addKey({ Name: 'off', Level: 7, Config, Status: false });
    here.upstream.enqueue(errorReply(401));
    assert.equal((await chat(here.account.api, 'sleepy')).status, 403, 'not on its list');
    assert.equal((await chat(here.root, 'sleepy')).status, 503);
    const route = await explain(here.root, { model: 'sleepy' });
    assert.equal(route.refusal?.code, 'upstream_unavailable');
    assert.ok(Number(route.refusal?.retry_after_seconds) > 200);
    const skipped = route.stages[0]?.skipped.map(({ key, reason, cause }) => [
      key?.name,
      reason,
      cause,
    ]);
    assert.deepEqual(skipped, [
      ['asleep', 'asleep', 'auth'],
      ['off', 'disabled', null],
    ]);
    assert.ok(Date.parse(route.stages[0]?.skipped[0]?.until ?? '') > Date.now());
    const list = async (status: string) => {
      const path = `/x-keys/L7?status=${status}`;
      const { keys } = await here.root.call<{ keys: ProviderKeyView[] }>('GET', path);
      return keys.map(({ Name }) => Name);
    };
    assert.deepEqual(await list('sleeping'), ['asleep']);
    assert.deepEqual(await list('disabled'), ['off']);
    assert.deepEqual(await list('active'), []);
    assert.deepEqual(await list('true'), ['asleep']);
    const path = `/x-keys/${asleep.ID}`;
    const { keys } = await here.root.call<{ keys: ProviderKeyView[] }>('GET', path);
    assert.deepEqual(
      [keys[0]?.Health.State, keys[0]?.Health.Cause, keys[0]?.Health.SleepTimes],
      ['sleeping', 'auth', 1],
    );
  });

  test('only oneself and those below can be asked about', async () => {
    const [one, other] = [await here.addAccount(), await here.addAccount()];
    const query = (user: string) => `/x-route?model=${WORLD_MODEL}&user=${user}`;
    for (const user of ['1', 'root', String(other.id), '999999', 'nobody@example.com']) {
      assert.equal((await one.api.request('GET', query(user))).status, 404, user);
    }
    assert.equal((await one.api.request('GET', query(String(one.id)))).status, 200);
    assert.equal((await here.root.request('GET', query('customer-1'))).status, 200);
    assert.equal((await here.root.request('GET', query('L2'))).status, 400);
    const wrong = await here.root.request('GET', `/x-route?model=${WORLD_MODEL}&surface=fax`);
    assert.equal(wrong.status, 400);
    assert.match(wrong.text, /"param":"surface"/);
    assert.equal((await here.root.request('GET', '/x-route')).status, 400);
  });
});
