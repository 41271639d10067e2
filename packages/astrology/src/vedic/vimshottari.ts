import type { VedicChart } from '../types.ts';
import { createDasha, type DashaTimeline } from './dasha-timeline.ts';
import { NAKSHATRA_LORDS, nakshatraOf } from './zodiac.ts';

const YEARS = {
  ketu: 7,
  venus: 20,
  sun: 6,
  moon: 10,
  mars: 7,
  rahu: 18,
  jupiter: 16,
  saturn: 19,
  mercury: 17,
} as const;

/** Days that a dasha year has, by the key of the option `dasha_year`. */
export const DASHA_YEARS = {
  julian: 365.25,
  gregorian: 365.2425,
  tropical: 365.2422,
  sidereal: 365.25636,
  savana: 360,
} as const;
/** Key of a length of the dasha year. */
export type DashaYear = keyof typeof DASHA_YEARS;

/**
 * Vimshottari (BPHS chapter 46): 120 years from the Moon's nakshatra, the part already passed taken by arc. `yearDays`
 * is the length of a year in days; 365.25 unless given.
 */
export function vimshottari(
  chart: VedicChart,
  yearDays: number = DASHA_YEARS.julian,
): DashaTimeline {
  const moon = nakshatraOf(chart.grahas.moon.longitude);
  return createDasha({
    sequence: NAKSHATRA_LORDS.map((lord) => ({ key: lord, lord, years: YEARS[lord] })),
    first: moon.index % 9,
    elapsed: moon.fraction,
    birth: chart.at.jdUt,
    yearDays,
    rounds: 1,
  });
}
