import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '@meridian/core/kernel';
import {
  createProviderRegistry,
  type Transport,
  type TransportFault,
  type UpstreamKey,
  type UpstreamListener,
  type UpstreamRequest,
} from '@meridian/core/providers';
import { createFakeClock, createFakeUpstream, jsonReply } from '@meridian/testkit';
import { createGoogleTokens, type GoogleTokens } from './google-tokens.ts';
import { withGoogleTokens } from './token-transport.ts';
import { createUndiciTransport } from './undici-transport.ts';

const serviceAccount = {
  projectId: 'p',
  clientEmail: 'a@p.test',
  privateKey: new Secret('pem'),
};
const REQUEST: UpstreamRequest = {
  origin: 'https://aiplatform.googleapis.com',
  reach: 'public',
  path: '/v1',
  method: 'POST',
  headers: ['content-type', 'application/json'],
  body: Buffer.from('{}'),
};

interface Sent {
  readonly request: UpstreamRequest;
  readonly listener: UpstreamListener;
  readonly calls: string[];
}

/** A transport that keeps what is sent, and tokens that are answered by hand. */
function createWorld(current?: string) {
  const sent: Sent[] = [];
  const forgotten: string[] = [];
  const heard: string[] = [];
  const answer = Promise.withResolvers<string | TransportFault>();
  const tokens: GoogleTokens = {
    current: () => current,
    fetch: () => answer.promise,
    forget: (_account, token) => void forgotten.push(token),
  };
  const transport: Transport = {
    send(request, listener) {
      const calls: string[] = [];
      sent.push({ request, listener, calls });
      return {
        pause: () => void calls.push('pause'),
        resume: () => void calls.push('resume'),
        abort: () => void calls.push('abort'),
      };
    },
  };
  const listener: UpstreamListener = {
    onHead: (status) => void heard.push(`head ${status}`),
    onData: (chunk) => void heard.push(`data ${chunk}`),
    onEnd: () => void heard.push('end'),
    onFault: ({ kind }) => void heard.push(`fault ${kind}`),
  };
  const tokened = withGoogleTokens(transport, tokens);
  return {
    sent,
    forgotten,
    heard,
    answer: async (given: string | TransportFault) => {
      answer.resolve(given);
      await new Promise(setImmediate);
    },
    send: (request: UpstreamRequest = { ...REQUEST, serviceAccount }) =>
      tokened.send(request, listener),
  };
}

test('a request of no account passes as it is', () => {
  const world = createWorld('token');
  world.send(REQUEST);
  assert.equal(world.sent[0]?.request, REQUEST);
});

test('a request of an account carries its token: at once where it is known, else when it comes', async () => {
  const expected = [...REQUEST.headers, 'authorization', 'Bearer token'];
  const ready = createWorld('token');
  ready.send();
  assert.deepEqual(ready.sent[0]?.request.headers, expected);
  const waiting = createWorld();
  waiting.send();
  assert.equal(waiting.sent.length, 0);
  await waiting.answer('token');
  assert.deepEqual(waiting.sent[0]?.request.headers, expected);
  const { listener } = waiting.sent[0]!;
  listener.onHead(200, () => undefined);
  listener.onData(Buffer.from('x'));
  listener.onEnd();
  assert.deepEqual(waiting.heard, ['head 200', 'data x', 'end']);
  assert.deepEqual(waiting.forgotten, []);
});

test('without a token nothing is sent, and the listener hears why', async () => {
  const world = createWorld();
  world.send();
  await world.answer({ kind: 'credentials', message: 'invalid_grant' });
  assert.equal(world.sent.length, 0);
  assert.deepEqual(world.heard, ['fault credentials']);
});

test('an exchange that is given up while it waits is never sent', async () => {
  const world = createWorld();
  const exchange = world.send();
  exchange.abort();
  exchange.abort();
  assert.deepEqual(world.heard, [], 'not before send has returned');
  await world.answer('token');
  assert.equal(world.sent.length, 0);
  assert.deepEqual(world.heard, ['fault aborted']);
});

test('pausing and giving up reach the exchange, also where they came before it', async () => {
  const world = createWorld();
  const exchange = world.send();
  exchange.pause();
  await world.answer('token');
  exchange.resume();
  exchange.abort();
  assert.deepEqual(world.sent[0]?.calls, ['pause', 'resume', 'abort']);
});

test('a token that the upstream does not accept is forgotten', () => {
  const world = createWorld('stale');
  world.send();
  world.sent[0]?.listener.onHead(401, () => undefined);
  assert.deepEqual(world.forgotten, ['stale']);
  assert.deepEqual(world.heard, ['head 401']);
});

test('a call of Claude on Vertex AI arrives with its token, by its own path and in its own form', async () => {
  await using upstream = await createFakeUpstream();
  upstream.handle(() => jsonReply({ id: 'msg_1' }));
  await using network = createUndiciTransport({
    connectTimeoutMs: 5_000,
    headersTimeoutMs: 5_000,
    idleTimeoutMs: 5_000,
    connectionsPerOriginMax: 1,
    originsMax: 1,
    isSelf: () => false,
  });
  const lifetimeMs = 3_600_000;
  const tokens = createGoogleTokens({
    clock: createFakeClock(),
    exchange: async ({ clientEmail }) => ({ token: `token-of-${clientEmail}`, lifetimeMs }),
  });
  const key: UpstreamKey = {
    baseUrl: upstream.url,
    host: new URL(upstream.url).host,
    secret: serviceAccount.privateKey,
    config: { providerType: 'vertex', region: 'us-east5', serviceAccount },
    mayReachPrivate: true,
  };
  const request = createProviderRegistry()
    .get('vertex')
    .request(key, {
      endpoint: 'messages',
      model: 'claude-sonnet-4-5@20250929',
      body: Buffer.from('{"model":"claude-sonnet-4-5","max_tokens":5}'),
      stream: false,
    });
  const ended = Promise.withResolvers<string>();
  withGoogleTokens(network, tokens).send(request, {
    onHead: () => undefined,
    onData: () => undefined,
    onEnd: () => ended.resolve('end'),
    onFault: ({ message }) => ended.resolve(message),
  });
  assert.equal(await ended.promise, 'end');
  const [arrived] = upstream.requests;
  assert.equal(arrived?.headers.authorization, 'Bearer token-of-a@p.test');
  assert.equal(
    arrived?.path,
    '/v1/projects/p/locations/us-east5/publishers/anthropic/models/claude-sonnet-4-5@20250929:rawPredict',
  );
  assert.deepEqual(arrived?.json(), { anthropic_version: 'vertex-2023-10-16', max_tokens: 5 });
});
