import type { SkyEphemeris } from '../ephemeris/ephemeris.ts';
import { dot, length, minus, type Vector } from '../ephemeris/vectors.ts';
import { RADIANS } from '../time/angles.ts';
import type { Body, Instant, Place } from '../types.ts';
import { equatorialPlace } from './equatorial.ts';

/** Kilometres: equatorial radius of the Earth, astronomical unit, radius of the Sun (IAU 1976). */
const EARTH_KM = 6378.137;
const AU_KM = 149_597_870.7;
const SUN_KM = 696_000;

/** Earth radii of an astronomical unit. */
const EARTH_RADII_OF_AU = AU_KM / EARTH_KM;

/** Radius of the Sun in Earth radii. */
export const SUN_RADIUS = SUN_KM / EARTH_KM;

/** Radius of the Moon in Earth radii: the mean limb for the penumbra (IAU 1982). */
export const MOON_RADIUS = 0.272_508;

/** Radius of the Moon for the umbra, to the bottoms of valleys, as NASA's canons take it. */
const MOON_RADIUS_UMBRA = 0.272_281;

/** Polar by equatorial radius of the Earth (WGS 84). */
export const FLATNESS = 1 - 1 / 298.257_223_563;

/** Apparent geocentric vector on the true equator of date, Earth radii. */
export function equatorialVector(ephemeris: SkyEphemeris, body: Body, at: Instant): Vector {
  const { rightAscension, declination, distance } = equatorialPlace(ephemeris, body, at);
  const [alpha, delta] = [rightAscension * RADIANS, declination * RADIANS];
  const size = distance * EARTH_RADII_OF_AU;
  return {
    x: size * Math.cos(delta) * Math.cos(alpha),
    y: size * Math.cos(delta) * Math.sin(alpha),
    z: size * Math.sin(delta),
  };
}

/** Vector of a place from the Earth's centre, Earth radii, on the same axes. */
export function placeVector(place: Place, siderealTime: number): Vector {
  const [phi, theta] = [place.latitude * RADIANS, siderealTime * RADIANS];
  const height = (place.elevation ?? 0) / 1000 / EARTH_KM;
  const normal = 1 / Math.hypot(Math.cos(phi), FLATNESS * Math.sin(phi));
  const across = (normal + height) * Math.cos(phi);
  return {
    x: across * Math.cos(theta),
    y: across * Math.sin(theta),
    z: (FLATNESS * FLATNESS * normal + height) * Math.sin(phi),
  };
}

/** Angle between two vectors, degrees; exact for small angles. */
export function angleBetween(a: Vector, b: Vector): number {
  const [sizeA, sizeB] = [length(a), length(b)];
  const unitA = { x: a.x / sizeA, y: a.y / sizeA, z: a.z / sizeA };
  const unitB = { x: b.x / sizeB, y: b.y / sizeB, z: b.z / sizeB };
  return (2 * Math.asin(Math.min(length(minus(unitA, unitB)) / 2, 1))) / RADIANS;
}

/** The Moon's shadow by its axis. */
export interface Shadow {
  /** Unit vector from Sun to Moon. */
  readonly direction: Vector;
  /** The point of the axis nearest to the Earth's centre, Earth radii. */
  readonly nearest: Vector;
  /** Its distance, positive if it passes north of the centre. */
  readonly gamma: number;
  /** Radius of the penumbra in the plane through the Earth's centre across the axis. */
  readonly penumbra: number;
  /** Radius of the umbra there, negative where the cone still narrows: then the eclipse is total. */
  readonly umbra: number;
  /** Tangents of the half angles of both cones. */
  readonly slopes: readonly [penumbra: number, umbra: number];
}

/** The shadow that the Moon casts at an instant. */
export function moonShadow(ephemeris: SkyEphemeris, at: Instant): Shadow {
  const sun = equatorialVector(ephemeris, 'sun', at);
  const moon = equatorialVector(ephemeris, 'moon', at);
  const way = minus(moon, sun);
  const distance = length(way);
  const direction = { x: way.x / distance, y: way.y / distance, z: way.z / distance };
  const along = dot(moon, direction);
  const nearest = {
    x: moon.x - along * direction.x,
    y: moon.y - along * direction.y,
    z: moon.z - along * direction.z,
  };
  const toPlane = -along;
  const sineOuter = (SUN_RADIUS + MOON_RADIUS) / distance;
  const sineInner = (SUN_RADIUS - MOON_RADIUS_UMBRA) / distance;
  const outer = sineOuter / Math.sqrt(1 - sineOuter * sineOuter);
  const inner = sineInner / Math.sqrt(1 - sineInner * sineInner);
  return {
    direction,
    nearest,
    gamma: length(nearest) * (nearest.z < 0 ? -1 : 1),
    penumbra: (toPlane + MOON_RADIUS / sineOuter) * outer,
    umbra: (toPlane - MOON_RADIUS_UMBRA / sineInner) * inner,
    slopes: [outer, inner],
  };
}
