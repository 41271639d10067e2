import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { AccountCreated, MarginReport, ProviderKeyView } from '@meridian/contract';
import { parseDollars } from '@meridian/core/kernel';
import { createApiClient, WORLD_MODEL, type World, world } from '@meridian/testkit';

const QUESTION = { model: WORLD_MODEL, messages: [{ role: 'user', content: 'Hello' }] };

describe('an owner sees what it earns and what it pays', () => {
  let here: World;
  let below: { readonly id: number; readonly key: string };
  before(async () => {
    here = await world();
    const { User } = await here.account.api.call<AccountCreated>('POST', '/x-users', {
      ...{ Name: 'below', Email: 'below@example.com', CreditGranted: 20, Rates: 1.5 },
    });
    below = { id: User.ID, key: User.SecretKey };
  });
  after(() => here[Symbol.asyncDispose]());

  const report = (query: string) => here.root.call<MarginReport>('GET', `/x-margin?${query}`);
  const ask = (key: string) =>
    createApiClient(() => here.server.url, key).call('POST', '/v1/chat/completions', QUESTION);

  test('by key, account, model and day; what came before a cost price has no cost', async () => {
    await ask(below.key);
    const { keys } = await here.root.call<{ keys: ProviderKeyView[] }>('GET', '/x-keys');
    const [key] = keys;
    assert.ok(key);
    assert.equal(key.CostPrice, null);
    const changed = await here.root.call<{ key: ProviderKeyView }>('PUT', `/x-keys/${key.ID}`, {
      CostPrice: { factor: 0.25 },
    });
    assert.deepEqual(changed.key.CostPrice, { factor: 0.25 });
    await ask(below.key);
    await ask(here.account.api.key);

    const byKey = await report('by=key');
    const [line] = byKey.data;
    assert.deepEqual([line?.key, line?.name], [String(key.ID), 'world']);
    assert.deepEqual([line?.requests, line?.requests_without_cost], [3, 1]);
    const each = (parseDollars(line?.revenue ?? '') ?? 0n) / 3n;
    assert.equal(parseDollars(line?.cost ?? ''), each / 2n);
    assert.equal(parseDollars(line?.margin ?? ''), each * 3n - each / 2n);
    assert.equal(parseDollars(line?.revenue_shown ?? ''), each * 4n);

    const top = await report(`by=account&user=${here.account.id}`);
    const requests = new Map(top.data.map(({ key: id, name, requests: n }) => [id, [name, n]]));
    assert.deepEqual(requests.get(String(below.id)), ['below', 2]);
    assert.deepEqual(requests.get(String(here.account.id)), ['customer-1', 1]);
    const all = await report('by=account');
    assert.deepEqual(
      all.data.map(({ key: id, requests: n }) => [id, n]),
      [[String(here.account.id), 3]],
    );
    for (const by of ['day', 'model']) {
      const { data, total } = await report(`by=${by}`);
      assert.equal(data.length, 1);
      assert.deepEqual(total, byKey.total);
    }
  });

  test('as CSV', async () => {
    const { text, headers } = await here.root.request('GET', '/x-margin?by=model&format=csv');
    assert.match(headers.get('content-type') ?? '', /^text\/csv/);
    const [head, line] = text.split('\r\n');
    assert.equal(
      head,
      'model,name,requests,revenue,revenue_shown,cost,margin,requests_without_cost',
    );
    assert.match(line ?? '', new RegExp(`^${WORLD_MODEL},,3,`));
  });

  test('who is no owner sees none; a price that is no price is refused', async () => {
    assert.equal((await here.account.api.request('GET', '/x-margin')).status, 403);
    assert.equal((await here.root.request('GET', '/x-margin?user=999999')).status, 404);
    for (const CostPrice of [{ factor: 0.5, input: 1 }, { input: 0.000_000_1 }, { nothing: 1 }]) {
      const answer = await here.root.request('PUT', '/x-keys/1', { body: { CostPrice } });
      assert.equal(answer.status, 400);
      assert.match(answer.json<{ error: { param: string } }>().error.param, /^CostPrice/);
    }
  });
});
