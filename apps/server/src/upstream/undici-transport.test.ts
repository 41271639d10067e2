import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { TransportFault, UpstreamListener } from '@meridian/core/providers';
import { createUndiciTransport } from './undici-transport.ts';

/** What became of an exchange: the body, or the kind of its fault. */
interface Heard {
  readonly listener: UpstreamListener;
  readonly began: Promise<void>;
  readonly ended: Promise<string>;
}

function listen(): Heard {
  const began = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<string>();
  let text = '';
  return {
    began: began.promise,
    ended: ended.promise,
    listener: {
      onHead: () => began.resolve(),
      onData: (chunk) => {
        text += chunk;
      },
      onEnd: () => ended.resolve(text),
      onFault: ({ kind }: TransportFault) => ended.resolve(kind),
    },
  };
}

const REQUEST = {
  reach: 'any',
  path: '/',
  method: 'POST',
  headers: [],
  body: Buffer.from('{}'),
} as const;

/** A transport with one connection per upstream. */
function openTransport(isSelf: (address: string, port: number) => boolean = () => false) {
  return createUndiciTransport({
    connectTimeoutMs: 5_000,
    headersTimeoutMs: 5_000,
    idleTimeoutMs: 5_000,
    connectionsPerOriginMax: 1,
    originsMax: 10,
    isSelf,
  });
}

/** An upstream on every loopback address that says hello. */
async function listenEverywhere(onRequest: () => void) {
  const server = createServer((_request, response) => {
    onRequest();
    response.end('hello');
  });
  server.listen(0);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** An upstream that answers when told, and a transport with one connection to it. */
async function openLine() {
  const waiting = new Map<string, ServerResponse>();
  const arrived = new Map<string, PromiseWithResolvers<void>>();
  function arrival(path: string): PromiseWithResolvers<void> {
    const known = arrived.get(path) ?? Promise.withResolvers<void>();
    arrived.set(path, known);
    return known;
  }
  const server = createServer(({ url = '' }, response) => {
    waiting.set(url, response);
    arrival(url).resolve();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const transport = openTransport();
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    send: ({ listener }: Heard, path: string) =>
      transport.send({ ...REQUEST, origin, path }, listener),
    /** Resolves when the upstream has got the request. */
    arrival: (path: string) => arrival(path).promise,
    answer: (path: string, text: string) => waiting.get(path)?.end(text),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await transport[Symbol.asyncDispose]();
    },
  };
}

const ROUNDS = 50;

test('an exchange given up while it waits for the only connection does not take it along', async () => {
  await using line = await openLine();
  for (let round = 0; round < ROUNDS; round++) {
    const [running, queued, next] = [listen(), listen(), listen()];
    line.send(running, `/running${round}`);
    const waiting = line.send(queued, `/queued${round}`);
    line.send(next, `/next${round}`);
    await line.arrival(`/running${round}`);
    waiting.abort();
    line.answer(`/running${round}`, 'first');
    assert.equal(await running.ended, 'first');
    await line.arrival(`/next${round}`);
    line.answer(`/next${round}`, 'second');
    assert.equal(await next.ended, 'second');
    assert.equal(await queued.ended, 'aborted');
  }
});

test('an exchange given up right after it was sent, or before its answer, frees the connection', async () => {
  await using line = await openLine();
  for (let round = 0; round < ROUNDS; round++) {
    const [first, next] = [listen(), listen()];
    const exchange = line.send(first, `/first${round}`);
    if (round % 2 === 0) await line.arrival(`/first${round}`);
    exchange.abort();
    assert.equal(await first.ended, 'aborted');
    line.send(next, `/next${round}`);
    await line.arrival(`/next${round}`);
    line.answer(`/next${round}`, 'next');
    assert.equal(await next.ended, 'next');
  }
});

test('a paused exchange that is given up frees the connection', async () => {
  await using line = await openLine();
  for (let round = 0; round < ROUNDS; round++) {
    const [first, next] = [listen(), listen()];
    const exchange = line.send(first, `/first${round}`);
    await line.arrival(`/first${round}`);
    line.answer(`/first${round}`, 'x'.repeat(1_000_000));
    await first.began;
    exchange.pause();
    exchange.abort();
    assert.equal(await first.ended, 'aborted');
    line.send(next, `/next${round}`);
    await line.arrival(`/next${round}`);
    line.answer(`/next${round}`, 'next');
    assert.equal(await next.ended, 'next');
  }
});

test('a request that may reach public addresses only is refused at names and addresses inside', async () => {
  let arrived = 0;
  await using upstream = await listenEverywhere(() => arrived++);
  await using transport = openTransport();
  for (const host of ['localhost', '127.0.0.1', '[::ffff:127.0.0.1]']) {
    for (let round = 0; round < 2; round++) {
      const heard = listen();
      const origin = `http://${host}:${upstream.port}`;
      transport.send({ ...REQUEST, origin, reach: 'public' }, heard.listener);
      assert.equal(await heard.ended, 'refused_address', host);
    }
  }
  assert.equal(arrived, 0);
});

test('a connection made for an owner who may reach it does not serve another owner', async () => {
  await using upstream = await listenEverywhere(() => undefined);
  await using transport = openTransport();
  const origin = `http://localhost:${upstream.port}`;
  for (const [reach, outcome] of [
    ['any', 'hello'],
    ['public', 'refused_address'],
    ['any', 'hello'],
  ] as const) {
    const heard = listen();
    transport.send({ ...REQUEST, origin, reach }, heard.listener);
    assert.equal(await heard.ended, outcome);
  }
});

test('nothing is sent to this server itself, by whatever name and whoever may reach it', async () => {
  let arrived = 0;
  await using upstream = await listenEverywhere(() => arrived++);
  await using transport = openTransport((_address, port) => port === upstream.port);
  for (const host of ['localhost', '127.0.0.1', '[::1]']) {
    const heard = listen();
    transport.send({ ...REQUEST, origin: `http://${host}:${upstream.port}` }, heard.listener);
    assert.equal(await heard.ended, 'refused_address', host);
  }
  assert.equal(arrived, 0);
});

test('a redirect is an answer like any other: nobody goes where it points', async () => {
  let arrived = 0;
  await using target = await listenEverywhere(() => arrived++);
  const location = `http://127.0.0.1:${target.port}/`;
  const server = createServer((_request, response) => {
    response.writeHead(307, { location }).end('moved');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const heard = listen();
  const statuses: number[] = [];
  const listener = { ...heard.listener, onHead: (status: number) => void statuses.push(status) };
  try {
    await using transport = openTransport();
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    transport.send({ ...REQUEST, origin }, listener);
    assert.equal(await heard.ended, 'moved');
    assert.deepEqual([statuses, arrived], [[307], 0]);
  } finally {
    server.close();
  }
});
