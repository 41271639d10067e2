import { degrees180 } from '../time/angles.ts';
import { ANGLES, PLANETS, type PlanetPlace, type PointKey, type WesternChart } from './points.ts';

/** How an aspect counts. */
export interface AspectRule {
  readonly key: AspectKey;
  /** Degrees between the two points. */
  readonly angle: number;
  /** Degrees off the angle at which it still counts. */
  readonly orb: number;
  /** Degrees added to the orb where the Sun or the Moon takes part. */
  readonly luminaryOrb: number;
  readonly isMajor: boolean;
}

/** Key of an aspect. */
export type AspectKey =
  | 'conjunction'
  | 'semisextile'
  | 'semisquare'
  | 'sextile'
  | 'quintile'
  | 'square'
  | 'trine'
  | 'sesquiquadrate'
  | 'biquintile'
  | 'quincunx'
  | 'opposition';

/**
 * The aspects and their orbs. Authors differ; these are the middle of what modern textbooks give, and every answer
 * carries them so that nobody has to guess.
 */
export const ASPECTS: readonly AspectRule[] = [
  { key: 'conjunction', angle: 0, orb: 8, luminaryOrb: 2, isMajor: true },
  { key: 'semisextile', angle: 30, orb: 2, luminaryOrb: 0, isMajor: false },
  { key: 'semisquare', angle: 45, orb: 2, luminaryOrb: 0, isMajor: false },
  { key: 'sextile', angle: 60, orb: 5, luminaryOrb: 1, isMajor: true },
  { key: 'quintile', angle: 72, orb: 1.5, luminaryOrb: 0, isMajor: false },
  { key: 'square', angle: 90, orb: 7, luminaryOrb: 1, isMajor: true },
  { key: 'trine', angle: 120, orb: 7, luminaryOrb: 1, isMajor: true },
  { key: 'sesquiquadrate', angle: 135, orb: 2, luminaryOrb: 0, isMajor: false },
  { key: 'biquintile', angle: 144, orb: 1.5, luminaryOrb: 0, isMajor: false },
  { key: 'quincunx', angle: 150, orb: 2.5, luminaryOrb: 0, isMajor: false },
  { key: 'opposition', angle: 180, orb: 8, luminaryOrb: 2, isMajor: true },
];

/** An aspect between two points. */
export interface Aspect {
  readonly from: PointKey;
  readonly to: PointKey;
  readonly aspect: AspectKey;
  readonly angle: number;
  /** Degrees from the exact angle. */
  readonly orb: number;
  /** The orb up to which this pair counts. */
  readonly orbLimit: number;
  readonly isMajor: boolean;
  /** `fixed` where neither point moves, as between two birth charts. */
  readonly motion: 'applying' | 'separating' | 'fixed';
}

/** A point as aspects see it. */
export interface AspectPoint {
  readonly key: PointKey;
  readonly longitude: number;
  /** Degrees per day; 0 for a point that is held still. */
  readonly speed: number;
}

/** Pairs that are tied to each other by definition, so that an aspect says nothing. */
const TIED: ReadonlySet<string> = new Set(['north_node south_node']);

/** The moving points and the angles of a chart; the angles are held still. */
export function aspectPoints(chart: WesternChart): AspectPoint[] {
  return [
    ...PLANETS.map((key) => moving(key, chart.planets[key])),
    ...ANGLES.map((key) => ({ key, longitude: chart.houses[key], speed: 0 })),
  ];
}

/** The same points, all held still: a chart that others are compared with. */
export function stillPoints(chart: WesternChart): AspectPoint[] {
  return aspectPoints(chart).map((point) => ({ ...point, speed: 0 }));
}

function moving(key: PointKey, { longitude, speed }: PlanetPlace): AspectPoint {
  return { key, longitude, speed };
}

/** All aspects among the points of one chart, the closest first. */
export function aspectsWithin(
  points: readonly AspectPoint[],
  rules: readonly AspectRule[] = ASPECTS,
): Aspect[] {
  const found = points.flatMap((from, index) =>
    points
      .slice(index + 1)
      .filter((to) => !TIED.has(`${from.key} ${to.key}`))
      .flatMap((to) => aspectsOfPair(from, to, rules)),
  );
  return found.sort((a, b) => a.orb - b.orb);
}

/** All aspects from the points of one chart to those of another, the closest first. */
export function aspectsBetween(
  from: readonly AspectPoint[],
  to: readonly AspectPoint[],
  rules: readonly AspectRule[] = ASPECTS,
): Aspect[] {
  return from
    .flatMap((one) => to.flatMap((other) => aspectsOfPair(one, other, rules)))
    .sort((a, b) => a.orb - b.orb);
}

/** The orb up to which a pair of points counts under a rule, degrees. */
function orbLimit(rule: AspectRule, a: PointKey, b: PointKey): number {
  const isLuminary = [a, b].some((key) => key === 'sun' || key === 'moon');
  return isLuminary ? rule.orb + rule.luminaryOrb : rule.orb;
}

/** At most one aspect holds between two points: where two orbs overlap, the closer one. */
function aspectsOfPair(from: AspectPoint, to: AspectPoint, rules: readonly AspectRule[]): Aspect[] {
  const apart = degrees180(to.longitude - from.longitude);
  const found = rules
    .map((rule) => ({ rule, off: Math.abs(apart) - rule.angle }))
    .filter(({ rule, off }) => Math.abs(off) <= orbLimit(rule, from.key, to.key))
    .sort((a, b) => Math.abs(a.off) - Math.abs(b.off))[0];
  if (!found) return [];
  const { rule, off } = found;
  const widening = Math.sign(off) * Math.sign(apart) * (to.speed - from.speed);
  return [
    {
      ...{ from: from.key, to: to.key, aspect: rule.key, angle: rule.angle },
      ...{ orb: Math.abs(off), orbLimit: orbLimit(rule, from.key, to.key), isMajor: rule.isMajor },
      motion:
        from.speed === 0 && to.speed === 0 ? 'fixed' : widening < 0 ? 'applying' : 'separating',
    },
  ];
}
