import { DEGREES } from '../../time/angles.ts';
import { meanObliquity } from '../../time/precession.ts';
import type { VedicChart } from '../../types.ts';
import {
  cycle,
  cyclic,
  HORA_ORDER,
  norm180,
  norm360,
  SEVEN,
  type VisibleGraha,
} from '../zodiac.ts';

const RADIANS = Math.PI / 180;
/** Julian date of the beginning of Kali Yuga, midnight at Ujjain's meridian taken as local. */
const KALI = 588465.5;
/** Days from the creation to Kali Yuga (Surya Siddhanta chapter 1); day 0 was a Sunday. */
const DAYS_BEFORE_KALI = 714_402_296_627;

/** The Sun's course at a birth, by the geometric centre of its disc. */
export interface SolarDay {
  /** Degrees of the Sun from the meridian, −180 to 180; 0 at true noon. */
  readonly hourAngle: number;
  readonly isDay: boolean;
  /** Part of the day, or of the night, that has passed, 0 to 1. */
  readonly passed: number;
  /** Lord of the weekday that began at the last sunrise. */
  readonly dayLord: VisibleGraha;
  /** Lord of the day on which the year of 360 days began. */
  readonly yearLord: VisibleGraha;
  /** Lord of the day on which the month of 30 days began. */
  readonly monthLord: VisibleGraha;
  /** Lord of the unequal hour. */
  readonly hourLord: VisibleGraha;
}

/** Declination of a point of the ecliptic, degrees. */
export function declinationOf(tropical: number, latitude: number, obliquity: number): number {
  const [lon, lat, eps] = [tropical * RADIANS, latitude * RADIANS, obliquity * RADIANS];
  const sine = Math.sin(lat) * Math.cos(eps) + Math.cos(lat) * Math.sin(eps) * Math.sin(lon);
  return Math.asin(Math.min(1, Math.max(-1, sine))) / RADIANS;
}

function rightAscension(tropical: number, obliquity: number): number {
  const lon = tropical * RADIANS;
  return Math.atan2(Math.sin(lon) * Math.cos(obliquity * RADIANS), Math.cos(lon)) / RADIANS;
}

/** The Sun's course at the moment and place of a chart; where it does not rise or set, all is night or day. */
export function solarDay(chart: VedicChart): SolarDay {
  const obliquity = meanObliquity(chart.at.jdTt) * DEGREES;
  const sun = chart.grahas.sun.longitude + chart.ayanamsa;
  const meridian = rightAscension(chart.midheaven + chart.ayanamsa, obliquity);
  const hourAngle = norm180(meridian - rightAscension(sun, obliquity));
  const half = semiDiurnalArc(declinationOf(sun, 0, obliquity), chart.place.latitude);
  const isDay = Math.abs(hourAngle) < half;
  const night = norm360(hourAngle - half) / Math.max(360 - 2 * half, 1e-9);
  const passed = isDay ? (hourAngle + half) / (2 * half) : Math.min(night, 1);
  // True solar time tells the local date; before sunrise it is still the day before.
  const solarTime = Math.floor(localTrueNoonDays(chart, hourAngle));
  const day = solarTime - (!isDay && hourAngle < 0 ? 1 : 0) - KALI + DAYS_BEFORE_KALI;
  const whole = Math.round(day - 0.5);
  const hour = Math.min(11, Math.floor(passed * 12)) + (isDay ? 0 : 12);
  const dayLord = weekdayLord(whole);
  return {
    hourAngle,
    isDay,
    passed,
    dayLord,
    yearLord: weekdayLord(3 * Math.floor(whole / 360)),
    monthLord: weekdayLord(2 * Math.floor(whole / 30)),
    hourLord: cyclic(HORA_ORDER, HORA_ORDER.indexOf(dayLord) + hour),
  };
}

/** Julian date of local true solar time, moved so that its whole part changes at local midnight. */
function localTrueNoonDays(chart: VedicChart, hourAngle: number): number {
  const mean = chart.at.jdUt + chart.place.longitude / 360 + 0.5;
  const fraction = hourAngle / 360 + 0.5;
  return Math.round(mean - fraction) + fraction;
}

function weekdayLord(days: number): VisibleGraha {
  return cyclic(SEVEN, cycle(days, 7));
}

/** Half of the Sun's way above the horizon, degrees, 0 to 180. */
function semiDiurnalArc(declination: number, latitude: number): number {
  const cosine = -Math.tan(latitude * RADIANS) * Math.tan(declination * RADIANS);
  return Math.acos(Math.min(1, Math.max(-1, cosine))) / RADIANS;
}
