import type { Picodollars } from '../kernel/index.ts';
import type { Usage } from '../protocols/index.ts';
import type { Price, PriceTier, TokenRates } from './price.ts';

/** A bucket that counts tokens. */
export type TokenBucket = Exclude<keyof Usage, 'units'>;

/** The input buckets, in the order of records. */
export const INPUT_BUCKETS = [
  'input',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
  'inputAudio',
  'inputImage',
] as const satisfies readonly TokenBucket[];

/** The output buckets, in the order of records. */
export const OUTPUT_BUCKETS = [
  'output',
  'reasoning',
  'outputAudio',
  'outputImage',
] as const satisfies readonly TokenBucket[];

/**
 * Whose rate a bucket takes that has none of its own: the first of its list that has one. Providers
 * bill what they do not list apart as plain input or output; the last names see to it that no token
 * is free where the price meters tokens at all.
 */
const FALLBACKS: Readonly<Record<TokenBucket, readonly TokenBucket[]>> = {
  input: ['inputImage', 'inputAudio', 'output', 'outputAudio', 'outputImage'],
  cacheRead: ['input', 'inputImage', 'inputAudio', 'output', 'outputAudio', 'outputImage'],
  cacheWrite5m: ['input', 'inputImage', 'inputAudio', 'output', 'outputAudio', 'outputImage'],
  cacheWrite1h: [
    'cacheWrite5m',
    'input',
    'inputImage',
    'inputAudio',
    'output',
    'outputAudio',
    'outputImage',
  ],
  inputAudio: ['input', 'inputImage', 'output', 'outputAudio', 'outputImage'],
  inputImage: ['input', 'inputAudio', 'output', 'outputAudio', 'outputImage'],
  output: ['outputAudio', 'outputImage', 'input', 'inputImage', 'inputAudio'],
  reasoning: ['output', 'outputAudio', 'outputImage', 'input', 'inputImage', 'inputAudio'],
  outputAudio: ['output', 'outputImage', 'inputAudio', 'input', 'inputImage'],
  outputImage: ['output', 'outputAudio', 'inputImage', 'input', 'inputAudio'],
};

/** The rate of a bucket after fallbacks; undefined when the price meters no tokens. */
export function rateOf(rates: TokenRates, bucket: TokenBucket): Picodollars | undefined {
  const own = rates[bucket];
  if (own !== undefined) return own;
  for (const other of FALLBACKS[bucket]) {
    const rate = rates[other];
    if (rate !== undefined) return rate;
  }
  return undefined;
}

/** The dearest rate of some buckets after fallbacks; 0 when the price meters no tokens. */
export function dearestRate(rates: TokenRates, buckets: readonly TokenBucket[]): bigint {
  let dearest = 0n;
  for (const bucket of buckets) {
    const rate = rateOf(rates, bucket) ?? 0n;
    if (rate > dearest) dearest = rate;
  }
  return dearest;
}

/** The tier that a request with so much input (cache included) falls into; undefined for none. */
export function tierFor(price: Price, inputTokens: number): PriceTier | undefined {
  let chosen: PriceTier | undefined;
  for (const tier of price.tiers) {
    if (inputTokens > tier.aboveInputTokens) chosen = tier;
  }
  return chosen;
}
