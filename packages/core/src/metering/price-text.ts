import { z } from 'zod';
import type { Millionths, Picodollars } from '../kernel/index.ts';
import type { Price, PriceTier, TokenRates } from './price.ts';
import { INPUT_BUCKETS, OUTPUT_BUCKETS } from './rates.ts';

const RATE_NAMES = [...INPUT_BUCKETS, ...OUTPUT_BUCKETS];

const picodollars = z
  .string()
  .regex(/^\d{1,30}$/)
  .transform((text) => BigInt(text) as Picodollars);
const count = z.number().int().positive().max(Number.MAX_SAFE_INTEGER);
const rates = z.strictObject(
  Object.fromEntries(RATE_NAMES.map((name) => [name, picodollars.optional()])),
);

const storedPrice = z.strictObject({
  source: z.string(),
  multiplier: z
    .string()
    .regex(/^\d{1,30}$/)
    .transform((text) => BigInt(text) as Millionths),
  rates,
  tiers: z.array(z.strictObject({ aboveInputTokens: count, rates })),
  unit: picodollars.optional(),
  unitName: z
    .enum(['call', 'image', 'character', 'second', 'search', 'page', 'megapixel'])
    .optional(),
  unitSize: count.optional(),
  unitsMin: count.optional(),
  call: picodollars.optional(),
  reasoningRaisesOutput: z.boolean().optional(),
});

/** A price as canonical JSON: equal prices give equal texts; amounts are decimal strings. */
export function serializePrice(price: Price): string {
  const { source, multiplier, unit, unitName, unitSize, unitsMin, call } = price;
  return JSON.stringify({
    source,
    multiplier: String(multiplier),
    rates: ratesText(price.rates),
    tiers: price.tiers.map((tier) => ({
      aboveInputTokens: tier.aboveInputTokens,
      rates: ratesText(tier.rates),
    })),
    unit: unit?.toString(),
    unitName,
    unitSize,
    unitsMin,
    call: call?.toString(),
    reasoningRaisesOutput: price.reasoningRaisesOutput,
  });
}

/** Reads what `serializePrice` wrote; throws when the text is anything else. */
export function parsePrice(text: string): Price {
  const stored = storedPrice.parse(JSON.parse(text));
  return withoutUndefined({
    ...stored,
    rates: withoutUndefined(stored.rates),
    tiers: stored.tiers.map(
      (tier): PriceTier => ({
        aboveInputTokens: tier.aboveInputTokens,
        rates: withoutUndefined(tier.rates),
      }),
    ),
  });
}

function ratesText(rates: TokenRates): Record<string, string> {
  const text: Record<string, string> = {};
  for (const name of RATE_NAMES) {
    const rate = rates[name];
    if (rate !== undefined) text[name] = rate.toString();
  }
  return text;
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, field]) => field !== undefined),
  ) as Defined<T>;
}
