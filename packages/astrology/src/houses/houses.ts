import type { SkyEphemeris } from '../ephemeris/ephemeris.ts';
import { degrees360 } from '../time/angles.ts';
import { nutation } from '../time/nutation.ts';
import { apparentSiderealTime } from '../time/sidereal.ts';
import type { HouseSystem, Houses, Instant, Place } from '../types.ts';
import {
  eclipticOfRightAscension,
  isEastOf,
  isPolar,
  type Orientation,
  risingPoint,
} from './angles-of-place.ts';
import { DIVISIONS } from './cusps.ts';

/** Every house system that is known. */
export const HOUSE_SYSTEMS = Object.keys(DIVISIONS) as readonly HouseSystem[];

/** Systems that have no cusps where part of the ecliptic never rises. */
const WITHOUT_POLAR: ReadonlySet<HouseSystem> = new Set(['placidus', 'koch']);

/** Systems whose cusps and midheaven turn as a whole when the midheaven is below the horizon. */
const TURNED_WHOLE: ReadonlySet<HouseSystem> = new Set(['regiomontanus', 'campanus']);

/** What houses depend on besides the sky's orientation. */
export interface HouseOptions {
  readonly system: HouseSystem;
  /** Where the first sign begins, tropical degrees: the ayanamsa for whole signs of a sidereal zodiac. */
  readonly zodiacStart?: number;
}

/** How the sky stands over a place at an instant. */
export function orientationAt(at: Instant, place: Place, ephemeris: SkyEphemeris): Orientation {
  const { obliquity } = ephemeris.eclipticOfDate(at);
  const sidereal = apparentSiderealTime(at, nutation(at.jdTt));
  return { ramc: degrees360(sidereal + place.longitude), obliquity, latitude: place.latitude };
}

/**
 * Ascendant, midheaven and cusps, tropical degrees of date. In polar latitudes the ascendant is kept
 * within half a circle after the midheaven, as the Swiss Ephemeris does, and systems without a
 * solution give Porphyry's cusps with `fallbackFrom`. Never NaN.
 */
export function houses(orientation: Orientation, options: HouseOptions): Houses {
  const { system, zodiacStart = 0 } = options;
  const midheaven = eclipticOfRightAscension(orientation.ramc, orientation.obliquity);
  const rising = risingPoint(orientation);
  const isReversed = !isEastOf(rising, midheaven);
  const ascendant = isReversed ? degrees360(rising + 180) : rising;
  const frame = { ...orientation, ascendant, midheaven, zodiacStart };
  const isWithout = WITHOUT_POLAR.has(system) && isPolar(orientation);
  const cusps = isWithout ? undefined : DIVISIONS[system](frame);
  if (cusps === undefined) {
    const instead = DIVISIONS.porphyry(frame) as readonly number[];
    return { system: 'porphyry', ascendant, midheaven, cusps: instead, fallbackFrom: system };
  }
  if (!isReversed || !TURNED_WHOLE.has(system)) return { system, ascendant, midheaven, cusps };
  const turned = cusps.map((cusp, i) => (i % 6 === 0 ? cusp : degrees360(cusp + 180)));
  return { system, ascendant, midheaven: degrees360(midheaven + 180), cusps: turned };
}

/** Number (1 to 12) of the house in which a longitude lies, by longitude only. */
export function houseOf(longitude: number, cusps: readonly number[]): number {
  const found = cusps.findIndex((cusp, i) => {
    const next = cusps[(i + 1) % cusps.length] ?? cusp;
    return degrees360(longitude - cusp) < degrees360(next - cusp);
  });
  return found + 1;
}
