import type { SkyEphemeris } from '../ephemeris/index.ts';
import type { Instant, Place } from '../types.ts';
import { type Crossing, crossings, nextCrossing, track } from './crossings.ts';
import {
  castWestern,
  WESTERN_DEFAULTS,
  type WesternBirth,
  type WesternChart,
  type WesternOptions,
} from './points.ts';

/** The moment a body comes back to where it stood at birth, and the chart of it. */
export interface ReturnChart {
  readonly at: Instant;
  /** The longitude that is come back to, tropical degrees. */
  readonly longitude: number;
  readonly chart: WesternChart;
}

/** Longer than the longest way round, days. */
const ROUND_DAYS = { sun: 367, moon: 28.5 } as const;

/** Bodies that returns are cast for. */
export type ReturningBody = keyof typeof ROUND_DAYS;

/** What return is wanted. */
export interface ReturnQuery {
  readonly body: ReturningBody;
  readonly birth: WesternBirth;
  /** The return is the first one after this. */
  readonly after: Instant;
  /** Where the person is; the place of birth unless given. */
  readonly place?: Place;
}

/** The first solar or lunar return after an instant. Throws a RangeError outside 1800 to 2100. */
export function returnChart(
  ephemeris: SkyEphemeris,
  { body, birth, after, place = birth.place }: ReturnQuery,
  options: WesternOptions = WESTERN_DEFAULTS,
): ReturnChart {
  const longitude = ephemeris.longitude(body, birth.at);
  const withinDays = ROUND_DAYS[body];
  const found = nextCrossing(ephemeris, { body, longitude, after, withinDays });
  if (!found) throw new RangeError(`no return of the ${body} was found`);
  return {
    at: found.at,
    longitude,
    chart: castWestern(ephemeris, { at: found.at, place }, options),
  };
}

/** Every return of a body in a range of time; 400 days of the Moon at most. */
export function returnsWithin(
  ephemeris: SkyEphemeris,
  body: ReturningBody,
  birth: WesternBirth,
  span: { readonly from: number; readonly to: number },
): Crossing[] {
  const longitude = ephemeris.longitude(body, birth.at);
  return crossings(ephemeris, track(ephemeris, body, span), longitude);
}
