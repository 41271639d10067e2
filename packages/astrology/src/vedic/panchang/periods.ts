import { cyclic, HORA_ORDER, SEVEN, type VisibleGraha } from '../zodiac.ts';

/** A stretch of time, Julian dates UT. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** One part of the day with a name. */
export interface NamedStretch extends Stretch {
  readonly key: string;
}

/** Days of the week by their lords, Sunday first. */
export const VARAS = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
] as const;
/** Key of a weekday. */
export type Vara = (typeof VARAS)[number];

/** Sunrise, sunset and the next sunrise, Julian dates UT. */
export interface SunCourse {
  readonly sunrise: number;
  readonly sunset: number;
  readonly nextSunrise: number;
}

/** Which eighth of the day, from 1, belongs to each by weekday, Sunday first. */
const EIGHTHS = {
  rahu_kalam: [8, 2, 7, 5, 6, 4, 3],
  yamaganda: [5, 4, 3, 2, 1, 7, 6],
  gulika: [7, 6, 5, 4, 3, 2, 1],
} as const;

const part = (from: number, to: number, count: number, index: number): Stretch => ({
  from: from + ((to - from) * index) / count,
  to: from + ((to - from) * (index + 1)) / count,
});

/** The parts of a day to avoid or to use; `weekday` is 0 for Sunday. */
export function dayPeriods(
  course: SunCourse,
  weekday: number,
): {
  readonly rahu_kalam: Stretch;
  readonly yamaganda: Stretch;
  readonly gulika: Stretch;
  /** The eighth of fifteen parts of the day; not held auspicious on Wednesdays. */
  readonly abhijit: Stretch & { readonly isAuspicious: boolean };
} {
  const { sunrise, sunset } = course;
  const eighth = (name: keyof typeof EIGHTHS): Stretch =>
    part(sunrise, sunset, 8, cyclic<number>(EIGHTHS[name], weekday) - 1);
  return {
    rahu_kalam: eighth('rahu_kalam'),
    yamaganda: eighth('yamaganda'),
    gulika: eighth('gulika'),
    abhijit: { ...part(sunrise, sunset, 15, 7), isAuspicious: weekday !== 3 },
  };
}

const BY_DAY = ['udveg', 'char', 'labh', 'amrit', 'kaal', 'shubh', 'rog'] as const;
const BY_NIGHT = ['shubh', 'amrit', 'char', 'rog', 'kaal', 'labh', 'udveg'] as const;
/** Where the day and the night of each weekday begin in those rounds. */
const DAY_STARTS = [0, 3, 6, 2, 5, 1, 4] as const;
const NIGHT_STARTS = [0, 2, 4, 6, 1, 3, 5] as const;
const GOOD_CHOGHADIYAS: readonly string[] = ['char', 'labh', 'amrit', 'shubh'];

/** A choghadiya. */
export interface Choghadiya extends NamedStretch {
  readonly isDay: boolean;
  readonly isAuspicious: boolean;
}

/** The eight choghadiyas of the day and the eight of the night. */
export function choghadiyas(course: SunCourse, weekday: number): readonly Choghadiya[] {
  return Array.from({ length: 16 }, (_, index) => {
    const isDay = index < 8;
    const step = index % 8;
    const key = isDay
      ? cyclic(BY_DAY, cyclic<number>(DAY_STARTS, weekday) + step)
      : cyclic(BY_NIGHT, cyclic<number>(NIGHT_STARTS, weekday) + step);
    const stretch = isDay
      ? part(course.sunrise, course.sunset, 8, step)
      : part(course.sunset, course.nextSunrise, 8, step);
    return { key, isDay, isAuspicious: GOOD_CHOGHADIYAS.includes(key), ...stretch };
  });
}

/** A planetary hour. */
export interface Hora extends Stretch {
  readonly lord: VisibleGraha;
  readonly isDay: boolean;
}

/** The twelve unequal hours of the day and the twelve of the night. */
export function horas(course: SunCourse, weekday: number): readonly Hora[] {
  const first = HORA_ORDER.indexOf(cyclic(SEVEN, weekday));
  return Array.from({ length: 24 }, (_, index) => {
    const isDay = index < 12;
    const stretch = isDay
      ? part(course.sunrise, course.sunset, 12, index)
      : part(course.sunset, course.nextSunrise, 12, index - 12);
    return { lord: cyclic(HORA_ORDER, first + index), isDay, ...stretch };
  });
}
