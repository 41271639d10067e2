import { cyclic, NAKSHATRAS, norm180, norm360, partOf } from '../zodiac.ts';
import type { PanchangSky } from './sky.ts';

/** Limbs of the day that have a beginning and an end. */
export type Anga = 'tithi' | 'nakshatra' | 'yoga' | 'karana';

/** Names of the tithis of a fortnight; the fifteenth is `purnima` or `amavasya`. */
const TITHIS = [
  'pratipada',
  'dvitiya',
  'tritiya',
  'chaturthi',
  'panchami',
  'shashthi',
  'saptami',
  'ashtami',
  'navami',
  'dashami',
  'ekadashi',
  'dvadashi',
  'trayodashi',
  'chaturdashi',
  'purnima',
  'amavasya',
] as const;
/** The 27 yogas of Sun and Moon. */
const NITYA_YOGAS = [
  'vishkambha',
  'priti',
  'ayushman',
  'saubhagya',
  'shobhana',
  'atiganda',
  'sukarma',
  'dhriti',
  'shula',
  'ganda',
  'vriddhi',
  'dhruva',
  'vyaghata',
  'harshana',
  'vajra',
  'siddhi',
  'vyatipata',
  'variyana',
  'parigha',
  'shiva',
  'siddha',
  'sadhya',
  'shubha',
  'shukla',
  'brahma',
  'indra',
  'vaidhriti',
] as const;
/** The seven karanas that come round eight times, then the four that come once. */
const KARANAS = [
  'bava',
  'balava',
  'kaulava',
  'taitila',
  'gara',
  'vanija',
  'vishti',
  'shakuni',
  'chatushpada',
  'naga',
  'kimstughna',
] as const;

/** The keys of every limb and of the weekdays, for labels. */
export const ANGA_KEYS = {
  tithi: TITHIS,
  nakshatra: NAKSHATRAS,
  yoga: NITYA_YOGAS,
  karana: KARANAS,
};

/** How many there are of each. */
export const ANGA_COUNTS: Readonly<Record<Anga, number>> = {
  tithi: 30,
  nakshatra: 27,
  yoga: 27,
  karana: 60,
};
/** Mean degrees a day of the angle that each one counts. */
const RATES: Readonly<Record<Anga, number>> = {
  tithi: 12.190749,
  nakshatra: 13.176396,
  yoga: 14.162,
  karana: 12.190749,
};

/** The angle that a limb counts: Moon less Sun, Moon, or their sum; sidereal degrees, 0 to 360. */
export function angaAngle(sky: PanchangSky, anga: Anga, jdUt: number): number {
  const moon = sky.longitude('moon', jdUt);
  if (anga === 'nakshatra') return moon;
  const sun = sky.longitude('sun', jdUt);
  return norm360(anga === 'yoga' ? moon + sun : moon - sun);
}

/** Number of a limb at a Julian date UT, from 1. */
export function angaAt(sky: PanchangSky, anga: Anga, jdUt: number): number {
  return partOf(angaAngle(sky, anga, jdUt), ANGA_COUNTS[anga]) + 1;
}

/** Stable key of a limb by its number. */
export function angaKey(anga: Anga, number: number): string {
  if (anga === 'tithi') return number === 30 ? 'amavasya' : cyclic(TITHIS, (number - 1) % 15);
  if (anga === 'karana') return karanaKey(number);
  return cyclic<string>(anga === 'nakshatra' ? NAKSHATRAS : NITYA_YOGAS, number - 1);
}

function karanaKey(number: number): string {
  if (number === 1) return 'kimstughna';
  return number >= 58 ? cyclic(KARANAS, number - 51) : cyclic(KARANAS, (number - 2) % 7);
}

/** Accuracy of the times, days: 0.01 s. */
const TIME_TOLERANCE = 1e-7;
const STEPS_MAX = 20;

/**
 * Julian date UT when the angle of a limb next reaches a value, degrees, at or after a moment. The angles only grow, so
 * there is one such time within 30 days.
 */
export function angaReaches(sky: PanchangSky, anga: Anga, target: number, after: number): number {
  const rate = RATES[anga];
  const gap = norm360(target - angaAngle(sky, anga, after));
  return settle((at) => norm180(angaAngle(sky, anga, at) - target), after + gap / rate, rate);
}

/** The zero of a growing function near a guess, by the secant method. */
export function settle(miss: (at: number) => number, guess: number, rate: number): number {
  let before = guess;
  let beforeMiss = miss(before);
  let at = before - beforeMiss / rate;
  for (let step = 0; step < STEPS_MAX && Math.abs(at - before) > TIME_TOLERANCE; step++) {
    const missNow = miss(at);
    const slope = (missNow - beforeMiss) / (at - before);
    before = at;
    beforeMiss = missNow;
    at -= missNow / (slope > rate / 3 && slope < rate * 3 ? slope : rate);
  }
  return at;
}

/** A limb as it runs. */
export interface AngaSpan {
  readonly number: number;
  readonly key: string;
  /** Julian dates UT. */
  readonly from: number;
  readonly to: number;
}

/** The limb at a moment with its beginning and end. */
export function angaSpan(sky: PanchangSky, anga: Anga, jdUt: number): AngaSpan {
  const count = ANGA_COUNTS[anga];
  const number = angaAt(sky, anga, jdUt);
  const size = 360 / count;
  const start = (number - 1) * size;
  const passed = norm360(angaAngle(sky, anga, jdUt) - start);
  const miss = (at: number): number => norm180(angaAngle(sky, anga, at) - start);
  const from = passed < 1e-9 ? jdUt : settle(miss, jdUt - passed / RATES[anga], RATES[anga]);
  const to = angaReaches(sky, anga, number * size, jdUt);
  return { number, key: angaKey(anga, number), from: Math.min(from, jdUt), to };
}

/** The limbs that run between two moments, in order; the last one ends after `to`. */
export function angaSpans(
  sky: PanchangSky,
  anga: Anga,
  from: number,
  to: number,
): readonly AngaSpan[] {
  const spans = [angaSpan(sky, anga, from)];
  const count = ANGA_COUNTS[anga];
  for (let last = spans[0]; last && last.to < to && spans.length <= count; ) {
    const number = (last.number % count) + 1;
    const end = angaReaches(sky, anga, number * (360 / count), last.to + 0.01);
    last = { number, key: angaKey(anga, number), from: last.to, to: end };
    spans.push(last);
  }
  return spans;
}
