import { western } from '@meridian/astrology';
import type { Birth } from './birth.ts';
import type { Sky } from './sky.ts';
import type { AskedConventions } from './vedic-chart.ts';
import { cut, titleOf } from './wording.ts';

const SIGNS = [
  ...(['aries', 'taurus', 'gemini', 'cancer', 'leo', 'virgo', 'libra', 'scorpio'] as const),
  ...(['sagittarius', 'capricorn', 'aquarius', 'pisces'] as const),
];
const SIGN_DEGREES = 30;

/** How a western chart of a request is cast. */
export function westernOptions(asked: AskedConventions): western.WesternOptions {
  return {
    houseSystem: asked.house_system ?? western.WESTERN_DEFAULTS.houseSystem,
    node: asked.node ?? western.WESTERN_DEFAULTS.node,
  };
}

/** Casts a tropical chart. */
export function castTropical(
  birth: Birth,
  options: western.WesternOptions,
  sky: Sky,
): western.WesternChart {
  return western.castWestern(sky.ephemeris, { at: birth.moment.at, place: birth.place }, options);
}

/** A tropical longitude in words and at full precision. */
export function tropicalPoint(longitude: number) {
  const index = Math.min(Math.floor(longitude / SIGN_DEGREES), SIGNS.length - 1);
  const sign = SIGNS[index] ?? 'aries';
  return {
    sign: titleOf(sign),
    sign_key: sign,
    degree: cut(longitude - index * SIGN_DEGREES),
    longitude,
  };
}

/** The planets of a chart in the words of an answer. */
export function planetsOf(chart: Pick<western.WesternChart, 'planets'>) {
  return western.PLANETS.map((key) => {
    const { longitude, latitude, speed, isRetrograde, house } = chart.planets[key];
    const place = { ...tropicalPoint(longitude), house, latitude, speed };
    return { name: titleOf(key), key, ...place, retrograde: isRetrograde };
  });
}

/** The houses of a chart in the words of an answer. */
export function tropicalHouses({ houses }: Pick<western.WesternChart, 'houses'>) {
  return houses.cusps.map((cusp, i) => {
    const { longitude, ...place } = tropicalPoint(cusp);
    return { house: i + 1, ...place, cusp: longitude };
  });
}

/** What was assumed. */
export function tropicalConventions(
  { houses }: Pick<western.WesternChart, 'houses'>,
  { node }: Pick<western.WesternOptions, 'node'>,
) {
  return {
    zodiac: 'tropical',
    node,
    house_system: houses.system,
    ...(houses.fallbackFrom && { house_system_asked: houses.fallbackFrom }),
    positions: 'apparent, geocentric',
  };
}

/** The warning where a house system has no solution. */
export function polarWarnings({ houses }: Pick<western.WesternChart, 'houses'>): string[] {
  const { fallbackFrom, system } = houses;
  if (fallbackFrom === undefined) return [];
  return [`${fallbackFrom} has no houses at this latitude; ${system} was taken.`];
}

/** An aspect in the words of an answer. */
export function aspectOf({
  from,
  to,
  aspect,
  angle,
  orb,
  orbLimit,
  isMajor,
  ...more
}: western.Aspect) {
  return { from, to, aspect, angle, orb, orb_limit: orbLimit, major: isMajor, ...more };
}
