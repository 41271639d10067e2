import type { Instant } from '../types.ts';
import { ARCSECOND, DEGREES, degrees360 } from './angles.ts';
import { J2000 } from './calendar.ts';
import { centuries, type Nutation } from './nutation.ts';
import { meanObliquity, polynomial } from './precession.ts';

/** Greenwich mean sidereal time by the Earth rotation angle and IAU 2006 precession, degrees. */
export function meanSiderealTime(at: Instant): number {
  const days = at.jdUt - J2000;
  // Whole turns are dropped before anything is multiplied, to keep the last digits.
  const rotation = 360 * ((days % 1) + 0.779057273264 + 0.00273781191135448 * days);
  const t = centuries(at.jdTt);
  const seconds = polynomial(t, 0.014506, 4612.156534, 1.3915817, -4.4e-7, -2.9956e-5, -3.68e-8);
  return degrees360(rotation + seconds / 3600);
}

/**
 * Greenwich apparent sidereal time, degrees: the mean one and the equation of the equinoxes with its
 * two largest complementary terms (IERS Conventions 2010, section 5.5.7).
 */
export function apparentSiderealTime(at: Instant, nutation: Nutation): number {
  const t = centuries(at.jdTt);
  const node = (450_160.398036 - 6_962_890.5431 * t) * ARCSECOND;
  const complement = 0.00264096 * Math.sin(node) + 0.00006352 * Math.sin(2 * node);
  const equation = nutation.dpsi * Math.cos(meanObliquity(at.jdTt)) + complement * ARCSECOND;
  return degrees360(meanSiderealTime(at) + equation * DEGREES);
}
