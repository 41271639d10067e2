import type { Place } from '../../types.ts';
import { norm180 } from '../zodiac.ts';
import { angaAt, angaReaches, settle } from './angas.ts';
import { sunCourse } from './day.ts';
import {
  type FestivalWindow,
  LUNAR_FESTIVALS,
  type LunarFestival,
  SOLAR_FESTIVALS,
  type SolarFestival,
} from './festival-table.ts';
import { type LunarMonth, lunarMonth, MASAS } from './months.ts';
import type { SunCourse } from './periods.ts';
import type { PanchangSky, SunriseRule } from './sky.ts';

/** A festival and the civil day that it falls on. */
export interface FestivalDay {
  readonly key: string;
  /** Days after the first of January of the year asked for, 0 for that day. */
  readonly dayOfYear: number;
  /** Julian dates UT of its tithi; of a festival of the Sun both are the entry. */
  readonly from: number;
  readonly to: number;
}

/** What festivals are reckoned for. */
export interface FestivalYear {
  /** Julian date UT of the local midnight that begins the first of January. */
  readonly newYear: number;
  /** Days of the year, 365 or 366. */
  readonly days: number;
  readonly place: Place;
  /** Borders of the day; `upper_limb` if absent. */
  readonly sunriseRule?: SunriseRule;
}

/** Days of the year on which the known festivals fall at a place with one offset from UT all year, in order. */
export function festivalsOf(sky: PanchangSky, year: FestivalYear): readonly FestivalDay[] {
  const days = dayCourses(sky, year);
  const months = monthsOf(sky, year);
  const found: FestivalDay[] = [];
  for (const festival of LUNAR_FESTIVALS)
    for (const month of months) {
      if (month.isAdhika || month.masa !== festival.masa) continue;
      found.push(...lunarDay(sky, festival, month, days));
    }
  for (const festival of SOLAR_FESTIVALS) found.push(solarDay(sky, festival, year, days));
  return found
    .filter(({ dayOfYear }) => dayOfYear >= 0 && dayOfYear < year.days)
    .sort((a, b) => a.dayOfYear - b.dayOfYear || a.from - b.from);
}

/** Sun courses by day of the year, made when asked for. */
interface Days {
  readonly newYear: number;
  course(dayOfYear: number): SunCourse;
  dayOf(jdUt: number): number;
}

function dayCourses(sky: PanchangSky, year: FestivalYear): Days {
  const made = new Map<number, SunCourse>();
  const { newYear, place, sunriseRule = 'upper_limb' } = year;
  return {
    newYear,
    dayOf: (jdUt) => Math.floor(jdUt - newYear + 1e-9),
    course: (dayOfYear) => {
      const known = made.get(dayOfYear);
      if (known) return known;
      const { course } = sunCourse(sky, newYear + dayOfYear, place, sunriseRule);
      made.set(dayOfYear, course);
      return course;
    },
  };
}

/** The lunar months that touch a year. */
function monthsOf(sky: PanchangSky, { newYear, days }: FestivalYear): readonly LunarMonth[] {
  const months = [lunarMonth(sky, newYear)];
  for (let last = months[0]; last && last.to < newYear + days && months.length < 15; ) {
    last = lunarMonth(sky, last.to + 1);
    months.push(last);
  }
  return months.flatMap((month) => (month.kshaya === null ? [month] : bothOf(month)));
}

/** A month that swallows the next one stands for both. */
function bothOf(month: LunarMonth): readonly LunarMonth[] {
  const index = (month.index + 1) % 12;
  return [month, { ...month, index, masa: MASAS[index] ?? month.masa }];
}

function lunarDay(
  sky: PanchangSky,
  festival: LunarFestival,
  month: LunarMonth,
  days: Days,
): readonly FestivalDay[] {
  const from =
    festival.tithi === 1
      ? month.from
      : angaReaches(sky, 'tithi', (festival.tithi - 1) * 12, month.from + 0.1);
  const to = angaReaches(sky, 'tithi', (festival.tithi * 12) % 360, from + 0.1);
  const first = days.dayOf(from) - 1;
  const held = [first, first + 1, first + 2, first + 3].map((day) => ({
    day,
    share: shareOf(festival.window, days.course(day), from, to),
  }));
  const holding = held.filter(({ share }) => share > 0);
  const most = Math.max(...holding.map(({ share }) => share));
  // A tithi that no window meets is kept on the day it begins.
  const day =
    (festival.pick === 'last' ? holding.at(-1) : holding.find(({ share }) => share >= most - 1e-6))
      ?.day ?? days.dayOf(from);
  const span = { key: festival.key, from, to };
  if (festival.special === 'holi') return holi(span, holikaDay(day, span, sky, days));
  const isDussehra = festival.special === 'dussehra';
  return [{ ...span, dayOfYear: isDussehra ? dussehraDay(day, span, sky, days) : day }];
}

interface Span {
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

/** Days of a window that a tithi fills; a window that is a moment counts one. */
function shareOf(window: FestivalWindow, course: SunCourse, from: number, to: number): number {
  const [start, end] = bordersOf(window, course);
  if (start === end) return start >= from && start < to ? 1 : 0;
  return Math.max(0, Math.min(end, to) - Math.max(start, from));
}

function bordersOf(window: FestivalWindow, course: SunCourse): readonly [number, number] {
  const { sunrise, sunset, nextSunrise } = course;
  const [day, night] = [sunset - sunrise, nextSunrise - sunset];
  switch (window) {
    case 'sunrise':
      return [sunrise, sunrise];
    case 'three_muhurtas':
      return [sunrise + day / 5, sunrise + day / 5];
    case 'purvahna':
      return [sunrise, sunrise + day / 2];
    case 'madhyahna':
      return [sunrise + (2 / 5) * day, sunrise + (3 / 5) * day];
    case 'aparahna':
      return [sunrise + (3 / 5) * day, sunrise + (4 / 5) * day];
    case 'pradosha':
      return [sunset, sunset + night / 5];
    case 'nishita':
      return [sunset + (7 / 15) * night, sunset + (8 / 15) * night];
  }
}

/** Holi follows the night of the fire. */
function holi(span: Span, day: number): readonly FestivalDay[] {
  return [
    { ...span, dayOfYear: day },
    { ...span, key: 'holi', dayOfYear: day + 1 },
  ];
}

/**
 * The fire waits a day where Vishti, the first half of the full moon's tithi, outlasts midnight and the tithi lasts
 * beyond seven eighths of the next day.
 */
function holikaDay(day: number, { from, to }: Span, sky: PanchangSky, days: Days): number {
  const vishtiEnd = angaReaches(sky, 'karana', 174, from + 0.05);
  const midnight = days.newYear + days.dayOf(from) + 1;
  const next = days.course(days.dayOf(from) + 1);
  const isLong = to > next.sunrise + (7 / 8) * (next.sunset - next.sunrise);
  return vishtiEnd > midnight && isLong ? days.dayOf(from) + 1 : day;
}

const SHRAVANA = 22;

/** Where the tenth still runs at a sunrise and the Moon is in Shravana that afternoon, that day is taken. */
function dussehraDay(day: number, { from, to }: Span, sky: PanchangSky, days: Days): number {
  const next = days.dayOf(to);
  const { sunrise, sunset } = days.course(next);
  const isAtSunrise = sunrise >= from && sunrise < to;
  const afternoon = sunrise + (7 / 10) * (sunset - sunrise);
  return isAtSunrise && angaAt(sky, 'nakshatra', afternoon) === SHRAVANA ? next : day;
}

/** Mean speed of the Sun, degrees a day. */
const SOLAR_RATE = 0.9856;

function solarDay(
  sky: PanchangSky,
  festival: SolarFestival,
  year: FestivalYear,
  days: Days,
): FestivalDay {
  const target = festival.sign * 30;
  const miss = (at: number): number => norm180(sky.longitude('sun', at) - target);
  const gap = norm180(target - sky.longitude('sun', year.newYear));
  const wait = (gap < -2 ? gap + 360 : gap) / SOLAR_RATE;
  const at = settle(miss, year.newYear + wait, SOLAR_RATE);
  const day = days.dayOf(at);
  const isLate = festival.isNextDayAfterSunset && at > days.course(day).sunset;
  return { key: festival.key, dayOfYear: isLate ? day + 1 : day, from: at, to: at };
}
