import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TransportFault } from '../transport.ts';
import type { Verdict } from '../types.ts';
import { judge } from './errors.ts';

const faults: readonly (readonly [TransportFault['kind'], Verdict])[] = [
  ['connect', { retry: true, cause: 'network', sleep: { kind: 'count' } }],
  ['timeout', { retry: true, cause: 'network', sleep: { kind: 'count' } }],
  ['reset', { retry: true, cause: 'network', sleep: { kind: 'count' } }],
  ['refused_address', { retry: true, cause: 'network', sleep: { kind: 'count' } }],
  ['protocol', { retry: true, cause: 'protocol', sleep: { kind: 'count' } }],
  ['credentials', { retry: true, cause: 'auth', sleep: { kind: 'now' } }],
  ['aborted', { retry: false, cause: 'caller' }],
];

test('faults of the network count against the key; what the caller gave up does not', () => {
  for (const [kind, expected] of faults) {
    assert.deepEqual(judge({ fault: { kind, message: '' } }), expected, kind);
  }
});

test('every other status of 4xx is the caller’s', () => {
  for (let status = 400; status < 500; status++) {
    if ([401, 402, 403, 408, 409, 429, 498].includes(status)) continue;
    const verdict = judge({ status, headers: () => undefined, body: Buffer.from('') });
    assert.deepEqual(verdict, { retry: false, cause: 'caller' }, String(status));
  }
});

test('a body of any bytes is judged without throwing', () => {
  const bodies = [
    '',
    '{',
    'null',
    '[]',
    '[null]',
    '{"error":null}',
    '{"error":[1]}',
    '\u0000\uffff',
    '"x"',
    '{"error":{"details":[5,null]}}',
  ];
  for (const text of [...bodies, `${'['.repeat(5_000)}`, 'x'.repeat(1_000_000)]) {
    const verdict = judge({ status: 500, headers: () => undefined, body: Buffer.from(text) });
    assert.equal(verdict.cause, 'overload');
  }
});
