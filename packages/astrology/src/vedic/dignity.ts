import type { Graha } from '../types.ts';
import {
  BOUNDARY_GUARD,
  degreesInSign,
  houseFrom,
  lordOf,
  signOf,
  signsRuledBy,
  type VisibleGraha,
} from './zodiac.ts';

/** Exact exaltation of each graha, sidereal degrees (BPHS chapter 3; the nodes after chapter 47). */
export const EXALTATION: Readonly<Record<Graha, number>> = {
  sun: 10,
  moon: 33,
  mars: 298,
  mercury: 165,
  jupiter: 95,
  venus: 357,
  saturn: 200,
  rahu: 50,
  ketu: 230,
};

/** Moolatrikona: sign number, first and last degree (BPHS chapter 3). */
const MOOLATRIKONA: Readonly<
  Record<VisibleGraha, readonly [sign: number, from: number, to: number]>
> = {
  sun: [4, 0, 20],
  moon: [1, 3, 30],
  mars: [0, 0, 12],
  mercury: [5, 15, 20],
  jupiter: [8, 0, 10],
  venus: [6, 0, 15],
  saturn: [10, 0, 20],
};

/** How one graha regards another. */
export type Regard = 'friend' | 'neutral' | 'enemy';
/** Natural and temporal regard together. */
export type CompoundRegard = 'great_friend' | 'friend' | 'neutral' | 'enemy' | 'great_enemy';

const FRIENDS: Readonly<Record<Graha, readonly Graha[]>> = {
  sun: ['moon', 'mars', 'jupiter'],
  moon: ['sun', 'mercury'],
  mars: ['sun', 'moon', 'jupiter'],
  mercury: ['sun', 'venus'],
  jupiter: ['sun', 'moon', 'mars'],
  venus: ['mercury', 'saturn'],
  saturn: ['mercury', 'venus'],
  rahu: ['mercury', 'venus', 'saturn'],
  ketu: ['mars', 'venus', 'saturn'],
};
const ENEMIES: Readonly<Record<Graha, readonly Graha[]>> = {
  sun: ['venus', 'saturn'],
  moon: [],
  mars: ['mercury'],
  mercury: ['moon'],
  jupiter: ['mercury', 'venus'],
  venus: ['sun', 'moon'],
  saturn: ['sun', 'moon', 'mars'],
  rahu: ['sun', 'moon', 'mars'],
  ketu: ['sun', 'moon'],
};

/** Natural regard of a graha for another (BPHS chapter 3; the rows of the nodes are later tradition). */
export function naturalRegard(of: Graha, towards: Graha): Regard {
  if (FRIENDS[of].includes(towards)) return 'friend';
  return ENEMIES[of].includes(towards) ? 'enemy' : 'neutral';
}

/** Temporal regard from the signs of both: a friend in 2, 3, 4, 10, 11 or 12 from it, else an enemy. */
export function temporalRegard(ofSign: number, towardsSign: number): 'friend' | 'enemy' {
  const house = houseFrom(ofSign, towardsSign);
  return (house >= 2 && house <= 4) || house >= 10 ? 'friend' : 'enemy';
}

/** Natural and temporal regard summed (BPHS chapter 3). */
export function compoundRegard(natural: Regard, temporal: 'friend' | 'enemy'): CompoundRegard {
  if (natural === 'neutral') return temporal;
  if (natural === temporal) return natural === 'friend' ? 'great_friend' : 'great_enemy';
  return 'neutral';
}

/** The dignity of a place, best first but for debilitation, which goes before all friendships. */
export type Dignity =
  | 'exalted'
  | 'moolatrikona'
  | 'own'
  | 'great_friend'
  | 'friend'
  | 'neutral'
  | 'enemy'
  | 'great_enemy'
  | 'debilitated';

/** Whether a sign is the exaltation sign of a graha. */
export function isExaltedIn(graha: Graha, sign: number): boolean {
  return signOf(EXALTATION[graha]) === sign;
}

/** Whether a sign is the debilitation sign of a graha. */
export function isDebilitatedIn(graha: Graha, sign: number): boolean {
  return (signOf(EXALTATION[graha]) + 6) % 12 === sign;
}

/**
 * The dignity of a graha at a sidereal longitude, with its lord's sign for the temporal part. Mercury's Virgo and the
 * Moon's Taurus are parted by degrees: exalted to 15° and 3°, then moolatrikona, then own.
 */
export function dignityAt(graha: Graha, longitude: number, lordSign: number): Dignity {
  const sign = signOf(longitude);
  const exact = exactDignity(graha, sign, degreesInSign(longitude));
  if (exact !== null) return exact;
  return compoundRegard(naturalRegard(graha, lordOf(sign)), temporalRegard(sign, lordSign));
}

function exactDignity(graha: Graha, sign: number, degrees: number): Dignity | null {
  const isExalted = isExaltedIn(graha, sign);
  if (graha !== 'rahu' && graha !== 'ketu') {
    const [trikona, from, to] = MOOLATRIKONA[graha];
    const isInside = degrees + BOUNDARY_GUARD >= from && degrees + BOUNDARY_GUARD < to;
    if (trikona === sign && isInside) return 'moolatrikona';
    if (isExalted && (trikona !== sign || degrees < from)) return 'exalted';
    if (signsRuledBy(graha).includes(sign)) return 'own';
  }
  if (isExalted) return 'exalted';
  return isDebilitatedIn(graha, sign) ? 'debilitated' : null;
}

/** Angle of the Sun within which a graha is burnt, degrees: direct, then retrograde (Surya Siddhanta chapter 9). */
const COMBUSTION: Readonly<Partial<Record<Graha, readonly [direct: number, retrograde: number]>>> =
  {
    moon: [12, 12],
    mars: [17, 17],
    mercury: [14, 12],
    jupiter: [11, 11],
    venus: [10, 8],
    saturn: [15, 15],
  };

/** How near a graha is to the Sun. */
export interface Combustion {
  readonly isCombust: boolean;
  /** Degrees between it and the Sun, 0 to 180. */
  readonly separation: number;
  /** The orb that was applied, degrees. */
  readonly orb: number;
}

/** Combustion of a graha, with the orb used; null for the Sun and the nodes, which do not burn. */
export function combustion(
  graha: Graha,
  place: { readonly longitude: number; readonly isRetrograde: boolean },
  sunLongitude: number,
): Combustion | null {
  const orbs = COMBUSTION[graha];
  if (!orbs) return null;
  const difference = Math.abs(place.longitude - sunLongitude) % 360;
  const separation = Math.min(difference, 360 - difference);
  const orb = orbs[place.isRetrograde ? 1 : 0];
  return { isCombust: separation <= orb, separation, orb };
}
