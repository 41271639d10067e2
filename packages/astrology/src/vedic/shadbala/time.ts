import { DEGREES } from '../../time/angles.ts';
import { meanObliquity } from '../../time/precession.ts';
import type { Reading } from '../reading.ts';
import { norm180, type VisibleGraha } from '../zodiac.ts';
import { declinationOf, type SolarDay } from './solar-day.ts';

/** Strength of time, in virupas. */
export interface KalaBala {
  /** By nearness to noon or midnight, 0 to 60. */
  readonly natonnata: number;
  /** By the fortnight, 0 to 60; the Moon's doubled. */
  readonly paksha: number;
  /** 60 to the lord of the third of day or night, and to Jupiter. */
  readonly tribhaga: number;
  /** 15 to the lord of the year. */
  readonly varsha: number;
  /** 30 to the lord of the month. */
  readonly masa: number;
  /** 45 to the lord of the day. */
  readonly dina: number;
  /** 60 to the lord of the hour. */
  readonly hora: number;
  /** By declination, 0 to 60; the Sun's doubled. */
  readonly ayana: number;
  /** Won or lost in a war of grahas. */
  readonly yuddha: number;
}

const OF_THE_DAY = ['mercury', 'sun', 'saturn'] as const;
const OF_THE_NIGHT = ['moon', 'venus', 'mars'] as const;
/** Greatest declination of the Sun that the classics take, degrees. */
const KRANTI_MAX = 24;

/** Strength of time of a graha without the war (BPHS chapter 27). */
export function kalaBala(
  reading: Reading,
  graha: VisibleGraha,
  day: SolarDay,
): Omit<KalaBala, 'yuddha'> {
  const third = (day.isDay ? OF_THE_DAY : OF_THE_NIGHT)[Math.min(2, Math.floor(day.passed * 3))];
  return {
    natonnata: natonnata(graha, day),
    paksha: paksha(reading, graha),
    tribhaga: graha === 'jupiter' || graha === third ? 60 : 0,
    varsha: graha === day.yearLord ? 15 : 0,
    masa: graha === day.monthLord ? 30 : 0,
    dina: graha === day.dayLord ? 45 : 0,
    hora: graha === day.hourLord ? 60 : 0,
    ayana: ayana(reading, graha) * (graha === 'sun' ? 2 : 1),
  };
}

function natonnata(graha: VisibleGraha, day: SolarDay): number {
  if (graha === 'mercury') return 60;
  const fromNoon = Math.abs(day.hourAngle) / 3;
  const isOfNight = graha === 'moon' || graha === 'mars' || graha === 'saturn';
  return isOfNight ? fromNoon : 60 - fromNoon;
}

/** Strength of the fortnight without the Moon's doubling counted apart. */
function paksha(reading: Reading, graha: VisibleGraha): number {
  const { sun, moon } = reading.chart.grahas;
  const lit = Math.abs(norm180(moon.longitude - sun.longitude)) / 3;
  if (graha === 'moon') return 2 * lit;
  return reading.isBenefic(graha) ? lit : 60 - lit;
}

/** Strength of declination before the Sun's doubling: north for Sun, Mars, Jupiter, Venus, south for Moon, Saturn. */
export function ayana(reading: Reading, graha: VisibleGraha): number {
  const { at, ayanamsa, grahas } = reading.chart;
  const { longitude, latitude } = grahas[graha];
  const kranti = declinationOf(longitude + ayanamsa, latitude, meanObliquity(at.jdTt) * DEGREES);
  const bounded = Math.min(KRANTI_MAX, Math.max(-KRANTI_MAX, kranti));
  const isOfSouth = graha === 'moon' || graha === 'saturn';
  const signed = graha === 'mercury' ? Math.abs(bounded) : isOfSouth ? -bounded : bounded;
  return ((KRANTI_MAX + signed) * 60) / (2 * KRANTI_MAX);
}
