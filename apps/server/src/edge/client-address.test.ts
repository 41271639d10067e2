import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { createAddressFinder } from './client-address.ts';

function request(peer: string, forwarded?: string): IncomingMessage {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return { socket: { remoteAddress: peer }, headers } as IncomingMessage;
}

const ROWS: readonly (readonly [
  name: string,
  proxies: string[],
  peer: string,
  forwarded: string | undefined,
  client: string,
])[] = [
  ['without proxies the header is never believed', [], '10.0.0.1', '1.2.3.4', '10.0.0.1'],
  ['a stranger’s header is not believed', ['10.0.0.0/8'], '9.9.9.9', '1.2.3.4', '9.9.9.9'],
  ['a trusted proxy’s header is', ['10.0.0.0/8'], '10.0.0.1', '1.2.3.4', '1.2.3.4'],
  [
    'what the client itself claimed is not',
    ['10.0.0.0/8'],
    '10.0.0.1',
    '6.6.6.6, 1.2.3.4',
    '1.2.3.4',
  ],
  [
    'a chain of trusted proxies is followed',
    ['10.0.0.0/8'],
    '10.0.0.1',
    '1.2.3.4, 10.0.0.2',
    '1.2.3.4',
  ],
  [
    'an unreadable entry ends the chain',
    ['10.0.0.0/8'],
    '10.0.0.1',
    '1.2.3.4, nonsense',
    '10.0.0.1',
  ],
  ['no header leaves the peer', ['10.0.0.0/8'], '10.0.0.1', undefined, '10.0.0.1'],
  ['IPv4 in IPv6 is IPv4', ['10.0.0.1'], '::ffff:10.0.0.1', '::ffff:1.2.3.4', '1.2.3.4'],
  ['IPv6 works too', ['fd00::/8'], 'fd00::1', '2001:db8::7', '2001:db8::7'],
];

for (const [name, proxies, peer, forwarded, client] of ROWS) {
  test(name, () => assert.equal(createAddressFinder(proxies)(request(peer, forwarded)), client));
}
