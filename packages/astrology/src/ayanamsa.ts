import { apparentStar } from './ephemeris/apparent.ts';
import { longitudeOf } from './ephemeris/ecliptic-of-date.ts';
import type { SkyEphemeris } from './ephemeris/ephemeris.ts';
import { ARCSECOND, degrees360, RADIANS } from './time/angles.ts';
import { centuries } from './time/nutation.ts';
import { generalPrecession } from './time/precession.ts';
import type { Ayanamsa, Instant } from './types.ts';

/**
 * Mean ayanamsas at J2000.0, degrees. Lahiri as the Indian ephemeris has it since 1985 by the
 * Calendar Reform Committee's 23°15′00.658″ at 1956-03-21; the others by their own zero points.
 */
const AT_J2000: Readonly<Record<Exclude<Ayanamsa, 'true_chitra'>, number>> = {
  lahiri: 23.85709235,
  raman: 22.41079104,
  kp: 23.76024004,
  kp_vp291: 23.78036498,
  fagan_bradley: 24.7403,
  yukteshwar: 22.478803,
};

/** Every ayanamsa that is known, Lahiri first. */
export const AYANAMSAS: readonly Ayanamsa[] = [
  ...(['lahiri', 'raman', 'kp', 'kp_vp291', 'fagan_bradley', 'yukteshwar'] as const),
  'true_chitra',
];

/** What lies between the tropical and a sidereal zodiac, degrees. */
export interface AyanamsaValue {
  /** Without nutation, as tables print it. */
  readonly mean: number;
  /** With nutation in longitude: what is taken off apparent longitudes. */
  readonly true: number;
}

/** The ayanamsa at an instant. */
export function ayanamsaAt(which: Ayanamsa, at: Instant, ephemeris: SkyEphemeris): AyanamsaValue {
  const { dpsi } = ephemeris.eclipticOfDate(at);
  const mean =
    which === 'true_chitra'
      ? chitraLongitude(at, ephemeris) - dpsi - 180
      : AT_J2000[which] + generalPrecession(at.jdTt);
  return { mean, true: mean + dpsi };
}

/** Spica at J2000.0 by the new reduction of Hipparcos (van Leeuwen 2007): ICRS degrees, mas/year. */
const SPICA = {
  rightAscension: 201.298247375,
  declination: -11.161319472,
  rightAscensionMotion: -42.35,
  declinationMotion: -30.67,
};

/** Apparent longitude of Spica (Chitra), which this ayanamsa puts at 180°. */
function chitraLongitude(at: Instant, ephemeris: SkyEphemeris): number {
  const years = centuries(at.jdTt) * 100;
  const declination = SPICA.declination * RADIANS;
  const moved = (motion: number): number => (motion * years * ARCSECOND) / 1000;
  const alpha =
    SPICA.rightAscension * RADIANS + moved(SPICA.rightAscensionMotion) / Math.cos(declination);
  const delta = declination + moved(SPICA.declinationMotion);
  const direction = {
    x: Math.cos(delta) * Math.cos(alpha),
    y: Math.cos(delta) * Math.sin(alpha),
    z: Math.sin(delta),
  };
  const date = ephemeris.eclipticOfDate(at);
  const seen = apparentStar(direction, ephemeris.earth(at));
  return degrees360(longitudeOf(date.rotate(seen), date.origin));
}
