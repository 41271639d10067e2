import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTestApplication, testCaller } from '../../edge/management/test-application.ts';
import { managementRoutes } from '../index.ts';
import { createTestServices } from '../test-services.ts';

function world() {
  const { services, calls } = createTestServices();
  const { app } = createTestApplication({
    routes: managementRoutes(services),
    callers: { good: testCaller(42) },
  });
  const send = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: object) =>
    app.inject({
      method,
      url,
      headers: { 'x-api-key': 'good', 'idempotency-key': 'once' },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
  return { calls, send };
}

describe('/x-users and /x-dna', () => {
  it('answer a bare array, also for one account, with the paging headers', async () => {
    const { send } = world();
    for (const url of ['/x-users', '/x-users/42', '/x-dna', '/x-dna/L2']) {
      const response = await send('GET', url);
      assert.equal(response.json()[0].ID, 42, url);
      assert.equal(response.headers['x-total-count'], '1');
      assert.equal(response.headers['x-page'], '1');
      assert.equal(response.headers['x-per-page'], '1000');
      assert.equal(response.headers['x-total-pages'], '1');
    }
  });

  it('ask for children or for descendants, with the conditions of the query', async () => {
    const { calls, send } = world();
    await send('GET', '/x-users?level=2&page=3');
    await send('GET', '/x-dna?name=acme');
    await send('GET', '/x-users/.1.42.?size=5');
    assert.deepEqual(calls, [
      ['list', 'children', { level: 2, page: 3 }],
      ['list', 'descendants', { name: 'acme' }],
      ['read', 'children', '.1.42.', { size: 5 }],
    ]);
  });

  it('refuse a page that is no number or too large', async () => {
    const { send } = world();
    for (const url of ['/x-users?page=0', '/x-users?size=1001', '/x-dna?level=two']) {
      const response = await send('GET', url);
      assert.equal(response.statusCode, 400, url);
      assert.equal(response.json().error.code, 'invalid_request');
    }
  });

  it('hand the write key to the service, so that credit moves once', async () => {
    const { calls, send } = world();
    const body = { Name: 'child', Email: 'c@acme.example', CreditGranted: 5 };
    const response = await send('POST', '/x-users', body);
    assert.equal(response.json().Action, 'add');
    assert.deepEqual(calls, [['create', '42:once', 'child']]);
  });

  it('update by PUT and by POST alike', async () => {
    const { calls, send } = world();
    await send('PUT', '/x-users/42', { RPM: 5 });
    const byPost = await send('POST', '/x-users/ops%40acme.example', { RPM: 5 });
    assert.equal(byPost.statusCode, 409, 'the same Idempotency-Key on another path');
    assert.deepEqual(calls, [['update', '42', { RPM: 5 }]]);
  });

  it('delete descendants only when asked to', async () => {
    const { calls, send } = world();
    await send('DELETE', '/x-users/42');
    assert.deepEqual(calls, [['delete', '42', { isCascade: false }]]);
    const cascading = world();
    await cascading.send('DELETE', '/x-users/42?cascade=true');
    assert.deepEqual(cascading.calls, [['delete', '42', { isCascade: true }]]);
    assert.equal((await send('DELETE', '/x-users/42?cascade=yes')).statusCode, 400);
  });

  it('find nothing under an identifier that is longer than any can be', async () => {
    const response = await world().send('GET', `/x-users/${'a'.repeat(2000)}`);
    assert.equal(response.statusCode, 404);
  });

  it('refuse a LevelMapper on an account with the reason', async () => {
    const response = await world().send('PUT', '/x-users/42', { LevelMapper: 'gpt-4*=2' });
    assert.equal(response.statusCode, 400);
    assert.equal(response.json().error.param, 'LevelMapper');
    assert.match(response.json().error.message, /owner/);
  });
});

describe('/x-keys', () => {
  it('looks keys up by id, level or host', async () => {
    const { calls, send } = world();
    for (const id of ['123', 'L2', 'api.openai.com']) await send('GET', `/x-keys/${id}?size=10`);
    await send('GET', '/x-keys?provider=https%3A%2F%2Fapi.openai.com&level=1');
    assert.deepEqual(calls, [
      ['listKeys', { id: 123, page: 1, size: 10 }],
      ['listKeys', { level: 2, page: 1, size: 10 }],
      ['listKeys', { provider: 'api.openai.com', page: 1, size: 10 }],
      ['listKeys', { level: 1, provider: 'https://api.openai.com', page: 1, size: 1000 }],
    ]);
  });

  it('refuses to change or delete anything but an id', async () => {
    const { send } = world();
    assert.equal((await send('PUT', '/x-keys/L2', { Level: 1 })).statusCode, 400);
    assert.equal((await send('DELETE', '/x-keys/api.openai.com')).statusCode, 400);
  });

  it('tells which key was deleted', async () => {
    const response = await world().send('DELETE', '/x-keys/123');
    assert.deepEqual(response.json(), { success: true, deleted: [123], message: 'Key deleted.' });
  });
});
