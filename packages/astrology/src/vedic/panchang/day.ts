import type { Place } from '../../types.ts';
import { cyclic } from '../zodiac.ts';
import { type AngaSpan, angaSpan, angaSpans } from './angas.ts';
import { bothMonths, lunarMonth, type SamvatYears, samvatYears } from './months.ts';
import {
  type Choghadiya,
  choghadiyas,
  dayPeriods,
  type Hora,
  horas,
  type SunCourse,
  VARAS,
  type Vara,
} from './periods.ts';
import type { PanchangSky, SunriseRule } from './sky.ts';

/** The civil day that a panchang is for. */
export interface CivilDay {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
  /** Julian date UT of the local midnight that begins it. */
  readonly midnight: number;
}

/** A tithi with its fortnight. */
export interface TithiSpan extends AngaSpan {
  readonly paksha: 'shukla' | 'krishna';
}

/** The limbs at one moment. */
export interface PanchangMoment {
  readonly tithi: TithiSpan;
  readonly nakshatra: AngaSpan;
  readonly yoga: AngaSpan;
  readonly karana: AngaSpan;
}

/** A panchang from one sunrise to the next. */
export interface PanchangDay {
  /** The rule that makes the day's borders; all parts of the day use it. */
  readonly sunriseRule: SunriseRule;
  /** Sunrise of the civil day by both rules, Julian dates UT; null where the Sun does not rise. */
  readonly sunrises: Readonly<Record<SunriseRule, number | null>>;
  readonly sunsets: Readonly<Record<SunriseRule, number | null>>;
  /** Borders in use; where the Sun does not rise or set, mean ones at 6 and 18 h, see `isPolar`. */
  readonly course: SunCourse;
  readonly isPolar: boolean;
  /** Weekday of the day that begins at this sunrise. */
  readonly vara: Vara;
  /** At sunrise. */
  readonly atSunrise: PanchangMoment;
  /** All that run between this sunrise and the next, in order; a short one may begin and end in between. */
  readonly tithis: readonly TithiSpan[];
  readonly nakshatras: readonly AngaSpan[];
  readonly yogas: readonly AngaSpan[];
  readonly karanas: readonly AngaSpan[];
  readonly month: ReturnType<typeof bothMonths>;
  readonly samvat: SamvatYears;
  readonly periods: ReturnType<typeof dayPeriods>;
  readonly choghadiyas: readonly Choghadiya[];
  readonly horas: readonly Hora[];
}

/** The limbs at a moment with their beginnings and ends. */
export function panchangAt(sky: PanchangSky, jdUt: number): PanchangMoment {
  return {
    tithi: withPaksha(angaSpan(sky, 'tithi', jdUt)),
    nakshatra: angaSpan(sky, 'nakshatra', jdUt),
    yoga: angaSpan(sky, 'yoga', jdUt),
    karana: angaSpan(sky, 'karana', jdUt),
  };
}

function withPaksha(span: AngaSpan): TithiSpan {
  return { ...span, paksha: span.number <= 15 ? 'shukla' : 'krishna' };
}

/** The panchang of a civil day at a place. `upper_limb` sunrise unless asked otherwise. */
export function panchangDay(
  sky: PanchangSky,
  day: CivilDay,
  place: Place,
  sunriseRule: SunriseRule = 'upper_limb',
): PanchangDay {
  const { course, isPolar } = sunCourse(sky, day.midnight, place, sunriseRule);
  const { sunrise, nextSunrise } = course;
  const weekday = weekdayOf(day);
  const tithis = angaSpans(sky, 'tithi', sunrise, nextSunrise).map(withPaksha);
  const nakshatras = angaSpans(sky, 'nakshatra', sunrise, nextSunrise);
  const yogas = angaSpans(sky, 'yoga', sunrise, nextSunrise);
  const karanas = angaSpans(sky, 'karana', sunrise, nextSunrise);
  const month = lunarMonth(sky, sunrise);
  const [tithi, nakshatra, yoga, karana] = [tithis[0], nakshatras[0], yogas[0], karanas[0]];
  if (!tithi || !nakshatra || !yoga || !karana) throw new RangeError('The day has no sunrise.');
  return {
    sunriseRule,
    ...bothSuns(sky, day.midnight, place),
    course,
    isPolar,
    vara: VARAS[weekday] ?? 'sunday',
    atSunrise: { tithi, nakshatra, yoga, karana },
    tithis,
    nakshatras,
    yogas,
    karanas,
    month: bothMonths(month, tithi.number),
    samvat: samvatYears(month, day),
    periods: dayPeriods(course, weekday),
    choghadiyas: choghadiyas(course, weekday),
    horas: horas(course, weekday),
  };
}

/** A moment on the clocks of a place. */
export interface LocalMoment {
  readonly jdUt: number;
  /** Seconds east of Greenwich of its clocks. */
  readonly offsetSeconds: number;
  readonly place: Place;
  /** `upper_limb` if absent. */
  readonly sunriseRule?: SunriseRule;
}

/**
 * The weekday of a moment: by the clock, from midnight, and by the sky, from sunrise; they differ between midnight and
 * sunrise. Where the Sun does not rise the day begins at 6 h.
 */
export function varaAt(
  sky: PanchangSky,
  moment: LocalMoment,
): { readonly civil: Vara; readonly fromSunrise: Vara } {
  const { jdUt, offsetSeconds, place, sunriseRule = 'upper_limb' } = moment;
  const offset = offsetSeconds / 86_400;
  // Julian dates begin at noon; day 0 was a Monday.
  const day = Math.floor(jdUt + offset + 0.5);
  const { course } = sunCourse(sky, day - 0.5 - offset, place, sunriseRule);
  const named = (count: number): Vara => cyclic(VARAS, count + 1);
  return { civil: named(day), fromSunrise: named(jdUt < course.sunrise ? day - 1 : day) };
}

/** Weekday of a civil date, 0 for Sunday (Sakamoto's method). */
function weekdayOf({ year, month, day }: CivilDay): number {
  const shift = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4][month - 1] ?? 0;
  const y = month < 3 ? year - 1 : year;
  const leaps = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  return (((y + leaps + shift + day) % 7) + 7) % 7;
}

function bothSuns(
  sky: PanchangSky,
  midnight: number,
  place: Place,
): Pick<PanchangDay, 'sunrises' | 'sunsets'> {
  const both = (event: 'rise' | 'set'): Record<SunriseRule, number | null> => ({
    upper_limb: sky.sun(event, midnight, place, 'upper_limb'),
    hindu: sky.sun(event, midnight, place, 'hindu'),
  });
  return { sunrises: both('rise'), sunsets: both('set') };
}

/** Sunrise, sunset and next sunrise of the civil day that begins at a local midnight, Julian dates UT. */
export function sunCourse(
  sky: PanchangSky,
  midnight: number,
  place: Place,
  rule: SunriseRule,
): { readonly course: SunCourse; readonly isPolar: boolean } {
  const sunrise = sky.sun('rise', midnight, place, rule);
  const sunset = sunrise === null ? null : sky.sun('set', sunrise, place, rule);
  const nextSunrise = sunset === null ? null : sky.sun('rise', sunset, place, rule);
  if (sunrise !== null && sunset !== null && nextSunrise !== null && sunrise < midnight + 1)
    return { course: { sunrise, sunset, nextSunrise }, isPolar: false };
  const course = {
    sunrise: midnight + 0.25,
    sunset: midnight + 0.75,
    nextSunrise: midnight + 1.25,
  };
  return { course, isPolar: true };
}
