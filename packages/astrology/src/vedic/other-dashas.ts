import type { Graha, VedicChart } from '../types.ts';
import { createDasha, type DashaTimeline } from './dasha-timeline.ts';
import { DASHA_YEARS } from './vimshottari.ts';
import { houseFrom, lordOf, NAKSHATRA_SPAN, nakshatraOf, norm360, signOf } from './zodiac.ts';

const YOGINIS = [
  { key: 'mangala', lord: 'moon', years: 1 },
  { key: 'pingala', lord: 'sun', years: 2 },
  { key: 'dhanya', lord: 'jupiter', years: 3 },
  { key: 'bhramari', lord: 'mars', years: 4 },
  { key: 'bhadrika', lord: 'mercury', years: 5 },
  { key: 'ulka', lord: 'saturn', years: 6 },
  { key: 'siddha', lord: 'venus', years: 7 },
  { key: 'sankata', lord: 'rahu', years: 8 },
] as const;

/** Yogini dasha (BPHS chapter 46): 36 years, four times over; `yearDays` is 365.25 unless given. */
export function yogini(chart: VedicChart, yearDays: number = DASHA_YEARS.julian): DashaTimeline {
  const moon = nakshatraOf(chart.grahas.moon.longitude);
  return createDasha({
    sequence: YOGINIS,
    // The number of the nakshatra and 3, divided by 8: the rest counts from Mangala, none means Sankata.
    first: (moon.index + 3) % 8,
    elapsed: moon.fraction,
    birth: chart.at.jdUt,
    yearDays,
    rounds: 4,
  });
}

const ASHTOTTARI = [
  { key: 'sun', lord: 'sun', years: 6 },
  { key: 'moon', lord: 'moon', years: 15 },
  { key: 'mars', lord: 'mars', years: 8 },
  { key: 'mercury', lord: 'mercury', years: 17 },
  { key: 'saturn', lord: 'saturn', years: 10 },
  { key: 'jupiter', lord: 'jupiter', years: 19 },
  { key: 'rahu', lord: 'rahu', years: 12 },
  { key: 'venus', lord: 'venus', years: 21 },
] as const;

/** Nakshatras of each Ashtottari lord, counted from Ardra with Abhijit among them. */
const GROUP_SIZES = [4, 3, 4, 3, 4, 3, 4, 3] as const;
/** Abhijit lies between the third quarter's end of Uttara Ashadha and a fifteenth of Shravana, degrees. */
const ABHIJIT_FROM = 20.75 * NAKSHATRA_SPAN;
const ABHIJIT_TO = (21 + 1 / 15) * NAKSHATRA_SPAN;

/** Ashtottari dasha with whether the chart meets the condition for its use. */
export interface Ashtottari extends DashaTimeline {
  /** Rahu in a kendra or trikona from the lagna lord but not in the lagna (BPHS chapter 46). */
  readonly isApplicable: boolean;
}

/**
 * Ashtottari dasha (BPHS chapter 46): 108 years counted from Ardra, 28 nakshatras with Abhijit; each nakshatra of a
 * lord has an equal part of the lord's years. `yearDays` is 365.25 unless given.
 */
export function ashtottari(chart: VedicChart, yearDays: number = DASHA_YEARS.julian): Ashtottari {
  const { ordinal, fraction } = nakshatraOf28(chart.grahas.moon.longitude);
  let first = 0;
  let before = 0;
  for (const [index, size] of GROUP_SIZES.entries()) {
    if (ordinal >= before + size) before += size;
    else {
      first = index;
      break;
    }
  }
  const elapsed = (ordinal - before + fraction) / (GROUP_SIZES[first] ?? 1);
  const plan = { sequence: ASHTOTTARI, first, elapsed, birth: chart.at.jdUt, yearDays, rounds: 1 };
  return { ...createDasha(plan), isApplicable: isApplicable(chart) };
}

/** Place among the 28 nakshatras counted from Ardra, 0 to 27, and the part of it that is passed. */
function nakshatraOf28(longitude: number): { ordinal: number; fraction: number } {
  const at = norm360(longitude);
  const [index, start, end] = stretchOf28(at);
  return {
    ordinal: (index + 28 - 5) % 28,
    fraction: Math.min(Math.max((at - start) / (end - start), 0), 1 - Number.EPSILON),
  };
}

function stretchOf28(at: number): readonly [index: number, start: number, end: number] {
  if (at >= ABHIJIT_FROM && at < ABHIJIT_TO) return [21, ABHIJIT_FROM, ABHIJIT_TO];
  const { index } = nakshatraOf(at);
  const start = index === 21 ? ABHIJIT_TO : index * NAKSHATRA_SPAN;
  const end = index === 20 ? ABHIJIT_FROM : (index + 1) * NAKSHATRA_SPAN;
  return [index >= 21 ? index + 1 : index, start, end];
}

function isApplicable(chart: VedicChart): boolean {
  const sign = (graha: Graha): number => signOf(chart.grahas[graha].longitude);
  const lagna = signOf(chart.ascendant);
  const house = houseFrom(sign(lordOf(lagna)), sign('rahu'));
  return [1, 4, 5, 7, 9, 10].includes(house) && sign('rahu') !== lagna;
}
