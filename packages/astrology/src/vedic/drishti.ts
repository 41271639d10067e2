import type { Graha, VedicChart } from '../types.ts';
import { GRAHAS, houseFrom, norm360, SEVEN, signOf, type VisibleGraha } from './zodiac.ts';

/** Houses from itself that a graha looks at fully, besides the seventh (BPHS chapter 26). */
const SPECIAL: Readonly<Record<Graha, readonly number[]>> = {
  sun: [],
  moon: [],
  mars: [4, 8],
  mercury: [],
  jupiter: [5, 9],
  venus: [],
  saturn: [3, 10],
  rahu: [],
  ketu: [],
};

/** Whether a graha in one sign looks fully at another sign. The nodes are given the seventh only. */
export function looksAt(graha: Graha, fromSign: number, toSign: number): boolean {
  const house = houseFrom(fromSign, toSign);
  return house === 7 || SPECIAL[graha].includes(house);
}

/** Sign numbers that a sign looks at (Jaimini 1.1): movable and fixed each other but the neighbour, dual the duals. */
export function signAspects(sign: number): readonly number[] {
  return SIGN_ASPECTS[sign % 3 === 0 ? 0 : sign % 3 === 1 ? 1 : 2].map(
    (step) => (sign + step) % 12,
  );
}

const SIGN_ASPECTS = [
  [4, 7, 10],
  [2, 5, 8],
  [3, 6, 9],
] as const;

/**
 * Strength of a look by angle, in virupas, 0 to 60 (BPHS chapter 26). Saturn's third and tenth, Mars's fourth and
 * eighth, Jupiter's fifth and ninth are raised by 45, 15 and 30; the sum is capped at 60.
 */
export function drishtiVirupas(graha: VisibleGraha, from: number, to: number): number {
  const angle = norm360(to - from);
  return Math.min(60, byAngle(angle) + specialVirupas(graha, angle));
}

function byAngle(angle: number): number {
  if (angle < 30 || angle >= 300) return 0;
  if (angle < 60) return (angle - 30) / 2;
  if (angle < 90) return angle - 45;
  if (angle < 120) return 30 + (120 - angle) / 2;
  if (angle < 150) return 150 - angle;
  if (angle < 180) return (angle - 150) * 2;
  return (300 - angle) / 2;
}

const RAISED: Readonly<Partial<Record<Graha, readonly [virupas: number, ...from: number[]]>>> = {
  mars: [15, 90, 210],
  jupiter: [30, 120, 240],
  saturn: [45, 60, 270],
};

function specialVirupas(graha: Graha, angle: number): number {
  const raised = RAISED[graha];
  if (!raised) return 0;
  const [virupas, ...starts] = raised;
  return starts.some((start) => angle >= start && angle < start + 30) ? virupas : 0;
}

/** One look in a chart. */
export interface Drishti {
  readonly from: Graha;
  readonly to: Graha | 'ascendant';
  /** Whole-sign house counted from the looking graha. */
  readonly house: number;
  /** Strength by angle, virupas; null for the nodes, which have none. */
  readonly virupas: number | null;
}

/** All full looks of a chart by whole signs, at grahas and at the ascendant. */
export function drishtis(chart: VedicChart): readonly Drishti[] {
  const found: Drishti[] = [];
  for (const from of GRAHAS) {
    const at = chart.grahas[from].longitude;
    for (const to of [...GRAHAS, 'ascendant' as const]) {
      const target = to === 'ascendant' ? chart.ascendant : chart.grahas[to].longitude;
      if (from === to || !looksAt(from, signOf(at), signOf(target))) continue;
      const house = houseFrom(signOf(at), signOf(target));
      const visible = SEVEN.find((graha) => graha === from);
      found.push({
        from,
        to,
        house,
        virupas: visible ? drishtiVirupas(visible, at, target) : null,
      });
    }
  }
  return found;
}
