import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertShaped } from './support/error-shape.ts';
import { CHAT, createRawChat, type RawChat } from './support/raw-chat.ts';
import { exchangeRaw } from './support/raw-http.ts';
import { type ServedModel, type Service, startService } from './support/service.ts';
import { assertUnharmed } from './support/unharmed.ts';

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

interface Refusal {
  readonly title: string;
  readonly bytes: () => string | Uint8Array;
  readonly status: number;
  readonly code: string;
}

const REFUSALS: readonly Refusal[] = [
  {
    title: 'bytes that are no HTTP',
    bytes: () => '\u0000\u0001\u0002\r\n\r\n',
    status: 400,
    code: 'invalid_request',
  },
  {
    title: 'the beginning of TLS',
    bytes: () => Buffer.from('16030100c8010000c40303', 'hex'),
    status: 400,
    code: 'invalid_request',
  },
  {
    title: 'the preface of HTTP/2',
    bytes: () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    status: 400,
    code: 'invalid_request',
  },
  {
    title: 'a version that does not exist',
    bytes: () => 'GET /healthz HTTP/9.1\r\nhost: x\r\n\r\n',
    status: 400,
    code: 'invalid_request',
  },
  {
    title: 'no Host',
    bytes: () => 'GET /healthz HTTP/1.1\r\n\r\n',
    status: 400,
    code: 'invalid_request',
  },
  {
    title: 'no Host on a chat',
    bytes: () => `POST ${CHAT} HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}`,
    status: 400,
    code: 'invalid_request',
  },
  {
    title: 'a method that does not exist',
    bytes: () => `FROBNICATE ${CHAT} HTTP/1.1\r\nhost: x\r\n\r\n`,
    status: 400,
    code: 'invalid_request',
  },
  {
    title: 'a header without a colon',
    bytes: () => 'GET /healthz HTTP/1.1\r\nhost: x\r\nnonsense\r\n\r\n',
    status: 400,
    code: 'invalid_request',
  },
  {
    title: 'a header with a zero byte',
    bytes: () => 'GET /healthz HTTP/1.1\r\nhost: x\r\nx-a: a\u0000b\r\n\r\n',
    status: 400,
    code: 'invalid_request',
  },
  {
    title: 'a bare carriage return in a header',
    bytes: () => 'GET /healthz HTTP/1.1\r\nhost: x\r\nx-a: a\rb: c\r\n\r\n',
    status: 400,
    code: 'invalid_request',
  },
  {
    title: 'a space before the colon',
    bytes: () => raw.post('transfer-encoding : chunked\r\n', '0\r\n\r\n'),
    status: 400,
    code: 'invalid_request',
  },
  {
    title: 'a folded header',
    bytes: () => raw.post('transfer-encoding:\r\n chunked, x\r\n', '0\r\n\r\n'),
    status: 400,
    code: 'invalid_request',
  },
  {
    title: 'content-length and chunked',
    bytes: () => raw.sized('transfer-encoding: chunked\r\n'),
    status: 400,
    code: 'invalid_request',
  },
  {
    title: 'chunked and content-length',
    bytes: () => raw.post('transfer-encoding: chunked\r\ncontent-length: 5\r\n', '0\r\n\r\n'),
    status: 400,
    code: 'invalid_request',
  },
  {
    title: 'two different content-lengths',
    bytes: () => raw.post('content-length: 2\r\ncontent-length: 60\r\n', '{}'),
    status: 400,
    code: 'invalid_request',
  },
  {
    title: 'a list of content-lengths',
    bytes: () => raw.post('content-length: 2, 60\r\n', '{}'),
    status: 400,
    code: 'invalid_request',
  },
  {
    title: 'a negative content-length',
    bytes: () => raw.post('content-length: -1\r\n', '{}'),
    status: 400,
    code: 'invalid_request',
  },
  {
    title: 'a content-length in words',
    bytes: () => raw.post('content-length: two\r\n', '{}'),
    status: 400,
    code: 'invalid_request',
  },
  {
    title: 'a content-length beyond all numbers',
    bytes: () => raw.post('content-length: 99999999999999999999\r\n', '{}'),
    status: 400,
    code: 'invalid_request',
  },
  {
    title: 'a transfer-encoding that is not chunked',
    bytes: () => raw.post('transfer-encoding: xchunked\r\n', '0\r\n\r\n'),
    status: 400,
    code: 'invalid_request',
  },
  {
    title: 'chunked that is not the last encoding',
    bytes: () => raw.post('transfer-encoding: chunked, identity\r\n', '0\r\n\r\n'),
    status: 400,
    code: 'invalid_request',
  },
  {
    title: 'a chunk size that is no number',
    bytes: () => raw.post('transfer-encoding: chunked\r\n', 'zz\r\n{}\r\n0\r\n\r\n'),
    status: 400,
    code: 'invalid_request',
  },
  {
    title: 'a chunk that is longer than it says',
    bytes: () => raw.post('transfer-encoding: chunked\r\n', '1\r\n{}{}\r\n0\r\n\r\n'),
    status: 400,
    code: 'invalid_request',
  },
  {
    title: 'chunk extensions without end',
    bytes: () =>
      raw.post('transfer-encoding: chunked\r\n', `2;${'a'.repeat(40_000)}\r\n{}\r\n0\r\n\r\n`),
    status: 400,
    code: 'invalid_request',
  },
  {
    title: 'headers that are too large',
    bytes: () => `GET /healthz HTTP/1.1\r\nhost: x\r\nx-a: ${'a'.repeat(60_000)}\r\n\r\n`,
    status: 431,
    code: 'headers_too_large',
  },
  {
    title: 'an address that is too long',
    bytes: () => `GET /${'a'.repeat(60_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
    status: 431,
    code: 'headers_too_large',
  },
  {
    title: 'a credential that is too long',
    bytes: () =>
      `GET /v1/models HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${'a'.repeat(9_000)}\r\n\r\n`,
    status: 401,
    code: 'invalid_api_key',
  },
  {
    title: 'a tunnel',
    bytes: () => 'CONNECT example.com:443 HTTP/1.1\r\nhost: x\r\n\r\n',
    status: 405,
    code: 'method_not_allowed',
  },
  {
    title: 'a compressed chat',
    bytes: () => raw.sized('content-encoding: gzip\r\n'),
    status: 415,
    code: 'unsupported_media_type',
  },
  {
    title: 'a compressed account',
    bytes: () => raw.sized('content-encoding: br\r\n', '{}', '/x-users'),
    status: 415,
    code: 'unsupported_media_type',
  },
];

describe('a request that is not valid HTTP is told so in the one shape', () => {
  for (const { title, bytes, status, code } of REFUSALS) {
    test(title, async () => {
      const { answers, text } = await exchangeRaw(service.url, [bytes()]);
      assert.equal(answers.length, 1, text);
      assert.equal(answers[0]?.status, status, text);
      assert.match(answers[0]?.headers.get('content-type') ?? '', /^application\/json/);
      const error = assertShaped(status, answers[0]?.body ?? '');
      assert.equal(error.code, code);
      assert.equal(model.upstream.requests.length, 0);
    });
  }
});

describe('smuggled requests', () => {
  test('what follows a refused request on the same connection is not served', async () => {
    const hidden = 'GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n';
    for (const head of [
      `content-length: ${hidden.length}\r\ntransfer-encoding: chunked\r\n`,
      'transfer-encoding: chunked\r\ncontent-length: 4\r\n',
      'transfer-encoding: xchunked\r\n',
      'content-length: 0\r\ncontent-length: 40\r\n',
    ]) {
      const { answers, text } = await exchangeRaw(
        service.url,
        [raw.post(head, `0\r\n\r\n${hidden}`)],
        {
          answers: 2,
        },
      );
      assert.equal(answers.length, 1, text);
      assert.equal(answers[0]?.status, 400);
      assert.equal(answers[0]?.headers.get('connection'), 'close');
    }
  });

  test('what is sent beyond a content-length is a request of its own', async () => {
    const { answers } = await exchangeRaw(service.url, [`${raw.sized()}{"and":"more"}\r\n\r\n`], {
      answers: 2,
    });
    // The refusal may overtake the answer, since nothing can follow it on this connection.
    assert.equal(answers.at(-1)?.status, 400);
    assert.equal(answers.at(-1)?.headers.get('connection'), 'close');
  });

  test('header lines in values never become headers of the answer', async () => {
    const evil = 'a%0d%0aset-cookie:%20a=b';
    for (const path of [
      `/v1/models/${evil}`,
      `/x-usage/${evil}`,
      `/${evil}`,
      `/x-users/${evil}?page=${evil}`,
    ]) {
      const request = `GET ${path} HTTP/1.1\r\n${raw.auth()}origin: http://a\r\naccess-control-request-headers: ${evil}\r\n\r\n`;
      const { answers, text } = await exchangeRaw(service.url, [request]);
      assert.equal(answers.length, 1, text);
      assert.ok(answers[0]!.status >= 400 && answers[0]!.status < 500, text);
      assert.ok(!answers[0]?.headers.has('set-cookie'), text);
    }
  });
});
