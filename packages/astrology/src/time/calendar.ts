/** A date and time of day on the proleptic Gregorian calendar, in whatever scale the caller means. */
export interface CalendarTime {
  /** Astronomical year: 0 is 1 BC. */
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
  /** 0 to 23; 0 if absent. */
  readonly hour?: number;
  /** 0 to 59; 0 if absent. */
  readonly minute?: number;
  /** 0 up to 60, may have a fraction; 0 if absent. */
  readonly second?: number;
}

/** Julian date of 1970-01-01T00:00. */
export const UNIX_EPOCH_JD = 2_440_587.5;

/** Julian date of the epoch J2000.0. */
export const J2000 = 2_451_545;

/** Days of a Julian century. */
export const JULIAN_CENTURY_DAYS = 36_525;

/** Seconds of a day. */
export const DAY_SECONDS = 86_400;

const DAYS_400_YEARS = 146_097;

/**
 * Days from 0000-03-01 to a date of the proleptic Gregorian calendar. Years are counted from March,
 * so that the leap day is the last of its year.
 */
function dayNumber(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const marchMonth = (month + 9) % 12;
  const leapDays =
    Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + Math.floor((153 * marchMonth + 2) / 5) + day - 1;
}

/** Julian date of 0000-03-01T00:00, proleptic Gregorian. */
const MARCH_EPOCH_JD = 1_721_119.5;

/** Whether a year of the proleptic Gregorian calendar has a 29 February. */
function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days of a month (1 to 12) of the proleptic Gregorian calendar. */
export function daysOfMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Julian date of a calendar time. Throws a RangeError that names the field which does not exist. */
export function julianDate(time: CalendarTime): number {
  const { year, month, day, hour = 0, minute = 0, second = 0 } = time;
  requireInteger('year', year, -9999, 9999);
  requireInteger('month', month, 1, 12);
  requireInteger('day', day, 1, daysOfMonth(year, month));
  requireInteger('hour', hour, 0, 23);
  requireInteger('minute', minute, 0, 59);
  if (!(second >= 0 && second < 60)) throw new RangeError('second must be at least 0, below 60');
  const seconds = (hour * 60 + minute) * 60 + second;
  return MARCH_EPOCH_JD + dayNumber(year, month, day) + seconds / DAY_SECONDS;
}

function requireInteger(field: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new RangeError(`${field} must be a whole number from ${min} to ${max}`);
}

/**
 * Calendar time of a Julian date, rounded to the nearest millisecond (a Julian date resolves about
 * 0.05 ms).
 */
export function calendarTime(jd: number): Required<CalendarTime> {
  if (!Number.isFinite(jd)) throw new RangeError('jd must be a finite number');
  const sinceEpoch = jd - MARCH_EPOCH_JD;
  const wholeDays = Math.floor(sinceEpoch);
  const ms = Math.round((sinceEpoch - wholeDays) * DAY_SECONDS * 1000);
  const isNextDay = ms >= DAY_SECONDS * 1000;
  const dayMs = isNextDay ? 0 : ms;
  return {
    ...dateOf(wholeDays + (isNextDay ? 1 : 0)),
    hour: Math.floor(dayMs / 3_600_000),
    minute: Math.floor(dayMs / 60_000) % 60,
    second: (dayMs % 60_000) / 1000,
  };
}

/** The inverse of `dayNumber`. */
function dateOf(days: number): { year: number; month: number; day: number } {
  const cycle = Math.floor(days / DAYS_400_YEARS);
  const dayOfCycle = days - cycle * DAYS_400_YEARS;
  const leapless =
    dayOfCycle -
    Math.floor(dayOfCycle / 1460) +
    Math.floor(dayOfCycle / 36_524) -
    Math.floor(dayOfCycle / (DAYS_400_YEARS - 1));
  const yearOfCycle = Math.floor(leapless / 365);
  const dayOfYear =
    dayOfCycle - (365 * yearOfCycle + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: yearOfCycle + cycle * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}

/** Day of the week of a Julian date, by its own midnight: 0 is Sunday, 6 is Saturday. */
export function weekday(jd: number): number {
  const days = Math.floor(jd + 1.5);
  return ((days % 7) + 7) % 7;
}
