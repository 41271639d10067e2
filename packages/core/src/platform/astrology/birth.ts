import type { CalendarTime, CivilMoment, Place } from '@meridian/astrology';
import { Failure } from '../../kernel/index.ts';
import type { Sky } from './sky.ts';

/** A place in either spelling. */
export interface AskedPlace {
  readonly lat?: number | undefined;
  readonly lon?: number | undefined;
  readonly latitude?: number | undefined;
  readonly longitude?: number | undefined;
}

/** A place with the time zone in either spelling; undefined where it is to be found. */
export interface AskedClock extends AskedPlace {
  readonly tz?: number | string | undefined;
  readonly timezone?: number | string | undefined;
}

/** A date and time by the clock of a place. */
export interface AskedMoment extends AskedClock {
  readonly date: string;
  readonly time?: string | undefined;
}

/** A moment and place, with all that an answer tells of them. */
export interface Birth {
  readonly moment: CivilMoment;
  readonly place: Place;
  readonly local: CalendarTime;
  readonly warnings: readonly string[];
}

const NOON = '12:00';
const HOUR_TEXT = /^[+-]?\d{1,2}(\.\d{1,6})?$/;
const MINUTES_PER_HOUR = 60;

/** The place that was asked for. Throws a failure that names what is missing. */
export function placeOf(asked: AskedPlace): Place {
  const latitude = asked.lat ?? asked.latitude;
  const longitude = asked.lon ?? asked.longitude;
  if (latitude === undefined) throw missing('lat', 'A place needs lat and lon.');
  if (longitude === undefined) throw missing('lon', 'A place needs lat and lon.');
  return { latitude, longitude };
}

/** The place where one was asked for. */
export function placeIfAny(asked: AskedPlace): Place | undefined {
  const given = [asked.lat, asked.lon, asked.latitude, asked.longitude];
  return given.every((value) => value === undefined) ? undefined : placeOf(asked);
}

function missing(param: string, message: string): Failure {
  return new Failure('invalid_request', { message, param });
}

/** The zone as the library names it: hours become an offset. */
async function zoneOf(
  asked: AskedClock,
  place: Place,
  sky: Sky,
): Promise<{ readonly zone: string; readonly warnings: readonly string[] }> {
  const given = asked.tz ?? asked.timezone;
  if (given !== undefined) return { zone: zoneText(given), warnings: [] };
  const { zone, alternatives } = await sky.zoneAt(place);
  if (alternatives.length === 0) return { zone, warnings: [] };
  const others = alternatives.join(', ');
  return { zone, warnings: [`The place is also counted in ${others}; ${zone} was taken.`] };
}

function zoneText(given: number | string): string {
  if (typeof given === 'string' && !HOUR_TEXT.test(given)) return given;
  const minutes = Math.round(Number(given) * MINUTES_PER_HOUR);
  const two = (value: number): string => String(value).padStart(2, '0');
  const size = Math.abs(minutes);
  const sign = minutes < 0 ? '-' : '+';
  return `${sign}${two(Math.floor(size / MINUTES_PER_HOUR))}:${two(size % MINUTES_PER_HOUR)}`;
}

/** The calendar date of a text that was checked before. */
export function calendarDate(date: string): CalendarTime {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  return { year, month, day };
}

function calendarMoment({ date, time = NOON }: AskedMoment): CalendarTime {
  const [hour = 0, minute = 0, second = 0] = time.split(':').map(Number);
  return { ...calendarDate(date), hour, minute, second };
}

/** Reads a birth, or any moment at a place. Throws a failure that names what is wrong. */
export async function readBirth(asked: AskedMoment, sky: Sky): Promise<Birth> {
  const place = placeOf(asked);
  const { zone, warnings } = await zoneOf(asked, place, sky);
  const local = calendarMoment(asked);
  const moment = momentAt(local, { zone, longitude: place.longitude }, sky);
  return { moment, place, local, warnings: [...warnings, ...moment.warnings] };
}

function momentAt(
  local: CalendarTime,
  clock: { readonly zone: string; readonly longitude: number },
  sky: Sky,
): CivilMoment {
  try {
    return sky.civilTime(local, clock);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Failure('invalid_request', { message: `tz: ${error.message}`, param: 'tz' });
  }
}
