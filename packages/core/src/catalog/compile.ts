import {
  type Millionths,
  ONE,
  type Picodollars,
  parseMillionths,
  parsePerMillion,
  parsePerUnit,
  utcDay,
} from '../kernel/index.ts';
import type { Price, PriceTier, TokenRates, UnitName } from '../metering/index.ts';
import type { PriceRow, RateFields } from './schema.ts';

/** A dated row ready for lookups. */
export interface CompiledRow {
  /** Milliseconds since 1970 from which the row applies. */
  readonly from: number;
  readonly regular: VariantPrices;
  readonly peak?: { readonly prices: VariantPrices; includes(at: number): boolean };
  /** Multipliers of service tiers. */
  readonly services: ReadonlyMap<string, Millionths>;
}

/** The price of a row, and those of its variants (quality, size …). */
export interface VariantPrices {
  /** undefined when only variants are priced. */
  readonly plain: Price | undefined;
  readonly variants: ReadonlyMap<string, Price>;
}

/** What rows of one model have in common. */
export interface RowContext {
  /** `Price.source`. */
  readonly source: string;
  /** UTC days, in milliseconds, that are no workdays. */
  readonly holidays: ReadonlySet<number>;
}

/** Compiles the rows of one model at one host; throws when they are not sound. */
export function compileRows(rows: readonly PriceRow[], context: RowContext): CompiledRow[] {
  const compiled = rows.map((row) => compileRow(row, context));
  compiled.forEach((row, index) => {
    const before = compiled[index - 1];
    if ((before === undefined) !== (row.from === Number.NEGATIVE_INFINITY)) {
      throw new Error('every row but the first needs a date');
    }
    if (before && row.from <= before.from) throw new Error('rows must ascend by date');
  });
  return compiled;
}

function compileRow(row: PriceRow, context: RowContext): CompiledRow {
  const { peak, above = [] } = row;
  const rates = tokenRates(row);
  if (rates.input === undefined && row.unit === undefined && row.call === undefined) {
    throw new Error('a row prices nothing');
  }
  if (peak && above.length > 0) throw new Error('a row with tiers of size cannot have peak hours');
  const services = Object.entries(row.services ?? {}).map(
    ([name, by]) => [name, exact(parseMillionths(by), by)] as const,
  );
  return {
    from: row.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(row.from),
    regular: variantPrices(row, { rates, tiers: compileTiers(above, rates) }, context),
    services: new Map(services),
    ...(peak && {
      peak: {
        prices: variantPrices(row, { rates: replacedRates(peak, rates), tiers: [] }, context),
        includes: peakWindow(peak.hours, peak.days === 'workdays', context.holidays),
      },
    }),
  };
}

function variantPrices(
  row: PriceRow,
  tokens: Pick<Price, 'rates' | 'tiers'>,
  { source }: RowContext,
): VariantPrices {
  const calls = typeof row.call === 'string' ? { default: row.call } : (row.call ?? {});
  const units = row.unit?.variants ?? {};
  const shared = {
    ...tokens,
    multiplier: ONE,
    source,
    ...(row.reasoningRaisesOutput && { reasoningRaisesOutput: true }),
  };
  const priced = (unit: string | undefined, call: string | undefined): Price | undefined => {
    if (row.unit && unit === undefined) return undefined;
    return {
      ...shared,
      ...(row.unit && unit !== undefined && unitPrice(row.unit, unit)),
      ...(call !== undefined && { call: exact(parsePerUnit(call), call) }),
    };
  };
  const variants = new Map<string, Price>();
  for (const name of new Set([...Object.keys(units), ...Object.keys(calls)])) {
    const price = priced(units[name] ?? row.unit?.price, calls[name] ?? calls.default);
    if (price && name !== 'default') variants.set(name, price);
  }
  return { plain: priced(row.unit?.price, calls.default), variants };
}

function compileTiers(tiers: NonNullable<PriceRow['above']>, base: TokenRates): PriceTier[] {
  return tiers.map((tier, index) => {
    const below = tiers[index - 1];
    if (below && tier.tokens <= below.tokens) throw new Error('tiers must ascend');
    return { aboveInputTokens: tier.tokens, rates: replacedRates(tier, base) };
  });
}

/** Rates that stand in for others; a bucket left out would fall back to the wrong rate. */
function replacedRates(fields: RateFields, base: TokenRates): TokenRates {
  const rates = tokenRates(fields);
  const missing = Object.keys(base).find((name) => !(name in rates));
  if (missing !== undefined) throw new Error(`the dearer rates lack ${missing}`);
  return rates;
}

/** Dollars per million tokens to picodollars per token. */
function tokenRates(fields: RateFields): TokenRates {
  const rates: { -readonly [K in keyof TokenRates]: TokenRates[K] } = {};
  for (const name of RATE_NAMES) {
    const text = fields[name];
    if (text !== undefined) rates[name] = exact(parsePerMillion(text), text);
  }
  const lifetimes = Object.entries(fields.cacheWrite ?? {}).sort(
    ([a], [b]) => lifetimeMinutes(a) - lifetimeMinutes(b),
  );
  const [shortest] = lifetimes;
  const longest = lifetimes.at(-1);
  if (shortest) rates.cacheWrite5m = exact(parsePerMillion(shortest[1]), shortest[1]);
  if (longest && longest !== shortest) {
    rates.cacheWrite1h = exact(parsePerMillion(longest[1]), longest[1]);
  }
  return rates;
}

const RATE_NAMES = [
  'input',
  'cacheRead',
  'inputAudio',
  'inputImage',
  'output',
  'reasoning',
  'outputAudio',
  'outputImage',
] as const;

function lifetimeMinutes(lifetime: string): number {
  return Number.parseInt(lifetime, 10) * (lifetime.endsWith('h') ? 60 : 1);
}

type UnitFields = NonNullable<PriceRow['unit']>;

/** What a published unit is in the pieces that usage counts. */
const UNITS: Readonly<Record<UnitFields['per'], readonly [name: UnitName, size: number]>> = {
  call: ['call', 1],
  image: ['image', 1],
  'million characters': ['character', 1_000_000],
  second: ['second', 1],
  minute: ['second', 60],
  hour: ['second', 3_600],
  search: ['search', 1],
  page: ['page', 1],
  megapixel: ['megapixel', 1],
};

function unitPrice({ per, min }: UnitFields, price: string): Partial<Price> {
  const [unitName, unitSize] = UNITS[per];
  return {
    unit: exact(parsePerUnit(price), price),
    unitName,
    ...(unitSize > 1 && { unitSize }),
    ...(min !== undefined && { unitsMin: min }),
  };
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** 1 January 1970 was a Thursday. */
const EPOCH_WEEKDAY = 4;

function peakWindow(
  hours: readonly string[],
  workdaysOnly: boolean,
  holidays: ReadonlySet<number>,
): (at: number) => boolean {
  const spans = hours.map((span) => span.split('-').map(minuteOfDay));
  return (at) => {
    const day = utcDay(at);
    const weekday = (Math.floor(day / DAY_MS) + EPOCH_WEEKDAY) % 7;
    if (workdaysOnly && (weekday === 0 || weekday === 6 || holidays.has(day))) return false;
    const minute = Math.floor((at - day) / MINUTE_MS);
    return spans.some(([start = 0, end = 0]) => minute >= start && minute < end);
  };
}

function minuteOfDay(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
}

function exact<T extends Millionths | Picodollars>(value: T | undefined, text: string): T {
  if (value === undefined) throw new Error(`${text} has too many decimals`);
  return value;
}
