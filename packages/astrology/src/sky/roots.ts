import { degrees180 } from '../time/angles.ts';

/** Where to search: Julian dates, and the days of a step. */
export interface SearchRange {
  readonly from: number;
  readonly to: number;
  /** Shorter than half the distance of two roots, but for a pair of which the search sees the turn. */
  readonly step: number;
}

/** A moment at which a longitude has a value. */
export interface LongitudeCrossing {
  /** In the scale of the function. */
  readonly jd: number;
  /** Whether the longitude grows there. */
  readonly isForward: boolean;
}

/** Steps that one search may take; more is a mistake of the caller. */
const STEPS_MAX = 1_000_000;
const EXACT_DAYS = 1e-9;
const PASSES_MAX = 80;

/** Below this a value counts as zero: a longitude of 0.00000004″. */
const EXACT_VALUE = 1e-11;

/**
 * Moments in a range at which `longitude` (degrees, any branch) equals `target`, in order. It may turn
 * back: two crossings within a step are found by the turn between them. A longitude must move less
 * than 180° in a step. Throws a RangeError for an empty or endless range.
 */
export function findCrossings(
  longitude: (jd: number) => number,
  target: number,
  range: SearchRange,
): LongitudeCrossing[] {
  return findZeros((jd) => degrees180(longitude(jd) - target), range, 180);
}

/**
 * Moments in a range at which a continuous function is zero, in order. `halfTurn`: the function is an
 * angle that jumps from this value to its negative; jumps are not taken for zeros.
 */
export function findZeros(
  f: (jd: number) => number,
  range: SearchRange,
  halfTurn: number = Number.POSITIVE_INFINITY,
): LongitudeCrossing[] {
  const { from, to, step } = range;
  const count = Math.ceil((to - from) / step);
  if (!(step > 0 && count >= 1 && count <= STEPS_MAX)) {
    throw new RangeError(`a search goes forward in 1 to ${STEPS_MAX} steps, not ${count}`);
  }
  const found: LongitudeCrossing[] = [];
  let before: Sample | undefined;
  let last: Sample = { jd: from, value: f(from) };
  if (last.value === 0) found.push({ jd: from, isForward: f(from + step) > 0 });
  for (let i = 1; i <= count; i += 1) {
    const jd = Math.min(from + i * step, to);
    const next = { jd, value: f(jd) };
    const isJump = Math.abs(next.value - last.value) >= halfTurn;
    if (!isJump && crosses(last, next)) found.push(root(f, last, next));
    else if (!isJump && before && isTurn(before, last, next)) {
      found.push(...pairAround(f, before, last, next));
    }
    before = isJump ? undefined : last;
    last = next;
  }
  return found.sort((a, b) => a.jd - b.jd);
}

interface Sample {
  readonly jd: number;
  readonly value: number;
}

/** A zero at the end of a step belongs to it, one at its beginning to the step before. */
function crosses(a: Sample, b: Sample): boolean {
  return (a.value < 0 && b.value >= 0) || (a.value > 0 && b.value <= 0);
}

/** Whether the middle of three values of one sign is nearest to zero. */
function isTurn(a: Sample, b: Sample, c: Sample): boolean {
  const isOneSide = a.value * b.value > 0 && b.value * c.value > 0;
  const size = Math.abs(b.value);
  return isOneSide && size <= Math.abs(a.value) && size <= Math.abs(c.value);
}

/** The two zeros around a turn that reaches beyond zero between samples; none if it does not. */
function pairAround(
  f: (jd: number) => number,
  ...[a, b, c]: readonly [Sample, Sample, Sample]
): LongitudeCrossing[] {
  const sign = Math.sign(b.value);
  const top = findLowest((jd) => sign * f(jd), a.jd, c.jd);
  const value = f(top);
  if (value * sign > 0) return [];
  const turn = { jd: top, value };
  return [root(f, a, turn), root(f, turn, c)];
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;
/** A minimum is flat: nearer than 0.1 s its place is lost in rounding. */
const TURN_EXACT_DAYS = 1e-6;

/** The place of the least value between two moments, by golden sections; one minimum is there. */
export function findLowest(f: (jd: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  let [a, b] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [fa, fb] = [f(a), f(b)];
  while (high - low > TURN_EXACT_DAYS) {
    if (fa < fb) {
      [high, b, fb] = [b, a, fa];
      a = high - GOLDEN * (high - low);
      fa = f(a);
    } else {
      [low, a, fa] = [a, b, fb];
      b = low + GOLDEN * (high - low);
      fb = f(b);
    }
  }
  return fa < fb ? a : b;
}

/** The zero between two samples of opposite sign, by regula falsi (Illinois). */
function root(f: (jd: number) => number, a: Sample, b: Sample): LongitudeCrossing {
  const isForward = b.value > a.value;
  let [low, high, lowValue, highValue] = [a.jd, b.jd, a.value, b.value];
  let side = 0;
  for (let pass = 0; pass < PASSES_MAX && high - low > EXACT_DAYS; pass += 1) {
    if (highValue === 0) return { jd: high, isForward };
    const jd = low + ((high - low) * lowValue) / (lowValue - highValue);
    const value = f(jd);
    if (value === 0 || jd <= low || jd >= high) return { jd, isForward };
    const isHigh = value > 0 === isForward;
    if (isHigh) {
      [high, highValue] = [jd, value];
      if (side === 1) lowValue /= 2;
      side = 1;
    } else {
      [low, lowValue] = [jd, value];
      if (side === -1) highValue /= 2;
      side = -1;
    }
    if (Math.abs(value) < EXACT_VALUE) return { jd, isForward };
  }
  return { jd: (low + high) / 2, isForward };
}
