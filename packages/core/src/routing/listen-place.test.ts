import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isListenPlace, type ListenPlace } from './listen-place.ts';

const LOCAL: ListenPlace = { host: '127.0.0.1', port: 8080 };
const EVERYWHERE: ListenPlace = {
  host: '0.0.0.0',
  port: 8080,
  addresses: ['192.168.1.7', 'fe80::1%eth0', '2001:db8::7', 'box', 'box.local'],
};
const ONE: ListenPlace = { ...EVERYWHERE, host: '192.168.1.7' };

const places: readonly (readonly [host: string, port: number, place: ListenPlace, is: boolean])[] =
  [
    ['127.0.0.1', 8080, LOCAL, true],
    ['127.0.0.1', 8081, LOCAL, false],
    ['localhost', 8080, LOCAL, true],
    ['[::1]', 8080, LOCAL, true],
    ['::ffff:127.0.0.1', 8080, LOCAL, true],
    ['0.0.0.0', 8080, LOCAL, true],
    ['192.168.1.7', 8080, LOCAL, false],
    ['192.168.1.7', 8080, EVERYWHERE, true],
    ['::ffff:192.168.1.7', 8080, EVERYWHERE, true],
    ['192.168.1.8', 8080, EVERYWHERE, false],
    ['[2001:0db8:0::7]', 8080, EVERYWHERE, true],
    ['fe80::1', 8080, EVERYWHERE, true],
    ['BOX.local.', 8080, EVERYWHERE, true],
    ['127.0.0.1', 8080, EVERYWHERE, true],
    ['192.168.1.7', 8080, ONE, true],
    ['127.0.0.1', 8080, ONE, false],
    ['box', 8080, ONE, false],
  ];

test('a host and port are this server where they lead to what it listens on', () => {
  for (const [host, port, place, is] of places) {
    assert.equal(isListenPlace(host, port, place), is, `${host}:${port} at ${place.host}`);
  }
});
