import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Nanodollars } from '@meridian/core/kernel';
import type { BookedCharge } from './books.ts';
import { type Evidence, judgeCharges } from './judge-charges.ts';
import { costOf, usageOf } from './known-usage.ts';
import type { Exchange } from './traffic.ts';

const PRICE = { input: 1_000n, output: 2_000n };
const GRANTED = 1_000_000n;

function exchange(number: number, more: Partial<Exchange> = {}): Exchange {
  const requestId = `id-${number}`;
  return {
    number,
    form: 'whole',
    accountId: 7,
    requestId,
    status: 200,
    isWhole: true,
    ...more,
  };
}

function charge(number: number, more: Partial<BookedCharge> = {}): BookedCharge {
  const { prompt: input, completion: output } = usageOf(number);
  const cost = costOf(number, PRICE);
  return { id: `id-${number}`, accountId: 7, input, output, cost, ...more };
}

/** Two whole responses, and a third that the client did not get; all charged. */
function evidence(more: Partial<Evidence> = {}): Evidence {
  const charges = more.charges ?? [charge(1), charge(2), charge(3)];
  const spent = charges.reduce((sum, { cost }) => sum + cost, 0n);
  return {
    customers: [{ accountId: 7, granted: GRANTED, price: PRICE }],
    exchanges: [exchange(1), exchange(2), exchange(3, { requestId: null, isWhole: false })],
    served: new Set([1, 2, 3]),
    balances: [
      {
        accountId: 7,
        settled: (GRANTED - spent) as Nanodollars,
        free: 0n as Nanodollars,
        overdraft: 0n as Nanodollars,
        held: 0n as Nanodollars,
        isClosed: false,
        cards: [],
      },
    ],
    ...more,
    charges,
  };
}

test('right books raise no problem', () => {
  assert.deepEqual(judgeCharges(evidence()), {
    responses: 2,
    matched: 2,
    undelivered: 1,
    lost: 1,
    problems: [],
  });
});

const wrongBooks: readonly (readonly [fault: string, evidence: Evidence, problem: RegExp])[] = [
  [
    'a response without a charge',
    evidence({ charges: [charge(1)] }),
    /2 .*received whole, uncharged/,
  ],
  [
    'a second charge under another id',
    evidence({ charges: [charge(1), charge(2), charge(2, { id: 'other' })] }),
    /2 .*charged twice/,
  ],
  ['a wrong amount', evidence({ charges: [charge(1), charge(2, { cost: 1n })] }), /2 .*costs 1,/],
  [
    'a wrong account',
    evidence({ charges: [charge(1), charge(2, { accountId: 8 })] }),
    /2 .*account 8/,
  ],
  ['another id', evidence({ charges: [charge(1), charge(2, { id: 'other' })] }), /2 .*as other/],
  ['a charge of nothing', evidence({ charges: [charge(1), charge(2), charge(9)] }), /no request/],
  ['a charge of what was not served', evidence({ served: new Set([1, 3]) }), /2 .*never arrived/],
  [
    'a charge of what had no end',
    evidence({ exchanges: [exchange(1), exchange(2), exchange(3, { form: 'endless' })] }),
    /3 .*died before its end/,
  ],
  [
    'a refusal',
    evidence({ exchanges: [exchange(1), exchange(2), exchange(3, { status: 503 })] }),
    /3 .*answered 503/,
  ],
  ['a balance that is off', evidence({ balances: [] }), /account 7 has undefined/],
];

for (const [fault, wrong, problem] of wrongBooks) {
  test(`noticed: ${fault}`, () => {
    assert.match(judgeCharges(wrong).problems.join('\n'), problem);
  });
}
