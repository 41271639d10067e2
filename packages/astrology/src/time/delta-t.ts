import { J2000 } from './calendar.ts';

/**
 * TT − UT1 in seconds at the start of each year from 1800. To 1954: Morrison, Stephenson, Hohenkerk,
 * Zawilski, "Addendum 2020 to Measurement of the Earth's rotation", Proc. R. Soc. A 477 (2021), table
 * S15. 1955 to 1961: The Astronomical Almanac, section K. From 1962: IERS EOP 20 C04.
 */
const YEARLY: readonly number[] = [
  18.37, 18.01, 17.64, 17.27, 16.92, 16.58, 16.29, 16.04, 15.84, 15.72, 15.68, 15.72, 15.84, 16.0,
  16.18, 16.37, 16.53, 16.65, 16.71, 16.67, 16.52, 16.24, 15.84, 15.34, 14.77, 14.14, 13.47, 12.79,
  12.1, 11.43, 10.8, 10.23, 9.72, 9.26, 8.86, 8.52, 8.23, 8.0, 7.82, 7.7, 7.63, 7.62, 7.65, 7.73,
  7.86, 8.02, 8.22, 8.46, 8.73, 9.02, 9.34, 9.67, 9.98, 10.23, 10.37, 10.36, 10.18, 9.88, 9.54,
  9.24, 9.04, 8.99, 9.01, 8.97, 8.76, 8.26, 7.38, 6.22, 4.92, 3.59, 2.37, 1.37, 0.56, -0.1, -0.64,
  -1.13, -1.58, -2.01, -2.43, -2.83, -3.21, -3.58, -3.91, -4.17, -4.34, -4.39, -4.31, -4.14, -3.97,
  -3.86, -3.88, -4.07, -4.37, -4.69, -4.93, -5.02, -4.87, -4.48, -3.86, -3.02, -1.98, -0.75, 0.62,
  2.06, 3.51, 4.92, 6.24, 7.49, 8.7, 9.9, 11.14, 12.43, 13.75, 15.06, 16.32, 17.48, 18.52, 19.44,
  20.25, 20.98, 21.62, 22.19, 22.69, 23.12, 23.49, 23.79, 24.02, 24.2, 24.32, 24.39, 24.42, 24.41,
  24.38, 24.32, 24.24, 24.16, 24.08, 24.04, 24.06, 24.17, 24.43, 24.83, 25.35, 25.93, 26.51, 27.05,
  27.51, 27.89, 28.24, 28.58, 28.93, 29.32, 29.7, 30.0, 30.2, 31.07, 31.35, 31.68, 32.18, 32.68,
  33.15, 33.59, 34.0, 34.47, 35.03, 35.74, 36.54, 37.43, 38.3, 39.2, 40.18, 41.17, 42.23, 43.37,
  44.48, 45.48, 46.46, 47.52, 48.53, 49.59, 50.54, 51.38, 52.17, 52.96, 53.79, 54.34, 54.87, 55.32,
  55.82, 56.3, 56.85, 57.56, 58.31, 59.12, 59.98, 60.78, 61.63, 62.29, 62.97, 63.47, 63.83, 64.09,
  64.3, 64.47, 64.57, 64.69, 64.85, 65.15, 65.46, 65.78, 66.07, 66.32, 66.6, 66.91, 67.28, 67.64,
  68.1, 68.59, 68.97, 69.22, 69.36, 69.36, 69.29, 69.2, 69.18, 69.14, 69.11,
];

const FIRST_YEAR = 1800;
const YEAR_DAYS = 365.2425;
const FIRST_JD = J2000 - 0.5 - 200 * YEAR_DAYS;

/** The last measurement in the table: 2026-09-29, IERS EOP 20 C04. */
const LAST_MEASURED = { year: 2026.744, seconds: 69.2 };

/** TT − UT1 and how it is known. */
export interface DeltaT {
  readonly seconds: number;
  /** `forecast` after the last measurement: its value is kept, since nobody can tell better. */
  readonly source: 'measured' | 'forecast';
}

/** The decimal year of the last measured delta-T; after it the value is a flat forecast. */
export const DELTA_T_MEASURED_TO = LAST_MEASURED.year;

/** TT − UT at a Julian date of either scale (the difference of a minute does not matter). */
export function deltaT(jd: number): DeltaT {
  const year = FIRST_YEAR + (jd - FIRST_JD) / YEAR_DAYS;
  return {
    seconds: deltaTSeconds(jd),
    source: year <= LAST_MEASURED.year ? 'measured' : 'forecast',
  };
}

/** The seconds of `deltaT` alone; before 1800 the value of 1800. */
export function deltaTSeconds(jd: number): number {
  const last = YEARLY.length - 1;
  const x = (jd - FIRST_JD) / YEAR_DAYS;
  if (x <= 0) return at(0);
  if (x >= last) {
    const share = (x - last) / (LAST_MEASURED.year - FIRST_YEAR - last);
    return at(last) + (LAST_MEASURED.seconds - at(last)) * Math.min(share, 1);
  }
  // A cubic through four years (Catmull-Rom): within 0.07 s of the daily values of 1962 to 2025.
  const i = Math.floor(x);
  const f = x - i;
  const [a, b, c, d] = [at(Math.max(i - 1, 0)), at(i), at(i + 1), at(Math.min(i + 2, last))];
  const curve = 2 * a - 5 * b + 4 * c - d + f * (3 * (b - c) + d - a);
  return b + 0.5 * f * (c - a + f * curve);
}

function at(index: number): number {
  return YEARLY[index] ?? Number.NaN;
}
