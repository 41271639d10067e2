import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { answerOpenai, jsonReply } from '@meridian/testkit';
import { assertShaped } from './support/error-shape.ts';
import { type Service, startService } from './support/service.ts';

const PATH = '/v1/moderations';

let service: Service;
before(async () => {
  service = await startService();
});
after(() => service[Symbol.asyncDispose]());

test('OpenAI’s client gets judgements of texts and images', async () => {
  await using model = await service.addModel();
  model.upstream.handle(answerOpenai());
  const { results } = await service
    .openai()
    .moderations.create({ model: model.name, input: ['a walk', 'an attack'] });
  assert.deepEqual(
    results.map(({ flagged }) => flagged),
    [false, true],
  );
  const input = [
    { type: 'text' as const, text: 'what is this?' },
    { type: 'image_url' as const, image_url: { url: 'https://images.example/1.png' } },
  ];
  await service.openai().moderations.create({ model: model.name, input });
  assert.deepEqual(model.upstream.requests[1]!.json(), { model: model.name, input });
});

test('OpenAI’s own model is free: a price of 0 is a price, and its use is recorded', async () => {
  const config = { default_price: undefined };
  await using model = await service.addModel({ models: ['omni-moderation*'], config });
  model.upstream.handle(answerOpenai());
  const before = (await service.world.account.view()).Balance;
  const { response } = await service
    .openai()
    .moderations.create({ input: 'one two three' })
    .withResponse();
  assert.equal(response.headers.get('x-meridian-model'), 'omni-moderation-latest');
  assert.equal(Number(response.headers.get('x-meridian-cost')), 0);
  // The name is told even where the client told none.
  assert.deepEqual(model.upstream.requests[0]!.json(), {
    model: 'omni-moderation-latest',
    input: 'one two three',
  });
  const record = await service.usageOf(response.headers.get('x-request-id'));
  assert.equal(record.endpoint, PATH);
  assert.deepEqual([record.usage_source, record.usage.input], ['estimate', 3]);
  assert.equal((await service.world.account.view()).Balance, before);
});

test('a judgement that costs more than there is left is refused', async () => {
  const default_price = { input: 2_000_000, output: 2_000_000 };
  await using model = await service.addModel({ config: { default_price } });
  const poor = await service.world.addAccount({ CreditGranted: 2 });
  const body = { model: model.name, input: 'an attack' };
  const { status, text } = await poor.api.request('POST', PATH, { body });
  assert.equal(assertShaped(status, text).code, 'insufficient_balance');
  assert.equal(model.upstream.requests.length, 0);
});

test('a provider that reports a usage is billed by it', async () => {
  await using model = await service.addModel();
  const usage = { prompt_tokens: 21, total_tokens: 21, completion_tokens: 0 };
  const answer = { id: 'mod-1', model: model.name, results: [{ categories: {} }], usage };
  model.upstream.handle(() => jsonReply(answer));
  const body = { model: model.name, input: ['one'] };
  const { headers, json } = await service.world.account.api.request('POST', PATH, { body });
  assert.deepEqual(json(), answer);
  assert.equal(headers.get('x-meridian-cost'), '0.000021');
  const record = await service.usageOf(headers.get('x-request-id'));
  assert.deepEqual([record.usage_source, record.usage.input], ['provider', 21]);
});

test('what is malformed, not open or not priced is refused', async () => {
  await using model = await service.addModel({ config: { default_price: undefined } });
  const { account } = service.world;
  for (const input of [undefined, null, [], 5]) {
    const answer = await account.api.request('POST', PATH, { body: { model: model.name, input } });
    assert.equal(assertShaped(answer.status, answer.text).param, 'input');
  }
  const body = { model: model.name, input: 'x' };
  const unpriced = await account.api.request('POST', PATH, { body });
  assert.equal(assertShaped(unpriced.status, unpriced.text).code, 'model_not_priced');
  const other = await service.world.addAccount({ Resources: '/v1/embeddings' });
  const closed = await other.api.request('POST', PATH, { body });
  assert.equal(assertShaped(closed.status, closed.text).code, 'endpoint_not_allowed');
  await using claude = await service.addModel({ config: { provider_type: 'anthropic' } });
  const nowhere = await account.api.request('POST', PATH, {
    body: { ...body, model: claude.name },
  });
  assert.equal(assertShaped(nowhere.status, nowhere.text).param, 'model');
});
