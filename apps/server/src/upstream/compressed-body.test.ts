import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { describe, test } from 'node:test';
import { brotliCompressSync, createGzip, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { chunk, LAST_CHUNK, listen, openRawLine } from './raw-upstream.ts';

const TEXT = '{"answer":"forty-two"}'.repeat(20);

function answerWith(encoding: string, body: Uint8Array): (socket: Socket) => void {
  return (socket) => {
    const head = `HTTP/1.1 200 OK\r\ncontent-encoding: ${encoding}\r\ncontent-length: ${body.length}`;
    socket.write(Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body]));
  };
}

async function heardFrom(answer: (socket: Socket) => void) {
  await using line = await openRawLine(answer);
  const heard = listen();
  line.send(heard);
  return { ended: await heard.ended, text: heard.text, statuses: heard.statuses };
}

describe('a body that was compressed', () => {
  const bodies: readonly (readonly [encoding: string, body: Uint8Array])[] = [
    ['gzip', gzipSync(TEXT)],
    ['GZIP ', gzipSync(TEXT)],
    ['x-gzip', gzipSync(TEXT)],
    ['deflate', deflateSync(TEXT)],
    ['br', brotliCompressSync(TEXT)],
    ['zstd', zstdCompressSync(TEXT)],
    ['identity', Buffer.from(TEXT)],
    ['', Buffer.from(TEXT)],
  ];
  for (const [encoding, body] of bodies) {
    test(`arrives plain: '${encoding}'`, async () => {
      const heard = await heardFrom(answerWith(encoding, body));
      assert.deepEqual(heard, { ended: 'end', text: TEXT, statuses: [200] });
    });
  }

  test('arrives plain although it is empty', async () => {
    const heard = await heardFrom(answerWith('gzip', gzipSync('')));
    assert.deepEqual(heard, { ended: 'end', text: '', statuses: [200] });
  });

  const broken: readonly (readonly [title: string, encoding: string, body: Uint8Array])[] = [
    ['is something else', 'gzip', Buffer.from(TEXT)],
    ['is cut', 'gzip', gzipSync(TEXT).subarray(0, -12)],
    ['is cut', 'br', brotliCompressSync(TEXT).subarray(0, -3)],
    ['is compressed in an unknown way', 'compress', gzipSync(TEXT)],
    ['is compressed twice', 'gzip, br', gzipSync(TEXT)],
  ];
  for (const [title, encoding, body] of broken) {
    test(`${title} (${encoding}): the upstream broke the protocol`, async () => {
      const { ended } = await heardFrom(answerWith(encoding, body));
      assert.match(ended, /^protocol: .*content-encoding/);
    });
  }

  test('that nobody asked for: every request says that it wants none', async () => {
    let request = '';
    await using line = await openRawLine((socket, text) => {
      request += text;
      answerWith('gzip', gzipSync('x'))(socket);
    });
    const heard = listen();
    line.send(heard);
    await heard.ended;
    assert.match(request, /\r\naccept-encoding: identity\r\n/);
  });
});

describe('a compressed stream', () => {
  const head = Buffer.from(
    'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n',
  );

  test('arrives piece by piece, as it was flushed', async () => {
    const gzip = createGzip();
    let upstream: Socket | undefined;
    await using line = await openRawLine((socket) => {
      upstream = socket;
      socket.write(head);
      gzip.on('data', (bytes: Buffer) => socket.write(chunk(bytes)));
      gzip.write('first ');
      gzip.flush();
    });
    const heard = listen();
    line.send(heard);
    await heard.has(6);
    assert.equal(heard.text, 'first ');
    gzip.on('end', () => upstream?.write(LAST_CHUNK));
    gzip.end('second');
    assert.equal(await heard.ended, 'end');
    assert.equal(heard.text, 'first second');
  });

  test('waits while it is paused, however much it becomes', async () => {
    const size = 32 * 1024 * 1024;
    const body = gzipSync(Buffer.alloc(size, 'x'));
    await using line = await openRawLine((socket) => {
      socket.write(head);
      socket.write(chunk(body));
      socket.write(LAST_CHUNK);
    });
    const heard = listen();
    const exchange = line.send({
      ...heard,
      listener: {
        ...heard.listener,
        onData(bytes) {
          heard.listener.onData(bytes);
          exchange.pause();
          setImmediate(() => exchange.resume());
        },
      },
    });
    assert.equal(await heard.ended, 'end');
    assert.equal(heard.text.length, size);
  });

  test('that is given up while it is paused ends at once, without another byte', async () => {
    await using line = await openRawLine((socket) => {
      socket.write(head);
      socket.write(chunk(gzipSync('x'.repeat(1_000_000))));
    });
    const heard = listen();
    const exchange = line.send(heard);
    await heard.has(1);
    exchange.pause();
    const before = heard.text.length;
    exchange.abort();
    assert.equal(await heard.ended, 'aborted: given up');
    assert.equal(heard.text.length, before);
  });

  test('that has arrived whole can still be given up, and the connection serves the next', async () => {
    await using line = await openRawLine(answerWith('gzip', gzipSync('x'.repeat(1_000_000))));
    for (let round = 0; round < 5; round++) {
      const heard = listen();
      const exchange = line.send(heard);
      await heard.has(1);
      exchange.pause();
      // The rest of the answer has come long before the next turn of the server's loop.
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
      exchange.abort();
      assert.equal(await heard.ended, 'aborted: given up');
    }
    assert.equal(line.connections, 1);
  });
});
