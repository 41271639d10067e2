import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { modelRoutes, providerKeyRoutes } from '@meridian/contract';
import { Failure } from '@meridian/core/kernel';
import { createMemoryIdempotency } from './memory-idempotency.ts';
import { type Answer, serve } from './served-route.ts';
import { createTestApplication, testCaller } from './test-application.ts';

const body = { SecretKey: 'sk-01234567890123456789', Level: 1, Provider: 'https://a.example' };

function world(make: (writeKey: string | undefined) => Promise<Answer> | Answer) {
  const idempotency = createMemoryIdempotency();
  const { app } = createTestApplication({
    idempotency,
    callers: { one: testCaller(1), two: testCaller(2) },
    routes: [
      serve(providerKeyRoutes.createProviderKey, ({ writeKey }) => make(writeKey)),
      serve(modelRoutes.listModels, ({ writeKey }) => make(writeKey)),
    ],
  });
  const write = (key: string, change: { level?: number; by?: string } = {}) =>
    app.inject({
      method: 'POST',
      url: '/x-keys',
      headers: { 'x-api-key': change.by ?? 'one', 'idempotency-key': key },
      payload: JSON.stringify({ ...body, Level: change.level ?? 1 }),
    });
  return { app, write, idempotency };
}

function counting() {
  let made = 0;
  return world(() => ({ status: 200, body: { made: ++made } }));
}

describe('Idempotency-Key', () => {
  it('makes a repeated write once and gives the same answer again', async () => {
    const { write } = counting();
    const first = await write('k1');
    const second = await write('k1');
    assert.deepEqual(first.json(), { made: 1 });
    assert.equal(second.statusCode, 200);
    assert.deepEqual(second.json(), { made: 1 });
    assert.equal(first.headers['x-meridian-idempotent-replay'], undefined);
    assert.equal(second.headers['x-meridian-idempotent-replay'], 'true');
  });

  it('refuses another body under the same key with 409', async () => {
    const { write } = counting();
    await write('k1');
    const other = await write('k1', { level: 2 });
    assert.equal(other.statusCode, 409);
    assert.equal(other.json().error.code, 'conflict');
  });

  it('keeps the keys of different accounts apart', async () => {
    const { write } = counting();
    await write('k1');
    assert.deepEqual((await write('k1', { by: 'two' })).json(), { made: 2 });
  });

  it('answers 409 idempotency_expired once the answer is no longer kept', async () => {
    const { write, idempotency } = counting();
    await write('k1');
    idempotency.expire();
    const late = await write('k1');
    assert.equal(late.statusCode, 409);
    assert.equal(late.json().error.code, 'idempotency_expired');
  });

  it('answers a duplicate of a running write with 409 and Retry-After', async () => {
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const { write } = world(async () => {
      started.resolve();
      await finish.promise;
      return { status: 200, body: {} };
    });
    const first = write('k1').then((response) => response.statusCode);
    await started.promise;
    const duplicate = await write('k1');
    assert.equal(duplicate.statusCode, 409);
    assert.equal(duplicate.headers['retry-after'], '1');
    finish.resolve();
    assert.equal(await first, 200);
  });

  it('frees the key when the write failed', async () => {
    let tries = 0;
    const { write } = world(() => {
      if (++tries === 1) throw new Failure('insufficient_balance', { message: 'Too poor.' });
      return { status: 200, body: { tries } };
    });
    assert.equal((await write('k1')).statusCode, 402);
    assert.deepEqual((await write('k1')).json(), { tries: 2 });
  });

  it('is not claimed by a request that is not even valid', async () => {
    const { app, write } = counting();
    const invalid = await app.inject({
      method: 'POST',
      url: '/x-keys',
      headers: { 'x-api-key': 'one', 'idempotency-key': 'k1' },
      payload: '{}',
    });
    assert.equal(invalid.statusCode, 400);
    assert.equal((await write('k1')).statusCode, 200);
  });

  it('hands the write a key of its own, unique per account', async () => {
    const { app, write } = world((writeKey) => ({
      status: 200,
      body: { writeKey: writeKey ?? null },
    }));
    assert.deepEqual((await write('k1')).json(), { writeKey: '1:k1' });
    assert.deepEqual((await write('k1', { by: 'two' })).json(), { writeKey: '2:k1' });
    const read = await app.inject({
      url: '/v1/models',
      headers: { 'x-api-key': 'one', 'idempotency-key': 'k1' },
    });
    assert.deepEqual(read.json(), { writeKey: null });
  });

  it('refuses keys that are empty, too long or not printable', async () => {
    const { write } = counting();
    for (const key of ['', 'a b', 'a'.repeat(256), 'schlüssel']) {
      const response = await write(key);
      assert.equal(response.statusCode, 400, key);
      assert.equal(response.json().error.param, 'Idempotency-Key');
    }
  });
});
