import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createFakeClock } from '@meridian/testkit';
import { PROVIDER_KINDS, patienceWith } from '../providers/index.ts';
import { createPipelineWorld, settled } from './pipeline-world.ts';

const WHOLE = { model: 'm', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] };
const STREAMED = { ...WHOLE, stream: true };
const ANSWER = JSON.stringify({
  model: 'm',
  choices: [{ index: 0, message: { content: 'Hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
});
const TEXT = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'Hello' } }] })}\n\n`;
const CONFIG = { idleTimeoutMs: 5_000, timeoutMs: 20_000 };

const json = (name: string) => (name === 'content-type' ? 'application/json' : undefined);

describe('the patience with an upstream', () => {
  test('is what its key says, else what its kind needs, and never longer than ten minutes', () => {
    const own = { providerType: 'standard', ...CONFIG } as const;
    assert.deepEqual(patienceWith('jina', own), { idleMs: 5_000, totalMs: 20_000 });
    const none = { providerType: 'standard' } as const;
    assert.deepEqual(patienceWith('jina', none), { idleMs: 60_000, totalMs: 120_000 });
    for (const kind of PROVIDER_KINDS) {
      const { idleMs, totalMs } = patienceWith(kind, none);
      assert.ok(idleMs >= 60_000 && idleMs <= totalMs && totalMs <= 600_000, kind);
    }
  });

  test('goes with the request: a stream may be silent for less than a whole answer', async () => {
    const world = createPipelineWorld(createFakeClock(), 1, CONFIG);
    world.call(STREAMED);
    world.call(WHOLE);
    const [stream, whole] = [await world.exchange(0), await world.exchange(1)];
    assert.deepEqual(stream.request.silence, { headMs: 5_000, bodyMs: 5_000 });
    assert.deepEqual(whole.request.silence, { headMs: 20_000, bodyMs: 5_000 });
  });

  test('that is exhausted before any content lets another key try', async () => {
    for (const body of [WHOLE, STREAMED]) {
      const clock = createFakeClock();
      const world = createPipelineWorld(clock, 2, CONFIG);
      const { client, done } = world.call(body);
      const first = await world.exchange(0);
      clock.advance(19_000);
      assert.equal(first.isAborted, false);
      clock.advance(1_500);
      assert.equal(first.isAborted, true);
      const second = await world.exchange(1);
      assert.equal(second.request.origin, 'http://up2.test');
      second.listener.onHead(400, json);
      second.listener.onData(Buffer.from('{"error":{"message":"no"}}'));
      second.listener.onEnd();
      await done;
      assert.equal(client.bytes.trim().replace(/^[^{]*/, ''), '{"error":{"message":"no"}}');
      assert.deepEqual(
        world.attempts.map(({ cause }) => cause),
        ['network', 'caller'],
      );
    }
  });

  test('counts anew for every attempt, within the ten minutes of the request', async () => {
    const clock = createFakeClock();
    const world = createPipelineWorld(clock, 2, { timeoutMs: 400_000 });
    const { client, done } = world.call(WHOLE);
    const first = await world.exchange(0);
    clock.advance(400_000);
    assert.equal(first.isAborted, true);
    const second = await world.exchange(1);
    clock.advance(199_000);
    assert.equal(second.isAborted, false);
    clock.advance(1_500);
    assert.equal(second.isAborted, true);
    await done;
    assert.equal(client.status, 503);
  });

  test('that is exhausted in the middle of a stream cuts it, charged as delivered', async () => {
    const clock = createFakeClock();
    const world = createPipelineWorld(clock, 2, CONFIG);
    const { client, done } = world.call(STREAMED);
    const exchange = await world.exchange(0);
    exchange.listener.onHead(200, () => 'text/event-stream');
    exchange.listener.onData(Buffer.from(TEXT));
    clock.advance(20_500);
    await settled();
    await done;
    assert.equal(exchange.isAborted, true);
    assert.ok(client.bytes.startsWith(TEXT) && client.bytes.includes('"upstream_error"'));
    assert.equal(world.ledger.records[0]?.outcome, 'cut');
    assert.equal(world.exchanges.length, 1);
  });

  test('does not end an answer that comes in time', async () => {
    const clock = createFakeClock();
    const world = createPipelineWorld(clock, 1, CONFIG);
    const { client, done } = world.call(WHOLE);
    const { listener } = await world.exchange(0);
    clock.advance(19_000);
    listener.onHead(200, json);
    listener.onData(Buffer.from(ANSWER));
    listener.onEnd();
    await done;
    clock.advance(600_000);
    assert.deepEqual([client.status, client.bytes], [200, ANSWER]);
  });
});
