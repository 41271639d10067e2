import { DEGREES, degrees360 } from '../time/angles.ts';
import { centuries } from '../time/nutation.ts';
import { polynomial } from '../time/precession.ts';
import type { Position } from '../types.ts';
import { EARTH_MOON_GM, SUN_GM } from './apparent.ts';
import { type EclipticOfDate, longitudeOf } from './ecliptic-of-date.ts';
import { dot, length, minus, type State, type Vector } from './vectors.ts';

/** Mean distance of the Moon, astronomical units. */
const MEAN_DISTANCE = 384_400 / 149_597_870.7;

/** Mean longitude of the ascending node from the mean equinox of date (Chapront 1998), degrees. */
function meanNodeDegrees(jdTt: number): number {
  const t = centuries(jdTt);
  return polynomial(t, 125.0445479, -1934.1362891, 0.0020754, 1 / 467_441, -1 / 60_616_000);
}

const RATE_STEP_DAYS = 1;

/** Longitude in degrees of the mean ascending node, counted from the true equinox of date. */
export function meanNodeLongitude(jdTt: number, date: EclipticOfDate): number {
  return degrees360(meanNodeDegrees(jdTt) + date.dpsi);
}

/** The mean ascending node. Its speed leaves the nutation out, which only moves the equinox. */
export function meanNode(jdTt: number, date: EclipticOfDate): Position {
  const change = meanNodeDegrees(jdTt + RATE_STEP_DAYS) - meanNodeDegrees(jdTt - RATE_STEP_DAYS);
  return {
    longitude: meanNodeLongitude(jdTt, date),
    latitude: 0,
    distance: MEAN_DISTANCE,
    speed: change / (2 * RATE_STEP_DAYS),
  };
}

/** Longitude in degrees of the node of the Moon's osculating orbit. */
export function trueNodeLongitude(moon: State, date: EclipticOfDate): number {
  const { normal } = orbit(moon, date);
  return longitudeOf(ascending(normal), date.origin);
}

/**
 * The ascending node of the orbit in which the Moon would go on if nothing but the Earth pulled. Its
 * speed is the torque of the Sun on that orbit; `sun` is the geocentric vector of the Sun, ICRS.
 */
export function trueNode(moon: State, sun: Vector, date: EclipticOfDate): Position {
  const { place, velocity, normal } = orbit(moon, date);
  const force = solarForce(place, date.rotate(sun));
  const torque = cross(place, force);
  const node = ascending(normal);
  const nodeSize = node.x * node.x + node.y * node.y;
  // node = (−n.y, n.x), so its turning is the cross product with its own change.
  const turning = (normal.x * torque.y - normal.y * torque.x) / nodeSize;
  const speed = turning * DEGREES + date.originSpeed;
  const size = Math.sqrt(nodeSize);
  const outward = cross(velocity, normal);
  const distance = length(place);
  const eccentricity = (axis: 'x' | 'y'): number => {
    return outward[axis] / EARTH_MOON_GM - place[axis] / distance;
  };
  const along = (eccentricity('x') * node.x + eccentricity('y') * node.y) / size;
  return {
    longitude: longitudeOf(node, date.origin),
    latitude: 0,
    distance: dot(normal, normal) / EARTH_MOON_GM / (1 + along),
    speed,
  };
}

function orbit(
  moon: State,
  date: EclipticOfDate,
): { place: Vector; velocity: Vector; normal: Vector } {
  const place = date.rotate(moon);
  const velocity = date.rotate({ x: moon.vx, y: moon.vy, z: moon.vz });
  return { place, velocity, normal: cross(place, velocity) };
}

function ascending(normal: Vector): Vector {
  return { x: -normal.y, y: normal.x, z: 0 };
}

function solarForce(moon: Vector, sun: Vector): Vector {
  const between = minus(sun, moon);
  const [near, far] = [length(between) ** 3, length(sun) ** 3];
  return {
    x: SUN_GM * (between.x / near - sun.x / far),
    y: SUN_GM * (between.y / near - sun.y / far),
    z: SUN_GM * (between.z / near - sun.z / far),
  };
}

function cross(a: Vector, b: Vector): Vector {
  return {
    x: a.y * b.z - a.z * b.y,
    y: a.z * b.x - a.x * b.z,
    z: a.x * b.y - a.y * b.x,
  };
}
