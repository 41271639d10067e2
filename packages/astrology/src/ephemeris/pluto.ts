import { FITTED_FROM, FITTED_TO, type Sections, sectionKey } from './sections.ts';
import { chebyshev } from './series.ts';
import type { State } from './vectors.ts';

/** Intervals of equal length into which the time from `FITTED_FROM` to `FITTED_TO` is cut. */
export const PLUTO_INTERVALS = 31;

/** Coefficients of each of the three axes in each interval. */
export const PLUTO_COEFFICIENTS = 16;

/**
 * Heliocentric state of the Pluto system's centre on ICRS axes, astronomical units and days:
 * Chebyshev series of rectangular coordinates, fitted to JPL DE440.
 */
export function createPluto(sections: Sections): (jdTt: number) => State {
  const all = sections.get(sectionKey.pluto) ?? new Float64Array(0);
  const days = (FITTED_TO - FITTED_FROM) / PLUTO_INTERVALS;
  return (jdTt) => {
    const index = Math.min(Math.floor((jdTt - FITTED_FROM) / days), PLUTO_INTERVALS - 1);
    const from = FITTED_FROM + index * days;
    const axis = (a: number): [number, number] => {
      const start = (index * 3 + a) * PLUTO_COEFFICIENTS;
      const coefficients = all.subarray(start, start + PLUTO_COEFFICIENTS);
      return chebyshev(coefficients, jdTt, from, from + days);
    };
    const [[x, vx], [y, vy], [z, vz]] = [axis(0), axis(1), axis(2)];
    return { x, y, z, vx, vy, vz };
  };
}
