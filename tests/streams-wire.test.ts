import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { chatCompletion, jsonReply, type Reply, sseReply } from '@meridian/testkit';
import { type Service, startService } from './support/service.ts';
import { bareUsage, content, DONE, finish, START } from './support/sse-chunks.ts';
import { assertUnharmed } from './support/unharmed.ts';

let service: Service;
before(async () => {
  service = await startService();
});
after(async () => {
  await using stack = new AsyncDisposableStack();
  stack.use(service);
  await assertUnharmed(service.world.server);
});

const EVENTS = [START, content('Grüße'), finish(), bareUsage(11, 3), DONE];
const BODY = EVENTS.join('');
const SHOWN = [START, content('Grüße'), finish(), DONE].join('');
const ANSWER = JSON.stringify(chatCompletion({ completionTokens: 3 }));

const ask = (model: string, stream: boolean) =>
  service.world.account.api.request('POST', '/v1/chat/completions', {
    body: { model, messages: [{ role: 'user', content: 'x' }], stream },
  });

const raw = (head: string, body: string): Reply => ({ raw: [`${head}\r\n\r\n${body}`] });
const chunked = (body: string): string =>
  `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`;
const CHUNKED = 'transfer-encoding: chunked\r\ncontent-type: text/event-stream';

describe('a stream is understood', () => {
  const forms: Readonly<Record<string, Reply>> = {
    'without a content-type': sseReply(EVENTS, { contentType: null }),
    'with parameters behind the content-type': sseReply(EVENTS, {
      contentType: 'Text/Event-Stream;charset=UTF-8',
    }),
    'with a content-length': sseReply([BODY], { contentLength: Buffer.byteLength(BODY) }),
    'in one piece': sseReply([BODY]),
    'compressed although nobody asked for that': sseReply(EVENTS, { gzip: true }),
    'compressed as one': sseReply([brotliCompressSync(BODY)], {
      headers: { 'content-encoding': 'br' },
    }),
    'from an HTTP/1.0 server that ends by closing': raw(
      'HTTP/1.0 200 OK\r\ncontent-type: text/event-stream',
      BODY,
    ),
    'behind interim responses': raw(
      `HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n${CHUNKED}`,
      chunked(BODY),
    ),
    'with chunk extensions and trailers': raw(
      `HTTP/1.1 200 OK\r\n${CHUNKED}\r\ntrailer: x-late`,
      `${Buffer.byteLength(BODY).toString(16)};a=b\r\n${BODY}\r\n0\r\nx-late: yes\r\n\r\n`,
    ),
  };
  for (const [title, reply] of Object.entries(forms)) {
    test(title, async () => {
      await using model = await service.addModel();
      model.upstream.enqueue(reply);
      const answer = await ask(model.name, true);
      assert.equal(answer.text, SHOWN);
      assert.equal(answer.headers.get('content-type'), 'text/event-stream; charset=utf-8');
      const { usage, outcome } = await service.usageOf(answer.headers.get('x-request-id'));
      assert.deepEqual([usage.input, usage.output, outcome], [11, 3, 'complete']);
    });
  }

  const spellings: Readonly<Record<string, string>> = {
    'line ends of Windows': BODY.replaceAll('\n', '\r\n'),
    'no space behind the colon': BODY.replaceAll('data: ', 'data:'),
    'comments between the events': `: hello\n\n${EVENTS.join(': keep-alive\n\n')}`,
    'other fields in the events': EVENTS.map(
      (text) => `id: 7\nevent: message\nretry: 10\n${text}`,
    ).join(''),
    'comments inside the events': EVENTS.map((text) => `: about\n${text}`).join(''),
    'more blank lines than needed': EVENTS.join('\n\n\n'),
  };
  for (const [title, body] of Object.entries(spellings)) {
    test(`spelled with ${title}`, async () => {
      await using model = await service.addModel();
      model.upstream.enqueue(sseReply([body]));
      const client = service.openai();
      const { data, request_id } = await client.chat.completions
        .create({ model: model.name, messages: [{ role: 'user', content: 'x' }], stream: true })
        .withResponse();
      let text = '';
      for await (const chunk of data) text += chunk.choices[0]?.delta.content ?? '';
      assert.equal(text, 'Grüße');
      const { usage, outcome } = await service.usageOf(request_id);
      assert.deepEqual([usage.input, usage.output, outcome], [11, 3, 'complete']);
    });
  }

  test('after a long wait with nothing but comments', async () => {
    await using model = await service.addModel();
    const comments = Array.from({ length: 1_000 }, () => `: ${'.'.repeat(500)}\n\n`);
    model.upstream.enqueue(sseReply([...comments, ...EVENTS]));
    const answer = await ask(model.name, true);
    assert.ok(answer.text.endsWith(SHOWN));
    const { usage } = await service.usageOf(answer.headers.get('x-request-id'));
    assert.deepEqual([usage.input, usage.output], [11, 3]);
  });
});

describe('a reply that is no answer is a 502 that costs nothing, and the next request works', () => {
  const both: Readonly<Record<string, Reply>> = {
    'an empty body': { parts: [], contentLength: 0 },
    'a redirect': jsonReply({}, { status: 302, headers: { location: 'http://127.0.0.1:1/' } }),
    'no content': { parts: [], status: 204, contentType: null },
    'another success': jsonReply(JSON.parse(ANSWER), { status: 201 }),
    'a page': { parts: ['<html>Welcome</html>'], contentType: 'text/html' },
    'an error with a success status': jsonReply({ error: { message: 'no' } }),
    'broken JSON': { parts: [ANSWER.slice(0, -5)] },
    'JSON of something else': jsonReply({ id: 'x', data: [] }),
    'JSON null': jsonReply(null),
    'garbage instead of HTTP': { raw: ['\u0000\u0001 this is no HTTP\r\n\r\n'] },
    'a switch of protocols': {
      raw: ['HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
    },
    'a status line that breaks off': { raw: ['HTTP/1.1 20'], ending: 'reset' },
    'nothing at all': { raw: [], ending: 'reset' },
    'headers without end': { raw: ['HTTP/1.1 200 OK\r\n', `x-a: ${'a'.repeat(200_000)}`] },
    'two content-lengths': raw(
      'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 7',
      'hello',
    ),
    'a content-length that is no number': raw('HTTP/1.1 200 OK\r\ncontent-length: nonsense', 'x'),
    'a broken chunk size': raw(`HTTP/1.1 200 OK\r\n${CHUNKED}`, 'zz\r\nhello\r\n0\r\n\r\n'),
  };
  const whole: Readonly<Record<string, Reply>> = {
    'a stream instead of a whole answer': sseReply(EVENTS),
    'a body that is shorter than its content-length': {
      parts: [ANSWER],
      contentLength: ANSWER.length + 10,
      ending: 'cut',
    },
    'a body that is longer than its content-length': raw(
      `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${ANSWER.length - 10}`,
      ANSWER,
    ),
    'a body that is compressed in a way of its own': {
      parts: [gzipSync(ANSWER)],
      headers: { 'content-encoding': 'compress' },
    },
    'a compressed body that breaks off': {
      parts: [gzipSync(ANSWER).subarray(0, -10)],
      headers: { 'content-encoding': 'gzip' },
    },
  };
  const streamed: Readonly<Record<string, Reply>> = {
    'a whole answer instead of a stream': { parts: [ANSWER] },
    'a stream that is not compressed as it says': sseReply(EVENTS, {
      headers: { 'content-encoding': 'gzip' },
    }),
    'an event without end': sseReply([`data: ${'x'.repeat(49 * 1024 * 1024)}`]),
    'a stream of something else': sseReply(['data: hello\n\n', 'data: {"a":1}\n\n']),
  };
  const cases = [
    ...Object.entries({ ...both, ...whole }).map((entry) => [...entry, false] as const),
    ...Object.entries({ ...both, ...streamed }).map((entry) => [...entry, true] as const),
  ];
  for (const [title, reply, isStream] of cases) {
    test(`${title} (${isStream ? 'streamed' : 'whole'})`, async () => {
      await using model = await service.addModel();
      model.upstream.enqueue(reply);
      const credit = (await service.world.account.view()).Balance;
      const answer = await ask(model.name, isStream);
      assert.equal(answer.status, 502, answer.text.slice(0, 500));
      const { error } = answer.json<{ error: { code: string; type: string } }>();
      assert.deepEqual([error.code, error.type], ['upstream_error', 'upstream_error']);
      assert.equal((await service.world.account.view()).Balance, credit);
      const next = await ask(model.name, isStream);
      assert.equal(next.status, 200, next.text);
    });
  }
});

test('a compressed answer is passed on plain, and errors that are compressed are understood', async () => {
  await using model = await service.addModel();
  const headers = { 'content-encoding': 'gzip' };
  model.upstream.enqueue({ parts: [gzipSync(ANSWER)], headers });
  const answer = await ask(model.name, false);
  assert.deepEqual([answer.status, answer.text], [200, ANSWER]);
  assert.equal(answer.headers.get('content-encoding'), null);
  const said = JSON.stringify({ error: { message: 'no such thing', type: 'x', code: null } });
  model.upstream.enqueue({ parts: [gzipSync(said)], headers, status: 400 });
  const refused = await ask(model.name, false);
  assert.deepEqual([refused.status, refused.text], [400, said]);
  const [request] = model.upstream.requests;
  assert.equal(request?.headers['accept-encoding'], 'identity');
});

test('an answer of 20 MiB passes; one beyond the limit is refused', async () => {
  await using model = await service.addModel();
  const big = (mebibytes: number): Reply => {
    const piece = 'x'.repeat(1024 * 1024);
    const body = [
      '{"choices":[{"message":{"content":"',
      ...Array.from({ length: mebibytes }, () => piece),
      '"}}],"usage":{"prompt_tokens":1,"completion_tokens":1}}',
    ];
    return { parts: body };
  };
  model.upstream.enqueue(big(20));
  const passed = await ask(model.name, false);
  assert.equal(passed.status, 200);
  assert.ok(passed.text.length > 20 * 1024 * 1024);
  model.upstream.enqueue(big(65));
  assert.equal((await ask(model.name, false)).status, 502);
});
