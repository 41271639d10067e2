import {
  divideHalfUp,
  type Millionths,
  type Nanodollars,
  ONE,
  type Picodollars,
} from '../kernel/index.ts';
import { inputTokens, USAGE_BUCKETS, type Usage } from '../protocols/index.ts';
import type { Price, TokenRates } from './price.ts';
import { rateOf, tierFor } from './rates.ts';

/** One item of a charge: `quantity` pieces at `rate` per `per` pieces. */
export interface ChargeLine {
  readonly bucket: keyof Usage | 'call';
  readonly quantity: number;
  readonly rate: Picodollars;
  /** Pieces that the rate pays for: 1, or 60 where a price per minute meters seconds. */
  readonly per: number;
  /** Picodollars before multipliers; the nearest whole one where `per` is not 1. */
  readonly amount: bigint;
}

/** What one request costs, and why. */
export interface Charge {
  /** Base nanodollars, rounded half up once. */
  readonly cost: Nanodollars;
  readonly lines: readonly ChargeLine[];
  /** The `aboveInputTokens` of the tier that applied; 0 for the first. */
  readonly tier: number;
  /** Buckets that were used although the price knows no rate for them; worth an alarm. */
  readonly unpriced: readonly (keyof Usage)[];
}

/** Picodollars × two multipliers in millionths, per nanodollar. */
export const PICO_SCALED_PER_NANO = 1_000n * ONE * ONE;

/**
 * Charges one request: the tier by all input tokens, each bucket at its rate (`rateOf` says which
 * one a missing rate falls back to), pieces, the price of the call, then price.multiplier × factor
 * and one rounding half up. Throws RangeError for quantities that `clampUsage` would change.
 */
export function charge(usage: Usage, price: Price, factor: Millionths): Charge {
  const tier = tierFor(price, inputTokens(usage));
  const rates = tier?.rates ?? price.rates;
  const lines: ChargeLine[] = [];
  const unpriced: (keyof Usage)[] = [];
  for (const bucket of USAGE_BUCKETS) {
    const used = usage[bucket];
    if (used === 0) continue;
    const quantity = bucket === 'units' ? Math.max(used, price.unitsMin ?? 0) : used;
    const rate = bucket === 'units' ? price.unit : tokenRate(usage, price, rates, bucket);
    if (rate === undefined) unpriced.push(bucket);
    else lines.push(chargeLine(bucket, quantity, rate, bucket === 'units' ? unitSize(price) : 1));
  }
  if (price.call !== undefined) lines.push(chargeLine('call', 1, price.call, 1));
  return { cost: costOf(lines, price, factor), lines, tier: tier?.aboveInputTokens ?? 0, unpriced };
}

/** The cost of a stored record from its usage, price and factor; equals `charge(…).cost`. */
export function rederive(usage: Usage, price: Price, factor: Millionths): Nanodollars {
  return charge(usage, price, factor).cost;
}

/** Pieces that the price per piece pays for. */
export function unitSize(price: Price): number {
  return price.unitSize ?? 1;
}

function tokenRate(
  usage: Usage,
  price: Price,
  rates: TokenRates,
  bucket: Exclude<keyof Usage, 'units'>,
): Picodollars | undefined {
  const raised = bucket === 'output' && price.reasoningRaisesOutput && usage.reasoning > 0;
  return rateOf(rates, raised ? 'reasoning' : bucket);
}

function chargeLine(
  bucket: ChargeLine['bucket'],
  quantity: number,
  rate: Picodollars,
  per: number,
): ChargeLine {
  if (quantity < 0) throw new RangeError('a quantity must not be negative');
  const exact = BigInt(quantity) * rate;
  const amount = per === 1 ? exact : divideHalfUp(exact, BigInt(per));
  return { bucket, quantity, rate, per, amount };
}

/** Sums over the common denominator `unitSize`, so that nothing is rounded before the end. */
function costOf(lines: readonly ChargeLine[], price: Price, factor: Millionths): Nanodollars {
  const size = BigInt(unitSize(price));
  let total = 0n;
  for (const { per, amount, quantity, rate } of lines) {
    total += per === 1 ? amount * size : BigInt(quantity) * rate;
  }
  return divideHalfUp(
    total * price.multiplier * factor,
    PICO_SCALED_PER_NANO * size,
  ) as Nanodollars;
}
