import type { Graha, VedicChart } from '../types.ts';
import { BOUNDARY_GUARD, cycle, degreesInSign, GRAHAS, norm360, signOf } from './zodiac.ts';

/** Numbers of the sixteen divisional charts of Parashara (BPHS chapter 6). */
export const PARASHARI_VARGAS = [1, 2, 3, 4, 7, 9, 10, 12, 16, 20, 24, 27, 30, 40, 45, 60] as const;

/** `parashari`: the sixteen as BPHS has them, others cyclic. `cyclic`: parts counted on from Aries. */
export type VargaScheme = 'parashari' | 'cyclic';

/** The greatest division that is computed. */
const VARGA_MAX = 300;

/**
 * Sign number of a sidereal longitude in the divisional chart D-n. Throws a RangeError unless n is a whole number of
 * 1 to 300.
 */
export function vargaSign(
  longitude: number,
  division: number,
  scheme: VargaScheme = 'parashari',
): number {
  if (!Number.isInteger(division) || division < 1 || division > VARGA_MAX)
    throw new RangeError(`The division must be a whole number of 1 to ${VARGA_MAX}.`);
  const sign = signOf(longitude);
  const degrees = degreesInSign(longitude);
  const part = Math.min(Math.floor((degrees + BOUNDARY_GUARD) * (division / 30)), division - 1);
  const rule = scheme === 'parashari' ? RULES[division] : undefined;
  return rule ? rule(sign, part, degrees) : cycle(sign * division + part, 12);
}

/** Degrees within the sign of D-n: the part of the sign stretched to 30°. */
export function vargaDegrees(longitude: number, division: number): number {
  return norm360(degreesInSign(longitude) * division) % 30;
}

/** Signs of a divisional chart. */
export interface Varga {
  readonly division: number;
  readonly ascendant: number;
  readonly grahas: Readonly<Record<Graha, number>>;
}

/** The divisional chart D-n: the sign number of the ascendant and of each graha. Throws as `vargaSign` does. */
export function varga(
  chart: VedicChart,
  division: number,
  scheme: VargaScheme = 'parashari',
): Varga {
  const grahas: Partial<Record<Graha, number>> = {};
  for (const graha of GRAHAS)
    grahas[graha] = vargaSign(chart.grahas[graha].longitude, division, scheme);
  return {
    division,
    ascendant: vargaSign(chart.ascendant, division, scheme),
    grahas: grahas as Record<Graha, number>,
  };
}

type Rule = (sign: number, part: number, degrees: number) => number;

/** 0 for the odd signs Aries, Gemini …; 1 for the even ones. */
const parity = (sign: number): number => sign % 2;
const from = (sign: number, part: number): number => (sign + part) % 12;
/** Starts by mobility: movable, fixed, dual. */
const byMobility =
  (movable: number, fixed: number, dual: number): Rule =>
  (sign, part) =>
    from(sign % 3 === 0 ? movable : sign % 3 === 1 ? fixed : dual, part);
const byParity =
  (odd: number, even: number): Rule =>
  (sign, part) =>
    from(parity(sign) === 0 ? odd : even, part);

/** How far each unequal part of D30 reaches, degrees, and its sign: odd signs, then even ones. */
const TRIMSAMSA = [
  [
    [5, 0],
    [10, 10],
    [18, 8],
    [25, 2],
    [30, 6],
  ],
  [
    [5, 1],
    [12, 5],
    [20, 11],
    [25, 9],
    [30, 7],
  ],
] as const;

function trimsamsa(sign: number, _part: number, degrees: number): number {
  const parts = TRIMSAMSA[parity(sign) === 0 ? 0 : 1];
  for (const [end, target] of parts) if (degrees + BOUNDARY_GUARD < end) return target;
  return parts[4][1];
}

const RULES: Readonly<Record<number, Rule>> = {
  1: (sign) => sign,
  2: (sign, part) => (parity(sign) === part ? 4 : 3),
  3: (sign, part) => from(sign, part * 4),
  4: (sign, part) => from(sign, part * 3),
  7: (sign, part) => from(sign + parity(sign) * 6, part),
  9: (sign, part) => from(sign * 9, part),
  10: (sign, part) => from(sign + parity(sign) * 8, part),
  12: from,
  16: byMobility(0, 4, 8),
  20: byMobility(0, 8, 4),
  24: byParity(4, 3),
  27: (sign, part) => from(sign * 27, part),
  30: trimsamsa,
  40: byParity(0, 6),
  45: byMobility(0, 4, 8),
  60: from,
};
