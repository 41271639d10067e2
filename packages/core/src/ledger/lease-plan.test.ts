import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Ask, createLease, type Lease } from './lease.ts';
import { type CallPlan, planCall } from './lease-plan.ts';

const NOW = 1_000;
const NOTHING = {
  limit: null,
  back: 0n,
  need: 0n,
  want: 0n,
  answer: 0,
  question: 0,
  isClosing: false,
};

function leaseWith(more: Partial<Lease>, waiting: readonly Partial<Ask>[] = []): Lease {
  const lease = createLease({ accountId: 7, period: 0 }, 1, NOW);
  Object.assign(
    lease,
    { pot: 3, room: 50n, taken: 100n, validUntilMs: NOW + 1, lastAmount: 5n },
    more,
  );
  for (const [order, each] of waiting.entries()) {
    const ask = { amount: 80n, minimum: null, limit: null, ...each };
    lease.waiters.add({ ask, order, deadlineMs: NOW + 9, resolve: () => undefined });
  }
  return lease;
}

type Expected = Partial<Omit<CallPlan, 'head'>> | undefined;

function check(lease: Lease, expected: Expected): void {
  const plan = planCall(lease, NOW);
  if (expected === undefined) {
    assert.equal(plan, undefined);
    return;
  }
  const { head: _, ...wish } = plan ?? assert.fail('no call is planned');
  assert.deepEqual(wish, { ...NOTHING, ...expected });
}

describe('what a lease has to say to the store', () => {
  const cases: readonly [string, Partial<Lease>, readonly Partial<Ask>[], Expected][] = [
    ['nothing when nothing is due', {}, [], undefined],
    ['what the first who waits lacks', {}, [{}, { amount: 999n }], { need: 30n, want: 20n }],
    [
      'nothing while the first who waits fits and only the node is stale',
      {},
      [{ amount: 50n }],
      undefined,
    ],
    [
      'a refresh when only the settled balance is in question',
      { settled: 10n },
      [{ amount: 50n, minimum: 11n }],
      { want: 20n },
    ],
    [
      'what is left of before an expiry goes back, and all is asked for anew',
      { validUntilMs: NOW },
      [{}],
      { back: 50n, need: 80n, want: 20n },
    ],
    [
      'the limit, when it is not the one that was heard of',
      { limit: 500n },
      [{ amount: 50n, limit: 600n }],
      { limit: 600n, want: 20n },
    ],
    ['no limit when it is the same', { limit: 500n }, [{ limit: 500n }], { need: 30n, want: 20n }],
    [
      'the question again under its number',
      { question: 4, answered: 4 },
      [{}],
      { need: 30n, want: 20n, question: 4 },
    ],
    [
      'all room as the answer to a recall',
      { recallSeq: 4, answered: 3 },
      [],
      { back: 50n, answer: 4 },
    ],
    ['nothing to a recall that is answered', { recallSeq: 4, answered: 4 }, [], undefined],
    [
      'the answer to an older question before its own',
      { recallSeq: 5, answered: 3, question: 5 },
      [{}],
      { back: 50n, answer: 5 },
    ],
    [
      'its own question before the answer to a newer one',
      { recallSeq: 6, answered: 5, question: 5 },
      [{}],
      { need: 30n, want: 20n, question: 5 },
    ],
    ['nothing below zero in an answer', { recallSeq: 4, room: -9n }, [], { answer: 4 }],
    ['a look at where it stands after a lost reply', { isSure: false }, [], {}],
    [
      'everything and the end when it was idle',
      { isCloseDue: true },
      [],
      { back: 50n, isClosing: true },
    ],
    ['no end while a hold is open', { isCloseDue: true, open: 1 }, [], undefined],
    [
      'the end again before anything else when its reply was lost',
      { isCloseDue: true, isSure: false, recallSeq: 4 },
      [{}],
      { back: 50n, isClosing: true },
    ],
    [
      'what it has grown too big by, when it folds',
      { isFoldDue: true, room: 90n },
      [],
      { back: 10n },
    ],
    ['nothing but the fold when it has not', { isFoldDue: true }, [], {}],
    [
      'everything when a card has expired',
      { isFoldDue: true, validUntilMs: NOW },
      [],
      { back: 50n },
    ],
    ['more in the background when little is left', { isRefillDue: true }, [], { want: 20n }],
  ];
  for (const [name, lease, waiting, expected] of cases) {
    test(name, () => check(leaseWith(lease, waiting), expected));
  }
});
