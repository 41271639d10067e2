import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from '@meridian/testkit';
import { createPipelineWorld, type PlayedExchange } from './pipeline-world.ts';

const AFTER_MS = 2_000;
const BODY = { model: 'm', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] };

function answer(tokens: number): string {
  const message = { role: 'assistant', content: 'Hello' };
  const usage = { prompt_tokens: 10, completion_tokens: tokens, total_tokens: 10 + tokens };
  return JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }], usage });
}

function reply(exchange: PlayedExchange | undefined, status: number, body: string): void {
  assert.ok(exchange);
  exchange.listener.onHead(status, () => 'application/json');
  exchange.listener.onData(Buffer.from(body));
  exchange.listener.onEnd();
}

const turn = () => new Promise(setImmediate);
const FAILED = '{"error":{"message":"no"}}';

async function createWorld(keys = 2) {
  const clock = createFakeClock();
  const here = createPipelineWorld(clock, keys, {}, { hedgeAfterMs: AFTER_MS });
  const { client, done } = here.call(BODY);
  await turn();
  return { ...here, client, done, clock };
}

test('an answer in time has no second attempt beside it', async () => {
  const { exchanges, client, done, clock, ledger } = await createWorld();
  clock.advance(AFTER_MS - 1);
  reply(exchanges[0], 200, answer(5));
  await done;
  clock.advance(AFTER_MS);
  assert.equal(exchanges.length, 1);
  assert.equal(client.status, 200);
  assert.equal(ledger.records[0]?.attempts, 1);
});

test('the first answer of two is charged, the other attempt is given up', async () => {
  const { exchanges, client, done, clock, ledger } = await createWorld();
  clock.advance(AFTER_MS);
  assert.equal(exchanges.length, 2);
  assert.notEqual(exchanges[0]?.request.origin, exchanges[1]?.request.origin);
  reply(exchanges[1], 200, answer(3));
  await done;
  assert.equal(exchanges[0]?.isAborted, true);
  reply(exchanges[0], 200, answer(9));
  await turn();
  assert.equal(client.status, 200);
  assert.equal(ledger.records.length, 1);
  assert.equal(ledger.records[0]?.usage.output, 3);
  assert.equal(ledger.records[0]?.attempts, 2);
  assert.equal(ledger.open.size, 0);
});

test('where one of two fails the other is waited for, whichever it is', async () => {
  for (const failing of [0, 1]) {
    const { exchanges, client, done, clock, ledger, attempts } = await createWorld();
    clock.advance(AFTER_MS);
    reply(exchanges[failing], 500, FAILED);
    await turn();
    assert.equal(client.status, 0);
    reply(exchanges[1 - failing], 200, answer(4));
    await done;
    assert.equal(client.status, 200);
    assert.equal(attempts.length, 1, 'the failure is noted');
    assert.equal(ledger.records.length, 1);
    assert.equal(ledger.open.size, 0);
  }
});

test('where both fail a third key is tried, and one hold ends once', async () => {
  const { exchanges, client, done, clock, ledger, attempts } = await createWorld(3);
  clock.advance(AFTER_MS);
  reply(exchanges[0], 500, FAILED);
  await turn();
  reply(exchanges[1], 500, FAILED);
  await turn();
  reply(exchanges[2], 200, answer(2));
  await done;
  assert.equal(client.status, 200);
  assert.equal(attempts.length, 2);
  assert.equal(ledger.records[0]?.attempts, 3);
  assert.equal(ledger.open.size, 0);
});

test('what is the caller’s own fault ends both', async () => {
  const { exchanges, client, done, clock, ledger } = await createWorld();
  clock.advance(AFTER_MS);
  reply(exchanges[1], 400, '{"error":{"message":"bad","type":"invalid_request_error"}}');
  await done;
  assert.equal(client.status, 400);
  assert.equal(exchanges[0]?.isAborted, true);
  assert.equal(ledger.records.length, 0);
  assert.equal(ledger.open.size, 0);
});

test('without another key the only attempt goes on alone', async () => {
  const { exchanges, client, done, clock } = await createWorld(1);
  clock.advance(AFTER_MS);
  assert.equal(exchanges.length, 1);
  reply(exchanges[0], 200, answer(5));
  await done;
  assert.equal(client.status, 200);
});
