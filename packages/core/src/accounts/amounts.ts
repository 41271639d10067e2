import {
  invalid,
  type Millionths,
  type Nanodollars,
  nanodollars,
  ONE,
  parseDollars,
  parseMillionths,
  scale,
} from '../kernel/index.ts';

/** No single amount is greater, in nanodollars: a billion dollars. */
const AMOUNT_MAX = 1_000_000_000_000_000_000n;
const MULTIPLIER_MIN = ONE / 1_000n;
const MULTIPLIER_MAX = ONE * 1_000n;

/** How often the monthly limit exceeds what was granted, where it is not given. */
const HARD_LIMIT_PER_CREDIT = 10n;
const SOFT_LIMIT_SHARE = 800_000n as Millionths;

/** An amount of dollars that a request names, or a 400. */
export function parseAmount(param: string, value: number | string): Nanodollars {
  const amount = parseDollars(value);
  if (amount === undefined) {
    throw invalid(param, `${param}: expected dollars with at most nine decimals.`);
  }
  return requireAmount(param, amount);
}

/** The amount, unless it is beyond every reasonable one. */
export function requireAmount(param: string, amount: Nanodollars): Nanodollars {
  if (amount <= AMOUNT_MAX && amount >= -AMOUNT_MAX) return amount;
  throw invalid(param, `${param}: at most one billion dollars.`);
}

/** An amount that cannot be negative. */
export function parseLimit(param: string, value: number | string): Nanodollars {
  const amount = parseAmount(param, value);
  if (amount < 0n) throw invalid(param, `${param}: it cannot be negative.`);
  return amount;
}

/** `Rates` or another multiplier that divides: 0.001 to 1000 with at most six decimals. */
export function parseRates(param: string, value: number | string): Millionths {
  const by = parseMillionths(value);
  if (by !== undefined && by >= MULTIPLIER_MIN && by <= MULTIPLIER_MAX) return by;
  throw invalid(param, `${param}: expected 0.001 to 1000 with at most six decimals.`);
}

/** `Factor`: 0 to 1000 with at most six decimals. */
export function parseFactor(param: string, value: number | string): Millionths {
  const by = parseMillionths(value);
  if (by !== undefined && by >= 0n && by <= MULTIPLIER_MAX) return by;
  throw invalid(param, `${param}: expected 0 to 1000 with at most six decimals.`);
}

/** The monthly limit that goes with an amount of credit; both shown dollars. */
export function hardLimitFor(credit: Nanodollars): Nanodollars {
  return nanodollars(credit * HARD_LIMIT_PER_CREDIT);
}

/** The limit from which a mail is sent. */
export function softLimitFor(hardLimit: Nanodollars): Nanodollars {
  return scale(hardLimit, SOFT_LIMIT_SHARE);
}
