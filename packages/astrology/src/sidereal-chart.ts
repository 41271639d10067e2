import { ayanamsaAt } from './ayanamsa.ts';
import type { SkyEphemeris } from './ephemeris/ephemeris.ts';
import { houses, orientationAt } from './houses/houses.ts';
import { degrees360 } from './time/angles.ts';
import type { Ayanamsa, Graha, GrahaPlace, Instant, Place, VedicChart } from './types.ts';

/** What a sidereal chart is cast for. */
export interface SiderealChartQuery {
  readonly at: Instant;
  readonly place: Place;
  /** Lahiri if absent. */
  readonly ayanamsa?: Ayanamsa;
  /** Which node Rahu is; the mean one if absent. */
  readonly node?: 'mean' | 'true';
}

const SEVEN = ['sun', 'moon', 'mars', 'mercury', 'jupiter', 'venus', 'saturn'] as const;

/**
 * Casts a sidereal chart: apparent places less the ayanamsa with nutation. The mean node counts as
 * retrograde always, the true one by its speed.
 */
export function siderealChart(ephemeris: SkyEphemeris, query: SiderealChartQuery): VedicChart {
  const { at, place, node = 'mean' } = query;
  const ayanamsa = ayanamsaAt(query.ayanamsa ?? 'lahiri', at, ephemeris).true;
  const sidereal = (longitude: number): number => degrees360(longitude - ayanamsa);
  const grahas = {} as Record<Graha, GrahaPlace>;
  for (const graha of SEVEN) {
    const { longitude, latitude, speed } = ephemeris.position(graha, at);
    grahas[graha] = { longitude: sidereal(longitude), latitude, speed, isRetrograde: speed < 0 };
  }
  const rahu = ephemeris.position(node === 'true' ? 'true_node' : 'mean_node', at);
  const isRetrograde = node === 'mean' || rahu.speed < 0;
  const longitude = sidereal(rahu.longitude);
  grahas.rahu = { longitude, latitude: 0, speed: rahu.speed, isRetrograde };
  grahas.ketu = { ...grahas.rahu, longitude: degrees360(longitude + 180) };
  const angles = houses(orientationAt(at, place, ephemeris), { system: 'equal' });
  return {
    grahas,
    ascendant: sidereal(angles.ascendant),
    midheaven: sidereal(angles.midheaven),
    ...{ ayanamsa, at, place },
  };
}
