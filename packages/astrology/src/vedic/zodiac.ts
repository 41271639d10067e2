import type { Graha } from '../types.ts';

/** The twelve signs; a sign's number in this room is its index here, 0 to 11. */
export const SIGNS = [
  'aries',
  'taurus',
  'gemini',
  'cancer',
  'leo',
  'virgo',
  'libra',
  'scorpio',
  'sagittarius',
  'capricorn',
  'aquarius',
  'pisces',
] as const;
/** Stable key of a sign. */
export type Sign = (typeof SIGNS)[number];

/** The nine grahas in the order of the weekdays, then the nodes. */
export const GRAHAS = [
  'sun',
  'moon',
  'mars',
  'mercury',
  'jupiter',
  'venus',
  'saturn',
  'rahu',
  'ketu',
] as const satisfies readonly Graha[];

/** The seven visible grahas, in the order of the weekdays. */
export const SEVEN = ['sun', 'moon', 'mars', 'mercury', 'jupiter', 'venus', 'saturn'] as const;
/** One of the visible grahas. */
export type VisibleGraha = (typeof SEVEN)[number];

/** The order of the lords of the hours: the visible grahas from the slowest to the fastest. */
export const HORA_ORDER = [
  'saturn',
  'jupiter',
  'mars',
  'sun',
  'venus',
  'mercury',
  'moon',
] as const satisfies readonly VisibleGraha[];

/** The 27 equal nakshatras. */
export const NAKSHATRAS = [
  'ashwini',
  'bharani',
  'krittika',
  'rohini',
  'mrigashira',
  'ardra',
  'punarvasu',
  'pushya',
  'ashlesha',
  'magha',
  'purva_phalguni',
  'uttara_phalguni',
  'hasta',
  'chitra',
  'swati',
  'vishakha',
  'anuradha',
  'jyeshtha',
  'mula',
  'purva_ashadha',
  'uttara_ashadha',
  'shravana',
  'dhanishta',
  'shatabhisha',
  'purva_bhadrapada',
  'uttara_bhadrapada',
  'revati',
] as const;
/** Stable key of a nakshatra. */
export type Nakshatra = (typeof NAKSHATRAS)[number];

const SIGN_LORDS = [
  'mars',
  'venus',
  'mercury',
  'moon',
  'sun',
  'mercury',
  'venus',
  'mars',
  'jupiter',
  'saturn',
  'saturn',
  'jupiter',
] as const satisfies readonly VisibleGraha[];

/** Lords of the nakshatras, repeated thrice: the order of the Vimshottari dasha. */
export const NAKSHATRA_LORDS = [
  'ketu',
  'venus',
  'sun',
  'moon',
  'mars',
  'rahu',
  'jupiter',
  'saturn',
  'mercury',
] as const satisfies readonly Graha[];

/** Degrees that one nakshatra spans: 13°20′. */
export const NAKSHATRA_SPAN = 360 / 27;

/** What floating-point sums may miss a boundary by, degrees: a place this near below it is on it. */
export const BOUNDARY_GUARD = 1e-11;

/** An angle brought to 0 ≤ angle < 360. */
export function norm360(degrees: number): number {
  const rest = degrees % 360;
  const positive = rest < 0 ? rest + 360 : rest;
  return positive >= 360 ? 0 : positive;
}

/** An angle brought to −180 ≤ angle < 180. */
export function norm180(degrees: number): number {
  return norm360(degrees + 180) - 180;
}

/** A whole number brought to 0 ≤ n < size. */
export function cycle(value: number, size: number): number {
  const rest = value % size;
  return rest < 0 ? rest + size : rest;
}

/** The element at an index that wraps around. Throws a RangeError for an empty list. */
export function cyclic<T>(list: readonly T[], index: number): T {
  const found = list[cycle(index, list.length)];
  if (found === undefined) throw new RangeError('The list is empty.');
  return found;
}

/** Which of `count` equal parts of the circle a longitude is in, 0-based, exact at the boundaries. */
export function partOf(longitude: number, count: number): number {
  const part = Math.floor((norm360(longitude) + BOUNDARY_GUARD) * (count / 360));
  return part >= count ? 0 : part;
}

/** Sign number, 0 to 11. */
export function signOf(longitude: number): number {
  return partOf(longitude, 12);
}

/** Degrees within the sign, 0 ≤ degrees < 30. */
export function degreesInSign(longitude: number): number {
  return Math.max(0, norm360(norm360(longitude) - signOf(longitude) * 30 + 1e-9) - 1e-9);
}

/** Key of a sign number. */
export function signName(sign: number): Sign {
  return cyclic(SIGNS, sign);
}

/** The lord of a sign number. */
export function lordOf(sign: number): VisibleGraha {
  return cyclic(SIGN_LORDS, sign);
}

/** The sign numbers that a graha rules; none for the nodes. */
export function signsRuledBy(graha: Graha): readonly number[] {
  return RULED[graha];
}

const RULED: Readonly<Record<Graha, readonly number[]>> = {
  sun: [4],
  moon: [3],
  mars: [0, 7],
  mercury: [2, 5],
  jupiter: [8, 11],
  venus: [1, 6],
  saturn: [9, 10],
  rahu: [],
  ketu: [],
};

/** Whole-sign house of a sign seen from another sign, 1 to 12. */
export function houseFrom(origin: number, sign: number): number {
  return cycle(sign - origin, 12) + 1;
}

/** A nakshatra with its quarter. */
export interface NakshatraPlace {
  /** 0 to 26. */
  readonly index: number;
  readonly nakshatra: Nakshatra;
  /** 1 to 4. */
  readonly pada: number;
  /** Its Vimshottari lord. */
  readonly lord: Graha;
  /** Part of its arc already passed, 0 ≤ fraction < 1. */
  readonly fraction: number;
}

/** The nakshatra of a sidereal longitude, of 27 equal ones. */
export function nakshatraOf(longitude: number): NakshatraPlace {
  const index = partOf(longitude, 27);
  const along = norm360(longitude) - index * NAKSHATRA_SPAN;
  return {
    index,
    nakshatra: cyclic(NAKSHATRAS, index),
    pada: (partOf(longitude, 108) % 4) + 1,
    lord: cyclic(NAKSHATRA_LORDS, index),
    fraction: Math.min(Math.max(along / NAKSHATRA_SPAN, 0), 1 - Number.EPSILON),
  };
}

/** A longitude as whole degrees, minutes and seconds of its sign; floors, so it never leaves the sign. */
export function signAngle(longitude: number): {
  readonly sign: Sign;
  readonly degrees: number;
  readonly minutes: number;
  readonly seconds: number;
} {
  const seconds = Math.floor(degreesInSign(longitude) * 3600 + 1e-6);
  const inside = Math.min(seconds, 30 * 3600 - 1);
  return {
    sign: signName(signOf(longitude)),
    degrees: Math.floor(inside / 3600),
    minutes: Math.floor((inside % 3600) / 60),
    seconds: inside % 60,
  };
}
