import { degrees360 } from '../time/angles.ts';
import type { WesternChart } from './points.ts';

/** The seven planets that have essential dignities. */
export const CLASSICAL = ['sun', 'moon', 'mercury', 'venus', 'mars', 'jupiter', 'saturn'] as const;
/** Key of a planet that has essential dignities. */
export type Classical = (typeof CLASSICAL)[number];

/** Points of each dignity and debility (William Lilly, Christian Astrology, 1647, the table of fortitudes). */
export const DIGNITY_SCORES = {
  domicile: 5,
  exaltation: 4,
  triplicity: 3,
  term: 2,
  face: 1,
  detriment: -5,
  fall: -4,
  peregrine: -5,
} as const;
/** Key of a dignity or debility. */
export type Dignity = keyof typeof DIGNITY_SCORES;

/** Ruler of each sign from Aries on (Ptolemy, Tetrabiblos, book I, on the houses of the planets). */
const DOMICILE: readonly Classical[] = [
  ...(['mars', 'venus', 'mercury', 'moon', 'sun', 'mercury'] as const),
  ...(['venus', 'mars', 'jupiter', 'saturn', 'saturn', 'jupiter'] as const),
];

/** Exact degree of each exaltation (Dorotheus, Carmen Astrologicum, book I). */
const EXALTATION_DEGREES: Readonly<Record<Classical, number>> = {
  ...{ sun: 19, moon: 33, mercury: 165, venus: 357 },
  ...{ mars: 298, jupiter: 105, saturn: 201 },
};

/** Rulers of the triplicities of fire, earth, air and water by day, by night, and taking part (Dorotheus, book I). */
const TRIPLICITY: readonly (readonly [day: Classical, night: Classical, third: Classical])[] = [
  ['sun', 'jupiter', 'saturn'],
  ['venus', 'moon', 'mars'],
  ['saturn', 'mercury', 'jupiter'],
  ['venus', 'mars', 'moon'],
];

type Term = readonly [ruler: Classical, to: number];

/** The Egyptian terms: ruler and last degree (Ptolemy, Tetrabiblos, book I, "according to the Egyptians"). */
const TERMS: readonly (readonly Term[])[] = [
  [
    ['jupiter', 6],
    ['venus', 12],
    ['mercury', 20],
    ['mars', 25],
    ['saturn', 30],
  ],
  [
    ['venus', 8],
    ['mercury', 14],
    ['jupiter', 22],
    ['saturn', 27],
    ['mars', 30],
  ],
  [
    ['mercury', 6],
    ['jupiter', 12],
    ['venus', 17],
    ['mars', 24],
    ['saturn', 30],
  ],
  [
    ['mars', 7],
    ['venus', 13],
    ['mercury', 19],
    ['jupiter', 26],
    ['saturn', 30],
  ],
  [
    ['jupiter', 6],
    ['venus', 11],
    ['saturn', 18],
    ['mercury', 24],
    ['mars', 30],
  ],
  [
    ['mercury', 7],
    ['venus', 17],
    ['jupiter', 21],
    ['mars', 28],
    ['saturn', 30],
  ],
  [
    ['saturn', 6],
    ['mercury', 14],
    ['jupiter', 21],
    ['venus', 28],
    ['mars', 30],
  ],
  [
    ['mars', 7],
    ['venus', 11],
    ['mercury', 19],
    ['jupiter', 24],
    ['saturn', 30],
  ],
  [
    ['jupiter', 12],
    ['venus', 17],
    ['mercury', 21],
    ['saturn', 26],
    ['mars', 30],
  ],
  [
    ['mercury', 7],
    ['jupiter', 14],
    ['venus', 22],
    ['saturn', 26],
    ['mars', 30],
  ],
  [
    ['mercury', 7],
    ['venus', 13],
    ['jupiter', 20],
    ['mars', 25],
    ['saturn', 30],
  ],
  [
    ['venus', 12],
    ['jupiter', 16],
    ['mercury', 19],
    ['mars', 28],
    ['saturn', 30],
  ],
];

/** Rulers of the 36 faces of ten degrees, in the Chaldean order from Mars. */
const CHALDEAN: readonly Classical[] = [
  ...(['mars', 'sun', 'venus', 'mercury', 'moon', 'saturn', 'jupiter'] as const),
];

/** Who rules a degree of the zodiac. */
export interface Rulers {
  readonly domicile: Classical;
  readonly exaltation: Classical | null;
  readonly triplicity: Classical;
  readonly term: Classical;
  readonly face: Classical;
  readonly detriment: Classical;
  readonly fall: Classical | null;
}

/** The rulers of a tropical longitude in degrees, in a chart of the day or of the night. */
function rulersOf(longitude: number, isDay: boolean): Rulers {
  const degree = degrees360(longitude);
  const sign = Math.floor(degree / 30);
  const inSign = degree - sign * 30;
  const [day = 'sun', night = 'jupiter'] = TRIPLICITY[sign % 4] ?? [];
  return {
    domicile: domicile(sign),
    exaltation: exaltedIn(sign),
    triplicity: isDay ? day : night,
    term: TERMS[sign]?.find(([, to]) => inSign < to)?.[0] ?? 'saturn',
    face: CHALDEAN[Math.floor(degree / 10) % 7] ?? 'mars',
    detriment: domicile((sign + 6) % 12),
    fall: exaltedIn((sign + 6) % 12),
  };
}

function domicile(sign: number): Classical {
  return DOMICILE[sign] ?? 'mars';
}

function exaltedIn(sign: number): Classical | null {
  return CLASSICAL.find((planet) => Math.floor(EXALTATION_DEGREES[planet] / 30) === sign) ?? null;
}

/** The dignities that a planet holds and what they come to. */
export interface PlanetDignity {
  readonly planet: Classical;
  readonly dignities: readonly Dignity[];
  readonly score: number;
  readonly rulers: Rulers;
}

/** Whether the Sun is above the horizon, by longitude. */
export function isDayChart(chart: WesternChart): boolean {
  return degrees360(chart.planets.sun.longitude - chart.houses.ascendant) >= 180;
}

/** The essential dignities of the seven planets. */
export function dignities(chart: WesternChart): PlanetDignity[] {
  const isDay = isDayChart(chart);
  return CLASSICAL.map((planet) => dignityOf(planet, chart.planets[planet].longitude, isDay));
}

/** The essential dignities of one planet at a tropical longitude in degrees. */
export function dignityOf(planet: Classical, longitude: number, isDay: boolean): PlanetDignity {
  const rulers = rulersOf(longitude, isDay);
  const held = (Object.keys(rulers) as (keyof Rulers)[]).filter((key) => rulers[key] === planet);
  const isPeregrine = held.every((key) => key === 'detriment' || key === 'fall');
  const dignities: Dignity[] = isPeregrine ? [...held, 'peregrine'] : held;
  const score = dignities.reduce((sum, key) => sum + DIGNITY_SCORES[key], 0);
  return { planet, dignities, score, rulers };
}

/** How many degrees of the zodiac each planet rules by term. */
export function termTotals(): Record<Classical, number> {
  const totals = { sun: 0, moon: 0, mercury: 0, venus: 0, mars: 0, jupiter: 0, saturn: 0 };
  for (const terms of TERMS) {
    terms.forEach(([ruler, to], index) => {
      totals[ruler] += to - (terms[index - 1]?.[1] ?? 0);
    });
  }
  return totals;
}
