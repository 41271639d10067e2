import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { errorReply } from '@meridian/testkit';
import type OpenAI from 'openai';
import { type Service, startService } from './support/service.ts';

const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];

let service: Service;
before(async () => {
  service = await startService();
});
after(() => service[Symbol.asyncDispose]());

const chat = (client: OpenAI, options: object = {}) =>
  client.chat.completions.create({ model: 'nothing', messages: MESSAGES, ...options });

describe('the client’s own retries', () => {
  test('after a 429 of the upstream it waits as long as Retry-After says, then is answered', async () => {
    await using model = await service.addModel();
    model.upstream.enqueue(errorReply(429, { retryAfter: '1', code: 'rate_limit_exceeded' }));
    const from = performance.now();
    const answer = await chat(service.openai({ maxRetries: 2 }), { model: model.name });
    const tookMs = performance.now() - from;
    assert.ok('choices' in answer);
    assert.equal(model.upstream.requests.length, 2);
    const [first, second] = model.upstream.requests;
    assert.ok(second!.receivedAtMs - first!.receivedAtMs >= 990, `${tookMs} ms`);
  });

  test('after a 5xx of the upstream, streamed or whole', async () => {
    for (const stream of [false, true]) {
      await using model = await service.addModel();
      model.upstream.enqueue(errorReply(502));
      const client = service.openai({ maxRetries: 1 });
      const answer = await chat(client, { model: model.name, stream });
      if (stream) for await (const _ of answer as unknown as AsyncIterable<unknown>);
      assert.equal(model.upstream.requests.length, 2);
    }
  });

  test('a caller’s error is not repeated', async () => {
    await using model = await service.addModel();
    model.upstream.enqueue(errorReply(400), errorReply(422));
    for (const status of [400, 422]) {
      await assert.rejects(chat(service.openai({ maxRetries: 3 }), { model: model.name }), {
        status,
      });
    }
    assert.equal(model.upstream.requests.length, 2);
  });
});

describe('models', () => {
  test('are listed and retrieved as the client expects them', async () => {
    await using model = await service.addModel();
    const client = service.openai();
    const { data } = await client.models.list();
    const listed = data.find(({ id }) => id === model.name);
    assert.equal(listed?.object, 'model');
    assert.equal(typeof listed?.owned_by, 'string');
    let counted = 0;
    for await (const one of client.models.list()) if (one.id) counted++;
    assert.equal(counted, data.length);
    const one = await client.models.retrieve(model.name);
    assert.deepEqual({ ...one }, { ...listed });
    const { meridian } = one as unknown as { meridian: { pricing: object } };
    assert.deepEqual(meridian.pricing, { currency: 'USD', input: 1, output: 2 });
  });

  test('with a slash in the name are found as the client escapes it', async () => {
    await using model = await service.addModel({ name: 'acme/large-model' });
    const one = await service.openai().models.retrieve(model.name);
    assert.equal(one.id, model.name);
  });
});
