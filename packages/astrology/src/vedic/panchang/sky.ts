import { ayanamsaAt } from '../../ayanamsa.ts';
import type { SkyEphemeris } from '../../ephemeris/ephemeris.ts';
import { dailyEvent, type HorizonRule } from '../../sky/rise-set.ts';
import { instantFromUt } from '../../time/instant.ts';
import type { Ayanamsa, Place } from '../../types.ts';
import { norm360 } from '../zodiac.ts';
import { createTrack } from './track.ts';

/**
 * What counts as sunrise: `upper_limb`, the edge of the disc with 34′ of refraction, as almanacs of the sea have it;
 * `hindu`, the middle of the disc, no refraction.
 */
export type SunriseRule = HorizonRule;

/** A body that a panchang looks at. */
export type PanchangBody = 'sun' | 'moon' | 'jupiter' | 'venus' | 'saturn';

/** What a panchang reads of the sky. */
export interface PanchangSky {
  /** Sidereal longitude, degrees, at a Julian date UT. */
  longitude(body: PanchangBody, jdUt: number): number;
  /** Julian date UT of the first rise or set of the Sun after a moment; null if there is none within a day. */
  sun(event: 'rise' | 'set', after: number, place: Place, rule: SunriseRule): number | null;
}

/** The Moon's polynomial is within 0.0005″ of the exact place, the Sun's closer. */
const MOON_GRID = { days: 4, points: 12 };
const SUN_GRID = { days: 4, points: 7 };

/**
 * The sky by an ephemeris and an ayanamsa, Lahiri unless given. Sun and Moon are interpolated between exact places, of
 * which it remembers those of the last stretches that were asked for.
 */
export function createPanchangSky(
  ephemeris: SkyEphemeris,
  ayanamsa: Ayanamsa = 'lahiri',
): PanchangSky {
  const exact = (body: PanchangBody, jdUt: number): number => {
    const at = instantFromUt(jdUt);
    return norm360(ephemeris.longitude(body, at) - ayanamsaAt(ayanamsa, at, ephemeris).true);
  };
  const moon = createTrack((jdUt) => exact('moon', jdUt), MOON_GRID);
  const sun = createTrack((jdUt) => exact('sun', jdUt), SUN_GRID);
  return {
    longitude: (body, jdUt) => {
      if (body === 'moon') return moon(jdUt);
      return body === 'sun' ? sun(jdUt) : exact(body, jdUt);
    },
    sun: (event, after, place, rule) => {
      const query = { body: 'sun', event, place, after: instantFromUt(after), rule } as const;
      return dailyEvent(ephemeris, query)?.jdUt ?? null;
    },
  };
}
