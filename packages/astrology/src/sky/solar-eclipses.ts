import type { SkyEphemeris } from '../ephemeris/ephemeris.ts';
import { dot, length, minus } from '../ephemeris/vectors.ts';
import { DEGREES, degrees180 } from '../time/angles.ts';
import { instantFromTt } from '../time/instant.ts';
import type { Instant, Place } from '../types.ts';
import {
  angleBetween,
  equatorialVector,
  FLATNESS,
  MOON_RADIUS,
  moonShadow,
  placeVector,
  type Shadow,
  SUN_RADIUS,
} from './eclipse-geometry.ts';
import { localSiderealTime } from './equatorial.ts';
import { eclipseSeasonPhases, type InstantRange } from './moon-phases.ts';
import { findLowest, findZeros } from './roots.ts';

/** A solar eclipse somewhere on the Earth. */
export interface SolarEclipse {
  /** `hybrid`: annular at the ends of its path, total in the middle. */
  readonly kind: 'partial' | 'annular' | 'total' | 'hybrid';
  /** Whether the axis of the shadow meets the Earth. */
  readonly isCentral: boolean;
  /** When the axis passes nearest to the Earth's centre. */
  readonly at: Instant;
  /** That distance in Earth radii, positive north of the centre. */
  readonly gamma: number;
  /** At `greatest`: the covered part of the Sun's diameter, or the ratio of diameters if central. */
  readonly magnitude: number;
  /** Where the axis comes nearest to the ground. */
  readonly greatest: Place;
}

/** An eclipse as one place sees it. */
export interface LocalSolarEclipse {
  /** `none` if the Moon does not touch the Sun there. */
  readonly kind: 'none' | 'partial' | 'annular' | 'total';
  /** Whether the Sun is up during some of it. */
  readonly isVisible: boolean;
  readonly maximum: Instant;
  /** Covered part of the Sun's diameter at the maximum; more than 1 if total. */
  readonly magnitude: number;
  /** Covered part of the Sun's disc at the maximum, 0 to 1. */
  readonly obscuration: number;
  /** Geometric altitude of the Sun at the maximum, degrees. */
  readonly sunAltitude: number;
  /** First and last contact, absent with `none`. */
  readonly begin?: Instant;
  readonly end?: Instant;
  /** Of the total or annular phase. */
  readonly centralBegin?: Instant;
  readonly centralEnd?: Instant;
}

/** The limit of γ beyond which not even the penumbra touches the Earth. */
const GAMMA_MAX = 1.6;
const SEARCH_DAYS = 0.3;
/** Mean radius of the Earth's outline as the shadow sees it (Meeus 1998, chapter 54). */
const OUTLINE = 0.9972;

/** Solar eclipses between two instants, in order. */
export function solarEclipses(ephemeris: SkyEphemeris, range: InstantRange): SolarEclipse[] {
  const newMoons = eclipseSeasonPhases(ephemeris, 'new_moon', range);
  return newMoons.flatMap((at) => solarEclipseNear(ephemeris, at) ?? []);
}

function solarEclipseNear(ephemeris: SkyEphemeris, newMoon: Instant): SolarEclipse | undefined {
  const shadowAt = (jdTt: number): Shadow => moonShadow(ephemeris, instantFromTt(jdTt));
  const { jdTt } = newMoon;
  if (Math.abs(shadowAt(jdTt).gamma) > GAMMA_MAX + 0.3) return undefined;
  const size = (jd: number): number => Math.abs(shadowAt(jd).gamma);
  const at = instantFromTt(findLowest(size, jdTt - SEARCH_DAYS, jdTt + SEARCH_DAYS));
  const shadow = moonShadow(ephemeris, at);
  const gamma = Math.abs(shadow.gamma);
  if (gamma >= OUTLINE + shadow.penumbra) return undefined;
  const isCentral = gamma < OUTLINE;
  const height = isCentral ? Math.sqrt(1 - gamma * gamma) : 0;
  const penumbra = shadow.penumbra - height * shadow.slopes[0];
  const umbra = shadow.umbra - height * shadow.slopes[1];
  const greatest = groundNear(shadow, localSiderealTime(ephemeris, at, GREENWICH));
  const magnitude = isCentral
    ? (penumbra - umbra) / (penumbra + umbra)
    : (OUTLINE + penumbra - gamma) / (penumbra + umbra);
  return {
    kind: kindOf(shadow, gamma, umbra),
    isCentral,
    at,
    gamma: shadow.gamma,
    magnitude,
    greatest,
  };
}

const GREENWICH: Place = { latitude: 0, longitude: 0 };

function kindOf(shadow: Shadow, gamma: number, umbraOnGround: number): SolarEclipse['kind'] {
  if (gamma > OUTLINE + Math.abs(shadow.umbra)) return 'partial';
  if (shadow.umbra < 0) return 'total';
  return umbraOnGround < 0 ? 'hybrid' : 'annular';
}

/** The point of the ellipsoid where the axis meets it, or that is nearest to it. */
function groundNear({ nearest, direction }: Shadow, siderealTime: number): Place {
  // Stretched along the Earth's axis, the ellipsoid is a sphere.
  const point = { ...nearest, z: nearest.z / FLATNESS };
  const way = { ...direction, z: direction.z / FLATNESS };
  const [a, b, c] = [dot(way, way), dot(point, way), dot(point, point) - 1];
  const depth = Math.max(b * b - a * c, 0);
  const steps = (-b - Math.sqrt(depth)) / a;
  const [x, y, z] = [point.x + steps * way.x, point.y + steps * way.y, point.z + steps * way.z];
  const latitude = Math.atan2(z, FLATNESS * Math.hypot(x, y)) * DEGREES;
  return { latitude, longitude: degrees180(Math.atan2(y, x) * DEGREES - siderealTime) };
}

interface LocalView {
  /** Degrees between the centres. */
  readonly separation: number;
  readonly sunRadius: number;
  readonly moonRadius: number;
  readonly sunAltitude: number;
}

function viewAt(ephemeris: SkyEphemeris, at: Instant, place: Place): LocalView {
  const observer = placeVector(place, localSiderealTime(ephemeris, at, place));
  const sun = minus(equatorialVector(ephemeris, 'sun', at), observer);
  const moon = minus(equatorialVector(ephemeris, 'moon', at), observer);
  const up = placeVector({ ...place, elevation: 0 }, localSiderealTime(ephemeris, at, place));
  const vertical = { ...up, z: up.z / (FLATNESS * FLATNESS) };
  return {
    separation: angleBetween(sun, moon),
    sunRadius: Math.asin(SUN_RADIUS / length(sun)) * DEGREES,
    moonRadius: Math.asin(MOON_RADIUS / length(moon)) * DEGREES,
    sunAltitude: 90 - angleBetween(sun, vertical),
  };
}

const LOCAL_HOURS = 4;
const LOCAL_STEP_DAYS = 1 / 144;
/** The Sun's edge is seen until its centre is so low. */
const VISIBLE_ALTITUDE = -0.833;

/** How a place sees a solar eclipse. */
export function solarEclipseAt(
  ephemeris: SkyEphemeris,
  eclipse: SolarEclipse,
  place: Place,
): LocalSolarEclipse {
  const view = (jdTt: number): LocalView => viewAt(ephemeris, instantFromTt(jdTt), place);
  const from = eclipse.at.jdTt - LOCAL_HOURS / 24;
  const to = eclipse.at.jdTt + LOCAL_HOURS / 24;
  const samples = Array.from({ length: Math.round((to - from) / LOCAL_STEP_DAYS) + 1 }, (_, i) => {
    const jd = from + i * LOCAL_STEP_DAYS;
    return { jd, separation: view(jd).separation };
  });
  const least = samples.reduce((a, b) => (b.separation < a.separation ? b : a));
  const separationAt = (jd: number): number => view(jd).separation;
  const jd = findLowest(separationAt, least.jd - LOCAL_STEP_DAYS, least.jd + LOCAL_STEP_DAYS);
  const seen = view(jd);
  const { separation, sunRadius, moonRadius, sunAltitude } = seen;
  const base = { maximum: instantFromTt(jd), sunAltitude };
  if (separation >= sunRadius + moonRadius) {
    return { ...base, kind: 'none', isVisible: false, magnitude: 0, obscuration: 0 };
  }
  const search = { from, to, step: LOCAL_STEP_DAYS };
  const outer = findZeros((t) => edge(view(t), 1), search);
  const inside = Math.abs(moonRadius - sunRadius);
  const isCentral = separation < inside;
  const inner = isCentral
    ? findZeros((t) => edge(view(t), -1), { ...search, step: jd - from })
    : [];
  const [begin, end] = [outer[0], outer.at(-1)].map((zero) => instantFromTt(zero?.jd ?? jd));
  const [centralBegin, centralEnd] = [inner[0], inner.at(-1)].map((zero) => {
    return zero === undefined ? undefined : instantFromTt(zero.jd);
  });
  const middle = isCentral ? moonRadius / sunRadius : undefined;
  const covered = (sunRadius + moonRadius - separation) / (2 * sunRadius);
  const heights = [begin, base.maximum, end].map((at) => view(at?.jdTt ?? jd).sunAltitude);
  return {
    ...base,
    kind: isCentral ? (moonRadius > sunRadius ? 'total' : 'annular') : 'partial',
    isVisible: heights.some((height) => height > VISIBLE_ALTITUDE),
    magnitude: middle ?? covered,
    obscuration: obscurationOf(seen),
    ...(begin && end ? { begin, end } : {}),
    ...(centralBegin && centralEnd ? { centralBegin, centralEnd } : {}),
  };
}

/** Degrees by which the edges are apart: outer contact with `side` 1, inner contact with −1. */
function edge({ separation, sunRadius, moonRadius }: LocalView, side: 1 | -1): number {
  return separation - (side === 1 ? sunRadius + moonRadius : Math.abs(sunRadius - moonRadius));
}

/** The part of the Sun's disc behind the Moon's: two segments of circles. */
function obscurationOf({ separation: d, sunRadius: s, moonRadius: m }: LocalView): number {
  if (d >= s + m) return 0;
  if (d <= Math.abs(s - m)) return Math.min((m * m) / (s * s), 1);
  const sunAngle = Math.acos((d * d + s * s - m * m) / (2 * d * s));
  const moonAngle = Math.acos((d * d + m * m - s * s) / (2 * d * m));
  const segments =
    s * s * (sunAngle - Math.sin(2 * sunAngle) / 2) +
    m * m * (moonAngle - Math.sin(2 * moonAngle) / 2);
  return segments / (Math.PI * s * s);
}
