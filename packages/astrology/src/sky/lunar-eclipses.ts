import type { SkyEphemeris } from '../ephemeris/ephemeris.ts';
import { length } from '../ephemeris/vectors.ts';
import { DEGREES } from '../time/angles.ts';
import { instantFromTt } from '../time/instant.ts';
import type { Instant, Place } from '../types.ts';
import { angleBetween, equatorialVector, MOON_RADIUS, SUN_RADIUS } from './eclipse-geometry.ts';
import { altitude, equatorialPlace, localSiderealTime } from './equatorial.ts';
import { eclipseSeasonPhases, type InstantRange } from './moon-phases.ts';
import { findLowest, findZeros } from './roots.ts';

/** The contacts of a lunar eclipse; those of phases that it does not reach are absent. */
export interface LunarContacts {
  readonly penumbralBegin: Instant;
  readonly partialBegin?: Instant;
  readonly totalBegin?: Instant;
  readonly totalEnd?: Instant;
  readonly partialEnd?: Instant;
  readonly penumbralEnd: Instant;
}

/** A lunar eclipse. The Earth's shadow is enlarged by Danjon's rule, as in NASA's canons. */
export interface LunarEclipse {
  readonly kind: 'penumbral' | 'partial' | 'total';
  /** When the Moon is nearest to the middle of the shadow. */
  readonly at: Instant;
  /** The part of the Moon's diameter within the umbra; negative for penumbral eclipses. */
  readonly umbralMagnitude: number;
  readonly penumbralMagnitude: number;
  readonly contacts: LunarContacts;
}

/** A lunar eclipse as one place sees it. */
export interface LocalLunarEclipse {
  /** Whether the Moon is up during some of it. */
  readonly isVisible: boolean;
  /** Geometric altitude of the Moon's centre at the maximum, degrees. */
  readonly moonAltitude: number;
  /** The contacts at which the Moon is up. */
  readonly seenContacts: readonly (keyof LunarContacts)[];
}

interface ShadowView {
  /** Degrees between the Moon and the middle of the shadow. */
  readonly separation: number;
  readonly moonRadius: number;
  readonly umbra: number;
  readonly penumbra: number;
}

/** Danjon: the shadow is as wide as if the Earth were larger by this. */
const ENLARGEMENT = 1.01;

function viewAt(ephemeris: SkyEphemeris, at: Instant): ShadowView {
  const sun = equatorialVector(ephemeris, 'sun', at);
  const moon = equatorialVector(ephemeris, 'moon', at);
  const [sunDistance, moonDistance] = [length(sun), length(moon)];
  const parallax = ENLARGEMENT * Math.asin(1 / moonDistance) + Math.asin(1 / sunDistance);
  const sunRadius = Math.asin(SUN_RADIUS / sunDistance);
  return {
    separation: angleBetween({ x: -sun.x, y: -sun.y, z: -sun.z }, moon),
    moonRadius: Math.asin(MOON_RADIUS / moonDistance) * DEGREES,
    umbra: (parallax - sunRadius) * DEGREES,
    penumbra: (parallax + sunRadius) * DEGREES,
  };
}

const SEARCH_DAYS = 0.2;
/** Farther from the shadow's middle than this at full Moon, nothing happens: degrees. */
const SEPARATION_MAX = 1.9;

/** Lunar eclipses between two instants, in order. */
export function lunarEclipses(ephemeris: SkyEphemeris, range: InstantRange): LunarEclipse[] {
  const fullMoons = eclipseSeasonPhases(ephemeris, 'full_moon', range);
  return fullMoons.flatMap((at) => lunarEclipseNear(ephemeris, at) ?? []);
}

function lunarEclipseNear(ephemeris: SkyEphemeris, fullMoon: Instant): LunarEclipse | undefined {
  const view = (jdTt: number): ShadowView => viewAt(ephemeris, instantFromTt(jdTt));
  const middle = fullMoon.jdTt;
  if (view(middle).separation > SEPARATION_MAX) return undefined;
  const separation = (jd: number): number => view(jd).separation;
  const jd = findLowest(separation, middle - SEARCH_DAYS, middle + SEARCH_DAYS);
  const seen = view(jd);
  const magnitude = (radius: number): number => {
    return (radius + seen.moonRadius - seen.separation) / (2 * seen.moonRadius);
  };
  const [umbral, penumbral] = [magnitude(seen.umbra), magnitude(seen.penumbra)];
  if (penumbral <= 0) return undefined;
  const around = (f: (v: ShadowView) => number): readonly [Instant, Instant] => {
    const edges = findZeros((t) => gap(f, view(t)), {
      ...{ from: jd - SEARCH_DAYS, to: jd + SEARCH_DAYS, step: SEARCH_DAYS },
    });
    const [begin = jd, end = jd] = edges.map((zero) => zero.jd);
    return [instantFromTt(begin), instantFromTt(end)];
  };
  const [penumbralBegin, penumbralEnd] = around((v) => v.penumbra + v.moonRadius);
  const [partialBegin, partialEnd] = around((v) => v.umbra + v.moonRadius);
  const [totalBegin, totalEnd] = around((v) => v.umbra - v.moonRadius);
  return {
    kind: umbral >= 1 ? 'total' : umbral > 0 ? 'partial' : 'penumbral',
    at: instantFromTt(jd),
    umbralMagnitude: umbral,
    penumbralMagnitude: penumbral,
    contacts: {
      ...{ penumbralBegin, penumbralEnd },
      ...(umbral > 0 ? { partialBegin, partialEnd } : {}),
      ...(umbral >= 1 ? { totalBegin, totalEnd } : {}),
    },
  };
}

/** Degrees between the Moon and a circle around the middle of the shadow. */
function gap(radius: (v: ShadowView) => number, view: ShadowView): number {
  return view.separation - radius(view);
}

/** The Moon's edge is seen until its centre is so low, with parallax taken off: degrees. */
const VISIBLE_ALTITUDE = 0.12;
const SAMPLES = 24;

/** How a place sees a lunar eclipse. */
export function lunarEclipseAt(
  ephemeris: SkyEphemeris,
  eclipse: LunarEclipse,
  place: Place,
): LocalLunarEclipse {
  const height = (at: Instant): number => {
    const moon = equatorialPlace(ephemeris, 'moon', at);
    return altitude(moon, localSiderealTime(ephemeris, at, place), place.latitude);
  };
  const { contacts } = eclipse;
  const [from, to] = [contacts.penumbralBegin.jdTt, contacts.penumbralEnd.jdTt];
  const moments = Array.from({ length: SAMPLES + 1 }, (_, i) => {
    return instantFromTt(from + ((to - from) * i) / SAMPLES);
  });
  const names = Object.keys(contacts) as (keyof LunarContacts)[];
  return {
    isVisible: moments.some((at) => height(at) > VISIBLE_ALTITUDE),
    moonAltitude: height(eclipse.at),
    seenContacts: names.filter((name) => {
      const at = contacts[name];
      return at !== undefined && height(at) > VISIBLE_ALTITUDE;
    }),
  };
}
