/**
 * Money is a whole number of nanodollars (1e-9 USD) in base dollars, as a bigint.
 * Only this file divides, and each division names its rounding.
 */
declare const nano: unique symbol;
/** An amount in nanodollars of base dollars. */
export type Nanodollars = bigint & { readonly [nano]: true };

declare const pico: unique symbol;
/** A price in picodollars (1e-12 USD) per unit: per token, per character, per call … */
export type Picodollars = bigint & { readonly [pico]: true };

declare const micro: unique symbol;
/** A multiplier with six decimals (`Rates`, `Factor`), as a whole number of millionths. */
export type Millionths = bigint & { readonly [micro]: true };

const NANO_PER_DOLLAR = 1_000_000_000n;
const PICO_PER_NANO = 1_000n;

/** The multiplier 1. */
export const ONE = 1_000_000n as Millionths;
export const ZERO = 0n as Nanodollars;

export function nanodollars(value: bigint): Nanodollars {
  return value as Nanodollars;
}

/** Adds amounts; the bigint operators lose the brand. */
export function sum(...amounts: readonly bigint[]): Nanodollars {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return total as Nanodollars;
}

/** a / b for b > 0, rounded to the nearest, halves away from zero. */
export function divideHalfUp(a: bigint, b: bigint): bigint {
  if (b <= 0n) throw new RangeError('divisor must be positive');
  return a >= 0n ? (2n * a + b) / (2n * b) : -((-2n * a + b) / (2n * b));
}

/** Picodollars to nanodollars, half up; the one rounding of a charge. */
export function roundPico(amount: bigint): Nanodollars {
  return divideHalfUp(amount, PICO_PER_NANO) as Nanodollars;
}

/** Picodollars to nanodollars, rounded up; for holds, which must never be short. */
export function ceilPico(amount: bigint): Nanodollars {
  return ((amount + PICO_PER_NANO - 1n) / PICO_PER_NANO) as Nanodollars;
}

/** amount × multiplier, half up. */
export function scale(amount: bigint, by: Millionths): Nanodollars {
  return by === ONE ? (amount as Nanodollars) : (divideHalfUp(amount * by, ONE) as Nanodollars);
}

/** amount ÷ multiplier, half up; base = shown ÷ Rates. */
export function unscale(amount: bigint, by: Millionths): Nanodollars {
  return by === ONE ? (amount as Nanodollars) : (divideHalfUp(amount * ONE, by) as Nanodollars);
}

const DECIMAL = /^([+-]?)(\d{1,15})(?:\.(\d{1,18}))?$/;

/** Parses a plain decimal into a whole number of 10^-digits; undefined when it has more decimals. */
function parseDecimal(text: string, digits: number): bigint | undefined {
  const match = DECIMAL.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '0', fraction = ''] = match;
  const trimmed = fraction.replace(/0+$/, '');
  if (trimmed.length > digits) return undefined;
  const value = BigInt(whole + trimmed.padEnd(digits, '0'));
  return sign === '-' ? -value : value;
}

/** A JSON number (as JavaScript prints it) or decimal string as decimal text, without exponent. */
function decimalText(value: number | string): string {
  if (typeof value === 'string') return value.trim();
  const text = String(value);
  if (!text.includes('e')) return text;
  return Number.isFinite(value) ? value.toFixed(18).replace(/\.?0+$/, '') : '';
}

/** Dollars to nanodollars; undefined unless finite and of at most nine decimals. */
export function parseDollars(value: number | string): Nanodollars | undefined {
  return parseDecimal(decimalText(value), 9) as Nanodollars | undefined;
}

/** A multiplier of at most six decimals; undefined otherwise. */
export function parseMillionths(value: number | string): Millionths | undefined {
  return parseDecimal(decimalText(value), 6) as Millionths | undefined;
}

/** Dollars per million units to picodollars per unit; exact, undefined beyond six decimals. */
export function parsePerMillion(value: number | string): Picodollars | undefined {
  return parseDecimal(decimalText(value), 6) as Picodollars | undefined;
}

/** Dollars per unit to picodollars per unit; exact, undefined beyond twelve decimals. */
export function parsePerUnit(value: number | string): Picodollars | undefined {
  return parseDecimal(decimalText(value), 12) as Picodollars | undefined;
}

/** Decimal dollars without trailing zeros, exact: 1500000n → "0.0015". */
export function formatDollars(amount: bigint): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(10, '0');
  const fraction = digits.slice(-9).replace(/0+$/, '');
  const text = fraction ? `${digits.slice(0, -9)}.${fraction}` : digits.slice(0, -9);
  return amount < 0n ? `-${text}` : text;
}

/** Dollars as a JSON number for display; exact up to 2^53 nanodollars, nearest beyond. */
export function toDollars(amount: bigint): number {
  return Number(formatDollars(amount));
}

/** A multiplier as a JSON number: 1500000n → 1.5. */
export function toNumber(by: Millionths): number {
  return Number(by) / Number(ONE);
}

/** USD cents, rounded down: what is shown as available can be spent. */
export function floorCents(amount: bigint): number {
  const perCent = NANO_PER_DOLLAR / 100n;
  const cents = amount / perCent;
  return Number(amount < 0n && amount % perCent !== 0n ? cents - 1n : cents);
}
