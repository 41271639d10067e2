import type { SkyEphemeris } from '../ephemeris/index.ts';
import { houses, orientationAt } from '../houses/index.ts';
import { degrees360 } from '../time/angles.ts';
import type { Body, Ephemeris, HouseSystem, Houses, Instant, Place } from '../types.ts';

/** The moving points of a western chart. */
export const PLANETS = [
  'sun',
  'moon',
  'mercury',
  'venus',
  'mars',
  'jupiter',
  'saturn',
  'uranus',
  'neptune',
  'pluto',
  'north_node',
  'south_node',
] as const;
/** Key of a moving point. */
export type Planet = (typeof PLANETS)[number];

/** The two angles that take part in aspects. */
export const ANGLES = ['ascendant', 'midheaven'] as const;
/** Key of a point that aspects are measured to. */
export type PointKey = Planet | (typeof ANGLES)[number];

/** Which lunar node is meant. */
export type Node = 'mean' | 'true';

/** A moving point in a chart. */
export interface PlanetPlace {
  /** Tropical degrees, 0 to 360. */
  readonly longitude: number;
  /** Degrees. */
  readonly latitude: number;
  /** Degrees per day. */
  readonly speed: number;
  readonly isRetrograde: boolean;
  /** 1 to 12, by longitude between the cusps. */
  readonly house: number;
}

/** A tropical chart. */
export interface WesternChart {
  readonly planets: Readonly<Record<Planet, PlanetPlace>>;
  readonly houses: Houses;
}

/** A moment and place to cast a chart for. */
export interface WesternBirth {
  readonly at: Instant;
  readonly place: Place;
}

/** How a western chart is cast. */
export interface WesternOptions {
  readonly houseSystem: HouseSystem;
  readonly node: Node;
}

/** Placidus houses and the true node, as most western charts are drawn. */
export const WESTERN_DEFAULTS: WesternOptions = { houseSystem: 'placidus', node: 'true' };

/** Casts the chart of a moment and place. Throws a RangeError outside 1800 to 2100. */
export function castWestern(
  ephemeris: SkyEphemeris,
  birth: WesternBirth,
  options: WesternOptions = WESTERN_DEFAULTS,
): WesternChart {
  const orientation = orientationAt(birth.at, birth.place, ephemeris);
  const cast = houses(orientation, { system: options.houseSystem });
  return { planets: planetsAt(ephemeris, { ...birth, ...options }, cast.cusps), houses: cast };
}

/** The moving points at an instant, put into given houses. */
export function planetsAt(
  ephemeris: Ephemeris,
  { at, node }: { readonly at: Instant; readonly node: Node },
  cusps: readonly number[],
): Record<Planet, PlanetPlace> {
  const place = (planet: Planet): PlanetPlace => {
    const { longitude, latitude, speed } = ephemeris.position(bodyOf(planet, node), at);
    const own = planet === 'south_node' ? degrees360(longitude + 180) : longitude;
    const isRetrograde = isNode(planet) && node === 'mean' ? true : speed < 0;
    return { longitude: own, latitude, speed, isRetrograde, house: houseOf(own, cusps) };
  };
  return mapPlanets(place);
}

/** A record with a value for every moving point. */
export function mapPlanets<T>(make: (planet: Planet) => T): Record<Planet, T> {
  return Object.fromEntries(PLANETS.map((planet) => [planet, make(planet)])) as Record<Planet, T>;
}

/** The body whose ephemeris gives a moving point. */
export function bodyOf(planet: Planet, node: Node): Body {
  if (planet === 'north_node' || planet === 'south_node') {
    return node === 'true' ? 'true_node' : 'mean_node';
  }
  return planet;
}

function isNode(planet: Planet): boolean {
  return planet === 'north_node' || planet === 'south_node';
}

/** The house, 1 to 12, that holds a longitude: from its cusp up to the next one. */
export function houseOf(longitude: number, cusps: readonly number[]): number {
  for (let house = 0; house < 12; house++) {
    const from = cusps[house] ?? 0;
    const size = degrees360((cusps[(house + 1) % 12] ?? 0) - from);
    if (degrees360(longitude - from) < size) return house + 1;
  }
  return 12;
}

/** The middle of the shorter arc between two longitudes, degrees. */
export function nearerMidpoint(a: number, b: number): number {
  const way = degrees360(b - a);
  return degrees360(way <= 180 ? a + way / 2 : b + (360 - way) / 2);
}
