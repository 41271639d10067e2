import type { Instant } from '../types.ts';
import { type CalendarTime, DAY_SECONDS, julianDate, UNIX_EPOCH_JD } from './calendar.ts';
import { deltaTSeconds } from './delta-t.ts';

/**
 * The instant of a Julian date in Universal Time. UTC and UT1 are taken as the same: they differ by
 * 0.9 s at most, and civil times are not known better.
 */
export function instantFromUt(jdUt: number): Instant {
  return { jdUt, jdTt: jdUt + deltaTSeconds(jdUt) / DAY_SECONDS };
}

/** The instant of a Julian date in Terrestrial Time. */
export function instantFromTt(jdTt: number): Instant {
  const guess = jdTt - deltaTSeconds(jdTt) / DAY_SECONDS;
  return { jdTt, jdUt: jdTt - deltaTSeconds(guess) / DAY_SECONDS };
}

/** The instant of milliseconds since 1970-01-01T00:00Z. */
export function instantFromUnixMs(unixMs: number): Instant {
  return instantFromUt(UNIX_EPOCH_JD + unixMs / (DAY_SECONDS * 1000));
}

/** The instant of a calendar time in UTC. Throws a RangeError naming the bad field. */
export function instantFromUtc(utc: CalendarTime): Instant {
  return instantFromUt(julianDate(utc));
}

/** Milliseconds since 1970-01-01T00:00Z of an instant, rounded. */
export function unixMs(at: Instant): number {
  return Math.round((at.jdUt - UNIX_EPOCH_JD) * DAY_SECONDS * 1000);
}
