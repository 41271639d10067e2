import { J2000, JULIAN_CENTURY_DAYS } from '../time/calendar.ts';
import {
  FITTED_FROM,
  FITTED_TO,
  PLANETS,
  type Planet,
  type Sections,
  sectionKey,
} from './sections.ts';
import {
  C2,
  C4,
  C6,
  C8,
  C10,
  QUARTER_OF_TURN,
  S3,
  S5,
  S7,
  S9,
  S11,
  TURNS_PER_RADIAN,
} from './taylor.ts';

/** Spherical coordinates and their rates per day: longitude, latitude (radians), distance. */
export interface SphericalState {
  readonly value: readonly [number, number, number];
  readonly rate: readonly [number, number, number];
}

/** A value and its derivative. */
type Dual = [value: number, rate: number];

const MILLENNIUM_DAYS = 10 * JULIAN_CENTURY_DAYS;
const POWERS_MAX = 6;

/** The tables of one coordinate, by power of the time; an absent power is an empty table. */
export type PowerTables = readonly Float64Array[];

/** The tables of a coordinate of VSOP87 or ELP in the order of their powers. */
export function powerTables(sections: Sections, key: (power: number) => number): PowerTables {
  return Array.from({ length: POWERS_MAX }, (_, power) => {
    return sections.get(key(power)) ?? new Float64Array(0);
  });
}

/**
 * Heliocentric state of a planet: VSOP87B (Bretagnon and Francou 1988; ecliptic and equinox J2000),
 * truncated, and corrected by Chebyshev series that were fitted to JPL DE440.
 */
export function createPlanetSeries(
  sections: Sections,
  planet: Planet,
): (jdTt: number) => SphericalState {
  const index = PLANETS.indexOf(planet);
  const tables = [0, 1, 2].map((c) => powerTables(sections, (p) => sectionKey.vsop(index, c, p)));
  const corrections = [0, 1, 2].map((c) => sections.get(sectionKey.correction(index, c)));
  const coordinate = (c: number, jdTt: number): Dual => {
    const [value, rate] = vsopSum(tables[c] as PowerTables, (jdTt - J2000) / MILLENNIUM_DAYS);
    const correction = corrections[c];
    if (correction === undefined) return [value, rate / MILLENNIUM_DAYS];
    const [more, moreRate] = chebyshev(correction, jdTt, FITTED_FROM, FITTED_TO);
    return [value + more, rate / MILLENNIUM_DAYS + moreRate];
  };
  return (jdTt) => {
    const [l, b, r] = [coordinate(0, jdTt), coordinate(1, jdTt), coordinate(2, jdTt)];
    return { value: [l[0], b[0], r[0]], rate: [l[1], b[1], r[1]] };
  };
}

/** Σ tᵏ Σ A cos(B + C t) over tables of A, B, C. */
function vsopSum(tables: PowerTables, t: number): Dual {
  let value = 0;
  let rate = 0;
  let power = 1;
  let powerRate = 0;
  for (let k = 0; k < tables.length; k += 1) {
    const table = tables[k] as Float64Array;
    let sum = 0;
    let sumRate = 0;
    for (let i = 0; i < table.length; i += 3) {
      const amplitude = table[i] as number;
      const frequency = table[i + 2] as number;
      const argument = (table[i + 1] as number) + frequency * t;
      // Sine and cosine of a quarter of the argument, doubled twice: see `taylor.ts`.
      const turns = argument * TURNS_PER_RADIAN;
      const x = (turns - Math.floor(turns + 0.5)) * QUARTER_OF_TURN;
      const y = x * x;
      const s = x * (1 + y * (S3 + y * (S5 + y * (S7 + y * (S9 + y * S11)))));
      const c = 1 + y * (C2 + y * (C4 + y * (C6 + y * (C8 + y * C10))));
      const half = 2 * s * c;
      const versine = 2 * s * s;
      const cosineHalf = 1 - versine;
      sum += amplitude * (1 - 2 * half * half);
      sumRate -= amplitude * frequency * (2 * half * cosineHalf);
    }
    value += power * sum;
    rate += power * sumRate + powerRate * sum;
    powerRate = (k + 1) * power;
    power *= t;
  }
  return [value, rate];
}

/** Value and rate per day of a Chebyshev series over the days from `from` to `to` (Clenshaw). */
export function chebyshev(coefficients: Float64Array, jd: number, from: number, to: number): Dual {
  const x = (2 * jd - from - to) / (to - from);
  let b1 = 0;
  let b2 = 0;
  let d1 = 0;
  let d2 = 0;
  for (let i = coefficients.length - 1; i > 0; i -= 1) {
    const d = 2 * x * d1 + 2 * b1 - d2;
    const b = 2 * x * b1 - b2 + (coefficients[i] as number);
    d2 = d1;
    d1 = d;
    b2 = b1;
    b1 = b;
  }
  const value = x * b1 - b2 + (coefficients[0] ?? 0);
  return [value, ((x * d1 + b1 - d2) * 2) / (to - from)];
}
