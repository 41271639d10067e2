import { deltaT, formatOffset, type Instant, unixMs } from '@meridian/astrology';
import type { Birth } from './birth.ts';

/** Name of the engine, as every answer tells it. */
export const ENGINE = 'meridian-ephemeris';

/** The instant as ISO 8601 UTC, to the second. */
export function utcText(at: Instant): string {
  return isoOf(unixMs(at));
}

/** A Julian date (UT) as ISO 8601 UTC. */
export function utcOfJd(jdUt: number): string {
  return isoOf((jdUt - UNIX_EPOCH) * DAY_MS);
}

/** A Julian date (UT) as the clock at an offset shows it. */
export function localOfJd(jdUt: number, offsetSeconds: number): string {
  const local = isoOf((jdUt - UNIX_EPOCH) * DAY_MS + offsetSeconds * 1000);
  return `${local.slice(0, -1)}${formatOffset(offsetSeconds)}`;
}

/** The calendar day (UTC) of a Julian date. */
export function dayOfJd(jdUt: number): string {
  return utcOfJd(jdUt).slice(0, 10);
}

const UNIX_EPOCH = 2_440_587.5;
const DAY_MS = 86_400_000;

function isoOf(ms: number): string {
  return `${new Date(Math.round(ms / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}

/** What an answer tells of the moment: what the clock meant, and how sure that is. */
export function momentOf({ moment, place, warnings }: Birth) {
  const { at, offset, offsetSeconds, zone, kind, otherReading } = moment;
  const delta = deltaT(at.jdUt);
  return {
    utc: utcText(at),
    julian_day: at.jdUt,
    julian_day_tt: at.jdTt,
    timezone: zone,
    utc_offset: offset,
    utc_offset_seconds: offsetSeconds,
    local_time_kind: kind,
    ...(otherReading && {
      other_reading: { utc: utcText(otherReading.at), utc_offset: otherReading.offset },
    }),
    delta_t_seconds: delta.seconds,
    delta_t_source: delta.source,
    latitude: place.latitude,
    longitude: place.longitude,
    calendar: 'proleptic Gregorian',
    warnings,
  };
}
