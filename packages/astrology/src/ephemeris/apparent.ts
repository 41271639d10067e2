import { dot, length, minus, type State, type Vector } from './vectors.ts';

/** Speed of light, astronomical units per day. */
const LIGHT_AU_PER_DAY = 173.14463267424;

/** Gaussian gravitational constant squared: GM of the Sun, au³/day². */
export const SUN_GM = 2.959122082855911e-4;

/** GM of Earth and Moon together (DE440), au³/day². */
export const EARTH_MOON_GM = 8.997011394e-10;

/** Twice GM of the Sun over c², astronomical units. */
const SUN_SCHWARZSCHILD = 1.97412574336e-8;

/**
 * Where a body is `days` after the moment of a state, if only the central mass pulls. Light times are
 * hours at most: then this is better than 0.01″ for every planet.
 */
function after(state: State, gm: number, days: number): Vector {
  const distance = length(state);
  const pull = 1 - (0.5 * days * days * gm) / (distance * distance * distance);
  return {
    x: state.x * pull + state.vx * days,
    y: state.y * pull + state.vy * days,
    z: state.z * pull + state.vz * days,
  };
}

/**
 * Apparent geocentric vector of a planet `days` after the moment of the heliocentric states: with
 * light time, the deflection of light by the Sun, and aberration.
 */
export function apparentPlanet(planet: State, earth: State, days: number): Vector {
  const observer = after(earth, SUN_GM, days);
  let there = after(planet, SUN_GM, days);
  for (let pass = 0; pass < 3; pass += 1) {
    const lightTime = length(minus(there, observer)) / LIGHT_AU_PER_DAY;
    there = after(planet, SUN_GM, days - lightTime);
  }
  const sight = minus(there, observer);
  return aberrated(deflected(sight, there, observer), velocityAfter(earth, days));
}

/** Apparent geocentric vector of the Sun, else as `apparentPlanet`. */
export function apparentSun(earth: State, days: number): Vector {
  const { x, y, z } = after(earth, SUN_GM, days);
  return aberrated({ x: -x, y: -y, z: -z }, velocityAfter(earth, days));
}

/**
 * Apparent geocentric vector of the Moon. The Earth moves while the light is under way, which undoes
 * its aberration but for 0.002″; the Moon's own motion is what remains.
 */
export function apparentMoon(moon: State, days: number): Vector {
  const lightTime = length(moon) / LIGHT_AU_PER_DAY;
  return after(moon, EARTH_MOON_GM, days - lightTime);
}

/** Apparent direction of a star with an ICRS direction at this date. */
export function apparentStar(direction: Vector, earth: State): Vector {
  return aberrated(deflected(direction, direction, earth), velocityAfter(earth, 0));
}

function velocityAfter(state: State, days: number): Vector {
  const distance = length(state);
  const pull = (days * SUN_GM) / (distance * distance * distance);
  return {
    x: state.vx - state.x * pull,
    y: state.vy - state.y * pull,
    z: state.vz - state.z * pull,
  };
}

const SUN_RADIUS_AU = 0.00465047;

/**
 * The share of the Sun's mass in a cylinder through its centre, by tenths of its radius, from the
 * density of standard solar models.
 */
const PROJECTED_MASS = [
  0, 0.193, 0.517, 0.748, 0.876, 0.94, 0.973, 0.988, 0.996, 0.999, 1,
] as const;

/** What bends light that would pass through the Sun: nobody sees it, but it must not diverge. */
function massInside(sight: Vector, observer: Vector): number {
  const distance = length(sight);
  const along = -dot(sight, observer) / distance;
  const nearest = Math.sqrt(Math.max(dot(observer, observer) - along * along, 0));
  const tenths = (nearest / SUN_RADIUS_AU) * 10;
  if (along < 0 || tenths >= 10) return 1;
  const index = Math.floor(tenths);
  const low = PROJECTED_MASS[index] ?? 1;
  return low + ((PROJECTED_MASS[index + 1] ?? 1) - low) * (tenths - index);
}

/** Deflection by the Sun (Explanatory Supplement 2013, 7.4.1.4), length kept to first order. */
function deflected(sight: Vector, fromSun: Vector, observer: Vector): Vector {
  const [distance, sunToBody, sunToEarth] = [length(sight), length(fromSun), length(observer)];
  const along = dot(fromSun, observer) / (sunToBody * sunToEarth);
  // p × (e × q) = e (p·q) − q (p·e), for unit vectors to the body p, from the Sun e and q.
  const pq = dot(sight, fromSun) / sunToBody;
  const pe = dot(sight, observer) / sunToEarth;
  const mass = massInside(sight, observer);
  const weight = (mass * SUN_SCHWARZSCHILD) / sunToEarth / Math.max(1 + along, 1e-12);
  const [e, q] = [(weight * pq) / sunToEarth, (weight * pe) / sunToBody];
  const bent = {
    x: sight.x + e * observer.x - q * fromSun.x,
    y: sight.y + e * observer.y - q * fromSun.y,
    z: sight.z + e * observer.z - q * fromSun.z,
  };
  const scale = distance / length(bent);
  return { x: bent.x * scale, y: bent.y * scale, z: bent.z * scale };
}

/** Relativistic aberration (Explanatory Supplement 2013, 7.4.1.5), length kept. */
function aberrated(sight: Vector, velocity: Vector): Vector {
  const distance = length(sight);
  const x = velocity.x / LIGHT_AU_PER_DAY;
  const y = velocity.y / LIGHT_AU_PER_DAY;
  const z = velocity.z / LIGHT_AU_PER_DAY;
  const contraction = Math.sqrt(1 - (x * x + y * y + z * z));
  const along = (sight.x * x + sight.y * y + sight.z * z) / distance;
  const push = (1 + along / (1 + contraction)) * distance;
  const moved = {
    x: sight.x * contraction + push * x,
    y: sight.y * contraction + push * y,
    z: sight.z * contraction + push * z,
  };
  const scale = distance / length(moved);
  return { x: moved.x * scale, y: moved.y * scale, z: moved.z * scale };
}
