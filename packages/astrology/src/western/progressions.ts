import type { SkyEphemeris } from '../ephemeris/index.ts';
import { houses } from '../houses/index.ts';
import { DEGREES, degrees180, degrees360, RADIANS } from '../time/angles.ts';
import { instantFromTt } from '../time/instant.ts';
import type { Instant } from '../types.ts';
import {
  ASPECTS,
  type Aspect,
  type AspectRule,
  aspectPoints,
  aspectsBetween,
  stillPoints,
} from './aspects.ts';
import {
  castWestern,
  houseOf,
  mapPlanets,
  planetsAt,
  WESTERN_DEFAULTS,
  type WesternBirth,
  type WesternChart,
  type WesternOptions,
} from './points.ts';

/** A day after birth stands for a tropical year of life, of this many days. */
const YEAR_DAYS = 365.242_19;

/** Aspects of progressed points count within a degree: about a year of life for the Sun. */
const PROGRESSED_ORB = 1;

/** A birth chart moved on by a symbolic motion. */
export interface ProgressedChart {
  readonly chart: WesternChart;
  /** The instant whose sky is read; absent for solar arc directions. */
  readonly symbolicInstant?: Instant;
  /** How far the progressed Sun is from the Sun of birth, degrees. */
  readonly solarArc: number;
  /** Tropical years since birth. */
  readonly age: number;
  /** Aspects of progressed points to those of birth. */
  readonly aspects: readonly Aspect[];
  /** How it was computed. */
  readonly method: {
    readonly yearDays: number;
    readonly planets: 'day_for_a_year' | 'solar_arc_in_longitude';
    readonly midheaven: 'solar_arc_in_longitude';
    readonly orb: number;
  };
}

/** The right ascension of the point of the ecliptic at a longitude, degrees. */
export function rightAscensionOfEcliptic(longitude: number, obliquity: number): number {
  const along = longitude * RADIANS;
  return degrees360(
    Math.atan2(Math.sin(along) * Math.cos(obliquity * RADIANS), Math.cos(along)) * DEGREES,
  );
}

/**
 * Secondary progressions: the sky as many days after birth as years have passed. The midheaven moves by the Sun's arc
 * in longitude; ascendant and cusps follow from it at the latitude of birth.
 */
export function secondaryProgressions(
  ephemeris: SkyEphemeris,
  birth: WesternBirth,
  target: Instant,
  options: WesternOptions = WESTERN_DEFAULTS,
): ProgressedChart {
  const age = (target.jdTt - birth.at.jdTt) / YEAR_DAYS;
  const at = instantFromTt(birth.at.jdTt + age);
  const natal = castWestern(ephemeris, birth, options);
  const solarArc = solarArcTo(ephemeris, natal, at);
  const obliquity = ephemeris.eclipticOfDate(at).obliquity;
  const midheaven = degrees360(natal.houses.midheaven + solarArc);
  const cast = houses(
    {
      ramc: rightAscensionOfEcliptic(midheaven, obliquity),
      ...{ latitude: birth.place.latitude, obliquity },
    },
    { system: options.houseSystem },
  );
  const planets = planetsAt(ephemeris, { at, node: options.node }, cast.cusps);
  return progressed(natal, { planets, houses: cast }, { age, solarArc, symbolicInstant: at });
}

/** Solar arc directions: every point of birth moved on by the arc of the progressed Sun in longitude. */
export function solarArcDirections(
  ephemeris: SkyEphemeris,
  birth: WesternBirth,
  target: Instant,
  options: WesternOptions = WESTERN_DEFAULTS,
): ProgressedChart {
  const age = (target.jdTt - birth.at.jdTt) / YEAR_DAYS;
  const natal = castWestern(ephemeris, birth, options);
  const solarArc = solarArcTo(ephemeris, natal, instantFromTt(birth.at.jdTt + age));
  const on = (longitude: number): number => degrees360(longitude + solarArc);
  const cusps = natal.houses.cusps.map(on);
  const moved = {
    ...natal.houses,
    ...{ cusps, ascendant: on(natal.houses.ascendant), midheaven: on(natal.houses.midheaven) },
  };
  const planets = mapPlanets((planet) => {
    const place = natal.planets[planet];
    const longitude = on(place.longitude);
    return { ...place, longitude, house: houseOf(longitude, natal.houses.cusps) };
  });
  return progressed(natal, { planets, houses: moved }, { age, solarArc });
}

/** Before birth the arc is negative. */
function solarArcTo(ephemeris: SkyEphemeris, natal: WesternChart, at: Instant): number {
  return degrees180(ephemeris.longitude('sun', at) - natal.planets.sun.longitude);
}

type Motion = Pick<ProgressedChart, 'age' | 'solarArc' | 'symbolicInstant'>;

function progressed(natal: WesternChart, chart: WesternChart, motion: Motion): ProgressedChart {
  const isArc = motion.symbolicInstant === undefined;
  const rules: readonly AspectRule[] = ASPECTS.filter((rule) => rule.isMajor).map((rule) => ({
    ...rule,
    ...{ orb: PROGRESSED_ORB, luminaryOrb: 0 },
  }));
  return {
    ...motion,
    chart,
    aspects: aspectsBetween(aspectPoints(chart), stillPoints(natal), rules),
    method: {
      yearDays: YEAR_DAYS,
      planets: isArc ? 'solar_arc_in_longitude' : 'day_for_a_year',
      midheaven: 'solar_arc_in_longitude',
      orb: PROGRESSED_ORB,
    },
  };
}
