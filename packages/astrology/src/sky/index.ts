export {
  altitude,
  type EquatorialPlace,
  equatorialPlace,
  localSiderealTime,
} from './equatorial.ts';
export * from './lunar-eclipses.ts';
export {
  elongation,
  type InstantRange,
  MOON_PHASES,
  type MoonPhase,
  type MoonPhaseEvent,
  moonPhases,
} from './moon-phases.ts';
export {
  type DailyEvent,
  type DailyEventQuery,
  dailyEvent,
  type HorizonRule,
} from './rise-set.ts';
export { findCrossings, findZeros, type LongitudeCrossing, type SearchRange } from './roots.ts';
export * from './solar-eclipses.ts';
export { bodyStations, type Station } from './stations.ts';
