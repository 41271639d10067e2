import type { SkyEphemeris } from '../ephemeris/ephemeris.ts';
import { degrees180, degrees360, RADIANS } from '../time/angles.ts';
import { instantFromTt } from '../time/instant.ts';
import type { Instant } from '../types.ts';

/** The four quarters, in order of the Moon's elongation: 0°, 90°, 180°, 270°. */
export const MOON_PHASES = ['new_moon', 'first_quarter', 'full_moon', 'last_quarter'] as const;

/** The name of a quarter. */
export type MoonPhase = (typeof MOON_PHASES)[number];

/** A quarter and its moment. */
export interface MoonPhaseEvent {
  readonly phase: MoonPhase;
  readonly at: Instant;
}

/** Two instants, the first earlier. */
export interface InstantRange {
  readonly from: Instant;
  readonly to: Instant;
}

/** Mean new moons: Julian date (TT) of that of January 2000, and days between (Meeus, chapter 49). */
const NEW_MOON_JD = 2_451_550.097_66;
const LUNATION_DAYS = 29.530_588_861;
/** The true quarter is at most 15 hours from the mean one. */
const MARGIN_LUNATIONS = 0.03;
const PASSES_MAX = 12;
const EXACT_DEGREES = 1e-9;

/** How far the Moon is ahead of the Sun in apparent longitude, degrees. */
export function elongation(ephemeris: SkyEphemeris, at: Instant): number {
  return degrees360(ephemeris.longitude('moon', at) - ephemeris.longitude('sun', at));
}

/** The Moon's quarters between two instants, in order. */
export function moonPhases(
  ephemeris: SkyEphemeris,
  range: InstantRange,
  phases: readonly MoonPhase[] = MOON_PHASES,
): MoonPhaseEvent[] {
  return meanQuarters(range)
    .map((quarter) => ({ quarter, phase: phaseOf(quarter) }))
    .filter(({ phase }) => phases.includes(phase))
    .map(({ quarter, phase }) => ({ phase, at: truePhase(ephemeris, quarter) }))
    .filter(({ at }) => at.jdTt >= range.from.jdTt && at.jdTt <= range.to.jdTt);
}

/** New or full moons near enough to the node for an eclipse (Meeus, chapter 54), with some to spare. */
export function eclipseSeasonPhases(
  ephemeris: SkyEphemeris,
  phase: 'new_moon' | 'full_moon',
  range: InstantRange,
): Instant[] {
  const near = meanQuarters(range).filter((quarter) => {
    const latitudeArgument = 160.7108 + 390.670_502_84 * quarter;
    return phaseOf(quarter) === phase && Math.abs(Math.sin(latitudeArgument * RADIANS)) < 0.4;
  });
  return near
    .map((quarter) => truePhase(ephemeris, quarter))
    .filter((at) => at.jdTt >= range.from.jdTt && at.jdTt <= range.to.jdTt);
}

/** Lunations since January 2000, in quarters, whose true moments may lie in a range. */
function meanQuarters({ from, to }: InstantRange): number[] {
  const lunations = (jdTt: number): number => (jdTt - NEW_MOON_JD) / LUNATION_DAYS;
  const first = Math.ceil((lunations(from.jdTt) - MARGIN_LUNATIONS) * 4);
  const last = Math.floor((lunations(to.jdTt) + MARGIN_LUNATIONS) * 4);
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, i) => (first + i) / 4);
}

function phaseOf(lunation: number): MoonPhase {
  const quarter = (((lunation * 4) % 4) + 4) % 4;
  return MOON_PHASES[quarter] ?? 'new_moon';
}

/** The moment of the quarter that the mean one stands for, by Newton's method. */
function truePhase(ephemeris: SkyEphemeris, lunation: number): Instant {
  let at = instantFromTt(NEW_MOON_JD + lunation * LUNATION_DAYS);
  for (let pass = 0; pass < PASSES_MAX; pass += 1) {
    const [moon, sun] = [ephemeris.position('moon', at), ephemeris.position('sun', at)];
    const ahead = degrees180(moon.longitude - sun.longitude - lunation * 360);
    at = instantFromTt(at.jdTt - ahead / (moon.speed - sun.speed));
    if (Math.abs(ahead) < EXACT_DEGREES) return at;
  }
  return at;
}
