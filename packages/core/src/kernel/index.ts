export {
  type Cancel,
  type Clock,
  nextUtcMonth,
  systemClock,
  utcDay,
  utcMonth,
} from './clock.ts';
export { Failure, type FailureDetail, invalid, isFailure, notFound } from './errors.ts';
export { bestMatch, matchesGlob } from './glob.ts';
export { createUuidV7 } from './ids.ts';
export {
  ceilPico,
  divideHalfUp,
  floorCents,
  formatDollars,
  type Millionths,
  type Nanodollars,
  nanodollars,
  ONE,
  type Picodollars,
  parseDollars,
  parseMillionths,
  parsePerMillion,
  parsePerUnit,
  roundPico,
  scale,
  sum,
  toDollars,
  toNumber,
  unscale,
  ZERO,
} from './money.ts';
export { type Random, systemRandom } from './random.ts';
export { Secret } from './secret.ts';
