import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type Ask,
  applyAnswer,
  chargeIn,
  covers,
  createLease,
  excessOf,
  fits,
  freeOf,
  holdIn,
  isRefusedAnyway,
  type Lease,
  wantOf,
} from './lease.ts';
import type { LeaseAnswer } from './store.ts';

const NOW = 1_000;

function leaseWith(more: Partial<Lease>): Lease {
  const lease = createLease({ accountId: 7, period: 0 }, 1, NOW);
  return Object.assign(lease, { pot: 3, room: 100n, taken: 100n, validUntilMs: NOW + 1 }, more);
}

function answerWith(more: Partial<LeaseAnswer>): LeaseAnswer {
  return {
    status: 'done',
    pot: 3,
    taken: 100n,
    free: 0n,
    settled: 100n,
    validMs: null,
    limit: 0n,
    unanswered: 0,
    question: 0,
    recallSeq: 0,
    answered: 0,
    storeMs: 0,
    ...more,
  };
}

const ask = (more: Partial<Ask>): Ask => ({ amount: 100n, minimum: null, limit: null, ...more });

describe('whether a lease answers an ask by itself', () => {
  const cases: readonly [name: string, lease: Partial<Lease>, ask: Partial<Ask>, fits: boolean][] =
    [
      ['exactly the room', {}, {}, true],
      ['a nanodollar more than the room', {}, { amount: 101n }, false],
      ['nothing, of an empty lease', { room: 0n }, { amount: 0n }, true],
      ['when a card has expired', { validUntilMs: NOW }, {}, false],
      [
        'before the store was ever asked',
        { validUntilMs: Number.NEGATIVE_INFINITY },
        { amount: 0n },
        false,
      ],
      ['with exactly the settled balance required', { settled: 50n }, { minimum: 50n }, true],
      ['with less than the settled balance required', { settled: 49n }, { minimum: 50n }, false],
      ['with the limit that the lease knows', { limit: 900n }, { limit: 900n }, true],
      ['with another limit', { limit: 900n }, { limit: 901n }, false],
      ['with a limit while it is lifted', { limit: null }, { limit: 900n }, false],
      ['whatever the limit', { limit: 900n }, { limit: null }, true],
    ];
  for (const [name, lease, asked, expected] of cases) {
    test(`${name}: ${expected ? 'yes' : 'no'}`, () => {
      assert.equal(covers(leaseWith(lease), ask(asked), NOW), expected);
      assert.equal(fits(leaseWith(lease), ask(asked), NOW), expected);
    });
  }

  test('not while somebody waits, who comes first', () => {
    const lease = leaseWith({});
    lease.waiters.add({ ask: ask({}), order: 1, deadlineMs: 9_999, resolve: () => undefined });
    assert.equal(fits(lease, ask({ amount: 1n }), NOW), false);
    assert.equal(covers(lease, ask({ amount: 1n }), NOW), true);
  });
});

describe('what a lease covers of a charge', () => {
  // room is what is neither spent nor held, this hold not counted.
  const cases: readonly [
    held: bigint,
    cost: bigint,
    room: bigint,
    covered: bigint,
    left: bigint,
  ][] = [
    [100n, 100n, 0n, 100n, 0n],
    [100n, 60n, 0n, 60n, 40n],
    [100n, 0n, 5n, 0n, 105n],
    [100n, 130n, 50n, 130n, 20n],
    [100n, 130n, 30n, 130n, 0n],
    [100n, 130n, 10n, 110n, 0n],
    [100n, 130n, 0n, 100n, 0n],
    [0n, 30n, 10n, 10n, 0n],
    [100n, 130n, -20n, 100n, -20n],
  ];
  for (const [held, cost, room, covered, left] of cases) {
    test(`a hold of ${held} charged ${cost} beside ${room} of room: ${covered}`, () => {
      const lease = leaseWith({ room });
      assert.equal(chargeIn(lease, held, cost), covered);
      assert.equal(lease.room, left);
    });
  }

  test('another hold keeps its cover', () => {
    const lease = leaseWith({ room: 200n, taken: 200n });
    holdIn(lease, 100n, NOW);
    holdIn(lease, 100n, NOW);
    assert.equal(chargeIn(lease, 100n, 150n), 100n);
    assert.equal(chargeIn(lease, 100n, 100n), 100n);
    assert.equal(lease.room, 0n);
  });
});

describe('what the store says', () => {
  test('repairs whatever a lost reply left in doubt', () => {
    const lease = leaseWith({ room: 30n, taken: 100n, isSure: false });
    applyAnswer(lease, answerWith({ taken: 180n }), NOW);
    assert.deepEqual([lease.room, lease.taken, lease.isSure], [110n, 180n, true]);
    applyAnswer(lease, answerWith({ taken: 70n }), NOW);
    assert.deepEqual([lease.room, lease.taken], [0n, 70n]);
  });

  test('limits the lease to the next expiry, counted from when the call was sent', () => {
    const lease = leaseWith({});
    applyAnswer(lease, answerWith({ validMs: 500 }), NOW);
    assert.equal(lease.validUntilMs, NOW + 500);
    applyAnswer(lease, answerWith({ validMs: null }), NOW);
    assert.equal(lease.validUntilMs, Number.POSITIVE_INFINITY);
  });

  test('never takes back a recall that was heard of meanwhile', () => {
    const lease = leaseWith({ recallSeq: 9 });
    applyAnswer(lease, answerWith({ recallSeq: 7, answered: 7 }), NOW);
    assert.deepEqual([lease.recallSeq, lease.answered], [9, 7]);
  });

  test('tells what could be held at most, never less than nothing', () => {
    assert.equal(freeOf(leaseWith({ room: 30n, storeFree: 12n })), 42n);
    assert.equal(freeOf(leaseWith({ room: 30n, storeFree: -50n })), 0n);
  });
});

describe('whether a refusal of a moment ago answers again', () => {
  const refused = { refusalUntilMs: NOW + 1, storeFree: 20n, settled: 60n, limit: 500n };
  const cases: readonly [name: string, lease: Partial<Lease>, ask: Partial<Ask>, again: boolean][] =
    [
      ['more than there was', {}, { amount: 121n }, true],
      ['as much as there was', {}, { amount: 120n }, false],
      ['below the required balance', {}, { amount: 1n, minimum: 61n }, true],
      ['after the time', { refusalUntilMs: NOW }, { amount: 121n }, false],
      ['under another limit', {}, { amount: 121n, limit: 501n }, false],
    ];
  for (const [name, lease, asked, again] of cases) {
    test(`${name}: ${again ? 'yes' : 'no'}`, () => {
      assert.equal(isRefusedAnyway(leaseWith({ ...refused, ...lease }), ask(asked), NOW), again);
    });
  }
});

test('a lease is sized by the asks of two seconds, at least a few like the last', () => {
  assert.equal(wantOf(leaseWith({ demandNow: 70n, demandBefore: 50n, lastAmount: 10n })), 120n);
  assert.equal(wantOf(leaseWith({ demandNow: 10n, lastAmount: 10n })), 40n);
  assert.equal(excessOf(leaseWith({ room: 200n, lastAmount: 10n })), 40n);
  assert.equal(excessOf(leaseWith({ room: 100n, lastAmount: 10n })), 0n);
});
