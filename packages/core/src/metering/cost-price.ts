import type { CostPrice } from '@meridian/contract';
import {
  invalid,
  type Picodollars,
  parseDollars,
  parseMillionths,
  parsePerMillion,
} from '../kernel/index.ts';

/** Rates for the models that a pattern fits. Picodollars per token and unit, nanodollars per call. */
export interface CostRow {
  /** Lower case, with `*` for anything. */
  readonly pattern: string;
  /** A share of the charge, in millionths; null where the rates count. */
  readonly share: bigint | null;
  readonly input: bigint;
  readonly cacheRead: bigint;
  readonly cacheWrite: bigint;
  readonly inputAudio: bigint;
  readonly inputImage: bigint;
  readonly output: bigint;
  readonly reasoning: bigint;
  readonly outputAudio: bigint;
  readonly outputImage: bigint;
  readonly unit: bigint;
  readonly call: bigint;
}

type Rates = Omit<CostPrice, 'models'>;

const PICO_PER_NANO = 1_000n;

function decimal<T extends bigint>(
  name: string,
  value: number | undefined,
  parse: (value: number) => T | undefined,
): bigint {
  const amount = value === undefined ? 0n : parse(value);
  if (amount !== undefined) return amount;
  throw invalid('CostPrice', `CostPrice: ${name} has too many decimals.`);
}

function perToken(name: string, ...values: (number | undefined)[]): bigint {
  const value = values.find((each) => each !== undefined);
  return decimal<Picodollars>(name, value, parsePerMillion);
}

function toRow(pattern: string, rates: Rates): CostRow {
  const { factor, input, output } = rates;
  const unit = decimal('unit', rates.unit, parseDollars) * PICO_PER_NANO;
  return {
    pattern: pattern.toLowerCase(),
    share: factor === undefined ? null : decimal('factor', factor, parseMillionths),
    input: perToken('input', input),
    cacheRead: perToken('cache_read', rates.cache_read, input),
    cacheWrite: perToken('cache_write', rates.cache_write, input),
    inputAudio: perToken('input_audio', rates.input_audio, input),
    inputImage: perToken('input_image', rates.input_image, input),
    output: perToken('output', output),
    reasoning: perToken('reasoning', rates.reasoning, output),
    outputAudio: perToken('output_audio', rates.output_audio, output),
    outputImage: perToken('output_image', rates.output_image, output),
    unit,
    call: decimal('call', rates.call, parseDollars),
  };
}

/** The rates of a cost price, one row per pattern; throws a 400 beyond the decimals there are. Pure. */
export function compileCostPrice(price: CostPrice | null): readonly CostRow[] {
  if (price === null) return [];
  const { models = {}, ...rates } = price;
  const own = Object.entries(models).map(([pattern, each]) => toRow(pattern, each));
  const rows = Object.keys(rates).length === 0 ? own : [...own, toRow('*', rates)];
  // Of two that differ in their case only the later one counts.
  return [...new Map(rows.map((row) => [row.pattern, row])).values()];
}
