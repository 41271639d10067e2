import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { assertShaped } from './support/error-shape.ts';
import { CHAT, createRawChat, type RawChat } from './support/raw-chat.ts';
import { exchangeRaw } from './support/raw-http.ts';
import { type ServedModel, type Service, startService } from './support/service.ts';
import { assertUnharmed } from './support/unharmed.ts';
import { until } from './support/until.ts';

let service: Service;
let model: ServedModel;
let raw: RawChat;
before(async () => {
  service = await startService();
  model = await service.addModel();
  raw = createRawChat(service, model);
});
after(async () => {
  await using stack = new AsyncDisposableStack();
  stack.use(service);
  stack.use(model);
  await assertUnharmed(service.world.server);
});

describe('requests that are unusual but valid are served', () => {
  const isAnswered = async (bytes: string, answers = 1): Promise<void> => {
    const exchange = await exchangeRaw(service.url, [bytes], { answers });
    const final = exchange.answers.filter(({ status }) => status >= 200);
    assert.deepEqual(
      final.map(({ status }) => status),
      Array.from({ length: answers }, () => 200),
      exchange.text,
    );
  };

  test('HTTP/1.0 without Host', async () => {
    const { answers } = await exchangeRaw(service.url, ['GET /healthz HTTP/1.0\r\n\r\n']);
    assert.equal(answers[0]?.status, 200);
    assert.equal(answers[0]?.headers.get('connection'), 'close');
  });

  test('a stream over HTTP/1.0 ends with the connection', async () => {
    const body = raw.body().replace('"max_tokens"', '"stream":true,"max_tokens"');
    const head = `POST ${CHAT} HTTP/1.0\r\n${raw.auth()}content-length: ${body.length}\r\n\r\n`;
    const { text } = await exchangeRaw(service.url, [head + body], { answers: 2 });
    assert.match(text, /^HTTP\/1\.1 200/);
    assert.ok(!/transfer-encoding/i.test(text), text);
    assert.ok(text.endsWith('data: [DONE]\n\n'), text);
  });

  test('the absolute form of the address', async () => {
    await isAnswered('GET http://example.com/healthz HTTP/1.1\r\nhost: x\r\n\r\n');
    const { port } = new URL(service.url);
    await isAnswered(raw.sized('', raw.body(), `http://127.0.0.1:${port}${CHAT}`));
  });

  test('chunks, one byte each, with extensions and trailers', async () => {
    const body = Array.from(raw.body(), (byte) => `1;a=b\r\n${byte}\r\n`).join('');
    await isAnswered(raw.post('transfer-encoding: chunked\r\n', `${body}0\r\nx-a: b\r\n\r\n`));
  });

  test('an address with a slash at its end or a query', async () => {
    await isAnswered(raw.sized('', raw.body(), `${CHAT}/`));
    await isAnswered(raw.sized('', raw.body(), `${CHAT}?a=b`));
  });

  test('an expectation to continue, and one that nobody knows', async () => {
    const { text } = await exchangeRaw(service.url, [raw.sized('expect: 100-continue\r\n')]);
    assert.match(text, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
    await isAnswered(raw.sized('expect: the-unexpected\r\n'));
  });

  test('an offer to switch the protocol', async () => {
    await isAnswered(raw.sized('connection: upgrade\r\nupgrade: websocket\r\n'));
    await isAnswered(
      raw.sized(
        'connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n',
      ),
    );
  });

  test('requests sent at once are answered in their order', async () => {
    const bytes = `${raw.sized()}GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n${raw.sized()}`;
    const { answers } = await exchangeRaw(service.url, [bytes], { answers: 3 });
    assert.deepEqual(
      answers.map(({ status, headers }) => [status, headers.has('x-meridian-cost')]),
      [
        [200, true],
        [200, false],
        [200, true],
      ],
    );
  });

  test('credentials given twice: the first counts, and a wrong one is not covered by a right one', async () => {
    const key = `Bearer ${service.key}`;
    const head = (first: string, second: string): string =>
      `GET /v1/models HTTP/1.1\r\nhost: x\r\nauthorization: ${first}\r\nauthorization: ${second}\r\n\r\n`;
    await isAnswered(head(key, 'Bearer sk-other'));
    const { answers } = await exchangeRaw(service.url, [head('Bearer sk-other', key)]);
    assert.equal(answers[0]?.status, 401);
    const twice = `GET /v1/models HTTP/1.1\r\nhost: x\r\nx-api-key: ${service.key}\r\nx-api-key: ${service.key}\r\n\r\n`;
    const doubled = await exchangeRaw(service.url, [twice]);
    assert.equal(doubled.answers[0]?.status, 401);
  });
});

test('a client that stops in the middle of its request leaves nothing behind', async () => {
  const half = raw.sized().slice(0, -10);
  for (const bytes of [
    half,
    raw.sized().slice(0, 30),
    raw.post('transfer-encoding: chunked\r\n', '5\r\n{"mo'),
  ]) {
    await exchangeRaw(service.url, [bytes], { ending: 'half-close' });
    await exchangeRaw(service.url, [bytes], { ending: 'hang-up' });
  }
  const asked = model.upstream.requests.length;
  await fetch(`${service.url}/healthz`);
  assert.equal(model.upstream.requests.length, asked);
});

test('a client that goes on sending after it was refused is cut off', async () => {
  const piece = Buffer.alloc(1024 * 1024, 'x');
  const chunk = Buffer.concat([Buffer.from('100000\r\n'), piece, Buffer.from('\r\n')]);
  for (const path of [CHAT, '/x-users']) {
    let [answer, mebibytes] = ['', 0];
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.setEncoding('latin1').on('data', (text: string) => {
      answer += text;
    });
    const told = (event: string) => new Promise((resolve) => void socket.once(event, resolve));
    const closed = told('close');
    socket.write(raw.post('transfer-encoding: chunked\r\n', '', path));
    while (!socket.destroyed && mebibytes < 2_000) {
      mebibytes++;
      if (!socket.write(chunk)) await Promise.race([told('drain'), closed]);
    }
    await closed;
    assert.match(answer, /^HTTP\/1\.1 (413|401) /);
    assert.ok(mebibytes > 33 && mebibytes < 400, `${mebibytes} MiB`);
  }
});

test('a body beyond the limit is refused, declared or not, and told so', async () => {
  const declared = await exchangeRaw(service.url, [
    raw.post(`content-length: ${33 * 1024 * 1024}\r\n`, '{'),
  ]);
  assertShaped(413, declared.answers[0]?.body ?? '');
  const piece = Buffer.alloc(1024 * 1024, 'x');
  const size = Buffer.from(`${piece.length.toString(16)}\r\n`);
  const pieces = Array.from({ length: 34 }, () => [size, piece, '\r\n']).flat();
  const chunked = await exchangeRaw(service.url, [
    raw.post('transfer-encoding: chunked\r\n', ''),
    ...pieces,
  ]);
  assertShaped(413, chunked.answers[0]?.body ?? '');
  const account = await exchangeRaw(service.url, [
    raw.post(`content-length: ${64 * 1024 * 1024}\r\n`, '{', '/x-users'),
  ]);
  assertShaped(413, account.answers[0]?.body ?? '');
  await until('every request to end', async () => {
    const { text } = await service.world.root.request('GET', '/metrics');
    return /^meridian_running_requests 0$/m.test(text) || undefined;
  });
});
