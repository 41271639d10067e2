import type { Instant } from '../types.ts';
import { type CalendarTime, DAY_SECONDS, julianDate, UNIX_EPOCH_JD } from './calendar.ts';
import { instantFromUt } from './instant.ts';
import {
  createZones,
  fixedOffset,
  formatOffset,
  localMeanOffset,
  type OffsetAt,
} from './zone-offset.ts';

/** One way to read a clock: the moment it means. */
export interface ClockReading {
  readonly at: Instant;
  /** Seconds east of Greenwich. */
  readonly offsetSeconds: number;
  /** The offset as text, e.g. `+05:30`. */
  readonly offset: string;
}

/** What a local date and time mean, and whether that is sure. */
export interface CivilMoment extends ClockReading {
  /**
   * `unique`: the clock showed it once. `ambiguous`: twice, since clocks were set back. `missing`:
   * never, since clocks were set forward. `fixed`: the offset was given. `local_mean`: by longitude.
   */
  readonly kind: 'unique' | 'ambiguous' | 'missing' | 'fixed' | 'local_mean';
  /** The zone or offset as it was asked for. */
  readonly zone: string;
  /** The other reading of an ambiguous or missing time: the later, or the earlier one. */
  readonly otherReading?: ClockReading;
  /** English sentences for whoever relies on this moment; empty if nothing is in doubt. */
  readonly warnings: readonly string[];
}

/** Where the clock stood. */
export interface ClockPlace {
  /** An IANA zone name, a fixed offset such as `+05:30`, or `LMT` for local mean time. */
  readonly zone: string;
  /** Degrees east; needed for `LMT`. */
  readonly longitude?: number;
}

/**
 * Turns local clock times into moments. A time that the clock showed twice is read as the first, one
 * that it skipped as so much later, which is `compatible` of ECMAScript's Temporal; both are reported
 * with the other reading. Throws a RangeError for an unknown zone and for dates that do not exist.
 */
export function createCivilTime(): (local: CalendarTime, place: ClockPlace) => CivilMoment {
  const zones = createZones();
  return (local, place) => {
    const localMs = Math.round((julianDate(local) - UNIX_EPOCH_JD) * DAY_SECONDS * 1000);
    const { zone } = place;
    if (zone === 'LMT') {
      if (place.longitude === undefined) throw new RangeError('zone LMT needs a longitude');
      const offset = localMeanOffset(place.longitude);
      return { ...reading(localMs, offset), zone, kind: 'local_mean', warnings: [] };
    }
    const offset = fixedOffset(zone);
    if (offset !== undefined) {
      return { ...reading(localMs, offset), zone, kind: 'fixed', warnings: [] };
    }
    const offsetAt = zones(zone);
    if (offsetAt === undefined) {
      throw new RangeError('zone must be an IANA zone name, an offset such as +05:30, or LMT');
    }
    return inZone(localMs, zone, offsetAt);
  };
}

/** Offset of a zone (in the forms of `ClockPlace.zone`, without `LMT`) at an instant, in seconds. */
export function createZoneOffsets(): (zone: string, at: Instant) => number {
  const zones = createZones();
  return (zone, at) => {
    const fixed = fixedOffset(zone);
    if (fixed !== undefined) return fixed;
    const offsetAt = zones(zone);
    if (offsetAt === undefined) throw new RangeError('zone must be an IANA zone name or an offset');
    return offsetAt(Math.round((at.jdUt - UNIX_EPOCH_JD) * DAY_SECONDS * 1000));
  };
}

function reading(localMs: number, offsetSeconds: number): ClockReading {
  const at = instantFromUt(UNIX_EPOCH_JD + (localMs / 1000 - offsetSeconds) / DAY_SECONDS);
  return { at, offsetSeconds, offset: formatOffset(offsetSeconds) };
}

const DAY_MS = DAY_SECONDS * 1000;

function inZone(localMs: number, zone: string, offsetAt: OffsetAt): CivilMoment {
  // No zone changes its offset twice within two days, so these see what holds before and after.
  const before = offsetAt(localMs - DAY_MS);
  const after = offsetAt(localMs + DAY_MS);
  const fits = (offset: number): boolean => offsetAt(localMs - offset * 1000) === offset;
  const valid = [...new Set([before, after])].filter(fits);
  const [first, second] = valid.sort((a, b) => b - a);
  if (first === undefined) {
    return {
      ...reading(localMs, before),
      ...{ zone, kind: 'missing', otherReading: reading(localMs, after) },
      warnings: [
        `Clocks in ${zone} skipped this time; it is read with the offset before the change, ${formatOffset(before)}.`,
      ],
    };
  }
  if (second === undefined) {
    return { ...reading(localMs, first), zone, kind: 'unique', warnings: [] };
  }
  return {
    ...reading(localMs, first),
    ...{ zone, kind: 'ambiguous', otherReading: reading(localMs, second) },
    warnings: [
      `Clocks in ${zone} showed this time twice; it is read as the first, ${formatOffset(first)}, not ${formatOffset(second)}.`,
    ],
  };
}
