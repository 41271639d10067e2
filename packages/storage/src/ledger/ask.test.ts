import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { StoreFault } from '@meridian/core/ledger';
import type { Database } from '../database.ts';
import { SqlError } from '../sql-errors.ts';
import { createAsk, toStoreFault } from './ask.ts';

function sqlError(code: string, constraint?: string): SqlError {
  return new SqlError({
    message: code,
    severity: 'ERROR',
    code,
    ...(constraint && { constraint }),
  });
}

describe('what the ledger is told of a failed call', () => {
  const cases: readonly [
    name: string,
    error: unknown,
    isDefinite: boolean,
    isUncovered: boolean,
  ][] = [
    ['a repeated id', sqlError('23505', 'usage_records_pkey'), true, false],
    ['an uncovered lease', sqlError('23514', 'lease_covers_spent'), true, true],
    ['another constraint', sqlError('23514', 'wallet_covers_leases'), true, false],
    ['a deadlock', sqlError('40P01'), false, false],
    ['a lock that was not got in time', sqlError('55P03'), false, false],
    ['a cancelled statement', sqlError('57014'), false, false],
    ['a server that shuts down', sqlError('57P01'), false, false],
    ['a full disk', sqlError('53100'), false, false],
    ['a log-in that failed', sqlError('28P01'), false, false],
    [
      'EPIPE, which has five characters and is no SQLSTATE',
      Object.assign(new Error('x'), { code: 'EPIPE' }),
      false,
      false,
    ],
    ['anything else', 'oops', false, false],
  ];
  for (const [name, error, isDefinite, isUncovered] of cases) {
    test(`${name}: ${isDefinite ? 'refused for good' : 'fate unknown'}`, () => {
      const fault = toStoreFault(error);
      assert.deepEqual([fault.isDefinite, fault.isUncovered], [isDefinite, isUncovered]);
      assert.equal(toStoreFault(fault), fault);
    });
  }
});

test('crash points lie before a call, after it was sent, and after its answer', async () => {
  const seen: string[] = [];
  const database = {
    async query(text: string) {
      seen.push(text);
      return [{ n: 1 }];
    },
  } as unknown as Database;
  const ask = createAsk(database, (point) => void seen.push(point));
  assert.deepEqual(await ask({ operation: 'settle', sql: 'select' }), [{ n: 1 }]);
  assert.deepEqual(seen, [
    'settle:before-send',
    'select',
    'settle:after-send',
    'settle:after-answer',
  ]);
});

test('a call that fails while its crash point waits is a fault like any other', async () => {
  const database = { query: () => Promise.reject(sqlError('57P01')) } as unknown as Database;
  const ask = createAsk(database, () => new Promise((resolve) => setImmediate(resolve)));
  await assert.rejects(ask({ operation: 'settle', sql: 'select' }), StoreFault);
});
