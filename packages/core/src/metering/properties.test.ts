import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Millionths, type Nanodollars, ONE, type Picodollars } from '../kernel/index.ts';
import {
  inputTokens,
  NO_USAGE,
  outputTokens,
  USAGE_BUCKETS,
  type Usage,
} from '../protocols/index.ts';
import { charge } from './charge.ts';
import { affordableOutput, holdAmount, OUTPUT_TOKENS_CAP } from './hold.ts';
import type { Price, TokenRates } from './price.ts';
import { parsePrice, serializePrice } from './price-text.ts';
import { INPUT_BUCKETS, OUTPUT_BUCKETS, rateOf } from './rates.ts';

const BUCKETS = [...INPUT_BUCKETS, ...OUTPUT_BUCKETS];

const rate = fc.bigInt(0n, 200_000_000n) as fc.Arbitrary<Picodollars>;
const multiplier = fc.bigInt(0n, 9_000_000n) as fc.Arbitrary<Millionths>;
const rates: fc.Arbitrary<TokenRates> = fc.record(
  Object.fromEntries(BUCKETS.map((name) => [name, rate])),
  { requiredKeys: [], noNullPrototype: true },
);

/** Tiers in which every bucket is at least as dear as below, as the catalog's are. */
const tiers = (base: TokenRates) =>
  fc
    .uniqueArray(fc.integer({ min: 1, max: 5_000 }), { maxLength: 3 })
    .chain((limits) =>
      fc.tuple(
        fc.constant([...limits].sort((a, b) => a - b)),
        fc.array(fc.bigInt(0n, 50_000_000n), { minLength: 3, maxLength: 3 }),
      ),
    )
    .map(([limits, rises]) => {
      let below = base;
      return limits.map((aboveInputTokens, index) => {
        const dearer = BUCKETS.flatMap((name) => {
          const known = rateOf(below, name);
          return known === undefined ? [] : [[name, known + (rises[index] ?? 0n)]];
        });
        below = Object.fromEntries(dearer);
        return { aboveInputTokens, rates: below };
      });
    });

function definedFields(price: Record<string, unknown>): Price {
  return Object.fromEntries(
    Object.entries(price).filter(([, value]) => value !== undefined),
  ) as unknown as Price;
}

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const anyPrice: fc.Arbitrary<Price> = rates.chain((base) =>
  fc
    .record({
      rates: fc.constant(base),
      tiers: tiers(base),
      unit: optional(rate),
      unitName: optional(fc.constantFrom('image', 'second', 'search')),
      unitSize: optional(fc.constantFrom(60, 3_600, 1_000_000)),
      unitsMin: optional(fc.integer({ min: 1, max: 50 })),
      call: optional(rate),
      reasoningRaisesOutput: optional(fc.boolean()),
      multiplier,
      source: fc.string(),
    })
    .map(definedFields),
);

const anyUsage: fc.Arbitrary<Usage> = fc.record(
  Object.fromEntries(USAGE_BUCKETS.map((name) => [name, fc.nat(4_000)])),
) as unknown as fc.Arbitrary<Usage>;

const soundPrice = anyPrice.filter(isMonotone);

/** Reasoning that raises output must not make it cheaper. */
function isMonotone(price: Price): boolean {
  if (!price.reasoningRaisesOutput) return true;
  return [price.rates, ...price.tiers.map((tier) => tier.rates)].every(
    (each) => (rateOf(each, 'reasoning') ?? 0n) >= (rateOf(each, 'output') ?? 0n),
  );
}

describe('a charge', () => {
  it('never falls when a bucket grows', () => {
    fc.assert(
      fc.property(
        soundPrice,
        anyUsage,
        multiplier,
        fc.tuple(fc.constantFrom(...USAGE_BUCKETS), fc.nat(3_000)),
        (price, usage, factor, [bucket, more]) => {
          const larger = { ...usage, [bucket]: usage[bucket] + more };
          assert.ok(charge(larger, price, factor).cost >= charge(usage, price, factor).cost);
        },
      ),
    );
  });

  it('of nothing is the price of the call', () => {
    fc.assert(
      fc.property(anyPrice, (price) => {
        const { cost, lines } = charge(NO_USAGE, price, ONE);
        const amount = (price.call ?? 0n) * price.multiplier;
        assert.equal(cost, (2n * amount + 1_000_000_000n) / 2_000_000_000n);
        assert.equal(lines.length, price.call === undefined ? 0 : 1);
      }),
    );
  });

  it('adds up over its buckets within a tier', () => {
    const flat = anyPrice.map((price) => {
      const { unitsMin: _, reasoningRaisesOutput: __, ...rest } = price;
      return { ...rest, tiers: [], multiplier: ONE };
    });
    fc.assert(
      fc.property(flat, anyUsage, (price, usage) => {
        const parts = USAGE_BUCKETS.map(
          (bucket) => charge({ ...NO_USAGE, [bucket]: usage[bucket] }, price, ONE).cost,
        );
        const call = charge(NO_USAGE, price, ONE).cost;
        const sum = parts.reduce((total, part) => total + part - call, call as bigint);
        const difference = sum - charge(usage, price, ONE).cost;
        // Each part is rounded by itself: at most half a nanodollar, twice.
        assert.ok(difference >= -12n && difference <= 12n, `off by ${difference}`);
      }),
    );
  });

  it('is the same for the factor 1 as for none, and scales with it', () => {
    fc.assert(
      fc.property(anyPrice, anyUsage, fc.bigInt(1n, 9n), (price, usage, times) => {
        const once = charge(usage, price, ONE);
        const scaled = charge(usage, price, (ONE * times) as Millionths);
        assert.deepEqual(scaled.lines, once.lines);
        const difference = scaled.cost - once.cost * times;
        assert.ok(difference >= -times && difference <= times);
        const swapped = { ...price, multiplier: (price.multiplier * times) as Millionths };
        assert.equal(charge(usage, swapped, ONE).cost, scaled.cost);
      }),
    );
  });
});

describe('a hold', () => {
  it('covers every charge within its bounds', () => {
    fc.assert(
      fc.property(anyPrice, anyUsage, multiplier, fc.nat(500), (price, usage, factor, slack) => {
        const amount = holdAmount({
          price,
          factor,
          inputTokensMax: inputTokens(usage) + slack,
          outputTokensMax: outputTokens(usage),
          units: usage.units,
        });
        assert.ok(charge(usage, price, factor).cost <= amount);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is exact where one bucket of each side is possible', () => {
    fc.assert(
      fc.property(anyPrice, multiplier, fc.nat(9_000), fc.nat(9_000), (price, factor, i, o) => {
        const bounds = { price, factor, inputTokensMax: i, outputTokensMax: o };
        const amount = holdAmount({ ...bounds, buckets: ['input', 'outputAudio'] });
        const { cost } = charge({ ...NO_USAGE, input: i, outputAudio: o }, price, factor);
        if (price.reasoningRaisesOutput) assert.ok(amount >= cost);
        else assert.ok(amount - cost <= 1n, `${amount} for ${cost}`);
      }),
    );
  });

  it('lets exactly so many output tokens be afforded', () => {
    fc.assert(
      fc.property(
        anyPrice,
        multiplier,
        fc.nat(9_000),
        fc.bigInt(0n, 2_000_000_000n),
        (price, factor, inputTokensMax, free) => {
          const bounds = { price, factor, inputTokensMax, units: 1 };
          const affordable = affordableOutput({ ...bounds, free: free as Nanodollars });
          const held = (outputTokensMax: number) => holdAmount({ ...bounds, outputTokensMax });
          if (affordable > 0) assert.ok(held(affordable) <= free);
          if (affordable < OUTPUT_TOKENS_CAP) assert.ok(held(affordable + 1) > free);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('the text of a price', () => {
  it('reads back as the same price, and equal prices have equal texts', () => {
    fc.assert(
      fc.property(anyPrice, (price) => {
        const text = serializePrice(price);
        assert.deepEqual(parsePrice(text), price);
        const shuffled = definedFields(Object.fromEntries(Object.entries(price).reverse()));
        assert.equal(serializePrice(shuffled), text);
      }),
    );
  });

  it('is refused when it is anything else', () => {
    const good = serializePrice({ rates: {}, tiers: [], multiplier: ONE, source: 'x' });
    for (const bad of [
      '{}',
      good.replace('"1000000"', '"-1"'),
      good.replace('"rates":{}', '"rates":{"inputs":"1"}'),
      good.replace('"tiers":[]', '"tiers":[{"aboveInputTokens":0,"rates":{}}]'),
      `${good}x`,
    ]) {
      assert.throws(() => parsePrice(bad), bad);
    }
  });
});
