import {
  horoscope as compose,
  instantFromUt,
  parseSign,
  vedic,
  western,
} from '@meridian/astrology';
import type { AstrologyInput } from '@meridian/contract';
import { Failure } from '../../kernel/index.ts';
import { type Birth, readBirth } from './birth.ts';
import { framed } from './frame.ts';
import { ENGINE, momentOf, utcText } from './moment-answer.ts';
import type { Sky } from './sky.ts';
import { dayStart, rangeOf } from './through-time.ts';
import { castVedic, grahaOf, vedicOptions } from './vedic-chart.ts';
import {
  aspectOf,
  castTropical,
  planetsOf,
  polarWarnings,
  tropicalConventions,
  tropicalHouses,
  westernOptions,
} from './western-chart.ts';

/** Planets whose exact aspects a range lists: the Moon makes a thousand in a year and is left out. */
const SLOW: readonly western.Planet[] = western.PLANETS.filter((planet) => planet !== 'moon');
const PERIOD_DAYS = { daily: 1, weekly: 7, monthly: 30 } as const;

/** The sky of a moment, seen from a birth where one is given. */
export async function transits(asked: AstrologyInput<'transits'>, sky: Sky) {
  const now = await readBirth(asked, sky);
  const natal = asked.natal && (await readBirth(asked.natal, sky));
  const range =
    asked.to === undefined ? {} : rangeAnswer(asked.date, asked.to, { now, natal, sky });
  if (asked.system === 'western') return { ...westernTransits(now, natal, sky), ...range };
  const options = vedicOptions(asked);
  const cast = castVedic(now, options, sky);
  const birth = natal && castVedic(natal, options, sky);
  const from = birth && {
    moon: vedic.signOf(birth.chart.grahas.moon.longitude),
    lagna: birth.reading.lagna,
  };
  return {
    system: 'vedic',
    planets: vedic.GRAHAS.map((graha) => {
      const sign = vedic.signOf(cast.chart.grahas[graha].longitude);
      const seen = from && {
        house_from_moon: vedic.houseFrom(from.moon, sign),
        house_from_ascendant: vedic.houseFrom(from.lagna, sign),
      };
      return { ...grahaOf(cast, graha), ...seen };
    }),
    ...range,
    ...(natal && { natal_moment: momentOf(natal) }),
    ...framed(cast, now, sky),
  };
}

function westernTransits(now: Birth, natal: Birth | undefined, sky: Sky) {
  const options = westernOptions({});
  const chart = castTropical(now, options, sky);
  const birth = natal && castTropical(natal, options, sky);
  return {
    system: 'western',
    planets: planetsOf(chart),
    houses: tropicalHouses(chart),
    ...(birth && {
      aspects_to_birth: western
        .aspectsBetween(
          western.aspectPoints(chart).filter(({ key }) => key in chart.planets),
          western.stillPoints(birth),
        )
        .map(aspectOf),
    }),
    ...(natal && { natal_moment: momentOf(natal) }),
    conventions: tropicalConventions(chart, options),
    moment: { ...momentOf(now), warnings: [...now.warnings, ...polarWarnings(chart)] },
    engine: ENGINE,
  };
}

/** Everything exact in a range of days: aspects to the birth, or the sky's own events without one. */
function rangeAnswer(
  from: string,
  to: string,
  { natal, sky }: { readonly now: Birth; readonly natal: Birth | undefined; readonly sky: Sky },
) {
  const span = rangeOf(from, to, western.RANGE_DAYS_MAX);
  const { node } = western.WESTERN_DEFAULTS;
  const events = western.skyEvents(sky.ephemeris, { span, planets: SLOW, node, ayanamsa: 0 });
  const shared = {
    from,
    to,
    events: events.map(({ at, ...event }) => ({ ...event, utc: utcText(at) })),
  };
  if (!natal) return shared;
  const chart = castTropical(natal, western.WESTERN_DEFAULTS, sky);
  const hits = western.transits(sky.ephemeris, {
    ...{ span, planets: SLOW, node },
    aspects: western.MAJOR_ASPECTS,
    to: western.stillPoints(chart),
  });
  return { ...shared, hits: hits.map(({ at, ...hit }) => ({ ...hit, utc: utcText(at) })) };
}

/** A horoscope of a sign and period. */
export function horoscope(
  asked: AstrologyInput<'horoscope'>,
  { sign: name, nowMs }: { readonly sign: string; readonly nowMs: number },
  sky: Sky,
) {
  const sign = parseSign(name);
  if (sign === undefined) {
    const message = 'sign: Expected a sign of the zodiac in English or Sanskrit.';
    throw new Failure('invalid_request', { message, param: 'sign' });
  }
  const { period = 'daily', system = 'vedic' } = asked;
  const date = asked.date ?? new Date(nowMs).toISOString().slice(0, 10);
  const begin = dayStart(date);
  const [from, to] = [instantFromUt(begin), instantFromUt(begin + PERIOD_DAYS[period])];
  const { statements, ...told } = compose(sky.ephemeris, { sign, system, period, from, to });
  return {
    ...told,
    date,
    from: utcText(from),
    to: utcText(to),
    statements: statements.map(({ at, isRetrograde, orbTo, ...statement }) => ({
      ...{ ...statement, utc: utcText(at), retrograde: isRetrograde, orb_to: orbTo },
    })),
    engine: ENGINE,
  };
}
