import { DEGREES, degrees180, degrees360, RADIANS } from '../time/angles.ts';

/** How the sky stands over a place. */
export interface Orientation {
  /** Right ascension of the midheaven, that is local apparent sidereal time, degrees. */
  readonly ramc: number;
  /** True obliquity of the ecliptic, degrees. */
  readonly obliquity: number;
  /** Geographic latitude, degrees. */
  readonly latitude: number;
}

/** Ecliptic longitude in degrees of the point of the ecliptic with a right ascension. */
export function eclipticOfRightAscension(rightAscension: number, obliquity: number): number {
  const alpha = rightAscension * RADIANS;
  return degrees360(
    Math.atan2(Math.sin(alpha), Math.cos(alpha) * Math.cos(obliquity * RADIANS)) * DEGREES,
  );
}

/** The point of the ecliptic, in degrees, that rises in the east. */
export function risingPoint({ ramc, obliquity, latitude }: Orientation): number {
  const [theta, epsilon, phi] = [ramc * RADIANS, obliquity * RADIANS, latitude * RADIANS];
  const y = Math.cos(theta);
  const x = -(Math.sin(theta) * Math.cos(epsilon) + Math.tan(phi) * Math.sin(epsilon));
  return degrees360(Math.atan2(y, x) * DEGREES);
}

/** Whether some of the ecliptic never rises here. */
export function isPolar({ latitude, obliquity }: Orientation): boolean {
  return Math.abs(latitude) >= 90 - obliquity;
}

/** Declination in degrees of a point of the ecliptic. */
export function declinationOf(longitude: number, obliquity: number): number {
  return Math.asin(Math.sin(longitude * RADIANS) * Math.sin(obliquity * RADIANS)) * DEGREES;
}

/** How long the day of a declination exceeds twelve hours, halved, in degrees; NaN if it never sets. */
export function ascensionalDifference(declination: number, latitude: number): number {
  return Math.asin(Math.tan(declination * RADIANS) * Math.tan(latitude * RADIANS)) * DEGREES;
}

/** The longitude half way from `from` to `to` in the order of the signs. */
export function midpointForward(from: number, to: number): number {
  return degrees360(from + degrees360(to - from) / 2);
}

/** Whether `ascendant` follows `midheaven` within half a circle, as it does outside polar regions. */
export function isEastOf(ascendant: number, midheaven: number): boolean {
  return degrees180(ascendant - midheaven) >= 0;
}
