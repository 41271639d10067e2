import { J2000, JULIAN_CENTURY_DAYS } from '../time/calendar.ts';
import { polynomial } from '../time/precession.ts';
import { FITTED_FROM, FITTED_TO, type Sections, sectionKey } from './sections.ts';
import { chebyshev, type PowerTables, powerTables, type SphericalState } from './series.ts';
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
import type { State } from './vectors.ts';

const PHASE_NUMBERS = 6;

/**
 * Geocentric state of the Moon by ELP/MPP02 (Chapront and Francou 2002, fitted to DE405), truncated, with
 * a slow correction of the longitude that was fitted to DE440:
 * longitude and latitude in radians on the inertial mean ecliptic of date, counted from the departure
 * point, distance in kilometres.
 */
export function createLunarSeries(sections: Sections): (jdTt: number) => SphericalState {
  const tables = [0, 1, 2].map((c) => powerTables(sections, (p) => sectionKey.moon(c, p)));
  const mean = [...(sections.get(sectionKey.moonMeanLongitude) ?? [])];
  const meanRate = mean.slice(1).map((coefficient, i) => coefficient * (i + 1));
  const correction = sections.get(sectionKey.moonCorrection) ?? new Float64Array(1);
  return (jdTt) => {
    const t = (jdTt - J2000) / JULIAN_CENTURY_DAYS;
    const [more, moreRate] = chebyshev(correction, jdTt, FITTED_FROM, FITTED_TO);
    const [l, b, r] = tables.map((table) => elpSum(table, t)) as [Pair, Pair, Pair];
    const longitude = l[0] + polynomial(t, ...mean) + more;
    const longitudeRate = l[1] + polynomial(t, ...meanRate);
    return {
      value: [longitude, b[0], r[0]],
      rate: [
        longitudeRate / JULIAN_CENTURY_DAYS + moreRate,
        b[1] / JULIAN_CENTURY_DAYS,
        r[1] / JULIAN_CENTURY_DAYS,
      ],
    };
  };
}

type Pair = [value: number, rate: number];

/** Σ tᵏ Σ A sin(φ0 + φ1 t + … + φ4 t⁴) over tables of A, φ0 … φ4. */
function elpSum(tables: PowerTables, t: number): Pair {
  let value = 0;
  let rate = 0;
  let power = 1;
  let powerRate = 0;
  for (let k = 0; k < tables.length; k += 1) {
    const table = tables[k] as Float64Array;
    let sum = 0;
    let sumRate = 0;
    for (let i = 0; i < table.length; i += PHASE_NUMBERS) {
      const amplitude = table[i] as number;
      const f1 = table[i + 2] as number;
      const f2 = table[i + 3] as number;
      const f3 = table[i + 4] as number;
      const f4 = table[i + 5] as number;
      const phase = (table[i + 1] as number) + t * (f1 + t * (f2 + t * (f3 + t * f4)));
      const frequency = f1 + t * (2 * f2 + t * (3 * f3 + t * 4 * f4));
      // Sine and cosine of a quarter of the phase, doubled twice: see `taylor.ts`.
      const turns = phase * TURNS_PER_RADIAN;
      const x = (turns - Math.floor(turns + 0.5)) * QUARTER_OF_TURN;
      const y = x * x;
      const s = x * (1 + y * (S3 + y * (S5 + y * (S7 + y * (S9 + y * S11)))));
      const c = 1 + y * (C2 + y * (C4 + y * (C6 + y * (C8 + y * C10))));
      const half = 2 * s * c;
      sum += amplitude * (2 * half * (1 - 2 * s * s));
      sumRate += amplitude * frequency * (1 - 2 * half * half);
    }
    value += power * sum;
    rate += power * sumRate + powerRate * sum;
    powerRate = (k + 1) * power;
    power *= t;
  }
  return [value, rate];
}

/**
 * From the inertial mean ecliptic of date to that of J2000, by Laskar's P and Q as ELP/MPP02 gives
 * them.
 */
export function toEclipticJ2000(state: State, jdTt: number): State {
  const t = (jdTt - J2000) / JULIAN_CENTURY_DAYS;
  const p = polynomial(t, 0, 1.0180391e-5, 4.7020439e-7, -5.417367e-10, -2.507948e-12, 4.63486e-15);
  const q = polynomial(
    t,
    0,
    -1.13469002e-4,
    1.2372674e-7,
    1.265417e-9,
    -1.371808e-12,
    -3.20334e-15,
  );
  const root = Math.sqrt(1 - p * p - q * q);
  const rotate = (x: number, y: number, z: number): [number, number, number] => [
    (1 - 2 * p * p) * x + 2 * p * q * y + 2 * p * root * z,
    2 * p * q * x + (1 - 2 * q * q) * y - 2 * q * root * z,
    -2 * p * root * x + 2 * q * root * y + (1 - 2 * p * p - 2 * q * q) * z,
  ];
  const [x, y, z] = rotate(state.x, state.y, state.z);
  const [vx, vy, vz] = rotate(state.vx, state.vy, state.vz);
  return { x, y, z, vx, vy, vz };
}
