import { ayanamsaAt } from '../ayanamsa.ts';
import type { SkyEphemeris } from '../ephemeris/index.ts';
import { degrees180, degrees360 } from '../time/angles.ts';
import { calendarTime } from '../time/calendar.ts';
import { instantFromTt } from '../time/instant.ts';
import type { Instant } from '../types.ts';
import { type SkyEvent, skyEvents } from '../western/index.ts';
import { bodyOf, type Planet } from '../western/points.ts';
import { type Contact, closestContact, type Mover } from './contacts.ts';
import { SIGN_KEYS } from './signs.ts';
import { ACTS, CONTACTS, HOUSES, OPENINGS, PERIODS, THEMES, type Tone } from './wording.ts';

/** What a horoscope is asked for. */
export interface HoroscopeQuery {
  /** 0 Aries to 11 Pisces: the sign of the Moon at birth in the Vedic reading, of the Sun in the western one. */
  readonly sign: number;
  readonly system: 'vedic' | 'western';
  readonly period: keyof typeof PERIODS;
  /** The period; at most 32 days. */
  readonly from: Instant;
  readonly to: Instant;
}

/** One sentence or two, and the transit that they rest on. */
export interface HoroscopeStatement {
  readonly text: string;
  readonly tone: Tone;
  readonly transit: Planet;
  readonly event: 'transit' | SkyEvent['kind'];
  readonly at: Instant;
  readonly sign: (typeof SIGN_KEYS)[number];
  /** Degrees in the sign. */
  readonly degree: number;
  readonly isRetrograde: boolean;
  /** 1 to 12, counted in whole signs from the sign of the reader. */
  readonly house: number;
  readonly aspect?: Contact;
  /** Degrees from exact: of the aspect; without one, from the middle of the house or from what the event is about. */
  readonly orb: number;
  readonly orbTo: Planet | 'house_middle' | 'sign_boundary' | 'station';
}

/** A horoscope with its reasons. */
export interface Horoscope {
  readonly sign: (typeof SIGN_KEYS)[number];
  readonly system: HoroscopeQuery['system'];
  readonly period: HoroscopeQuery['period'];
  readonly from: Instant;
  readonly to: Instant;
  /** Lahiri, degrees; 0 in the western reading. */
  readonly ayanamsa: number;
  readonly prediction: string;
  readonly statements: readonly HoroscopeStatement[];
}

const DAYS_MAX = 32;
const SEVEN = ['sun', 'moon', 'mercury', 'venus', 'mars', 'jupiter', 'saturn'] as const;
const POINTS = {
  vedic: [...SEVEN, 'north_node', 'south_node'],
  western: [...SEVEN, 'uranus', 'neptune', 'pluto'],
} as const satisfies Readonly<Record<string, readonly Planet[]>>;
/** Who always speaks in a period; the closest contacts of the others follow. */
const LEADS: Readonly<Record<HoroscopeQuery['period'], readonly Planet[]>> = {
  daily: ['moon'],
  weekly: ['sun', 'mercury', 'venus', 'mars'],
  monthly: ['sun', 'mars', 'jupiter', 'saturn'],
};
const FOLLOWERS = 3;
const EVENTS_MAX = 4;

/** Houses from the Moon that each graha does good in (Phaladeepika, the chapter on transits). */
const GOOD_HOUSES: Readonly<Partial<Record<Planet, readonly number[]>>> = {
  sun: [3, 6, 10, 11],
  moon: [1, 3, 6, 7, 10, 11],
  mars: [3, 6, 11],
  mercury: [2, 4, 6, 8, 10, 11],
  jupiter: [2, 5, 7, 9, 11],
  venus: [1, 2, 3, 4, 5, 8, 9, 11, 12],
  saturn: [3, 6, 11],
  north_node: [3, 6, 10, 11],
  south_node: [3, 6, 10, 11],
};
const KIND: ReadonlySet<string> = new Set(['venus', 'jupiter', 'sun']);
const HARSH: ReadonlySet<string> = new Set(['mars', 'saturn', 'pluto', 'uranus']);

/** The horoscope of a sign for a period, from where the planets are. The same sky gives the same words. */
export function horoscope(ephemeris: SkyEphemeris, query: HoroscopeQuery): Horoscope {
  const days = query.to.jdTt - query.from.jdTt;
  if (!(days > 0 && days <= DAYS_MAX)) {
    throw new RangeError(`the period must be longer than nothing and at most ${DAYS_MAX} days`);
  }
  const at = instantFromTt((query.from.jdTt + query.to.jdTt) / 2);
  const isVedic = query.system === 'vedic';
  const ayanamsa = isVedic ? ayanamsaAt('lahiri', at, ephemeris).true : 0;
  const movers = POINTS[query.system].map((planet) => moverAt(ephemeris, planet, at, ayanamsa));
  const statements = [
    ...chosen(movers, query).map((mover) => transitStatement(mover, { movers, at, query })),
    ...events(ephemeris, query, ayanamsa).map((event) => eventStatement(event, query)),
  ];
  return {
    sign: SIGN_KEYS[query.sign] ?? 'aries',
    ...{ system: query.system, period: query.period, from: query.from, to: query.to, ayanamsa },
    prediction: [opening(statements, query), ...statements.map(({ text }) => text)].join(' '),
    statements,
  };
}

function moverAt(ephemeris: SkyEphemeris, planet: Planet, at: Instant, ayanamsa: number): Mover {
  const { longitude, speed } = ephemeris.position(bodyOf(planet, 'mean'), at);
  const turn = planet === 'south_node' ? 180 : 0;
  const isNode = planet === 'north_node' || planet === 'south_node';
  return {
    ...{ planet, speed, isRetrograde: isNode || speed < 0 },
    longitude: degrees360(longitude + turn - ayanamsa),
  };
}

/** The leads of the period, then those with the closest contacts. */
function chosen(movers: readonly Mover[], { period, system }: HoroscopeQuery): Mover[] {
  const leads = LEADS[period];
  const others = movers
    .filter(({ planet }) => !leads.includes(planet) && planet !== 'moon')
    .map((mover) => ({ mover, orb: closestContact(mover, movers, system)?.orb ?? 99 }))
    .sort((a, b) => a.orb - b.orb);
  return [
    ...movers.filter(({ planet }) => leads.includes(planet)),
    ...others.slice(0, FOLLOWERS).map(({ mover }) => mover),
  ];
}

interface Scene {
  readonly movers: readonly Mover[];
  readonly at: Instant;
  readonly query: HoroscopeQuery;
}

function transitStatement(mover: Mover, { movers, at, query }: Scene): HoroscopeStatement {
  const place = placeOf(mover.longitude, query.sign);
  const aspect = closestContact(mover, movers, query.system);
  const tone = toneOf(mover.planet, place.house, aspect, query.system);
  const toMiddle = Math.abs(degrees180(mover.longitude - place.signNumber * 30 - 15));
  const orb = aspect?.orb ?? toMiddle;
  const where = `${nameOf(mover.planet, query.system)} at ${degreeText(place.degree)} ${capital(place.sign)} ${mover.isRetrograde ? 'goes back through' : 'moves through'} your ${ordinal(place.house)} house`;
  const contact = aspect
    ? ` and ${CONTACTS[aspect.kind]} ${nameOf(aspect.to, query.system)} (orb ${orb.toFixed(1)}°, ${aspect.motion})`
    : ` with no close aspect (${orb.toFixed(1)}° from the middle of the house)`;
  return {
    text: `${capital(where)}${contact}. ${meaning(mover.planet, place.house, tone, at)}`,
    ...{ tone, transit: mover.planet, event: 'transit', at },
    ...{ sign: place.sign, degree: place.degree, house: place.house },
    ...{ isRetrograde: mover.isRetrograde, orb, orbTo: aspect?.to ?? 'house_middle' },
    ...(aspect ? { aspect } : {}),
  };
}

function toneOf(
  planet: Planet,
  house: number,
  aspect: Contact | undefined,
  system: HoroscopeQuery['system'],
): Tone {
  if (system === 'vedic') return GOOD_HOUSES[planet]?.includes(house) ? 'good' : 'hard';
  switch (aspect?.kind) {
    case 'trine':
    case 'sextile':
      return 'good';
    case 'square':
    case 'opposition':
      return 'hard';
    case 'conjunction':
      return KIND.has(aspect.to) ? 'good' : HARSH.has(aspect.to) ? 'hard' : 'plain';
    default:
      return 'plain';
  }
}

function events(
  ephemeris: SkyEphemeris,
  { from, to, system, period }: HoroscopeQuery,
  ayanamsa: number,
): SkyEvent[] {
  const planets = POINTS[system].filter((planet) => planet !== 'moon' || period === 'daily');
  const span = { from: from.jdTt, to: to.jdTt };
  return skyEvents(ephemeris, { span, planets, node: 'mean', ayanamsa }).slice(0, EVENTS_MAX);
}

function eventStatement(event: SkyEvent, query: HoroscopeQuery): HoroscopeStatement {
  // Going back over an edge, a planet comes into the sign before it.
  const isBack = event.kind === 'ingress' && event.isRetrograde;
  const place = placeOf(event.longitude - (isBack ? 1e-6 : 0), query.sign);
  const { year, month, day } = calendarTime(event.at.jdUt);
  const date = [year, month, day].map((part) => String(part).padStart(2, '0')).join('-');
  const what = {
    ingress: `enters ${capital(place.sign)}`,
    station_retrograde: `turns back at ${degreeText(place.degree)} ${capital(place.sign)}`,
    station_direct: `turns forward at ${degreeText(place.degree)} ${capital(place.sign)}`,
  }[event.kind];
  const tone = toneOf(event.planet, place.house, undefined, query.system);
  const orbTo = event.kind === 'ingress' ? 'sign_boundary' : 'station';
  const text = `On ${date} (UTC) ${nameOf(event.planet, query.system)} ${what}, your ${ordinal(place.house)} house (orb 0.0°). ${meaning(event.planet, place.house, tone, event.at)}`;
  return {
    ...{ text, tone, transit: event.planet, event: event.kind, at: event.at },
    ...{ sign: place.sign, degree: place.degree, house: place.house },
    ...{ isRetrograde: event.isRetrograde, orb: 0, orbTo },
  };
}

function placeOf(longitude: number, fromSign: number) {
  const whole = degrees360(longitude);
  const signNumber = Math.floor(whole / 30) % 12;
  return {
    signNumber,
    sign: SIGN_KEYS[signNumber] ?? 'aries',
    degree: whole - signNumber * 30,
    house: ((signNumber - fromSign + 12) % 12) + 1,
  };
}

function meaning(planet: Planet, house: number, tone: Tone, at: Instant): string {
  const wording = HOUSES[house - 1];
  if (!wording) throw new RangeError(`no house ${house}`);
  // Different days and planets choose among the sentences; the same sky always chooses the same.
  const choice = Math.floor(at.jdTt) + planet.length * 7 + house;
  const advice = tone === 'hard' ? wording.hard : wording.good;
  return `${THEMES[planet]} ${pick(ACTS[tone], choice)} ${wording.matters}. ${pick(advice, choice)}`;
}

function opening(statements: readonly HoroscopeStatement[], query: HoroscopeQuery): string {
  const good = statements.filter(({ tone }) => tone === 'good').length;
  const hard = statements.filter(({ tone }) => tone === 'hard').length;
  const tone = good > hard ? 'good' : hard > good ? 'hard' : 'plain';
  const choice = Math.floor(query.from.jdTt) + query.sign;
  return `${pick(OPENINGS[tone], choice)} ${PERIODS[query.period]}, ${capital(SIGN_KEYS[query.sign] ?? '')}.`;
}

function pick(choices: readonly string[], number: number): string {
  return choices[Math.abs(number) % choices.length] ?? '';
}

function nameOf(planet: Planet, system: HoroscopeQuery['system']): string {
  if (planet === 'north_node') return system === 'vedic' ? 'Rahu' : 'The north node';
  if (planet === 'south_node') return system === 'vedic' ? 'Ketu' : 'The south node';
  return planet === 'sun' || planet === 'moon' ? `the ${capital(planet)}` : capital(planet);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function ordinal(house: number): string {
  return `${house}${{ 1: 'st', 2: 'nd', 3: 'rd' }[house] ?? 'th'}`;
}

function degreeText(degree: number): string {
  const minutes = Math.floor((degree % 1) * 60);
  return `${Math.floor(degree)}°${String(minutes).padStart(2, '0')}′`;
}
