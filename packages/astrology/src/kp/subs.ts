import { degrees360 } from '../time/angles.ts';
import type { Graha } from '../types.ts';

/** The nine lords in the order of Vimshottari, with their years. */
export const LORDS: readonly (readonly [lord: Graha, years: number])[] = [
  ['ketu', 7],
  ['venus', 20],
  ['sun', 6],
  ['moon', 10],
  ['mars', 7],
  ['rahu', 18],
  ['jupiter', 16],
  ['saturn', 19],
  ['mercury', 17],
];

/** Rulers of the signs from Aries on. */
const SIGN_LORDS: readonly Graha[] = [
  ...(['mars', 'venus', 'mercury', 'moon', 'sun', 'mercury'] as const),
  ...(['venus', 'mars', 'jupiter', 'saturn', 'saturn', 'jupiter'] as const),
];

/**
 * Thirds of an arc-second: a nakshatra is 144,000 of them, a sub 1,200 per year of its lord, and a sub-sub 10 per
 * year of its lord and year of the sub's. So all boundaries are whole numbers.
 */
const UNITS_PER_DEGREE = 3 * 3600;
const NAKSHATRA_UNITS = 144_000;
const SUB_UNITS_PER_YEAR = 1200;
const SUB_SUB_UNITS_PER_YEAR = 10;
const SIGN_UNITS = 30 * UNITS_PER_DEGREE;

/** One of the 249 parts of the zodiac. */
export interface Sub {
  /** 1 to 249, from Aries on. */
  readonly number: number;
  /** Sidereal degrees; belongs to this part. */
  readonly from: number;
  /** Sidereal degrees; belongs to the next part. */
  readonly to: number;
  /** Whole arc-seconds, since boundaries fall on them. */
  readonly fromArcseconds: number;
  readonly toArcseconds: number;
  readonly signLord: Graha;
  readonly starLord: Graha;
  readonly subLord: Graha;
}

/** The 249 subs: the 243 of 27 nakshatras, with those cut in two that a sign boundary runs through. */
export const SUBS: readonly Sub[] = makeSubs();

function makeSubs(): Sub[] {
  const subs: Sub[] = [];
  for (let star = 0; star < 27; star++) {
    let from = star * NAKSHATRA_UNITS;
    for (const [subLord, years] of lordsFrom(star % 9)) {
      const to = from + years * SUB_UNITS_PER_YEAR;
      const edge = Math.ceil(to / SIGN_UNITS) * SIGN_UNITS - SIGN_UNITS;
      const pieces = edge > from && edge < to ? [from, edge, to] : [from, to];
      for (let piece = 1; piece < pieces.length; piece++) {
        const [start = 0, end = 0] = [pieces[piece - 1], pieces[piece]];
        subs.push({
          number: subs.length + 1,
          ...{ from: start / UNITS_PER_DEGREE, to: end / UNITS_PER_DEGREE },
          ...{ fromArcseconds: start / 3, toArcseconds: end / 3 },
          ...{ signLord: signLord(start), starLord: lordAt(star % 9)[0], subLord },
        });
      }
      from = to;
    }
  }
  return subs;
}

function lordAt(index: number): readonly [lord: Graha, years: number] {
  return LORDS[index % 9] ?? ['ketu', 7];
}

function lordsFrom(first: number): (readonly [lord: Graha, years: number])[] {
  return LORDS.map((_, index) => lordAt(first + index));
}

function signLord(units: number): Graha {
  return SIGN_LORDS[Math.floor(units / SIGN_UNITS) % 12] ?? 'mars';
}

/** The lords of a point of the sidereal zodiac. */
export interface KpLords {
  readonly signLord: Graha;
  /** 0 to 26. */
  readonly nakshatra: number;
  readonly starLord: Graha;
  readonly subLord: Graha;
  readonly subSubLord: Graha;
  /** 1 to 249. */
  readonly sub: number;
}

/** A thousandth of a milli-arc-second, so that a boundary computed in floating point stays on its side. */
const GUARD_UNITS = 1e-5;

/** The lords of a sidereal longitude in degrees. */
export function lordsAt(longitude: number): KpLords {
  const units = (degrees360(longitude) * UNITS_PER_DEGREE + GUARD_UNITS) % (27 * NAKSHATRA_UNITS);
  const nakshatra = Math.floor(units / NAKSHATRA_UNITS);
  const first = nakshatra % 9;
  const inStar = units - nakshatra * NAKSHATRA_UNITS;
  const sub = divide(inStar, first, SUB_UNITS_PER_YEAR);
  const subSub = divide(inStar - sub.from, sub.index, SUB_SUB_UNITS_PER_YEAR * sub.years);
  return {
    ...{ signLord: signLord(units), nakshatra, starLord: lordAt(first)[0] },
    ...{ subLord: sub.lord, subSubLord: subSub.lord, sub: subNumber(units) },
  };
}

interface Part {
  readonly lord: Graha;
  readonly years: number;
  readonly index: number;
  readonly from: number;
}

/** Which of nine parts, in proportion to the years of their lords, holds a place. */
function divide(place: number, first: number, unitsPerYear: number): Part {
  let from = 0;
  for (let step = 0; step < 9; step++) {
    const [lord, years] = lordAt(first + step);
    const size = years * unitsPerYear;
    if (place < from + size || step === 8) return { lord, years, index: first + step, from };
    from += size;
  }
  throw new RangeError('the nine parts fill the whole');
}

function subNumber(units: number): number {
  let [low, high] = [0, SUBS.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((SUBS[middle]?.fromArcseconds ?? 0) * 3 <= units) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}
