import {
  type Ayanamsa,
  ayanamsaAt,
  type Graha,
  type HouseSystem,
  type Houses,
  houseOf,
  houses,
  orientationAt,
  siderealChart,
  type VedicChart,
  vedic,
} from '@meridian/astrology';
import type { Birth } from './birth.ts';
import type { Sky } from './sky.ts';
import { cut, titleOf } from './wording.ts';

/** By what conventions a sidereal chart is cast. */
export interface VedicOptions {
  readonly ayanamsa: Ayanamsa;
  readonly node: 'mean' | 'true';
  readonly houseSystem: HouseSystem;
}

/** A sidereal chart with its houses. */
export interface CastChart {
  readonly chart: VedicChart;
  readonly reading: vedic.Reading;
  /** Sidereal cusps; whole signs by default. */
  readonly houses: Houses;
  readonly options: VedicOptions;
}

/** What a request may say of the conventions. */
export interface AskedConventions {
  readonly ayanamsa?: Ayanamsa | undefined;
  readonly node?: 'mean' | 'true' | undefined;
  readonly house_system?: HouseSystem | undefined;
}

/** The conventions of a request, with what most Indian charts use where it is silent. */
export function vedicOptions(asked: AskedConventions): VedicOptions {
  return {
    ayanamsa: asked.ayanamsa ?? 'lahiri',
    node: asked.node ?? 'mean',
    houseSystem: asked.house_system ?? 'whole_sign',
  };
}

/** Casts a sidereal chart. */
export function castVedic(birth: Birth, options: VedicOptions, sky: Sky): CastChart {
  const { at } = birth.moment;
  const { place } = birth;
  const { ayanamsa, node, houseSystem } = options;
  const chart = siderealChart(sky.ephemeris, { at, place, ayanamsa, node });
  const orientation = orientationAt(at, place, sky.ephemeris);
  const shift = chart.ayanamsa;
  const tropical = houses(orientation, { system: houseSystem, zodiacStart: shift });
  const sidereal = (longitude: number): number => vedic.norm360(longitude - shift);
  return {
    chart,
    reading: new vedic.Reading(chart),
    houses: {
      ...tropical,
      ascendant: sidereal(tropical.ascendant),
      midheaven: sidereal(tropical.midheaven),
      cusps: tropical.cusps.map(sidereal),
    },
    options,
  };
}

/** A longitude in words and at full precision. */
export function pointOf(longitude: number) {
  const star = vedic.nakshatraOf(longitude);
  const sign = vedic.signName(vedic.signOf(longitude));
  return {
    sign: titleOf(sign),
    sign_key: sign,
    degree: cut(vedic.degreesInSign(longitude)),
    longitude,
    nakshatra: titleOf(star.nakshatra),
    nakshatra_key: star.nakshatra,
    pada: star.pada,
    nakshatra_lord: star.lord,
  };
}

/** A graha in the words of an answer. */
export function grahaOf({ chart, reading, houses }: CastChart, graha: Graha) {
  const place = chart.grahas[graha];
  const burnt = vedic.combustion(graha, place, chart.grahas.sun.longitude);
  return {
    name: titleOf(graha),
    key: graha,
    ...pointOf(place.longitude),
    house: houseOf(place.longitude, houses.cusps),
    latitude: place.latitude,
    speed: place.speed,
    retrograde: place.isRetrograde,
    dignity: reading.dignity[graha],
    combust: burnt?.isCombust ?? false,
    ...(burnt && { combustion_orb: burnt.orb, from_sun: cut(burnt.separation) }),
  };
}

/** The twelve houses with who stands in them. */
export function housesOf(cast: CastChart) {
  return cast.houses.cusps.map((cusp, i) => {
    const sign = vedic.signOf(cusp);
    return {
      house: i + 1,
      sign: titleOf(vedic.signName(sign)),
      sign_key: vedic.signName(sign),
      cusp,
      degree: cut(vedic.degreesInSign(cusp)),
      lord: vedic.lordOf(sign),
      planets: vedic.GRAHAS.filter(
        (graha) => houseOf(cast.chart.grahas[graha].longitude, cast.houses.cusps) === i + 1,
      ),
    };
  });
}

/** What was assumed, so that the figures can be checked elsewhere. */
export function conventionsOf({ chart, houses, options }: CastChart, sky: Sky) {
  const both = ayanamsaAt(options.ayanamsa, chart.at, sky.ephemeris);
  return {
    zodiac: 'sidereal',
    ayanamsa: options.ayanamsa,
    ayanamsa_mean: both.mean,
    ayanamsa_true: both.true,
    node: options.node,
    house_system: houses.system,
    ...(houses.fallbackFrom && { house_system_asked: houses.fallbackFrom }),
    positions: 'apparent, geocentric',
  };
}
