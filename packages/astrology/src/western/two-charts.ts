import type { SkyEphemeris } from '../ephemeris/index.ts';
import { houses } from '../houses/index.ts';
import { degrees180, degrees360 } from '../time/angles.ts';
import { instantFromUt } from '../time/instant.ts';
import type { Instant, Place } from '../types.ts';
import { ASPECTS, type Aspect, type AspectRule, aspectsBetween, stillPoints } from './aspects.ts';
import {
  castWestern,
  houseOf,
  mapPlanets,
  nearerMidpoint,
  type Planet,
  WESTERN_DEFAULTS,
  type WesternBirth,
  type WesternChart,
  type WesternOptions,
} from './points.ts';
import { rightAscensionOfEcliptic } from './progressions.ts';

/** Two charts laid over each other. */
export interface Synastry {
  /** From the points of the first chart to those of the second; the closest first. */
  readonly aspects: readonly Aspect[];
  /** In which house of the second chart the planets of the first fall. */
  readonly firstInSecond: Readonly<Record<Planet, number>>;
  /** In which house of the first chart the planets of the second fall. */
  readonly secondInFirst: Readonly<Record<Planet, number>>;
}

/** Between two people orbs are taken this much of those within a chart. */
const SYNASTRY_ORB_SHARE = 0.75;

/** The aspects and orbs used between two charts. */
export const SYNASTRY_ASPECTS: readonly AspectRule[] = ASPECTS.map((rule) => ({
  ...rule,
  ...{ orb: rule.orb * SYNASTRY_ORB_SHARE, luminaryOrb: rule.luminaryOrb * SYNASTRY_ORB_SHARE },
}));

/** Compares two birth charts. */
export function synastry(first: WesternChart, second: WesternChart): Synastry {
  const laidOver = (of: WesternChart, on: WesternChart): Record<Planet, number> =>
    mapPlanets((planet) => houseOf(of.planets[planet].longitude, on.houses.cusps));
  return {
    aspects: aspectsBetween(stillPoints(first), stillPoints(second), SYNASTRY_ASPECTS),
    firstInSecond: laidOver(first, second),
    secondInFirst: laidOver(second, first),
  };
}

/**
 * The composite chart: each point in the middle of the shorter arc between the two of birth. The cusps follow from the
 * composite midheaven at the mean latitude of the birth places.
 */
export function compositeChart(
  ephemeris: SkyEphemeris,
  first: WesternBirth,
  second: WesternBirth,
  options: WesternOptions = WESTERN_DEFAULTS,
): WesternChart {
  const [a, b] = [castWestern(ephemeris, first, options), castWestern(ephemeris, second, options)];
  const obliquity =
    (ephemeris.eclipticOfDate(first.at).obliquity + ephemeris.eclipticOfDate(second.at).obliquity) /
    2;
  const midheaven = nearerMidpoint(a.houses.midheaven, b.houses.midheaven);
  const cast = houses(
    {
      ramc: rightAscensionOfEcliptic(midheaven, obliquity),
      latitude: (first.place.latitude + second.place.latitude) / 2,
      obliquity,
    },
    { system: options.houseSystem },
  );
  const northNode = nearerMidpoint(a.planets.north_node.longitude, b.planets.north_node.longitude);
  const longitudeOf = (planet: Planet): number => {
    if (planet === 'south_node') return degrees360(northNode + 180);
    return nearerMidpoint(a.planets[planet].longitude, b.planets[planet].longitude);
  };
  const planets = mapPlanets((planet) => ({
    longitude: longitudeOf(planet),
    latitude: (a.planets[planet].latitude + b.planets[planet].latitude) / 2,
    // A midpoint moves with neither planet.
    speed: 0,
    isRetrograde: false,
    house: houseOf(longitudeOf(planet), cast.cusps),
  }));
  return { planets, houses: cast };
}

/** The chart of the moment and place in the middle between two births. */
export interface DavisonChart {
  readonly at: Instant;
  readonly place: Place;
  readonly chart: WesternChart;
}

/**
 * The Davison chart: the middle in Universal Time; the mean latitude, and the middle of the shorter way between the
 * longitudes of the two places.
 */
export function davisonChart(
  ephemeris: SkyEphemeris,
  first: WesternBirth,
  second: WesternBirth,
  options: WesternOptions = WESTERN_DEFAULTS,
): DavisonChart {
  const at = instantFromUt((first.at.jdUt + second.at.jdUt) / 2);
  const place = {
    latitude: (first.place.latitude + second.place.latitude) / 2,
    longitude: degrees180(nearerMidpoint(first.place.longitude, second.place.longitude)),
  };
  return { at, place, chart: castWestern(ephemeris, { at, place }, options) };
}
