import { DEGREES, degrees180 } from '../time/angles.ts';
import type { Body, Ephemeris, Instant, Position } from '../types.ts';
import { apparentMoon, apparentPlanet, apparentSun } from './apparent.ts';
import { type EclipticOfDate, eclipticOfDate, longitudeOf } from './ecliptic-of-date.ts';
import { stateToIcrs } from './frames.ts';
import { meanNode, meanNodeLongitude, trueNode, trueNodeLongitude } from './lunar-nodes.ts';
import { createLunarSeries, toEclipticJ2000 } from './lunar-series.ts';
import { createPluto } from './pluto.ts';
import { loadSections, PLANETS, type Sections } from './sections.ts';
import { createPlanetSeries } from './series.ts';
import { length, rectangular, type State, type Vector } from './vectors.ts';

/** The bodies in the usual order. */
export const BODIES: readonly Body[] = [
  ...(['sun', 'moon', 'mercury', 'venus', 'mars', 'jupiter', 'saturn'] as const),
  ...(['uranus', 'neptune', 'pluto', 'mean_node', 'true_node'] as const),
];

/** First Julian date (TT) that is answered: 1797-01-01, so that searches may begin before 1800. */
export const EPHEMERIS_FROM = 2_377_401.5;

/** Last Julian date (TT) that is answered: 2104-01-01. */
export const EPHEMERIS_TO = 2_489_529.5;

const AU_KM = 149_597_870.7;
const SPEED_STEP_DAYS = 0.001;

/** What has been computed for one instant. */
interface Moment {
  readonly jdTt: number;
  readonly date: EclipticOfDate;
  readonly states: Map<Mover, State>;
}

/** What a series moves: heliocentric on ICRS axes, the Moon geocentric. */
type Mover = (typeof PLANETS)[number] | 'pluto' | 'moon';

/** An ephemeris that also tells the frame of date. */
export interface SkyEphemeris extends Ephemeris {
  /** The true ecliptic and equinox of a date. */
  eclipticOfDate(at: Instant): EclipticOfDate;
  /** Heliocentric state of the Earth on ICRS axes, astronomical units and days. */
  earth(at: Instant): State;
}

/**
 * The sky by VSOP87B and ELP/MPP02 with corrections fitted to JPL DE440. Its data (half a megabyte)
 * are read on first use. Remembers what it computed for the last instant, so ask for all bodies of
 * one instant before the next.
 */
export function createEphemeris(load: () => Sections = loadSections): SkyEphemeris {
  let movers: ReadonlyMap<Mover, (jdTt: number) => State> | undefined;
  let last: Moment | undefined;

  const momentOf = (at: Instant): Moment => {
    const { jdTt } = at;
    if (last?.jdTt === jdTt) return last;
    if (!(jdTt >= EPHEMERIS_FROM && jdTt <= EPHEMERIS_TO)) {
      throw new RangeError(`the ephemeris covers 1800 to 2100; Julian date ${jdTt} is outside`);
    }
    last = { jdTt, date: eclipticOfDate(jdTt), states: new Map() };
    return last;
  };
  const stateOf = (moment: Moment, mover: Mover): State => {
    const known = moment.states.get(mover);
    if (known) return known;
    movers ??= createMovers(load());
    const state = (movers.get(mover) as (jdTt: number) => State)(moment.jdTt);
    moment.states.set(mover, state);
    return state;
  };
  /** The apparent geocentric vector of a body, ICRS axes, `days` after the moment. */
  const sightOf = (moment: Moment, body: SightedBody): ((days: number) => Vector) => {
    if (body === 'moon') {
      const moon = stateOf(moment, 'moon');
      return (days) => apparentMoon(moon, days);
    }
    const earth = stateOf(moment, 'earth');
    if (body === 'sun') return (days) => apparentSun(earth, days);
    const planet = stateOf(moment, body);
    return (days) => apparentPlanet(planet, earth, days);
  };

  return {
    position(body, at) {
      const moment = momentOf(at);
      if (body === 'mean_node') return meanNode(moment.jdTt, moment.date);
      if (body === 'true_node') {
        const { x, y, z } = stateOf(moment, 'earth');
        const sun = { x: -x, y: -y, z: -z };
        return trueNode(stateOf(moment, 'moon'), sun, moment.date);
      }
      return positionOf(sightOf(moment, body), moment.date);
    },
    longitude(body, at) {
      const moment = momentOf(at);
      if (body === 'mean_node') return meanNodeLongitude(moment.jdTt, moment.date);
      if (body === 'true_node') return trueNodeLongitude(stateOf(moment, 'moon'), moment.date);
      const { date } = moment;
      return longitudeOf(date.rotate(sightOf(moment, body)(0)), date.origin);
    },
    eclipticOfDate: (at) => momentOf(at).date,
    earth: (at) => stateOf(momentOf(at), 'earth'),
  };
}

type SightedBody = Exclude<Body, 'mean_node' | 'true_node'>;

function positionOf(sight: (days: number) => Vector, date: EclipticOfDate): Position {
  const vector = date.rotate(sight(0));
  const longitudeAfter = (days: number): number => longitudeOf(date.rotate(sight(days)), 0);
  const change = degrees180(longitudeAfter(SPEED_STEP_DAYS) - longitudeAfter(-SPEED_STEP_DAYS));
  const distance = length(vector);
  return {
    longitude: longitudeOf(vector, date.origin),
    latitude: Math.asin(vector.z / distance) * DEGREES,
    distance,
    speed: change / (2 * SPEED_STEP_DAYS) + date.originSpeed,
  };
}

function createMovers(sections: Sections): ReadonlyMap<Mover, (jdTt: number) => State> {
  const movers = new Map<Mover, (jdTt: number) => State>();
  for (const planet of PLANETS) {
    const series = createPlanetSeries(sections, planet);
    movers.set(planet, (jdTt) => stateToIcrs(rectangular(series(jdTt))));
  }
  movers.set('pluto', createPluto(sections));
  const moon = createLunarSeries(sections);
  movers.set('moon', (jdTt) => {
    const { x, y, z, vx, vy, vz } = toEclipticJ2000(rectangular(moon(jdTt)), jdTt);
    const au = { x: x / AU_KM, y: y / AU_KM, z: z / AU_KM };
    return stateToIcrs({ ...au, vx: vx / AU_KM, vy: vy / AU_KM, vz: vz / AU_KM });
  });
  return movers;
}
