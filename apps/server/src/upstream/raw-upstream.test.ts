import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chunk, listen, openRawLine } from './raw-upstream.ts';

const CHUNKED = 'transfer-encoding: chunked\r\n';

describe('the silence of an upstream', () => {
  test('before its head ends the exchange after the time that the request allows', async () => {
    await using line = await openRawLine(() => undefined);
    const heard = listen();
    line.send(heard, { headMs: 40, bodyMs: 60_000 });
    assert.match(await heard.ended, /^timeout: UND_ERR_HEADERS_TIMEOUT/);
  });

  test('within its body likewise', async () => {
    await using line = await openRawLine((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${CHUNKED}\r\n`);
      socket.write(chunk('first'));
    });
    const heard = listen();
    line.send(heard, { headMs: 60_000, bodyMs: 40 });
    assert.match(await heard.ended, /^timeout: UND_ERR_BODY_TIMEOUT/);
    assert.equal(heard.text, 'first');
  });

  test('of one request says nothing of the next one on the same upstream', async () => {
    let requests = 0;
    await using line = await openRawLine((socket) => {
      if (++requests > 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
    });
    const [first, second] = [listen(), listen()];
    line.send(first, { headMs: 40, bodyMs: 40 });
    assert.match(await first.ended, /^timeout/);
    line.send(second);
    assert.equal(await second.ended, 'end');
    assert.equal(second.text, 'ok');
  });
});

describe('an answer is heard once and whole', () => {
  const answers: Readonly<Record<string, string>> = {
    'behind 102 Processing, many times': 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(20),
    'behind 103 Early Hints': 'HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\n\r\n',
  };
  for (const [title, before] of Object.entries(answers)) {
    test(title, async () => {
      await using line = await openRawLine((socket) => {
        socket.write(`${before}HTTP/1.1 200 OK\r\nx-mine: yes\r\ncontent-length: 2\r\n\r\nok`);
      });
      for (let round = 0; round < 3; round++) {
        const heard = listen();
        line.send(heard);
        assert.equal(await heard.ended, 'end');
        assert.deepEqual([heard.statuses, heard.text], [[200], 'ok']);
        assert.equal(heard.headers('x-mine'), 'yes');
      }
      assert.equal(line.connections, 1);
    });
  }

  test('in front of trailers, which are no part of it', async () => {
    await using line = await openRawLine((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${CHUNKED}trailer: x-late\r\n\r\n`);
      socket.write(chunk('ok'));
      socket.write('0\r\nx-late: yes\r\n\r\n');
    });
    for (let round = 0; round < 3; round++) {
      const heard = listen();
      line.send(heard);
      assert.equal(await heard.ended, 'end');
      assert.deepEqual([heard.statuses, heard.text], [[200], 'ok']);
      assert.equal(heard.headers('x-late'), undefined);
    }
    assert.equal(line.connections, 1);
  });

  test('but not behind 100 Continue, which undici takes for broken where nobody asked for it', async () => {
    await using line = await openRawLine((socket) => {
      socket.write('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
    });
    const heard = listen();
    line.send(heard);
    assert.equal(await heard.ended, 'reset: UND_ERR_SOCKET: bad response');
    assert.deepEqual(heard.statuses, []);
  });
});
