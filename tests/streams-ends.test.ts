import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createGate, type Ending, sseReply } from '@meridian/testkit';
import { openStream } from './support/read-stream.ts';
import { type Service, startService } from './support/service.ts';
import { bareUsage, content, DONE, finish, START, usage } from './support/sse-chunks.ts';

let service: Service;
before(async () => {
  service = await startService();
});
after(() => service[Symbol.asyncDispose]());

const open = (model: string, more: object = {}) =>
  openStream(service.url, service.key, { model, ...more });
const balance = async (): Promise<number> => (await service.world.account.view()).Balance;

interface ErrorEvent {
  readonly error: Readonly<Record<string, unknown>>;
}

/** The last event of a text, which has to be an error; there may be no `[DONE]`. */
function finalError(text: string): ErrorEvent['error'] {
  assert.ok(!text.includes('[DONE]'), text);
  const last = text.trimEnd().split('\n\n').at(-1) ?? '';
  assert.match(last, /^data: \{"error":/);
  return (JSON.parse(last.slice(6)) as ErrorEvent).error;
}

describe('an answer that the upstream cuts', () => {
  const endings: readonly Ending[] = ['cut', 'reset', 'complete'];
  for (const ending of endings) {
    test(`in the middle (${ending}) ends with an error, and what came is charged`, async () => {
      await using model = await service.addModel();
      const gate = createGate();
      const events = [START, content('One two three'), content(' four')];
      model.upstream.enqueue(sseReply([...events, gate], { ending }));
      const stream = await open(model.name);
      assert.equal(await stream.readUntil('four'), events.join(''));
      gate.open();
      const error = finalError(await stream.readAll());
      assert.deepEqual(
        { ...error, message: '' },
        {
          message: '',
          type: 'upstream_error',
          code: 'upstream_error',
          param: null,
          status: 502,
        },
      );
      const record = await service.usageOf(stream.requestId);
      assert.equal(record.outcome, 'cut');
      assert.equal(record.usage_source, 'estimate');
      assert.equal(record.usage.output, 4);
      assert.ok(Number(record.charge.cost) > 0);
    });
  }

  test('charges its own figures where it had told some, marked as a part', async () => {
    await using model = await service.addModel();
    const events = [
      START,
      content('One', `,${usage(50, 1)}`),
      content(' two', `,${usage(50, 20)}`),
    ];
    model.upstream.enqueue(sseReply(events, { ending: 'cut' }));
    const stream = await open(model.name);
    finalError(await stream.readAll());
    const record = await service.usageOf(stream.requestId);
    assert.equal(record.outcome, 'cut');
    assert.equal(record.usage_source, 'partial');
    assert.equal(record.usage.input, 50);
    assert.equal(record.usage.output, 20);
  });

  test('before any content is no answer: a plain error, nothing charged', async () => {
    for (const ending of endings) {
      await using model = await service.addModel();
      model.upstream.enqueue(sseReply([': wait\n\n', START], { ending }));
      const credit = await balance();
      const stream = await open(model.name);
      assert.equal(stream.status, 502);
      const { error } = JSON.parse(await stream.readAll());
      assert.equal(error.code, 'upstream_error');
      assert.equal(await balance(), credit);
    }
  });

  test('between bytes of one event never shows the half of it', async () => {
    await using model = await service.addModel();
    const half = content('never seen').slice(0, -20);
    model.upstream.enqueue(sseReply([START, content('One'), half], { ending: 'reset' }));
    const stream = await open(model.name);
    const text = await stream.readAll();
    assert.ok(!text.includes('never seen'), text);
    finalError(text);
  });

  test('behind [DONE] has told everything: it is complete', async () => {
    await using model = await service.addModel();
    const events = [START, content('One'), finish(), bareUsage(11, 3), DONE];
    const gate = createGate();
    model.upstream.enqueue(sseReply([...events, gate], { ending: 'reset' }));
    const stream = await open(model.name, { stream_options: { include_usage: true } });
    await gate.reached;
    gate.open();
    assert.equal(await stream.readAll(), events.join(''));
    const record = await service.usageOf(stream.requestId);
    assert.equal(record.outcome, 'complete');
    assert.deepEqual([record.usage.input, record.usage.output], [11, 3]);
  });

  test('a connection that stays open behind [DONE] keeps nobody waiting', async () => {
    await using model = await service.addModel();
    const events = [START, content('One'), finish(), bareUsage(11, 3), DONE];
    model.upstream.enqueue(sseReply(events, { ending: 'never' }));
    const stream = await open(model.name, { stream_options: { include_usage: true } });
    assert.equal(await stream.readAll(), events.join(''));
    const record = await service.usageOf(stream.requestId);
    assert.equal(record.outcome, 'complete');
    assert.ok((await model.upstream.requests[0]?.aborted)! > 0);
  });
});

describe('a client that leaves', () => {
  test('stops the upstream within 100 ms, and the part is charged and marked', async (t) => {
    await using model = await service.addModel();
    const delays: number[] = [];
    for (let round = 1; round <= 15; round++) {
      const gate = createGate();
      model.upstream.enqueue(
        sseReply([START, content('One two three'), gate], { ending: 'never' }),
      );
      const stream = await open(model.name);
      await stream.readUntil('three');
      const leftAt = performance.now();
      stream.abort();
      const request = await model.upstream.request(round);
      delays.push((await request.aborted) - leftAt);
      const record = await service.usageOf(stream.requestId);
      assert.equal(record.outcome, 'aborted');
      assert.equal(record.usage_source, 'estimate');
      assert.equal(record.usage.output, 3);
    }
    delays.sort((a, b) => a - b);
    const [median = 0, most = 0] = [delays[7], delays.at(-1)];
    t.diagnostic(
      `upstream stopped after ${median.toFixed(1)} ms (median), ${most.toFixed(1)} at most`,
    );
    // The median, because a busy machine can hold up any single one.
    assert.ok(median < 100, `${median} ms`);
  });

  test('while the upstream writes without end stops it too', async () => {
    await using model = await service.addModel();
    function* endless(): Generator<string> {
      yield START;
      for (;;) yield content(' word');
    }
    model.upstream.enqueue(sseReply(endless()));
    const stream = await open(model.name);
    await stream.readUntil(' word');
    stream.abort();
    await (await model.upstream.request(1)).aborted;
    const record = await service.usageOf(stream.requestId);
    assert.equal(record.outcome, 'aborted');
    assert.ok(record.usage.output! >= 1);
  });

  test('before the upstream answers stops it, and nothing is charged', async () => {
    await using model = await service.addModel();
    const gate = createGate();
    model.upstream.enqueue(sseReply([START], { headersGate: gate }));
    const credit = await balance();
    const leaving = new AbortController();
    const asked = service.world.account.api.request('POST', '/v1/chat/completions', {
      body: { model: model.name, messages: [{ role: 'user', content: 'x' }], stream: true },
      signal: leaving.signal,
    });
    await gate.reached;
    leaving.abort();
    await assert.rejects(asked);
    await (await model.upstream.request(1)).aborted;
    assert.equal(await balance(), credit);
  });

  test('after the last token, before the last bytes, pays the whole answer', async () => {
    await using model = await service.addModel();
    const gate = createGate();
    model.upstream.enqueue(
      sseReply([START, content('One'), finish(), bareUsage(40, 30), gate], { ending: 'never' }),
    );
    const stream = await open(model.name);
    await stream.readUntil('stop');
    await gate.reached;
    stream.abort();
    const record = await service.usageOf(stream.requestId);
    assert.equal(record.usage_source, 'partial');
    assert.deepEqual([record.usage.input, record.usage.output], [40, 30]);
  });
});
