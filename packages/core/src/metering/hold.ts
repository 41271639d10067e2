import type { Millionths, Nanodollars } from '../kernel/index.ts';
import { PICO_SCALED_PER_NANO, unitSize } from './charge.ts';
import { divideDown, divideUp } from './division.ts';
import type { Price, TokenRates } from './price.ts';
import { dearestRate, INPUT_BUCKETS, OUTPUT_BUCKETS, type TokenBucket } from './rates.ts';

/** Bounds of one request that has not run yet. */
export interface HoldBounds {
  readonly price: Price;
  /** All input tokens, cached or not. */
  readonly inputTokensMax: number;
  /** All output tokens, reasoning included. */
  readonly outputTokensMax: number;
  /** Things priced by the piece; 0 if absent. */
  readonly units?: number;
  readonly factor: Millionths;
  /** The buckets that the request can use; all if absent. Without media or caching holds are smaller. */
  readonly buckets?: readonly TokenBucket[];
}

/**
 * Base nanodollars that no charge within the bounds exceeds: the dearest tier that the input can
 * reach, all input at its dearest input rate, all output at its dearest output rate, rounded up.
 */
export function holdAmount(bounds: HoldBounds): Nanodollars {
  const { price, factor } = bounds;
  const output = BigInt(bounds.outputTokensMax);
  const fixed = fixedAmount(bounds);
  const size = BigInt(unitSize(price));
  let dearest = 0n;
  for (const { input, outputRate } of reachableTiers(bounds)) {
    const amount = fixed + (input + output * outputRate) * size;
    if (amount > dearest) dearest = amount;
  }
  return divideUp(dearest * price.multiplier * factor, PICO_SCALED_PER_NANO * size) as Nanodollars;
}

/** Output tokens that no answer exceeds; also what is affordable where output costs nothing. */
export const OUTPUT_TOKENS_CAP = 1_000_000_000;

/**
 * The most output tokens for which `holdAmount` stays within `free` base nanodollars; 0 when not
 * even the input fits.
 */
export function affordableOutput(
  bounds: Omit<HoldBounds, 'outputTokensMax'> & { readonly free: Nanodollars },
): number {
  const { price, factor, free } = bounds;
  const size = BigInt(unitSize(price));
  const multiplier = price.multiplier * factor;
  if (free < 0n) return 0;
  if (multiplier === 0n) return OUTPUT_TOKENS_CAP;
  const budget = divideDown(free * PICO_SCALED_PER_NANO * size, multiplier) - fixedAmount(bounds);
  let affordable = BigInt(OUTPUT_TOKENS_CAP);
  for (const { input, outputRate } of reachableTiers(bounds)) {
    const left = budget - input * size;
    if (left < 0n) return 0;
    if (outputRate === 0n) continue;
    const tokens = divideDown(left, outputRate * size);
    if (tokens < affordable) affordable = tokens;
  }
  return Number(affordable);
}

/** What does not depend on tokens, in picodollars × `unitSize`. */
function fixedAmount({ price, units = 0 }: Pick<HoldBounds, 'price' | 'units'>): bigint {
  const pieces = units > 0 ? Math.max(units, price.unitsMin ?? 0) : 0;
  return BigInt(pieces) * (price.unit ?? 0n) + (price.call ?? 0n) * BigInt(unitSize(price));
}

interface Reach {
  /** All input of the tier at its dearest rate, picodollars. */
  readonly input: bigint;
  /** Picodollars per output token. */
  readonly outputRate: bigint;
}

/** The tiers that the input may fall into, each with the most input that it can have there. */
function reachableTiers(
  bounds: Pick<HoldBounds, 'price' | 'inputTokensMax' | 'buckets'>,
): readonly Reach[] {
  const { price, inputTokensMax, buckets } = bounds;
  const inputs = buckets ? INPUT_BUCKETS.filter((b) => buckets.includes(b)) : INPUT_BUCKETS;
  const outputs = buckets ? OUTPUT_BUCKETS.filter((b) => buckets.includes(b)) : OUTPUT_BUCKETS;
  const raised = price.reasoningRaisesOutput ? [...outputs, 'reasoning' as const] : outputs;
  const reaches: Reach[] = [];
  let rates: TokenRates = price.rates;
  for (let i = 0; i <= price.tiers.length; i++) {
    const next = price.tiers[i];
    const most = Math.min(inputTokensMax, next?.aboveInputTokens ?? inputTokensMax);
    reaches.push({
      input: BigInt(most) * dearestRate(rates, inputs),
      outputRate: dearestRate(rates, raised),
    });
    if (!next || inputTokensMax <= next.aboveInputTokens) break;
    rates = next.rates;
  }
  return reaches;
}
