import {
  type Instant,
  instantFromUt,
  julianDate,
  lunarEclipseAt,
  lunarEclipses,
  solarEclipseAt,
  solarEclipses,
  western,
} from '@meridian/astrology';
import type { AstrologyInput } from '@meridian/contract';
import { Failure } from '../../kernel/index.ts';
import { type Birth, calendarDate, placeIfAny, readBirth } from './birth.ts';
import { ENGINE, momentOf, utcText } from './moment-answer.ts';
import type { Sky } from './sky.ts';
import {
  aspectOf,
  castTropical,
  planetsOf,
  polarWarnings,
  tropicalConventions,
  tropicalHouses,
  tropicalPoint,
  westernOptions,
} from './western-chart.ts';

const ECLIPSE_DAYS_MAX = 3_700;
const RETURNS_DEFAULT = 1;

/** Midnight UT at the beginning of a day, as a Julian date. */
export function dayStart(date: string): number {
  return julianDate({ ...calendarDate(date), hour: 0, minute: 0, second: 0 });
}

/** A range of whole days, both included. Throws a failure that names the later day. */
export function rangeOf(
  from: string,
  to: string,
  daysMax: number,
): { readonly from: number; readonly to: number } {
  const range = { from: dayStart(from), to: dayStart(to) + 1 };
  const days = range.to - range.from;
  if (days >= 1 && days <= daysMax) return range;
  const message =
    days < 1
      ? 'to: The range ends before it begins.'
      : `to: The range has more than ${daysMax} days.`;
  throw new Failure('invalid_request', { message, param: 'to' });
}

/** A birth chart moved on to a day. */
export async function progressions(asked: AstrologyInput<'progressions'>, sky: Sky) {
  const birth = await readBirth(asked, sky);
  const options = westernOptions(asked);
  const target = instantFromUt(dayStart(asked.on));
  const natal = { at: birth.moment.at, place: birth.place };
  const { method = 'secondary' } = asked;
  const progress =
    method === 'secondary' ? western.secondaryProgressions : western.solarArcDirections;
  const moved = progress(sky.ephemeris, natal, target, options);
  return {
    method,
    on: asked.on,
    age_years: moved.age,
    solar_arc: moved.solarArc,
    ...(moved.symbolicInstant && { symbolic_moment: utcText(moved.symbolicInstant) }),
    rules: moved.method,
    ascendant: tropicalPoint(moved.chart.houses.ascendant),
    midheaven: tropicalPoint(moved.chart.houses.midheaven),
    planets: planetsOf(moved.chart),
    houses: tropicalHouses(moved.chart),
    aspects_to_birth: moved.aspects.map(aspectOf),
    ...westernFrame(moved.chart, options, birth),
  };
}

/** The next returns of the Sun or Moon to their places at birth. */
export async function returns(asked: AstrologyInput<'returns'>, sky: Sky) {
  const birth = await readBirth(asked, sky);
  const options = westernOptions(asked);
  const natal = { at: birth.moment.at, place: birth.place };
  const { body = 'sun', count = RETURNS_DEFAULT } = asked;
  const found: western.ReturnChart[] = [];
  let after: Instant = instantFromUt(dayStart(asked.after) + 1);
  while (found.length < count) {
    const next = western.returnChart(sky.ephemeris, { body, birth: natal, after }, options);
    found.push(next);
    after = instantFromUt(next.at.jdUt + 1);
  }
  const chart = castTropical(birth, options, sky);
  return {
    body,
    returns: found.map(({ at, longitude, chart: there }) => ({
      utc: utcText(at),
      julian_day: at.jdUt,
      longitude,
      ascendant: tropicalPoint(there.houses.ascendant),
      midheaven: tropicalPoint(there.houses.midheaven),
      planets: planetsOf(there),
      houses: tropicalHouses(there),
    })),
    ...westernFrame(chart, options, birth),
  };
}

function westernFrame(chart: western.WesternChart, options: western.WesternOptions, birth: Birth) {
  const warnings = [...birth.warnings, ...polarWarnings(chart)];
  return {
    conventions: tropicalConventions(chart, options),
    moment: { ...momentOf(birth), warnings },
    engine: ENGINE,
  };
}

/** Eclipses in a range of days, and how a place sees them. */
export function eclipses(asked: AstrologyInput<'eclipses'>, sky: Sky) {
  const { from, to } = rangeOf(asked.from, asked.to, ECLIPSE_DAYS_MAX);
  const place = placeIfAny(asked);
  const { kind = 'both' } = asked;
  const range = { from: instantFromUt(from), to: instantFromUt(to) };
  const solar =
    kind === 'lunar'
      ? []
      : solarEclipses(sky.ephemeris, range).map((eclipse) => ({
          body: 'sun',
          kind: eclipse.kind,
          utc: utcText(eclipse.at),
          julian_day: eclipse.at.jdUt,
          magnitude: eclipse.magnitude,
          gamma: eclipse.gamma,
          central: eclipse.isCentral,
          greatest: eclipse.greatest,
          ...(place && { local: seen(solarEclipseAt(sky.ephemeris, eclipse, place)) }),
        }));
  const lunar =
    kind === 'solar'
      ? []
      : lunarEclipses(sky.ephemeris, range).map((eclipse) => ({
          body: 'moon',
          kind: eclipse.kind,
          utc: utcText(eclipse.at),
          julian_day: eclipse.at.jdUt,
          magnitude: eclipse.umbralMagnitude,
          penumbral_magnitude: eclipse.penumbralMagnitude,
          contacts: textsOf(eclipse.contacts),
          ...(place && { local: seen(lunarEclipseAt(sky.ephemeris, eclipse, place)) }),
        }));
  const all = [...solar, ...lunar].sort((a, b) => a.julian_day - b.julian_day);
  return { from: asked.from, to: asked.to, eclipses: all, engine: ENGINE };
}

const CAPITAL = /[A-Z]/g;

/** Field names as answers have them, and instants as texts. */
function seen(local: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(local).map(([name, value]) => [
      snake(name),
      isInstant(value) ? utcText(value) : value,
    ]),
  );
}

function textsOf(instants: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(instants).map(([name, at]) => [snake(name), utcText(at as Instant)]),
  );
}

function snake(name: string): string {
  return name.replace(CAPITAL, (letter) => `_${letter.toLowerCase()}`);
}

function isInstant(value: unknown): value is Instant {
  return typeof value === 'object' && value !== null && 'jdTt' in value;
}
