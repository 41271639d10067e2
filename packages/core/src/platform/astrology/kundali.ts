import { kp as krishnamurti, vedic, western } from '@meridian/astrology';
import type { AstrologyInput } from '@meridian/contract';
import { type Birth, readBirth } from './birth.ts';
import { dashaNow } from './dasha.ts';
import { framed } from './frame.ts';
import { ENGINE, momentOf } from './moment-answer.ts';
import type { Sky } from './sky.ts';
import {
  type AskedConventions,
  castVedic,
  grahaOf,
  housesOf,
  pointOf,
  vedicOptions,
} from './vedic-chart.ts';
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
import { yogasOf } from './yoga-answer.ts';

/** A birth chart in the system that was asked for. */
export async function kundali(asked: AstrologyInput<'kundali'>, nowMs: number, sky: Sky) {
  const birth = await readBirth(asked, sky);
  if (asked.system === 'western') return westernKundali(asked, birth, sky);
  if (asked.system === 'kp') return kpKundali(asked, birth, sky);
  const cast = castVedic(birth, vedicOptions(asked), sky);
  const timeline = vedic.vimshottari(cast.chart, vedic.DASHA_YEARS[asked.dasha_year ?? 'julian']);
  const point = pointOf(cast.chart.ascendant);
  return {
    system: 'vedic',
    ascendant: point,
    moon_sign: pointOf(cast.chart.grahas.moon.longitude).sign,
    sun_sign: pointOf(cast.chart.grahas.sun.longitude).sign,
    planets: vedic.GRAHAS.map((graha) => grahaOf(cast, graha)),
    houses: housesOf(cast),
    yogas: yogasOf(cast),
    dasha: dashaNow(timeline, nowMs),
    ...framed(cast, birth, sky),
  };
}

function westernKundali(asked: AstrologyInput<'kundali'>, birth: Birth, sky: Sky) {
  const options = westernOptions(asked);
  const chart = castTropical(birth, options, sky);
  const { planets, houses } = chart;
  const warnings = [...birth.warnings, ...polarWarnings(chart)];
  return {
    system: 'western',
    ascendant: tropicalPoint(houses.ascendant),
    midheaven: tropicalPoint(houses.midheaven),
    moon_sign: tropicalPoint(planets.moon.longitude).sign,
    sun_sign: tropicalPoint(planets.sun.longitude).sign,
    planets: planetsOf(chart),
    houses: tropicalHouses(chart),
    aspects: western.aspectsWithin(western.aspectPoints(chart)).map(aspectOf),
    dignities: western.dignities(chart),
    conventions: tropicalConventions(chart, options),
    moment: { ...momentOf(birth), warnings },
    engine: ENGINE,
  };
}

/** The chart of a birth after Krishnamurti. */
export async function kp(asked: AstrologyInput<'kp'>, sky: Sky) {
  return kpKundali(asked, await readBirth(asked, sky), sky);
}

function kpKundali(asked: AskedConventions, birth: Birth, sky: Sky) {
  const options = { ...vedicOptions(asked), houseSystem: 'placidus' as const };
  const cast = castVedic(birth, { ...options, ayanamsa: asked.ayanamsa ?? 'kp' }, sky);
  const longitudes = Object.fromEntries(
    vedic.GRAHAS.map((graha) => [graha, cast.chart.grahas[graha].longitude]),
  ) as krishnamurti.KpInput['grahas'];
  const { cusps, planets, significators } = krishnamurti.kpChart({
    grahas: longitudes,
    cusps: cast.houses.cusps,
  });
  return {
    system: 'kp',
    ascendant: pointOf(cast.houses.ascendant),
    moon_sign: pointOf(longitudes.moon).sign,
    sun_sign: pointOf(longitudes.sun).sign,
    planets: planets.map((planet) => ({
      ...grahaOf(cast, planet.graha),
      house: planet.house,
      sign_lord: planet.signLord,
      star_lord: planet.starLord,
      sub_lord: planet.subLord,
      sub_sub_lord: planet.subSubLord,
      owns: planet.owns,
      signifies: planet.signifies,
      ...(planet.agentOf && { agent_of: planet.agentOf }),
    })),
    houses: cusps.map((cusp) => ({
      ...{ house: cusp.house, cusp: cusp.longitude, ...pointOf(cusp.longitude) },
      sign_lord: cusp.signLord,
      star_lord: cusp.starLord,
      sub_lord: cusp.subLord,
      sub_sub_lord: cusp.subSubLord,
    })),
    significators,
    ...framed(cast, birth, sky),
  };
}
