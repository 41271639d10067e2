import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from '@meridian/testkit';
import type { RateLimits } from '../admission/index.ts';
import { createPipelineWorld, type PipelineWorld, type PlayedExchange } from './pipeline-world.ts';
import type { Caller } from './ports.ts';

const BODY = { model: 'm', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] };
const ANSWER = JSON.stringify({
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
});

function limitedTo(modelLimits: Readonly<Record<string, RateLimits>>): Pick<Caller, 'limits'> {
  const scope = { accountId: 2, limits: {}, modelLimits: new Map(Object.entries(modelLimits)) };
  const ownerLimits = { limits: {}, modelLimits: new Map() };
  return { limits: { accountId: 2, ownerId: 1, limitScopes: [scope], ownerLimits, tier: null } };
}

function reply(exchange: PlayedExchange, status: number): void {
  exchange.listener.onHead(status, () => 'application/json');
  exchange.listener.onData(Buffer.from(status === 200 ? ANSWER : '{"error":{"message":"no"}}'));
  exchange.listener.onEnd();
}

/** Answers attempt after attempt with these statuses; which models were asked. */
async function play(here: PipelineWorld, statuses: readonly number[]): Promise<string[]> {
  const models: string[] = [];
  for (const status of statuses) {
    await new Promise(setImmediate);
    const exchange = await here.exchange(here.exchanges.length - 1);
    const { body } = exchange.request as { body: Buffer };
    models.push((JSON.parse(body.toString()) as { model: string }).model);
    reply(exchange, status);
  }
  await new Promise(setImmediate);
  return models;
}

test('a backup counts in its own limits, and once in those of the model that was asked for', async () => {
  const here = createPipelineWorld(createFakeClock(), 1, {}, { failover: ['backup'] });
  const caller = limitedTo({ m: { rpm: 3 }, backup: { rpm: 2 } });
  for (let i = 0; i < 2; i++) {
    const { client, done } = here.call(BODY, caller);
    assert.deepEqual(await play(here, [500, 200]), ['m', 'backup']);
    await done;
    assert.equal(client.status, 200);
  }
  const { client, done } = here.call(BODY, caller);
  assert.deepEqual(await play(here, [500]), ['m'], 'the backup is at its limit');
  await done;
  assert.equal(client.status, 503);
  const fourth = here.call(BODY, caller);
  await fourth.done;
  assert.equal(fourth.client.status, 429, 'three requests for it have been tried');
  assert.equal(here.ledger.open.size, 0);
});

test('the hold is for the model that is asked first, and grows for a dearer backup', async () => {
  const routing = { failover: ['backup'], dearer: { backup: 10n } };
  const here = createPipelineWorld(createFakeClock(), 1, {}, routing);
  const free = here.ledger.free;
  const { client, done } = here.call(BODY);
  const held = free - here.ledger.free;
  await play(here, [500]);
  assert.equal(free - here.ledger.free, held * 10n);
  await play(here, [200]);
  await done;
  assert.equal(client.status, 200);
  assert.equal(here.ledger.records[0]?.modelUsed, 'backup');
  assert.equal(here.ledger.records[0]?.cost, 200_000n);
  assert.equal(here.ledger.open.size, 0);
});

test('a backup that the balance does not cover is passed over, also for the next one', async () => {
  const routing = { failover: ['dear', 'cheap'], dearer: { dear: 1_000n } };
  const here = createPipelineWorld(createFakeClock(), 1, {}, routing);
  here.ledger.free = 1_000_000n;
  const { client, done } = here.call(BODY);
  assert.deepEqual(await play(here, [500, 200]), ['m', 'cheap']);
  await done;
  assert.equal(client.status, 200);
  assert.equal(here.ledger.records[0]?.attempts, 2);
});
