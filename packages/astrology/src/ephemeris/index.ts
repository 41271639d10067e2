export type { EclipticOfDate } from './ecliptic-of-date.ts';
export {
  BODIES,
  createEphemeris,
  EPHEMERIS_FROM,
  EPHEMERIS_TO,
  type SkyEphemeris,
} from './ephemeris.ts';
