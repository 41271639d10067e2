import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { type Clock, nanodollars } from '../kernel/index.ts';
import {
  createPipelineWorld,
  type PipelineWorld,
  type PlayedExchange,
  settled,
} from './pipeline-world.ts';

const MESSAGES = [{ role: 'user', content: 'Hi' }];
const WHOLE = { model: 'm', max_tokens: 10, messages: MESSAGES };
const STREAMED = { ...WHOLE, stream: true };

const USAGE = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
const ANSWER = JSON.stringify({
  id: 'c',
  object: 'chat.completion',
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
  usage: USAGE,
});
/** 10 input tokens at 1 and 5 output tokens at 2 dollars per million, in nanodollars. */
const COST = 20_000n;

function event(delta: object, rest: object = {}): string {
  const choices = [{ index: 0, delta, finish_reason: null }];
  return `data: ${JSON.stringify({ id: 'c', created: 1, model: 'm', choices, ...rest })}\n\n`;
}

const ROLE = event({ role: 'assistant', content: '' });
const TEXT = event({ content: 'Hello' });
const STOP = `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\n`;
const USAGE_EVENT = `data: ${JSON.stringify({ id: 'c', choices: [], usage: USAGE })}\n\n`;
const DONE = 'data: [DONE]\n\n';

const TIMERS: { at: number; callback: () => void }[] = [];
let nowMs = 0;
const clock: Clock = {
  now: () => 1_700_000_000_000 + nowMs,
  monotonic: () => nowMs,
  after(delayMs, callback) {
    const timer = { at: nowMs + delayMs, callback };
    TIMERS.push(timer);
    return () => {
      TIMERS.splice(TIMERS.indexOf(timer) >>> 0, 1);
    };
  },
};

function advance(ms: number): void {
  nowMs += ms;
  for (const timer of TIMERS.filter(({ at }) => at <= nowMs)) timer.callback();
}

function head(exchange: PlayedExchange, status: number, type: string, retryAfter?: string): void {
  exchange.listener.onHead(status, (name) => {
    if (name === 'content-type') return type;
    return name === 'retry-after' ? retryAfter : undefined;
  });
}

function answerWhole(exchange: PlayedExchange, status: number, body: string): void {
  head(exchange, status, 'application/json');
  exchange.listener.onData(Buffer.from(body));
  exchange.listener.onEnd();
}

function stream(exchange: PlayedExchange, ...events: string[]): void {
  head(exchange, 200, 'text/event-stream');
  for (const text of events) exchange.listener.onData(Buffer.from(text));
}

function errorOf(bytes: string): { code: string; message: string } {
  const text = bytes.includes('data: ') ? (bytes.split('data: ').at(-1) ?? '') : bytes;
  return JSON.parse(text).error;
}

let world: PipelineWorld;
beforeEach(() => {
  TIMERS.length = 0;
  world = createPipelineWorld(clock, 2);
});

function assertNoHoldLeft(): void {
  assert.equal(world.ledger.open.size, 0, 'every hold ends exactly once');
  assert.deepEqual(world.unexpected, []);
}

describe('a whole answer', () => {
  test('leaves only after its charge is durable', async () => {
    const commit = Promise.withResolvers<void>();
    world.ledger.commit = commit.promise;
    const { client, done } = world.call(WHOLE);
    answerWhole(await world.exchange(0), 200, ANSWER);
    await settled();
    assert.equal(client.isBegun, false);
    commit.resolve();
    await done;
    assert.equal(client.status, 200);
    assert.equal(client.bytes, ANSWER);
    assert.deepEqual(client.headers.slice(-2), ['x-cost', '0.00002']);
    const [record] = world.ledger.records;
    assert.equal(record?.cost, COST);
    assert.equal(record?.source, 'provider');
    assertNoHoldLeft();
  });

  test('is read to its end and charged when the client is gone', async () => {
    const { client, done } = world.call(WHOLE);
    const exchange = await world.exchange(0);
    client.hangUp();
    assert.equal(exchange.isAborted, false);
    answerWhole(exchange, 200, ANSWER);
    await done;
    assert.equal(world.ledger.records[0]?.outcome, 'aborted');
    assert.equal(world.ledger.records[0]?.cost, COST);
    assertNoHoldLeft();
  });

  test('without usage is counted and marked as an estimate', async () => {
    const { done } = world.call(WHOLE);
    answerWhole(await world.exchange(0), 200, ANSWER.replace(/,"usage":.*}$/, '}'));
    await done;
    assert.equal(world.ledger.records[0]?.source, 'estimate');
    assert.equal(world.ledger.records[0]?.usage.output, 'Hello'.length);
  });

  test('cannot give away the secret of the attempt', async () => {
    const { client, done } = world.call(WHOLE);
    answerWhole(await world.exchange(0), 200, ANSWER.replace('Hello', 'secret-of-up1'));
    await done;
    assert.equal(client.status, 200);
    assert.ok(!client.bytes.includes('secret-of-up1'));
  });

  test('that cannot be read is the upstream’s fault and tried elsewhere', async () => {
    const { client, done } = world.call(WHOLE);
    answerWhole(await world.exchange(0), 200, '<html>');
    answerWhole(await world.exchange(1), 200, ANSWER);
    await done;
    assert.equal(client.bytes, ANSWER);
    assert.equal(world.ledger.records[0]?.attempts, 2);
  });
});

describe('a refusal of the upstream', () => {
  test('for the caller’s fault passes through and costs nothing', async () => {
    const refusal =
      '{"error":{"message":"bad role","type":"invalid_request_error","param":"messages"}}';
    const { client, done } = world.call(STREAMED);
    answerWhole(await world.exchange(0), 400, refusal);
    await done;
    assert.equal(client.status, 400);
    assert.equal(client.bytes, refusal);
    assert.equal(world.exchanges.length, 1);
    assert.deepEqual(world.ledger.records, []);
    assertNoHoldLeft();
  });

  for (const status of [401, 403, 408, 409, 429, 500, 502, 503, 529]) {
    test(`with ${status} is retried elsewhere and costs nothing`, async () => {
      const { client, done } = world.call(WHOLE);
      answerWhole(await world.exchange(0), status, '{"error":{"message":"secret-of-up1"}}');
      answerWhole(await world.exchange(1), 200, ANSWER);
      await done;
      assert.equal(client.status, 200);
      assert.equal(world.ledger.records.length, 1);
      assertNoHoldLeft();
    });
  }

  test('everywhere is 503 with a true Retry-After, and no word of the upstream', async () => {
    const { client, done } = world.call(WHOLE);
    for (const index of [0, 1]) {
      answerWhole(await world.exchange(index), 500, '{"error":{"message":"secret-of-up1"}}');
    }
    await done;
    assert.equal(client.status, 503);
    assert.equal(errorOf(client.bytes).code, 'upstream_unavailable');
    assert.ok(!client.bytes.includes('secret'));
    assertNoHoldLeft();
  });
});

describe('a single attempt that broke', () => {
  beforeEach(() => {
    world = createPipelineWorld(clock, 1);
  });

  test('in the network is 502', async () => {
    const { client, done } = world.call(WHOLE);
    (await world.exchange(0)).listener.onFault({ kind: 'connect', message: 'refused' });
    await done;
    assert.equal(client.status, 502);
    assertNoHoldLeft();
  });

  test('by the deadline is 504', async () => {
    const { client, done } = world.call(WHOLE);
    const exchange = await world.exchange(0);
    advance(3_600_000);
    await done;
    assert.equal(exchange.isAborted, true);
    assert.equal(client.status, 504);
    assertNoHoldLeft();
  });
});

describe('a stream', () => {
  test('passes as it comes; its last events wait for the charge', async () => {
    const commit = Promise.withResolvers<void>();
    world.ledger.commit = commit.promise;
    const { client, done } = world.call(STREAMED);
    const exchange = await world.exchange(0);
    stream(exchange, ROLE, TEXT);
    assert.equal(client.bytes, ROLE + TEXT);
    for (const text of [STOP, USAGE_EVENT, DONE]) exchange.listener.onData(Buffer.from(text));
    exchange.listener.onEnd();
    await settled();
    assert.equal(client.bytes, ROLE + TEXT + STOP);
    assert.equal(client.isEnded, false);
    commit.resolve();
    await done;
    assert.equal(client.bytes, ROLE + TEXT + STOP + DONE);
    assert.equal(world.ledger.records[0]?.cost, COST);
    assertNoHoldLeft();
  });

  test('that breaks before content is tried elsewhere, unseen by the client', async () => {
    const { client, done } = world.call(STREAMED);
    const first = await world.exchange(0);
    stream(first, ROLE);
    first.listener.onFault({ kind: 'reset', message: 'reset' });
    const second = await world.exchange(1);
    stream(second, ROLE, TEXT, STOP, USAGE_EVENT, DONE);
    second.listener.onEnd();
    await done;
    assert.equal(client.bytes, ROLE + TEXT + STOP + DONE);
    assert.equal(world.ledger.records.length, 1);
  });

  test('whose first event is an error is tried elsewhere', async () => {
    const { client, done } = world.call(STREAMED);
    stream(await world.exchange(0), 'data: {"error":{"message":"overloaded","code":503}}\n\n');
    const second = await world.exchange(1);
    stream(second, TEXT, STOP, USAGE_EVENT, DONE);
    second.listener.onEnd();
    await done;
    assert.equal(client.bytes, TEXT + STOP + DONE);
  });

  test('cut after content ends with an error event, without [DONE], charged as delivered', async () => {
    const { client, done } = world.call(STREAMED);
    const exchange = await world.exchange(0);
    stream(exchange, ROLE, TEXT);
    exchange.listener.onFault({ kind: 'reset', message: 'reset' });
    await done;
    assert.equal(errorOf(client.bytes).code, 'upstream_error');
    assert.ok(!client.bytes.includes('[DONE]'));
    assert.equal(client.isEnded, true);
    const [record] = world.ledger.records;
    assert.equal(record?.outcome, 'cut');
    assert.equal(record?.source, 'estimate');
    assert.equal(record?.usage.output, 'Hello'.length);
    assert.equal(world.exchanges.length, 1);
    assertNoHoldLeft();
  });

  test('that ends without a finish after content is a cut', async () => {
    const { client, done } = world.call(STREAMED);
    const exchange = await world.exchange(0);
    stream(exchange, ROLE, TEXT);
    exchange.listener.onEnd();
    await done;
    assert.equal(errorOf(client.bytes).code, 'upstream_error');
  });

  test('passes on the upstream’s own error event after content', async () => {
    const { client, done } = world.call(STREAMED);
    const exchange = await world.exchange(0);
    stream(exchange, ROLE, TEXT, 'data: {"error":{"message":"overloaded"}}\n\n');
    exchange.listener.onEnd();
    await done;
    assert.equal(errorOf(client.bytes).message, 'overloaded');
    assert.equal(world.ledger.records[0]?.outcome, 'cut');
  });

  test('whose client hangs up stops the upstream at once and is charged as delivered', async () => {
    const { client, done } = world.call(STREAMED);
    const exchange = await world.exchange(0);
    stream(exchange, ROLE, TEXT);
    client.hangUp();
    assert.equal(exchange.isAborted, true);
    exchange.listener.onFault({ kind: 'aborted', message: '' });
    await done;
    const [record] = world.ledger.records;
    assert.equal(record?.outcome, 'aborted');
    assert.equal(record?.source, 'estimate');
    assertNoHoldLeft();
  });

  test('whose client hangs up before any reply costs nothing', async () => {
    const { client, done } = world.call(STREAMED);
    const exchange = await world.exchange(0);
    client.hangUp();
    await done;
    assert.equal(exchange.isAborted, true);
    assert.deepEqual(world.ledger.records, []);
    assertNoHoldLeft();
  });

  test('waits for a slow reader instead of growing', async () => {
    const { client, done } = world.call(STREAMED);
    const exchange = await world.exchange(0);
    client.isSlow = true;
    stream(exchange, ROLE, TEXT);
    assert.equal(exchange.isPaused, true);
    client.catchUp();
    assert.equal(exchange.isPaused, false);
    stream(exchange, STOP, USAGE_EVENT, DONE);
    exchange.listener.onEnd();
    await done;
    assert.equal(client.isEnded, true);
  });

  test('ends with an error event when the server stops', async () => {
    const { client, done } = world.call(STREAMED);
    const exchange = await world.exchange(0);
    stream(exchange, ROLE, TEXT);
    world.running.stopAll();
    await done;
    assert.equal(exchange.isAborted, true);
    assert.equal(errorOf(client.bytes).code, 'service_unavailable');
    assert.equal(world.ledger.records.length, 1);
    assertNoHoldLeft();
  });
});

describe('the hold', () => {
  test('that the balance does not cover refuses before anything is sent', async () => {
    world.ledger.free = 100n;
    const { client, done } = world.call(WHOLE);
    await done;
    assert.equal(client.status, 402);
    assert.equal(errorOf(client.bytes).code, 'insufficient_balance');
    assert.equal(world.exchanges.length, 0);
  });

  test('of a request without a bound takes what the balance affords and bounds the answer', async () => {
    const { max_tokens: _, ...unbounded } = WHOLE;
    world.ledger.free = 500_000n;
    const { done } = world.call(unbounded);
    const { request } = await world.exchange(0);
    const sent = JSON.parse(request.body.toString());
    assert.ok(sent.max_tokens >= 16 && sent.max_tokens < 100);
    answerWhole(await world.exchange(0), 200, ANSWER);
    await done;
    assertNoHoldLeft();
  });

  test('of a running stream grows, and where it cannot the answer ends with length', async () => {
    const { max_tokens: _, ...unbounded } = STREAMED;
    const { client, done } = world.call({ ...unbounded, stream_options: { include_usage: true } });
    const exchange = await world.exchange(0);
    stream(exchange, ROLE, TEXT);
    world.ledger.free = 0n;
    exchange.listener.onData(Buffer.from(event({ content: 'x'.repeat(2_000) })));
    await done;
    assert.equal(exchange.isAborted, true);
    assert.match(client.bytes, /"finish_reason":"length"/);
    assert.match(client.bytes, /"usage":{"prompt_tokens":\d+,"completion_tokens":2005/);
    assert.ok(client.bytes.endsWith(DONE));
    assert.equal(world.ledger.records[0]?.outcome, 'length');
    assertNoHoldLeft();
  });
});

test('Factor multiplies the charge, Rates only what is shown', async () => {
  const { client, done } = world.call(WHOLE, {
    factor: 2_000_000n as never,
    rates: 3_000_000n as never,
  });
  answerWhole(await world.exchange(0), 200, ANSWER);
  await done;
  assert.equal(world.ledger.records[0]?.cost, nanodollars(COST * 2n));
  assert.deepEqual(client.headers.slice(-2), ['x-cost', '0.00012']);
});

describe('a silent stream', () => {
  const SILENT = { model: 'gpt-4o', stream: true, messages: [{ role: 'user', content: 'Hi' }] };

  /** Looks as often as it takes in so many milliseconds. */
  function wait(ms: number): void {
    for (let passed = 0; passed < ms; passed += 250) {
      const due = TIMERS.splice(0);
      nowMs += 250;
      for (const { callback } of due) callback();
    }
  }

  test('is kept open with comments before and between its events', async () => {
    const { client, done } = world.call(SILENT);
    const upstream = await world.exchange(0);
    wait(10_000);
    assert.equal(client.bytes, ': keep-alive\n\n');
    stream(upstream, ROLE, TEXT);
    wait(9_750);
    stream(upstream, TEXT);
    wait(9_750);
    assert.equal(client.bytes, `: keep-alive\n\n${ROLE}${TEXT}${TEXT}`);
    wait(250);
    stream(upstream, STOP, USAGE_EVENT, DONE);
    upstream.listener.onEnd();
    await done;
    assert.ok(client.bytes.startsWith(`: keep-alive\n\n${ROLE}${TEXT}${TEXT}: keep-alive\n\n`));
    assert.ok(client.bytes.endsWith(DONE));
    assertNoHoldLeft();
  });

  test('that fails after all ends with an error event and without its end marker', async () => {
    const { client, done } = world.call(SILENT);
    const upstream = await world.exchange(0);
    wait(10_000);
    answerWhole(upstream, 400, JSON.stringify({ error: { message: 'No.', type: 'x' } }));
    await done;
    assert.equal(client.status, 200);
    assert.match(client.bytes, /^: keep-alive\n\ndata: \{"error":\{"message":"No\."/);
    assert.doesNotMatch(client.bytes, /\[DONE\]/);
    assertNoHoldLeft();
  });

  test('that fails over goes on in the same answer', async () => {
    const { client, done } = world.call(SILENT);
    const first = await world.exchange(0);
    wait(10_000);
    answerWhole(first, 500, '{}');
    const second = await world.exchange(1);
    stream(second, ROLE, TEXT, STOP, USAGE_EVENT, DONE);
    second.listener.onEnd();
    await done;
    assert.ok(client.bytes.startsWith(`: keep-alive\n\n${ROLE}${TEXT}`));
    assert.ok(client.bytes.endsWith(DONE));
    assertNoHoldLeft();
  });
});
