import { DAY_SECONDS } from './calendar.ts';

/** Seconds east of Greenwich at a moment of UTC, given in milliseconds since 1970. */
export type OffsetAt = (unixMs: number) => number;

/** Zones remembered at once: above the number of names in the IANA database. */
const ZONES_MAX = 1024;

const GMT_OFFSET = /^GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/;

/**
 * Reads IANA zones from the time zone data that the JavaScript engine carries, with their whole
 * history. Remembers a formatter per zone, because making one costs far more than asking it.
 */
export function createZones(): (zone: string) => OffsetAt | undefined {
  const known = new Map<string, OffsetAt>();
  return (zone) => {
    const found = known.get(zone) ?? openZone(zone);
    if (found === undefined) return undefined;
    if (known.size >= ZONES_MAX) known.clear();
    known.set(zone, found);
    return found;
  };
}

function openZone(zone: string): OffsetAt | undefined {
  // Names only: a bare offset has its own reading, and engines differ in taking it here.
  if (!/^[A-Za-z]/.test(zone)) return undefined;
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    return (unixMs) => readOffset(format, unixMs);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readOffset(format: Intl.DateTimeFormat, unixMs: number): number {
  const text = format.formatToParts(unixMs).find((part) => part.type === 'timeZoneName')?.value;
  const match = GMT_OFFSET.exec(text ?? '');
  if (!match) throw new RangeError(`the engine gives an offset that cannot be read: ${text}`);
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = match;
  const size = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return sign === '-' ? -size : size;
}

const FIXED_OFFSET = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2})(?::?(\d{2}))?)?$/i;
const OFFSET_SECONDS_MAX = 18 * 3600;

/** Seconds of a fixed offset such as `+05:30`, `-3`, `+04:51`, `UTC+5:53:20`; undefined for others. */
export function fixedOffset(text: string): number | undefined {
  if (/^(Z|UTC|GMT)$/i.test(text)) return 0;
  const match = FIXED_OFFSET.exec(text);
  if (!match) return undefined;
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = match;
  if (Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const size = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  if (size > OFFSET_SECONDS_MAX) return undefined;
  return sign === '-' && size > 0 ? -size : size;
}

/** Seconds of local mean time at a longitude in degrees: the Sun takes 240 s for a degree. */
export function localMeanOffset(longitude: number): number {
  return (longitude / 360) * DAY_SECONDS;
}

/** Prints an offset of seconds as `+05:30`, with seconds where there are any: `+05:53:20`. */
export function formatOffset(offsetSeconds: number): string {
  const size = Math.abs(Math.round(offsetSeconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  const seconds = size % 60 === 0 ? '' : `:${two(size % 60)}`;
  const sign = offsetSeconds < 0 ? '-' : '+';
  return `${sign}${two(Math.floor(size / 3600))}:${two(Math.floor(size / 60) % 60)}${seconds}`;
}
