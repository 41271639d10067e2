import type { Place } from '../types.ts';
import { type Anga, angaAt, angaSpans } from './panchang/angas.ts';
import { sunCourse } from './panchang/day.ts';
import { lunarMonth, type Masa } from './panchang/months.ts';
import { dayPeriods, type Stretch, VARAS, type Vara } from './panchang/periods.ts';
import type { PanchangSky, SunriseRule } from './panchang/sky.ts';
import { cyclic, houseFrom, norm180, signOf } from './zodiac.ts';

/** What a good moment needs. A field that is absent asks for nothing. */
export interface MuhurtaCriteria {
  /** Tithis that may run, 1 to 30. */
  readonly tithis?: readonly number[];
  /** Nakshatras that may run, 1 to 27. */
  readonly nakshatras?: readonly number[];
  readonly varas?: readonly Vara[];
  /** Yogas that must not run, 1 to 27. */
  readonly avoidYogas?: readonly number[];
  /** Whether Vishti (Bhadra) must not run. */
  readonly avoidVishti?: boolean;
  /** Whether Rahu kalam, Yamaganda and Gulika are left out. */
  readonly avoidKalams?: boolean;
  /** Only between sunrise and sunset. */
  readonly isByDay?: boolean;
  /** Amanta months that may run; with any given, adhika months are left out. */
  readonly masas?: readonly Masa[];
  /** Whether the four months from the eleventh of bright Ashadha to the tenth of bright Kartika are left out. */
  readonly avoidChaturmas?: boolean;
  /** Sidereal signs, 0 to 11, in which the Sun must not be. */
  readonly avoidSunIn?: readonly number[];
  /** Grahas that must not be burnt by the Sun. */
  readonly avoidCombust?: readonly ('jupiter' | 'venus')[];
  /** Nakshatras of birth, 1 to 27: the tara from each must be good. */
  readonly taraFrom?: readonly number[];
  /** Moon signs of birth, 0 to 11: the Moon must not be in the fourth, eighth or twelfth from any. */
  readonly moonFrom?: readonly number[];
  /** Shortest stretch, minutes; 15 if absent. */
  readonly minutesMin?: number;
}

const FIXED_AND_SOFT = [4, 5, 12, 13, 14, 15, 17, 21, 22, 23, 24, 26, 27];
const GOOD_TITHIS = [2, 3, 5, 7, 10, 11, 12, 13, 17, 18, 20, 22, 25, 26, 27];
const GOOD_VARAS = ['monday', 'wednesday', 'thursday', 'friday'] as const;
/** Vishkambha, Atiganda, Shula, Ganda, Vyaghata, Vajra, Vyatipata, Parigha, Vaidhriti. */
const BAD_YOGAS = [1, 6, 9, 10, 13, 15, 17, 19, 27];
const SHARED = {
  tithis: GOOD_TITHIS,
  varas: GOOD_VARAS,
  avoidYogas: BAD_YOGAS,
  avoidVishti: true,
  avoidKalams: true,
} as const;

/** Criteria for common purposes, after Muhurta Chintamani (marriage chapter 6, entering a house chapter 13). */
export const MUHURTA_PURPOSES = {
  marriage: {
    ...SHARED,
    nakshatras: [4, 5, 10, 12, 13, 15, 17, 19, 21, 26, 27],
    masas: ['kartika', 'margashirsha', 'magha', 'phalguna', 'vaishakha', 'jyeshtha', 'ashadha'],
    avoidChaturmas: true,
    avoidSunIn: [8, 11],
    avoidCombust: ['jupiter', 'venus'],
  },
  entering_house: {
    ...SHARED,
    nakshatras: [4, 5, 12, 14, 17, 21, 26, 27],
    masas: ['magha', 'phalguna', 'vaishakha', 'jyeshtha'],
    avoidSunIn: [8, 11],
    avoidCombust: ['jupiter', 'venus'],
  },
  naming: { ...SHARED, nakshatras: [1, 4, 5, 7, 8, ...FIXED_AND_SOFT.slice(2)], isByDay: true },
  travel: { ...SHARED, nakshatras: [1, 5, 7, 8, 13, 17, 22, 23, 27] },
  business: { ...SHARED, nakshatras: [1, 4, 5, 8, 12, 13, 14, 17, 21, 26, 27] },
  vehicle: { ...SHARED, nakshatras: [1, 4, 5, 7, 8, 13, 14, 15, 17, 22, 23, 24, 27] },
} as const satisfies Readonly<Record<string, MuhurtaCriteria>>;
/** Key of a purpose. */
export type MuhurtaPurpose = keyof typeof MUHURTA_PURPOSES;

/** Where and when to search. */
export interface MuhurtaRange {
  /** Julian date UT of the local midnight that begins the first day. */
  readonly midnight: number;
  /** Weekday of that day, 0 for Sunday. */
  readonly weekday: number;
  /** Days to search, 1 to 92. */
  readonly days: number;
  readonly place: Place;
  readonly sunriseRule?: SunriseRule;
  /** Stretches to return at most, 1 to 200; 50 if absent. */
  readonly limit?: number;
}

/** A stretch that meets the criteria. */
export interface Muhurta extends Stretch {
  readonly vara: Vara;
  readonly tithi: number;
  readonly nakshatra: number;
  readonly yoga: number;
}

const DAYS_MAX = 92;
const LIMIT_MAX = 200;
const MINUTE = 1 / 1440;

/** Good stretches in a range, in order of time. Throws a RangeError naming the bound that a range breaks. */
export function findMuhurtas(
  sky: PanchangSky,
  criteria: MuhurtaCriteria,
  range: MuhurtaRange,
): readonly Muhurta[] {
  const { days, limit = 50 } = range;
  if (!Number.isInteger(days) || days < 1 || days > DAYS_MAX)
    throw new RangeError(`days must be a whole number of 1 to ${DAYS_MAX}.`);
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX)
    throw new RangeError(`limit must be a whole number of 1 to ${LIMIT_MAX}.`);
  const found: Muhurta[] = [];
  for (let day = 0; day < days && found.length < limit; day++)
    found.push(...muhurtasOfDay(sky, criteria, range, day));
  return found.slice(0, limit);
}

function muhurtasOfDay(
  sky: PanchangSky,
  criteria: MuhurtaCriteria,
  range: MuhurtaRange,
  day: number,
): readonly Muhurta[] {
  const weekday = (range.weekday + day) % 7;
  const vara = cyclic(VARAS, weekday);
  const midnight = range.midnight + day;
  if (criteria.varas && !criteria.varas.includes(vara)) return [];
  if (!isMonthGood(sky, criteria, midnight + 0.5)) return [];
  const { course } = sunCourse(sky, midnight, range.place, range.sunriseRule ?? 'upper_limb');
  const end = criteria.isByDay ? course.sunset : course.nextSunrise;
  const kalams = criteria.avoidKalams ? dayPeriods(course, weekday) : null;
  const closed = kalams ? [kalams.rahu_kalam, kalams.yamaganda, kalams.gulika] : [];
  const found: Muhurta[] = [];
  for (const piece of pieces(sky, course.sunrise, end, closed))
    if (isGood(sky, criteria, piece, closed)) join(found, { ...piece, vara });
  const shortest = (criteria.minutesMin ?? 15) * MINUTE;
  return found.filter(({ from, to }) => to - from >= shortest);
}

/** What does not change within a day, judged at noon. */
function isMonthGood(sky: PanchangSky, criteria: MuhurtaCriteria, noon: number): boolean {
  const { masas, avoidCombust, avoidSunIn, avoidChaturmas } = criteria;
  const sun = sky.longitude('sun', noon);
  if (avoidSunIn?.includes(signOf(sun))) return false;
  const isBurnt = avoidCombust?.some((graha) => {
    const apart = Math.abs(norm180(sky.longitude(graha, noon) - sun));
    return apart <= (graha === 'jupiter' ? 11 : 10);
  });
  if (isBurnt) return false;
  if (!masas && !avoidChaturmas) return true;
  const { masa, index, isAdhika } = lunarMonth(sky, noon);
  if (avoidChaturmas && isChaturmas(index, angaAt(sky, 'tithi', noon))) return false;
  return !masas || (!isAdhika && masas.includes(masa));
}

function isChaturmas(month: number, tithi: number): boolean {
  if (month === 3) return tithi >= 11;
  return month === 7 ? tithi <= 10 : month > 3 && month < 7;
}

interface Piece extends Stretch {
  readonly tithi: number;
  readonly nakshatra: number;
  readonly yoga: number;
  readonly karana: string;
}

/** A day cut wherever a limb or a closed stretch begins or ends. */
function pieces(
  sky: PanchangSky,
  from: number,
  to: number,
  closed: readonly Stretch[],
): readonly Piece[] {
  const spans = (anga: Anga) => angaSpans(sky, anga, from, to);
  const [tithis, nakshatras] = [spans('tithi'), spans('nakshatra')];
  const [yogas, karanas] = [spans('yoga'), spans('karana')];
  const cuts = [...tithis, ...nakshatras, ...yogas, ...karanas].map((span) => span.to);
  for (const stretch of closed) cuts.push(stretch.from, stretch.to);
  const inside = cuts.filter((cut) => cut > from && cut < to).sort((a, b) => a - b);
  const at = <T extends Stretch>(list: readonly T[], moment: number): T | undefined =>
    list.find((span) => moment >= span.from && moment < span.to);
  return [from, ...inside].flatMap((start, index) => {
    const end = inside[index] ?? to;
    const middle = (start + end) / 2;
    const [tithi, nakshatra] = [at(tithis, middle), at(nakshatras, middle)];
    const [yoga, karana] = [at(yogas, middle), at(karanas, middle)];
    if (!tithi || !nakshatra || !yoga || !karana) return [];
    return [
      {
        from: start,
        to: end,
        tithi: tithi.number,
        nakshatra: nakshatra.number,
        yoga: yoga.number,
        karana: karana.key,
      },
    ];
  });
}

function isGood(
  sky: PanchangSky,
  criteria: MuhurtaCriteria,
  piece: Piece,
  closed: readonly Stretch[],
): boolean {
  const middle = (piece.from + piece.to) / 2;
  const has = (list: readonly number[] | undefined, value: number): boolean =>
    list === undefined || list.includes(value);
  if (!has(criteria.tithis, piece.tithi) || !has(criteria.nakshatras, piece.nakshatra))
    return false;
  if (criteria.avoidYogas?.includes(piece.yoga)) return false;
  if (criteria.avoidVishti && piece.karana === 'vishti') return false;
  if (closed.some((stretch) => middle >= stretch.from && middle < stretch.to)) return false;
  const isTaraBad = criteria.taraFrom?.some((birth) =>
    [3, 5, 7].includes(((piece.nakshatra - birth + 27) % 9) + 1),
  );
  if (isTaraBad) return false;
  const moon = criteria.moonFrom ? signOf(sky.longitude('moon', middle)) : 0;
  return !criteria.moonFrom?.some((birth) => [4, 8, 12].includes(houseFrom(birth, moon)));
}

/** Adds a piece, or lengthens the last one where nothing but the karana changed. */
function join(found: Muhurta[], piece: Piece & { readonly vara: Vara }): void {
  const { from, to, vara, tithi, nakshatra, yoga } = piece;
  const last = found.at(-1);
  const isSame =
    last &&
    last.to === from &&
    last.tithi === tithi &&
    last.nakshatra === nakshatra &&
    last.yoga === yoga;
  if (isSame) found[found.length - 1] = { ...last, to };
  else found.push({ from, to, vara, tithi, nakshatra, yoga });
}
