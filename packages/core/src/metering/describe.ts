import { formatDollars, type Millionths, toNumber } from '../kernel/index.ts';
import type { Usage } from '../protocols/index.ts';
import { type ChargeLine, charge } from './charge.ts';
import type { Price, TokenRates } from './price.ts';

/** A charge explained for people: decimal dollar strings, ready for JSON. */
export interface ChargeDescription {
  /** Base dollars. */
  readonly cost: string;
  /** Where the price comes from. */
  readonly source: string;
  /** Input tokens above which the applied rates hold; 0 for the first tier. */
  readonly tierAboveInputTokens: number;
  readonly multiplier: number;
  readonly factor: number;
  readonly lines: readonly {
    readonly bucket: ChargeLine['bucket'];
    readonly quantity: number;
    /** Dollars per `per` pieces. */
    readonly rate: string;
    readonly per: number;
    /** Dollars before multipliers. */
    readonly amount: string;
  }[];
  readonly unpriced: readonly (keyof Usage)[];
}

const PER_MILLION = 1_000_000;

/** Explains what `charge` computes for the same arguments, line by line; token rates per million. */
export function describeCharge(usage: Usage, price: Price, factor: Millionths): ChargeDescription {
  const { cost, lines, tier, unpriced } = charge(usage, price, factor);
  return {
    cost: formatDollars(cost),
    source: price.source,
    tierAboveInputTokens: tier,
    multiplier: toNumber(price.multiplier),
    factor: toNumber(factor),
    lines: lines.map((line) => describeLine(line)),
    unpriced,
  };
}

function describeLine({ bucket, quantity, rate, per, amount }: ChargeLine) {
  const isToken = bucket !== 'units' && bucket !== 'call';
  return {
    bucket,
    quantity,
    rate: formatPico(isToken ? rate * BigInt(PER_MILLION) : rate),
    per: isToken ? PER_MILLION : per,
    amount: formatPico(amount),
  };
}

/** Picodollars as decimal dollars without trailing zeros, exact. */
function formatPico(amount: bigint): string {
  const digits = amount.toString().padStart(13, '0');
  const fraction = digits.slice(-12).replace(/0+$/, '');
  return fraction ? `${digits.slice(0, -12)}.${fraction}` : digits.slice(0, -12);
}

/** A price as it is published: decimal dollar strings, ready for JSON. */
export interface PriceDescription {
  readonly source: string;
  readonly multiplier: number;
  /** Dollars per million tokens by bucket; what is not named falls back as `charge` says. */
  readonly per_million_tokens: Readonly<Record<string, string>>;
  readonly tiers: readonly {
    readonly above_input_tokens: number;
    readonly per_million_tokens: Readonly<Record<string, string>>;
  }[];
  /** Dollars for `size` pieces. */
  readonly per_unit?: {
    readonly unit: string;
    readonly size: number;
    readonly price: string;
    readonly minimum: number;
  };
  readonly per_call?: string;
}

/** Describes a price for people and for `/v1/models`. */
export function describePrice(price: Price): PriceDescription {
  const { unit, unitName = 'call', unitSize = 1, unitsMin = 0, call } = price;
  return {
    source: price.source,
    multiplier: toNumber(price.multiplier),
    per_million_tokens: describeRates(price.rates),
    tiers: price.tiers.map(({ aboveInputTokens, rates }) => ({
      above_input_tokens: aboveInputTokens,
      per_million_tokens: describeRates(rates),
    })),
    ...(unit !== undefined && {
      per_unit: { unit: unitName, size: unitSize, price: formatPico(unit), minimum: unitsMin },
    }),
    ...(call !== undefined && { per_call: formatPico(call) }),
  };
}

function describeRates(rates: TokenRates): Record<string, string> {
  return Object.fromEntries(
    Object.entries(rates).map(([bucket, rate]) => [bucket, formatPico(rate * BigInt(PER_MILLION))]),
  );
}
