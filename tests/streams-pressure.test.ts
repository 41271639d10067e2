import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { sseReply } from '@meridian/testkit';
import { atRest } from './support/at-rest.ts';
import { type Service, startService } from './support/service.ts';
import { bareUsage, content, DONE, finish, START } from './support/sse-chunks.ts';
import { assertUnharmed } from './support/unharmed.ts';
import { until } from './support/until.ts';

const MEBIBYTE = 1024 * 1024;
/** The kernel keeps up to about 10 MiB per connection on its way, and there are two in a row. */
const IN_FLIGHT_BYTES_MAX = 40 * MEBIBYTE;
const PIECE = content('x'.repeat(64 * 1024));

let service: Service;
before(async () => {
  service = await startService({ account: { CreditGranted: 100_000 } });
});
after(async () => {
  await using stack = new AsyncDisposableStack();
  stack.use(service);
  await assertUnharmed(service.world.server);
});

/** Resident memory of the server process, in bytes. */
async function residentBytes(): Promise<number> {
  const status = await readFile(`/proc/${service.world.server.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}

/** Sends a streamed request and reads nothing. */
async function askWithoutReading(model: string): Promise<Socket> {
  const { hostname, port } = new URL(service.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.pause();
  const body = JSON.stringify({
    model,
    messages: [{ role: 'user', content: 'x' }],
    stream: true,
    max_tokens: 1_000_000,
  });
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${service.key}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
  return socket;
}

test('readers that do not read hold the upstream back, and the server keeps little', async (t) => {
  await using model = await service.addModel();
  const readers = 8;
  let produced = 0;
  function* endless(): Generator<string> {
    yield START;
    for (;;) {
      produced += PIECE.length;
      yield PIECE;
    }
  }
  model.upstream.handle(() => sseReply(endless()));
  const before = await residentBytes();
  const sockets = await Promise.all(
    Array.from({ length: readers }, () => askWithoutReading(model.name)),
  );
  await model.upstream.request(readers);
  const rested = await atRest(() => produced);
  const grown = (await residentBytes()) - before;
  t.diagnostic(
    `${readers} readers: ${(rested / MEBIBYTE / readers).toFixed(1)} MiB produced each, ` +
      `resident memory grew by ${(grown / MEBIBYTE).toFixed(1)} MiB`,
  );
  assert.ok(rested < readers * IN_FLIGHT_BYTES_MAX, `${rested} bytes`);
  assert.ok(grown < 100 * MEBIBYTE, `${grown} bytes`);
  for (const socket of sockets) socket.destroy();
  for (const request of model.upstream.requests) await request.aborted;
});

test('500 MiB for a reader that begins late arrive whole, through little memory', async (t) => {
  await using model = await service.addModel();
  const pieces = Math.ceil((500 * MEBIBYTE) / PIECE.length);
  let produced = 0;
  function* large(): Generator<string> {
    yield START;
    for (let n = 0; n < pieces; n++) {
      produced += PIECE.length;
      yield PIECE;
    }
    yield finish();
    yield bareUsage(5, 7);
    yield DONE;
  }
  model.upstream.enqueue(sseReply(large()));
  const before = await residentBytes();
  const socket = await askWithoutReading(model.name);
  const rested = await atRest(() => produced);
  assert.ok(rested < IN_FLIGHT_BYTES_MAX, `${rested} bytes`);
  let [bytes, most, tail] = [0, 0, Buffer.alloc(0)];
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    tail = Buffer.concat([tail, chunk]).subarray(-256);
    if (bytes % 64 === 0) most = Math.max(most, (await residentBytes()) - before);
  }
  assert.ok(bytes > pieces * PIECE.length);
  assert.match(tail.toString(), /data: \[DONE\]\n\n\r\n0\r\n\r\n$/);
  most = Math.max(most, (await residentBytes()) - before);
  t.diagnostic(`resident memory grew by ${(most / MEBIBYTE).toFixed(1)} MiB at most`);
  // What the collector leaves lying about under load, and far less than the answer.
  assert.ok(most < 250 * MEBIBYTE, `${most} bytes`);
});

test('clients that hang up at any moment leave the way to the upstream open', async () => {
  await using model = await service.addModel();
  const rounds = 150;
  for (let round = 0; round < rounds; round++) {
    const socket = await askWithoutReading(model.name);
    // At once, when the upstream has it, or when the answer has begun.
    if (round % 3 === 1) await model.upstream.request(model.upstream.requests.length + 1);
    if (round % 3 === 2) await once(socket.resume(), 'data');
    if (round % 2 === 0) socket.destroy();
    else socket.resetAndDestroy();
  }
  const client = service.openai();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () =>
      client.chat.completions.create({
        model: model.name,
        messages: [{ role: 'user', content: 'x' }],
        max_tokens: 3,
      }),
    ),
  );
  assert.ok(answers.every(({ usage }) => usage?.completion_tokens === 3));
  await until('every request to end', async () => {
    const { text } = await service.world.root.request('GET', '/metrics');
    return /^meridian_running_requests 0$/m.test(text) || undefined;
  });
  assert.ok(model.upstream.openSockets <= rounds, `${model.upstream.openSockets} sockets`);
});
