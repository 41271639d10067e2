import type { Graha, VedicChart } from '../../types.ts';
import type { Dignity } from '../dignity.ts';
import { Reading } from '../reading.ts';
import { EVILS } from './evils.ts';
import { FORTUNE } from './fortune.ts';
import { ASCETIC, PENURY } from './hardship.ts';
import { HOUSES } from './houses.ts';
import { LUNAR, MAHAPURUSHA, SOLAR } from './luminaries.ts';
import { MAHARAJA } from './maharaja.ts';
import { NABHASA } from './nabhasa.ts';
import { RAJA } from './raja.ts';
import type { YogaRule } from './rule.ts';
import { SERVICE, WEALTH } from './service.ts';

export type { Cancellation, YogaGroup, YogaRule, YogaSource } from './rule.ts';

/** Every yoga that is looked for. */
export const YOGAS: readonly YogaRule[] = [
  ...MAHAPURUSHA,
  ...LUNAR,
  ...SOLAR,
  ...NABHASA,
  ...FORTUNE,
  ...HOUSES,
  ...RAJA,
  ...MAHARAJA,
  ...SERVICE,
  ...WEALTH,
  ...PENURY,
  ...ASCETIC,
  ...EVILS,
];

/** Of one family at most this many yogas count. */
const FAMILY_COUNTS_MAX = 3;

/** How many yogas there are when those of one family, one pattern for many grahas or houses, count at most three. */
export function countYogas(rules: readonly YogaRule[] = YOGAS): number {
  const families = new Map<string, number>();
  let single = 0;
  for (const { family } of rules) {
    if (family === undefined) single += 1;
    else families.set(family, Math.min((families.get(family) ?? 0) + 1, FAMILY_COUNTS_MAX));
  }
  return [...families.values()].reduce((sum, count) => sum + count, single);
}

/** A yoga that a chart has. */
export interface YogaFinding {
  readonly rule: YogaRule;
  readonly participants: readonly Graha[];
  /** Keys of the cancellations that hold. */
  readonly cancelledBy: readonly string[];
  /**
   * 0 to 1: the mean of the participants' dignities (exalted 1, moolatrikona 0.9, own 0.8, great friend 0.65, friend
   * 0.55, neutral 0.45, enemy 0.3, great enemy 0.2, debilitated 0.1), each halved when burnt; halved when cancelled.
   */
  readonly strength: number;
}

const WORTH: Readonly<Record<Dignity, number>> = {
  exalted: 1,
  moolatrikona: 0.9,
  own: 0.8,
  great_friend: 0.65,
  friend: 0.55,
  neutral: 0.45,
  enemy: 0.3,
  great_enemy: 0.2,
  debilitated: 0.1,
};

/** The yogas of a chart, in the order of `YOGAS`. */
export function yogasOf(
  chart: VedicChart,
  reading: Reading = new Reading(chart),
): readonly YogaFinding[] {
  const found: YogaFinding[] = [];
  for (const rule of YOGAS) {
    const participants = rule.find(reading);
    if (participants === null || participants.length === 0) continue;
    const cancelledBy = rule.cancellations
      .filter((cancellation) => cancellation.holds(reading, participants))
      .map((cancellation) => cancellation.key);
    const strength = strengthOf(reading, participants) * (cancelledBy.length > 0 ? 0.5 : 1);
    found.push({ rule, participants, cancelledBy, strength });
  }
  return found;
}

function strengthOf(reading: Reading, participants: readonly Graha[]): number {
  let sum = 0;
  for (const graha of participants)
    sum += WORTH[reading.dignity[graha]] * (reading.isBurnt[graha] ? 0.5 : 1);
  return sum / participants.length;
}
