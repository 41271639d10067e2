import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import type { WindowRequest } from '@meridian/core/admission';
import type { Clock } from '@meridian/core/kernel';
import { createFakeClock, skipWithoutRedis, windowOf, windowStoreSuite } from '@meridian/testkit';
import { createRedisConnection } from './redis-client.ts';
import { createRedisWindows } from './redis-windows.ts';

const url = process.env.TEST_REDIS_URL ?? '';
const skip = skipWithoutRedis();

/** A connection, and a prefix of its own so that tests do not meet. */
async function open(now?: () => number) {
  const connection = createRedisConnection({ url, onError: (error) => assert.fail(String(error)) });
  await connection.connect();
  const prefix = `test:${randomUUID()}:`;
  const node = (clock = now, timers?: Pick<Clock, 'after' | 'monotonic'>) =>
    createRedisWindows({
      client: connection.client,
      prefix,
      onFault: (error) => assert.fail(String(error)),
      ...(clock ? { now: clock } : {}),
      ...(timers ? { clock: timers } : {}),
    });
  return {
    connection,
    prefix,
    node,
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}

windowStoreSuite(
  'redis',
  async () => {
    const clock = createFakeClock();
    const opened = await open(() => clock.now());
    const store = opened.node(undefined, clock);
    return {
      store,
      advance: (byMs) => clock.advance(byMs),
      now: () => clock.now(),
      settled: () => store.settled(),
      [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
    };
  },
  { skip },
);

/** The keys of windows, without the marks of the owners' memories. */
async function windowKeys({ connection, prefix }: Awaited<ReturnType<typeof open>>) {
  const keys = await connection.client.keys(`${prefix}*`);
  return keys.filter((key) => !key.endsWith(':memory'));
}

function minute(limit: number, name = 'a'): WindowRequest[] {
  return [{ window: windowOf('requests', 'minute', limit, name), amount: 1 }];
}

test('several nodes at once never exceed a limit together', { skip }, async () => {
  await using opened = await open();
  const nodes = [opened.node(), opened.node(), opened.node()];
  const claim = [...minute(100), { window: windowOf('tokens', 'hour', 1_000), amount: 7 }];
  const tries = Array.from({ length: 400 }, (_, i) => nodes[i % nodes.length]!.reserve(claim));
  const results = await Promise.all(tries);
  assert.equal(results.filter(({ refused }) => !refused).length, 100);
});

test('the slots of a node that died come back, those of one that lives do not', {
  skip,
}, async () => {
  const clock = createFakeClock();
  await using opened = await open(() => clock.now());
  const living = opened.node(undefined, clock);
  const dead = opened.node(undefined, { ...clock, after: () => () => undefined });
  const claim = [{ window: windowOf('slots', 'running', 2), amount: 1 }];
  await living.reserve(claim);
  await dead.reserve(claim);
  for (let waited = 0; waited < 15_000; waited += 5_000) {
    assert.equal((await living.reserve(claim)).refused, true, `after ${waited} ms`);
    clock.advance(5_000);
    await living.settled();
  }
  const again = await living.reserve(claim);
  assert.deepEqual(!again.refused && again.standings[0]?.used, 2);
});

test('all slots of many requests are renewed in few calls', { skip }, async () => {
  const clock = createFakeClock();
  await using opened = await open(() => clock.now());
  const windows = opened.node(undefined, clock);
  const claim = [{ window: windowOf('slots', 'running', 200), amount: 1 }];
  const running = await Promise.all(Array.from({ length: 200 }, () => windows.reserve(claim)));
  for (let round = 0; round < 4; round++) {
    clock.advance(5_000);
    await windows.settled();
  }
  assert.equal((await windows.reserve(claim)).refused, true);
  for (const each of running) if (!each.refused) windows.cancel(each);
  await windows.settled();
  const keys = await opened.connection.client.keys(`${opened.prefix}*running`);
  assert.deepEqual(keys, [], 'nothing is left of them');
});

test('time is the server’s own, and a refusal tells a true wait', { skip }, async () => {
  await using opened = await open();
  const windows = opened.node();
  await windows.reserve(minute(1));
  const refusal = await windows.reserve(minute(1));
  assert.ok(refusal.refused && refusal.reason === 'full');
  assert.ok(refusal.retryAfterMs! > 55_000 && refusal.retryAfterMs! <= 60_600);
});

test('a server that lost its scripts gets them again', { skip }, async () => {
  await using opened = await open();
  const windows = opened.node();
  const reservation = await windows.reserve(minute(5));
  await opened.connection.client.script('FLUSH');
  assert.equal((await windows.reserve(minute(5))).refused, false);
  await opened.connection.client.script('FLUSH');
  assert.ok(!reservation.refused);
  windows.cancel(reservation);
  await windows.settled();
  const third = await windows.reserve(minute(5));
  assert.deepEqual(!third.refused && third.standings[0]?.used, 2);
});

test('a server that lost its data begins anew, and old corrections do no harm', {
  skip,
}, async () => {
  await using opened = await open();
  const windows = opened.node();
  const reservation = await windows.reserve([
    { window: windowOf('tokens', 'day', 100), amount: 90 },
  ]);
  const keys = await opened.connection.client.keys(`${opened.prefix}*`);
  await opened.connection.client.del(...keys);
  assert.ok(!reservation.refused);
  windows.adjust(reservation, 10);
  await windows.settled();
  const again = await windows.reserve([{ window: windowOf('tokens', 'day', 100), amount: 100 }]);
  assert.equal(again.refused, false);
});

test('all windows of an owner are in one slot, and every key expires', { skip }, async () => {
  await using opened = await open();
  const spans = ['minute', 'hour', 'day', 'running'] as const;
  const claim = spans.map((span) => ({ window: windowOf('requests', span, 5), amount: 1 }));
  await opened.node().reserve(claim);
  const { client } = opened.connection;
  const keys = await client.keys(`${opened.prefix}*`);
  assert.equal(keys.length, 5, 'four windows, and the mark of their memory');
  for (const key of keys) assert.match(key, /^[^{}]*\{1\}/, 'the owner is the hash tag');
  for (const key of keys) {
    const lives = await client.pttl(key);
    assert.ok(lives > 15_000 && lives <= 2 * 86_400_000, `${key}: ${lives}`);
  }
});

test('a window that was refused after a long silence leaves no key behind', { skip }, async () => {
  const clock = createFakeClock();
  await using opened = await open(() => clock.now());
  const windows = opened.node();
  await windows.reserve(minute(5));
  clock.advance(600_000);
  assert.equal((await windows.reserve(minute(0))).refused, true);
  assert.deepEqual(await windowKeys(opened), []);
});

test('a server that lost its memory is noticed by every node, once, with what it has counted since', {
  skip,
}, async () => {
  await using opened = await open();
  const [first, second] = [opened.node(), opened.node()];
  const told: unknown[] = [];
  first.onForgotten((ownerId, counted) => told.push(['first', ownerId, counted.length]));
  second.onForgotten((ownerId, counted) => told.push(['second', ownerId, counted.length]));
  for (const node of [first, second]) await node.reserve(minute(5));
  assert.deepEqual(told, []);
  const { client } = opened.connection;
  await client.del(...(await client.keys(`${opened.prefix}*`)));
  await first.reserve(minute(5));
  await first.reserve(minute(5));
  await second.record(minute(5));
  assert.deepEqual(told, [
    ['first', 1, 0],
    ['second', 1, 1],
  ]);
});

test('a window of many parts stays small', { skip }, async () => {
  const clock = createFakeClock();
  await using opened = await open(() => clock.now());
  const windows = opened.node();
  for (let i = 0; i < 500; i++) {
    await windows.reserve(minute(1_000_000));
    clock.advance(600);
  }
  const [key = ''] = await windowKeys(opened);
  assert.ok((await opened.connection.client.hlen(key)) <= 104);
});

test('a server that does not answer fails the request in time', async () => {
  const silent = createServer((socket) =>
    socket.on('data', () => undefined).on('error', () => undefined),
  );
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as { port: number };
  await using connection = createRedisConnection({
    url: `redis://127.0.0.1:${port}`,
    onError: () => undefined,
  });
  const started = performance.now();
  await assert.rejects(connection.connect());
  const windows = createRedisWindows({ client: connection.client, onFault: () => undefined });
  await assert.rejects(windows.reserve(minute(1)));
  assert.ok(performance.now() - started < 4_000);
  silent.close();
});

test('a server that has become a replica is left for the one that now has its name', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    const isReplica = ++connections === 1;
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      // One answer for each command; the script's is what a request gets that takes nothing.
      for (const [, name = ''] of bytes.toString('latin1').matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)) {
        if (name.toLowerCase() !== 'evalsha') socket.write('+OK\r\n');
        else if (isReplica)
          socket.write("-READONLY You can't write against a read only replica.\r\n");
        else socket.write('*5\r\n:1\r\n:7\r\n:1\r\n:60000\r\n:3\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await using connection = createRedisConnection({
    url: `redis://127.0.0.1:${port}`,
    onError: () => undefined,
  });
  await connection.connect();
  const again = once(connection.client, 'ready');
  const windows = createRedisWindows({ client: connection.client, onFault: () => undefined });
  await assert.rejects(windows.reserve(minute(5)), /READONLY/);
  await again;
  const result = await windows.reserve(minute(5));
  assert.deepEqual(!result.refused && result.standings[0]?.used, 1);
  assert.equal(connections, 2);
  server.close();
});

test('a server that is not there is told at once', async () => {
  const errors: unknown[] = [];
  await using connection = createRedisConnection({
    url: 'redis://127.0.0.1:1',
    onError: (error) => errors.push(error),
  });
  await assert.rejects(connection.connect());
  const windows = createRedisWindows({ client: connection.client, onFault: () => undefined });
  const started = performance.now();
  await assert.rejects(windows.reserve(minute(1)));
  assert.ok(performance.now() - started < 200);
  assert.ok(errors.length > 0);
});
