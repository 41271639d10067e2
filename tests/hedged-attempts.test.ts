import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UsageExplanation } from '@meridian/contract';
import { answerChat, createGate, WORLD_MODEL, world } from '@meridian/testkit';

const ASK = {
  body: { model: WORLD_MODEL, messages: [{ role: 'user', content: 'hi' }], max_tokens: 5 },
};

test('an owner who hedges gets the first answer of two keys, and one charge', async () => {
  await using here = await world();
  await here.root.call('POST', '/x-keys', {
    SecretKey: 'second-secret-of-the-world',
    Level: 1,
    Provider: here.upstream.url,
    Config: { models: [WORLD_MODEL], default_price: { input: 1, output: 2 } },
  });
  const config = await here.root.call<{ success: boolean }>('PUT', '/x-config', {
    HEDGE_AFTER: 0.1,
  });
  assert.equal(config.success, true);
  const never = createGate();
  const answer = answerChat();
  here.upstream.handle((request) =>
    request.number === 1 ? ({ ...answer(request), headersGate: never } as never) : answer(request),
  );
  const answered = await here.account.api.request('POST', '/v1/chat/completions', ASK);
  assert.equal(answered.status, 200);
  assert.equal(answered.headers.get('x-meridian-attempts'), '2');
  const [first, second] = here.upstream.requests;
  await first!.aborted;
  assert.notEqual(first!.headers.authorization, second!.headers.authorization);
  assert.equal(here.upstream.requests.length, 2);
  const id = answered.headers.get('x-request-id');
  const told = await here.root.call<UsageExplanation>('GET', `/x-usage/${id}`);
  assert.equal(told.charge.cost, '0.000018');
  const refused = await here.root.request('PUT', '/x-config', { body: { HEDGE_AFTER: -1 } });
  assert.equal(refused.status, 400);
});
