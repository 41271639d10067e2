import { z } from 'zod';
import { invalid, ONE, type Picodollars, parsePerMillion, parsePerUnit } from '../kernel/index.ts';
import type { Price, TokenRates } from '../metering/index.ts';

const amount = z.union([z.number().nonnegative(), z.string().regex(/^\d{1,9}(\.\d{1,12})?$/)]);

/** `Config.default_price` of a provider key: dollars per million tokens, `call` per request. */
const defaultPrice = z.strictObject({
  input: amount,
  output: amount.optional(),
  cache_read: amount.optional(),
  cache_write: amount.optional(),
  reasoning: amount.optional(),
  input_audio: amount.optional(),
  input_image: amount.optional(),
  output_audio: amount.optional(),
  output_image: amount.optional(),
  call: amount.optional(),
});

const PARAM = 'Config.default_price';

/**
 * Reads a provider key's `Config.default_price`: an object, or one figure for input and output
 * alike. `source` becomes `Price.source`. Throws `invalid_request` naming the field.
 */
export function parseDefaultPrice(value: unknown, source: string): Price {
  const isFigure = typeof value === 'number' || typeof value === 'string';
  const parsed = defaultPrice.safeParse(isFigure ? { input: value, output: value } : value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = isFigure ? PARAM : [PARAM, ...(issue?.path ?? [])].join('.');
    throw invalid(path, `${path}: ${issue?.message ?? 'not valid'}.`);
  }
  const { call, ...fields } = parsed.data;
  return {
    rates: readRates(fields),
    tiers: [],
    ...(call !== undefined && { call: exactly(parsePerUnit(call), 'call', 12) }),
    multiplier: ONE,
    source,
  };
}

type RateField = Exclude<keyof z.infer<typeof defaultPrice>, 'call'>;

const RATE_FIELDS: Readonly<Record<RateField, readonly (keyof TokenRates)[]>> = {
  input: ['input'],
  output: ['output'],
  cache_read: ['cacheRead'],
  cache_write: ['cacheWrite5m', 'cacheWrite1h'],
  reasoning: ['reasoning'],
  input_audio: ['inputAudio'],
  input_image: ['inputImage'],
  output_audio: ['outputAudio'],
  output_image: ['outputImage'],
};

function readRates(fields: Omit<z.infer<typeof defaultPrice>, 'call'>): TokenRates {
  const rates: { -readonly [K in keyof TokenRates]: TokenRates[K] } = {};
  for (const [field, buckets] of Object.entries(RATE_FIELDS)) {
    const value = fields[field as RateField];
    if (value === undefined) continue;
    for (const bucket of buckets) rates[bucket] = exactly(parsePerMillion(value), field, 6);
  }
  return rates;
}

function exactly(value: Picodollars | undefined, field: string, digits: number): Picodollars {
  if (value !== undefined) return value;
  throw invalid(`${PARAM}.${field}`, `${PARAM}.${field}: at most ${digits} decimals are possible.`);
}
