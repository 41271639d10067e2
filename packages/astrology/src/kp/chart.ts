import { degrees360 } from '../time/angles.ts';
import type { Graha } from '../types.ts';
import { type KpLords, lordsAt } from './subs.ts';

/** Sidereal longitudes that a KP chart is made of, degrees, with the KP ayanamsa taken off. */
export interface KpInput {
  readonly grahas: Readonly<Record<Graha, number>>;
  /** Placidus cusps of houses 1 to 12. */
  readonly cusps: readonly number[];
}

/** The nine, in the order of the weekdays and then the nodes. */
export const KP_GRAHAS: readonly Graha[] = [
  ...(['sun', 'moon', 'mars', 'mercury', 'jupiter', 'venus', 'saturn', 'rahu', 'ketu'] as const),
];

/** A cusp with its lords. */
export interface KpCusp extends KpLords {
  readonly house: number;
  readonly longitude: number;
}

/** A graha with its lords, and the houses that it signifies. */
export interface KpPlanet extends KpLords {
  readonly graha: Graha;
  readonly longitude: number;
  /** The house it stands in: from a cusp up to the next. */
  readonly house: number;
  /** Houses whose cusp lies in a sign of this graha; the nodes own none. */
  readonly owns: readonly number[];
  /** Houses by strength: of its star lord's place, its own place, its star lord's ownership, its own. */
  readonly signifies: {
    readonly a: readonly number[];
    readonly b: readonly number[];
    readonly c: readonly number[];
    readonly d: readonly number[];
  };
  /** For the nodes: whom they act for, by sign, conjunction and star. */
  readonly agentOf?: readonly Graha[];
}

/** Who signifies a house, strongest first. */
export interface HouseSignificators {
  readonly house: number;
  /** In the star of an occupant. */
  readonly a: readonly Graha[];
  /** Occupants. */
  readonly b: readonly Graha[];
  /** In the star of the lord of the cusp. */
  readonly c: readonly Graha[];
  /** The lord of the cusp. */
  readonly d: readonly Graha[];
}

/** A chart after Krishnamurti. */
export interface KpChart {
  readonly cusps: readonly KpCusp[];
  readonly planets: readonly KpPlanet[];
  readonly significators: readonly HouseSignificators[];
}

/** Grahas within this many degrees of a node are taken as conjoined with it. */
const NODE_CONJUNCTION_ORB = 3.333_333;

/** Cusps, star, sub and sub-sub lords, and the fourfold significators (K. S. Krishnamurti, KP Reader III). */
export function kpChart(input: KpInput): KpChart {
  if (input.cusps.length !== 12) throw new RangeError('cusps must be twelve');
  const cusps = input.cusps.map((longitude, index) => ({
    ...lordsAt(longitude),
    ...{ house: index + 1, longitude: degrees360(longitude) },
  }));
  const placed = KP_GRAHAS.map((graha) => {
    const longitude = degrees360(input.grahas[graha]);
    return {
      ...lordsAt(longitude),
      ...{ graha, longitude, house: houseHolding(longitude, input.cusps) },
      owns: cusps.filter((cusp) => cusp.signLord === graha).map((cusp) => cusp.house),
    };
  });
  const of = (graha: Graha): (typeof placed)[number] => {
    const found = placed.find((planet) => planet.graha === graha);
    if (!found) throw new RangeError(`no place is known of ${graha}`);
    return found;
  };
  const planets = placed.map((planet) => {
    const star = of(planet.starLord);
    const signifies = { a: [star.house], b: [planet.house], c: star.owns, d: planet.owns };
    const isNode = planet.graha === 'rahu' || planet.graha === 'ketu';
    return isNode
      ? { ...planet, signifies, agentOf: agents(planet, placed) }
      : { ...planet, signifies };
  });
  return { cusps, planets, significators: cusps.map((cusp) => significatorsOf(cusp, planets)) };
}

function significatorsOf(cusp: KpCusp, planets: readonly KpPlanet[]): HouseSignificators {
  const named = (matches: (planet: KpPlanet) => boolean): Graha[] =>
    planets.filter(matches).map((planet) => planet.graha);
  const occupants = named((planet) => planet.house === cusp.house);
  return {
    house: cusp.house,
    a: named((planet) => occupants.includes(planet.starLord)),
    b: occupants,
    c: named((planet) => planet.starLord === cusp.signLord),
    d: [cusp.signLord],
  };
}

type Placed = KpLords & { readonly graha: Graha; readonly longitude: number };

/** A node acts first for those conjoined with it, then for the lords of its sign and star. */
function agents(node: Placed, planets: readonly Placed[]): Graha[] {
  const near = planets.filter((planet) => {
    const apart = degrees360(planet.longitude - node.longitude + NODE_CONJUNCTION_ORB);
    return planet.graha !== node.graha && apart <= 2 * NODE_CONJUNCTION_ORB;
  });
  const all = [...near.map((planet) => planet.graha), node.signLord, node.starLord];
  return [...new Set(all)].filter((graha) => graha !== node.graha);
}

function houseHolding(longitude: number, cusps: readonly number[]): number {
  for (let house = 0; house < 12; house++) {
    const from = cusps[house] ?? 0;
    const size = degrees360((cusps[(house + 1) % 12] ?? 0) - from);
    if (degrees360(longitude - from) < size) return house + 1;
  }
  return 12;
}

/** The ruling planets of a moment of judgement, strongest first. */
export interface RulingPlanets {
  readonly ascendantSubLord: Graha;
  readonly ascendantStarLord: Graha;
  readonly ascendantSignLord: Graha;
  readonly moonSubLord: Graha;
  readonly moonStarLord: Graha;
  readonly moonSignLord: Graha;
  readonly dayLord: Graha;
  /** All of them once, by strength. */
  readonly strongestFirst: readonly Graha[];
}

/** The ruling planets of a moment: sidereal ascendant and Moon in degrees, and the lord of the weekday. */
export function rulingPlanets(moment: {
  readonly ascendant: number;
  readonly moon: number;
  readonly dayLord: Graha;
}): RulingPlanets {
  const [rising, moon] = [lordsAt(moment.ascendant), lordsAt(moment.moon)];
  return {
    ...{ ascendantSubLord: rising.subLord, ascendantStarLord: rising.starLord },
    ...{ ascendantSignLord: rising.signLord, moonSubLord: moon.subLord },
    ...{ moonStarLord: moon.starLord, moonSignLord: moon.signLord, dayLord: moment.dayLord },
    strongestFirst: [
      ...new Set([
        ...[rising.starLord, rising.signLord, moon.starLord, moon.signLord, moment.dayLord],
        ...[rising.subLord, moon.subLord],
      ]),
    ],
  };
}
