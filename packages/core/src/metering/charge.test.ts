import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type Millionths,
  ONE,
  type Picodollars,
  parsePerMillion,
  parsePerUnit,
} from '../kernel/index.ts';
import { NO_USAGE, type Usage } from '../protocols/index.ts';
import { charge, rederive } from './charge.ts';
import type { Price, TokenRates } from './price.ts';

function rates(perMillion: Partial<Record<keyof TokenRates, string>>): TokenRates {
  return Object.fromEntries(
    Object.entries(perMillion).map(([name, text]) => [name, parsePerMillion(text)]),
  );
}

function perUnit(dollars: string): Picodollars {
  return parsePerUnit(dollars)!;
}

function price(fields: Partial<Price>): Price {
  return { rates: {}, tiers: [], multiplier: ONE, source: 'test', ...fields };
}

const gpt4o = price({ rates: rates({ input: '2.5', cacheRead: '1.25', output: '10' }) });
const sonnet = price({
  rates: rates({
    input: '3',
    cacheRead: '0.3',
    cacheWrite5m: '3.75',
    cacheWrite1h: '6',
    output: '15',
  }),
});
const haiku = price({
  rates: rates({ input: '0.1', cacheRead: '0.01', cacheWrite5m: '0.125', output: '0.5' }),
  tiers: [
    {
      aboveInputTokens: 100_000,
      rates: rates({ input: '0.5', cacheRead: '0.05', cacheWrite5m: '0.625', output: '2.5' }),
    },
  ],
});
const perMinute = price({ unit: perUnit('0.017'), unitName: 'second', unitSize: 60 });
const thinking = price({
  rates: rates({ input: '0.4', output: '1.2', reasoning: '4' }),
  reasoningRaisesOutput: true,
});

/** Usage → nanodollars, worked out by hand from the published rates. */
const examples: readonly [name: string, price: Price, usage: Partial<Usage>, cost: bigint][] = [
  [
    'a cached prompt: 86 fresh + 1,920 cached + 300 out',
    gpt4o,
    { input: 86, cacheRead: 1_920, output: 300 },
    5_615_000n,
  ],
  [
    'writing a cache of 188,086 tokens costs a quarter more than reading them fresh',
    sonnet,
    { input: 21, cacheWrite5m: 188_086, output: 393 },
    711_280_500n,
  ],
  [
    'reading it back costs a tenth',
    sonnet,
    { input: 21, cacheRead: 188_086, output: 393 },
    62_383_800n,
  ],
  ['an hour of cache costs twice the input', sonnet, { cacheWrite1h: 1_000 }, 6_000_000n],
  ['the first tier reaches to its limit', haiku, { input: 100_000, output: 10 }, 10_005_000n],
  [
    'one token more makes the whole request five times as dear',
    haiku,
    { input: 100_001, output: 10 },
    50_025_500n,
  ],
  [
    'cached tokens count for the tier',
    haiku,
    { input: 1, cacheRead: 60_000, cacheWrite5m: 40_000 },
    28_000_500n,
  ],
  ['reasoning costs what output costs', gpt4o, { output: 5, reasoning: 7 }, 120_000n],
  ['audio without a rate of its own costs what text costs', gpt4o, { inputAudio: 4 }, 10_000n],
  ['sixty minutes at 0.017 a minute are exactly 1.02', perMinute, { units: 3_600 }, 1_020_000_000n],
  ['one second of it is rounded half up', perMinute, { units: 1 }, 283_333n],
  ['an answer without thinking has the plain rate', thinking, { output: 100 }, 120_000n],
  ['thinking raises the whole answer', thinking, { output: 100, reasoning: 50 }, 600_000n],
  [
    'characters of speech at 15 per million',
    price({ unit: perUnit('15'), unitName: 'character', unitSize: 1_000_000 }),
    { units: 4_096 },
    61_440_000n,
  ],
  [
    'a search beside tokens',
    price({ rates: rates({ input: '3', output: '15' }), unit: perUnit('0.01') }),
    { input: 1_000, output: 100, units: 2 },
    24_500_000n,
  ],
  [
    'at least ten seconds of audio',
    price({ unit: perUnit('0.111'), unitSize: 3_600, unitsMin: 10 }),
    { units: 3 },
    308_333n,
  ],
  [
    'a fee per request',
    price({ rates: rates({ input: '1', output: '1' }), call: perUnit('0.005') }),
    { input: 10, output: 10 },
    5_020_000n,
  ],
];

describe('charge', () => {
  for (const [name, itsPrice, usage, cost] of examples) {
    it(`${name}`, () => {
      assert.equal(charge({ ...NO_USAGE, ...usage }, itsPrice, ONE).cost, cost);
    });
  }

  it('rounds once, half up, after both multipliers', () => {
    const tiny = price({
      rates: rates({ input: '0.0003' }),
      multiplier: 1_250_000n as Millionths,
    });
    // 300 picodollars × 1.25 × 1.333334 = 500.00025: above the half.
    const cost = charge({ ...NO_USAGE, input: 1 }, tiny, 1_333_334n as Millionths).cost;
    assert.equal(cost, 1n);
    // 300 × 1.25 × 1.333333 = 499.999875: below it.
    assert.equal(charge({ ...NO_USAGE, input: 1 }, tiny, 1_333_333n as Millionths).cost, 0n);
  });

  it('says which tier, which rates and which amounts made the cost', () => {
    const { tier, lines } = charge({ ...NO_USAGE, input: 100_001, output: 10 }, haiku, ONE);
    assert.equal(tier, 100_000);
    assert.deepEqual(lines, [
      { bucket: 'input', quantity: 100_001, rate: 500_000n, per: 1, amount: 50_000_500_000n },
      { bucket: 'output', quantity: 10, rate: 2_500_000n, per: 1, amount: 25_000_000n },
    ]);
  });

  it('names the buckets that it has no rate for', () => {
    const { cost, unpriced } = charge({ ...NO_USAGE, input: 5, units: 1 }, gpt4o, ONE);
    assert.deepEqual(unpriced, ['units']);
    assert.equal(cost, 12_500n);
    const byPiece = charge({ ...NO_USAGE, output: 9, units: 1 }, perMinute, ONE);
    assert.deepEqual(byPiece.unpriced, ['output']);
  });

  it('lets no token go free where only one rate is known', () => {
    const embedding = price({ rates: rates({ input: '0.02' }) });
    assert.equal(charge({ ...NO_USAGE, output: 100 }, embedding, ONE).cost, 2_000n);
    const speech = price({ rates: rates({ input: '0.6', outputAudio: '12' }) });
    assert.equal(charge({ ...NO_USAGE, output: 100 }, speech, ONE).cost, 1_200_000n);
  });

  it('refuses quantities that were not clamped', () => {
    for (const bad of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => charge({ ...NO_USAGE, input: bad }, gpt4o, ONE), RangeError);
    }
  });

  it('derives a stored cost again', () => {
    const usage = { ...NO_USAGE, input: 1_234, cacheRead: 77, output: 999 };
    const factor = 1_100_000n as Millionths;
    assert.equal(rederive(usage, sonnet, factor), charge(usage, sonnet, factor).cost);
  });
});
