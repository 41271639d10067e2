/** Radians of a degree. */
export const RADIANS = Math.PI / 180;

/** Degrees of a radian. */
export const DEGREES = 180 / Math.PI;

/** Radians of an arc-second. */
export const ARCSECOND = Math.PI / 648_000;

/** An angle in degrees brought to 0 ≤ x < 360. */
export function degrees360(angle: number): number {
  const rest = angle % 360;
  const positive = rest < 0 ? rest + 360 : rest;
  // A tiny negative angle rounds to 360 itself.
  return positive >= 360 ? 0 : positive;
}

/** An angle in degrees brought to −180 ≤ x < 180: the shorter way, with its direction. */
export function degrees180(angle: number): number {
  return degrees360(angle + 180) - 180;
}

/** An angle in radians brought to 0 ≤ x < 2π. */
export function turn(angle: number): number {
  const rest = angle % (2 * Math.PI);
  return rest < 0 ? rest + 2 * Math.PI : rest;
}
