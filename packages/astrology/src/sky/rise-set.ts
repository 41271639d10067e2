import type { SkyEphemeris } from '../ephemeris/ephemeris.ts';
import { DEGREES, degrees180 } from '../time/angles.ts';
import { instantFromUt } from '../time/instant.ts';
import type { Body, Instant, Place } from '../types.ts';
import {
  altitude,
  type EquatorialPlace,
  equatorialTrack,
  localSiderealTime,
} from './equatorial.ts';
import { findZeros } from './roots.ts';

/** What a body does at the horizon or the meridian; `lower_transit` is the one below the pole. */
export type DailyEvent = 'rise' | 'set' | 'transit' | 'lower_transit';

/**
 * When a body counts as risen: `upper_limb`, its edge with 34′ of refraction, as almanacs have it for
 * the level of the sea; `hindu`, its geometric centre without refraction.
 */
export type HorizonRule = 'upper_limb' | 'hindu';

/** Which daily event to look for. */
export interface DailyEventQuery {
  readonly body: Exclude<Body, 'mean_node' | 'true_node'>;
  readonly event: DailyEvent;
  /** Its elevation is not used: horizons are those of the level of the sea. */
  readonly place: Place;
  /** The first event after this moment is meant. */
  readonly after: Instant;
  /** `upper_limb` if absent; transits have no horizon. */
  readonly rule?: HorizonRule;
}

/** How far ahead an event is looked for. The Moon needs up to 25 hours. */
const DAYS_AHEAD = 1.08;
const STEP_DAYS = DAYS_AHEAD / 9;
const REFRACTION = 34 / 60;
const EARTH_RADIUS_AU = 6378.1366 / 149_597_870.7;

/** Radii in astronomical units of the bodies whose disc matters (IAU 2015; the Moon's is 1737.4 km). */
const RADIUS_AU: Partial<Record<Body, number>> = {
  sun: 0.00465047,
  moon: 1737.4 / 149_597_870.7,
};

/**
 * The next rise, set or transit of a body, or undefined if none comes within 26 hours, as in polar
 * day and night. Good to a second or two; real horizons differ by minutes.
 */
export function dailyEvent(ephemeris: SkyEphemeris, query: DailyEventQuery): Instant | undefined {
  const { body, event, place, after, rule = 'upper_limb' } = query;
  const from = after.jdUt;
  const to = from + DAYS_AHEAD;
  const track = equatorialTrack(ephemeris, body, { from, to });
  const start = localSiderealTime(ephemeris, after, place);
  // The equinox moves by 0.01″ a day beside its mean motion: nothing that a clock shows.
  const siderealTime = (jdUt: number): number => start + (jdUt - from) * 360.985647366;
  const range = { from, to, step: STEP_DAYS };
  const isTransit = event === 'transit' || event === 'lower_transit';
  const wanted = event === 'lower_transit' ? 180 : 0;
  const zeros = isTransit
    ? findZeros(
        (jd) => degrees180(siderealTime(jd) - track(jd).rightAscension - wanted),
        range,
        180,
      )
    : findZeros((jd) => {
        const seen = track(jd);
        const height = altitude(seen, siderealTime(jd), place.latitude);
        return height - horizonAltitude(body, seen, rule);
      }, range);
  const found = zeros.find((zero) => zero.jd > from && zero.isForward === (event !== 'set'));
  return found === undefined ? undefined : instantFromUt(found.jd);
}

/** The geocentric altitude at which a body is on the horizon, degrees. */
function horizonAltitude(body: Body, seen: EquatorialPlace, rule: HorizonRule): number {
  const parallax = Math.asin(EARTH_RADIUS_AU / seen.distance) * DEGREES;
  if (rule === 'hindu') return parallax;
  const semidiameter = Math.asin((RADIUS_AU[body] ?? 0) / seen.distance) * DEGREES;
  return parallax - semidiameter - REFRACTION;
}
