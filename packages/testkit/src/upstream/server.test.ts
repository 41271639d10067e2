import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createGate } from '../gate.ts';
import { chatChunks } from './chat-wire.ts';
import { errorReply, jsonReply, splitBytes, splitEvents, sseReply } from './reply.ts';
import { createFakeUpstream, type FakeUpstream } from './server.ts';

const PATH = '/v1/chat/completions';

function post(upstream: FakeUpstream, body: unknown, signal?: AbortSignal): Promise<Response> {
  return fetch(upstream.url + PATH, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'X-Tag': 'one' },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
}

/** What a client without manners sees: every byte up to the end of the connection. */
async function rawExchange(upstream: FakeUpstream): Promise<string> {
  const socket = connect(Number(new URL(upstream.url).port), '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  return Buffer.concat(await socket.toArray()).toString('latin1');
}

test('the standing answer counts exactly the tokens it sends, whole and streamed', async () => {
  await using upstream = await createFakeUpstream();
  const whole = await post(upstream, { model: 'm', max_tokens: 5, n: 2 });
  const body = (await whole.json()) as { id: string; choices: { message: { content: string } }[] };
  assert.deepEqual(
    body.choices.map((choice) => choice.message.content.trim().split(' ').length),
    [5, 5],
  );
  const streamed = await post(upstream, {
    model: 'm',
    max_tokens: 3,
    stream: true,
    stream_options: { include_usage: true },
  });
  assert.equal(streamed.headers.get('content-type'), 'text/event-stream');
  const text = await streamed.text();
  assert.equal(text.match(/"content":" word\d"/g)?.length, 3);
  assert.ok(text.endsWith('data: [DONE]\n\n'));
  assert.deepEqual(
    upstream.requests.map((request) => request.reported),
    [
      { answerId: 'chatcmpl-1', prompt: 8, completion: 10 },
      { answerId: 'chatcmpl-2', prompt: 8, completion: 3 },
    ],
  );
});

test('requests are recorded as they came and in order', async () => {
  await using upstream = await createFakeUpstream();
  const second = upstream.request(2);
  await (await post(upstream, { model: 'a', text: 'ü' })).text();
  await (await post(upstream, { model: 'b' })).text();
  const [first] = upstream.requests;
  assert.equal(first?.method, 'POST');
  assert.equal(first?.path, PATH);
  assert.equal(first?.headers['x-tag'], 'one');
  assert.ok(first?.rawHeaders.includes('X-Tag') || first?.rawHeaders.includes('x-tag'));
  assert.equal(first?.body.toString(), '{"model":"a","text":"ü"}');
  assert.deepEqual((await second).json(), { model: 'b' });
  assert.equal(await first?.finished, 'complete');
});

test('queued answers go first, one each, then the handler is asked', async () => {
  await using upstream = await createFakeUpstream();
  upstream.enqueue(errorReply(429, { retryAfter: '7', code: 'rate_limit_exceeded' }));
  upstream.enqueue((request) => jsonReply({ number: request.number }));
  upstream.handle(() => jsonReply({ handled: true }, { status: 201, contentType: null }));
  const limited = await post(upstream, {});
  assert.equal(limited.status, 429);
  assert.equal(limited.headers.get('retry-after'), '7');
  assert.equal(
    ((await limited.json()) as { error: { code: string } }).error.code,
    'rate_limit_exceeded',
  );
  assert.deepEqual(await (await post(upstream, {})).json(), { number: 2 });
  const handled = await post(upstream, {});
  assert.equal(handled.status, 201);
  assert.equal(handled.headers.get('content-type'), null);
  assert.deepEqual(await handled.json(), { handled: true });
});

test('gates hold back the headers and the parts until the test opens them', async () => {
  await using upstream = await createFakeUpstream();
  const [headers, middle] = [createGate(), createGate()];
  upstream.enqueue(sseReply(['data: 1\n\n', middle, 'data: 2\n\n'], { headersGate: headers }));
  let hasAnswered = false;
  const answering = post(upstream, {}).then((response) => {
    hasAnswered = true;
    return response;
  });
  await headers.reached;
  assert.equal(hasAnswered, false);
  headers.open();
  const reader = (await answering).body!.getReader();
  assert.equal(Buffer.from((await reader.read()).value!).toString(), 'data: 1\n\n');
  await middle.reached;
  assert.equal(upstream.requests[0]?.sentText, 'data: 1\n\n');
  middle.open();
  assert.equal(Buffer.from((await reader.read()).value!).toString(), 'data: 2\n\n');
  assert.equal((await reader.read()).done, true);
});

test('a stream split at every byte arrives byte for byte, each part as its own chunk', async () => {
  await using upstream = await createFakeUpstream();
  const stream = 'data: {"text":"grüße 🌍"}\r\n\r\ndata: [DONE]\n\n';
  upstream.enqueue(sseReply(splitBytes(stream)), sseReply(splitEvents(stream)));
  const raw = await rawExchange(upstream);
  assert.equal(raw.match(/\r\n1\r\n/g)?.length, Buffer.byteLength(stream));
  const response = await post(upstream, {});
  assert.equal(await response.text(), stream);
});

test('an answer cut in the middle breaks the body after the bytes that were sent', async () => {
  await using upstream = await createFakeUpstream();
  for (const ending of ['cut', 'reset'] as const) {
    const gate = createGate();
    upstream.enqueue(sseReply(['data: 1\n\n', gate], { ending }));
    const reader = (await post(upstream, {})).body!.getReader();
    assert.equal(Buffer.from((await reader.read()).value!).toString(), 'data: 1\n\n');
    gate.open();
    await assert.rejects(reader.read());
    assert.equal(upstream.requests.at(-1)?.outcome, 'cut');
    assert.equal(upstream.requests.at(-1)?.abortedAtMs, null);
  }
});

test('an endless answer ends when the client leaves, and the moment is recorded', async () => {
  await using upstream = await createFakeUpstream();
  function* endless(): Generator<string> {
    for (;;) yield 'data: x\n\n';
  }
  upstream.enqueue(sseReply(endless()), sseReply(['data: y\n\n'], { ending: 'never' }));
  for (const number of [1, 2]) {
    const leaving = new AbortController();
    const reader = (await post(upstream, {}, leaving.signal)).body!.getReader();
    await reader.read();
    assert.equal(upstream.requests[number - 1]?.outcome, 'running');
    leaving.abort();
    await assert.rejects(reader.read());
    const request = await upstream.request(number);
    assert.equal(await request.aborted, request.abortedAtMs);
    assert.ok(request.abortedAtMs! >= request.receivedAtMs);
    assert.equal(request.reported, null);
  }
});

test('a reader that stops reading stops the writer', async () => {
  await using upstream = await createFakeUpstream();
  const piece = `data: ${'x'.repeat(64 * 1024)}\n\n`;
  let produced = 0;
  function* endless(): Generator<string> {
    for (;;) {
      produced++;
      yield piece;
    }
  }
  upstream.enqueue(sseReply(endless()));
  const socket = connect(Number(new URL(upstream.url).port), '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'readable');
  // The kernel's buffers fill within a bounded number of turns; then nothing more is produced.
  const limit = (64 * 1024 * 1024) / piece.length;
  let before = -1;
  for (let quiet = 0; quiet < 50 && produced < limit; ) {
    quiet = produced === before ? quiet + 1 : 0;
    before = produced;
    await nextTurn();
  }
  assert.ok(produced < limit, `${produced} pieces`);
  socket.destroy();
  await (await upstream.request(1)).aborted;
});

test('raw bytes, false lengths and gzip leave as scripted', async () => {
  await using upstream = await createFakeUpstream();
  upstream.enqueue({ raw: ['HTTP/1.1 200 OK\r\ncontent-length: nonsense\r\n\r\n', 'x'] });
  assert.equal(await rawExchange(upstream), 'HTTP/1.1 200 OK\r\ncontent-length: nonsense\r\n\r\nx');
  assert.equal(upstream.requests[0]?.outcome, 'cut');

  upstream.enqueue(jsonReply({ a: 1 }, { contentLength: 100, ending: 'cut' }));
  await assert.rejects(async () => (await post(upstream, {})).text());

  upstream.enqueue(sseReply(['data: 1\n\n', 'data: 2\n\n'], { gzip: true }));
  const zipped = await post(upstream, {});
  assert.equal(zipped.headers.get('content-encoding'), 'gzip');
  assert.equal(await zipped.text(), 'data: 1\n\ndata: 2\n\n');
});

test('a cut stream reports its usage only when the usage was sent', async () => {
  await using upstream = await createFakeUpstream();
  const events = [...chatChunks({ completionTokens: 2, includeUsage: true })];
  upstream.enqueue(
    sseReply(events.slice(0, 3), { ending: 'cut' }),
    sseReply(events.slice(0, -1), { ending: 'cut' }),
  );
  for (const number of [1, 2]) {
    await assert.rejects(async () => (await post(upstream, {})).text());
    await (await upstream.request(number)).finished;
  }
  assert.equal(upstream.requests[0]?.reported, null);
  assert.deepEqual(upstream.requests[1]?.reported, {
    answerId: 'chatcmpl-1',
    prompt: 8,
    completion: 2,
  });
});

test('disposing closes idle and running connections and tells of a handler that threw', async () => {
  const upstream = await createFakeUpstream();
  upstream.handle(() => {
    throw new Error('the script is wrong');
  });
  await assert.rejects(post(upstream, {}));
  upstream.enqueue(sseReply(['data: 1\n\n'], { ending: 'never' }));
  const reader = (await post(upstream, {})).body!.getReader();
  await reader.read();
  await assert.rejects(
    async () => upstream[Symbol.asyncDispose](),
    (error: AggregateError) => /the script is wrong/.test(String(error.errors[0])),
  );
  await assert.rejects(reader.read());
  assert.equal(upstream.openSockets, 0);
});
