import type { SkyEphemeris } from '../ephemeris/ephemeris.ts';
import { instantFromTt } from '../time/instant.ts';
import type { Body, Instant } from '../types.ts';
import type { InstantRange } from './moon-phases.ts';
import { findZeros } from './roots.ts';

/** A moment at which a body stands still in longitude. */
export interface Station {
  readonly body: Body;
  readonly at: Instant;
  /** What the body is after it. */
  readonly turns: 'retrograde' | 'direct';
  /** Tropical degrees of date. */
  readonly longitude: number;
}

const STEP_DAYS: Readonly<Record<Body, number>> = {
  ...{ sun: 30, moon: 30, mercury: 4, venus: 8, mars: 12, jupiter: 15, saturn: 15 },
  ...{ uranus: 15, neptune: 15, pluto: 15, mean_node: 30, true_node: 0.5 },
};

/** Stations of a body between two instants, in order. The Sun, the Moon and the mean node have none. */
export function bodyStations(ephemeris: SkyEphemeris, body: Body, range: InstantRange): Station[] {
  if (body === 'sun' || body === 'moon' || body === 'mean_node') return [];
  const speed = (jdTt: number): number => ephemeris.position(body, instantFromTt(jdTt)).speed;
  const search = { from: range.from.jdTt, to: range.to.jdTt, step: STEP_DAYS[body] };
  return findZeros(speed, search).map(({ jd, isForward }) => {
    const at = instantFromTt(jd);
    const longitude = ephemeris.longitude(body, at);
    return { body, at, turns: isForward ? 'direct' : 'retrograde', longitude };
  });
}
