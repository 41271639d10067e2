import { DEGREES, degrees180, degrees360, RADIANS } from '../time/angles.ts';
import type { HouseSystem } from '../types.ts';
import {
  ascensionalDifference,
  declinationOf,
  eclipticOfRightAscension,
  midpointForward,
  type Orientation,
  risingPoint,
} from './angles-of-place.ts';

/** What every system divides by. */
export interface Frame extends Orientation {
  readonly ascendant: number;
  readonly midheaven: number;
  /** Where the first sign begins, tropical degrees: 0, or an ayanamsa. */
  readonly zodiacStart: number;
}

/** The twelve cusps, or undefined where a system has none. */
export type Division = (frame: Frame) => readonly number[] | undefined;

/** Six cusps from the tenth to the third; the others are opposite. */
type Upper = readonly [
  tenth: number,
  eleventh: number,
  twelfth: number,
  first: number,
  second: number,
  third: number,
];

function fromUpper([tenth, eleventh, twelfth, first, second, third]: Upper): number[] {
  const half = [first, second, third, tenth + 180, eleventh + 180, twelfth + 180];
  return [...half, ...half.map((cusp) => cusp + 180)].map(degrees360);
}

function every30(start: number): number[] {
  return Array.from({ length: 12 }, (_, house) => degrees360(start + house * 30));
}

function wholeSign({ ascendant, zodiacStart }: Frame): number[] {
  const sign = Math.floor(degrees360(ascendant - zodiacStart) / 30);
  return every30(zodiacStart + sign * 30);
}

/** Each quadrant of the ecliptic in three. */
function porphyry({ ascendant, midheaven }: Frame): number[] {
  const east = degrees180(ascendant - midheaven) / 3;
  const north = 60 - east;
  return fromUpper([
    ...([midheaven, midheaven + east, midheaven + 2 * east] as const),
    ...([ascendant, ascendant + north, ascendant + 2 * north] as const),
  ]);
}

/** Houses of Sripati: Porphyry's cusps are the middles, so houses begin half way between them. */
function sripati(frame: Frame): number[] {
  const middles = porphyry(frame);
  return middles.map((middle, i) => midpointForward(middles[(i + 11) % 12] ?? middle, middle));
}

const PLACIDUS_PASSES_MAX = 200;
const PLACIDUS_EXACT_DEGREES = 1e-9;

/** The point that has done a part of its own semi-arc. Undefined if the passes do not settle. */
function placidusCusp(frame: Frame, start: number, share: number): number | undefined {
  const { ramc, obliquity, latitude } = frame;
  let rightAscension = ramc + start;
  for (let pass = 0; pass < PLACIDUS_PASSES_MAX; pass += 1) {
    const longitude = eclipticOfRightAscension(rightAscension, obliquity);
    const difference = ascensionalDifference(declinationOf(longitude, obliquity), latitude);
    const next = ramc + start + difference * share;
    if (Number.isNaN(next)) return undefined;
    if (Math.abs(next - rightAscension) < PLACIDUS_EXACT_DEGREES) {
      return eclipticOfRightAscension(next, obliquity);
    }
    rightAscension = next;
  }
  return undefined;
}

function placidus(frame: Frame): number[] | undefined {
  const eleventh = placidusCusp(frame, 30, 1 / 3);
  const twelfth = placidusCusp(frame, 60, 2 / 3);
  const second = placidusCusp(frame, 120, 2 / 3);
  const third = placidusCusp(frame, 150, 1 / 3);
  if (eleventh === undefined || twelfth === undefined) return undefined;
  if (second === undefined || third === undefined) return undefined;
  return fromUpper([frame.midheaven, eleventh, twelfth, frame.ascendant, second, third]);
}

/** What rises while the midheaven's degree goes through thirds of its diurnal semi-arc. */
function koch(frame: Frame): number[] | undefined {
  const { ramc, obliquity, latitude, midheaven } = frame;
  const difference = ascensionalDifference(declinationOf(midheaven, obliquity), latitude);
  if (Number.isNaN(difference)) return undefined;
  const third = (90 + difference) / 3;
  const rising = (thirds: number): number => {
    return risingPoint({ ramc: ramc + thirds * third, obliquity, latitude });
  };
  return fromUpper([midheaven, rising(-2), rising(-1), frame.ascendant, rising(1), rising(2)]);
}

/** What rises on a circle of position with a pole height, `hours` degrees after the midheaven. */
function onCircle({ ramc, obliquity }: Frame, hours: number, pole: number): number {
  return risingPoint({ ramc: ramc + hours - 90, obliquity, latitude: pole });
}

/** Thirds of the equator's quadrants, by circles through the north and south of the horizon. */
function regiomontanus(frame: Frame): number[] {
  const tangent = Math.tan(frame.latitude * RADIANS);
  const pole = (hours: number): number => {
    return Math.atan(tangent * Math.sin(hours * RADIANS)) * DEGREES;
  };
  const cusp = (hours: number): number => onCircle(frame, hours, pole(hours));
  return fromUpper([frame.midheaven, cusp(30), cusp(60), frame.ascendant, cusp(120), cusp(150)]);
}

/** Thirds of the prime vertical's quadrants, by the same circles. */
function campanus(frame: Frame): number[] {
  const phi = frame.latitude * RADIANS;
  const cusp = (vertical: number): number => {
    const angle = vertical * RADIANS;
    const pole = Math.asin(Math.sin(phi) * Math.sin(angle)) * DEGREES;
    const hours = Math.atan2(Math.sin(angle) * Math.cos(phi), Math.cos(angle)) * DEGREES;
    return onCircle(frame, hours, pole);
  };
  return fromUpper([frame.midheaven, cusp(30), cusp(60), frame.ascendant, cusp(120), cusp(150)]);
}

/** Thirds of the ascendant's own semi-arcs, along the equator. */
function alcabitius(frame: Frame): number[] {
  const { ramc, obliquity, latitude, ascendant, midheaven } = frame;
  const declination = declinationOf(ascendant, obliquity);
  const cosine = -Math.tan(latitude * RADIANS) * Math.tan(declination * RADIANS);
  const day = Math.acos(Math.min(Math.max(cosine, -1), 1)) * DEGREES;
  const night = 180 - day;
  const at = (hours: number): number => eclipticOfRightAscension(ramc + hours, obliquity);
  return fromUpper([
    ...([midheaven, at(day / 3), at((2 * day) / 3)] as const),
    ...([ascendant, at(180 - (2 * night) / 3), at(180 - night / 3)] as const),
  ]);
}

/** Twelfths of the equator, along circles through the poles of the ecliptic. */
function morinus({ ramc, obliquity }: Frame): number[] {
  return Array.from({ length: 12 }, (_, house) => {
    const alpha = (ramc + 90 + house * 30) * RADIANS;
    const y = Math.sin(alpha) * Math.cos(obliquity * RADIANS);
    return degrees360(Math.atan2(y, Math.cos(alpha)) * DEGREES);
  });
}

/** How each system finds its cusps. */
export const DIVISIONS: Readonly<Record<HouseSystem, Division>> = {
  whole_sign: wholeSign,
  equal: ({ ascendant }) => every30(ascendant),
  placidus,
  koch,
  porphyry,
  regiomontanus,
  campanus,
  sripati,
  alcabitius,
  morinus,
};
