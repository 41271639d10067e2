import type { Graha, VedicChart } from '../../types.ts';
import { houseFrom, norm360, SEVEN, signOf } from '../zodiac.ts';

/** Names of Kaal Sarp by the house of Rahu from the lagna, first to twelfth. */
export const KAAL_SARP_TYPES = [
  'ananta',
  'kulika',
  'vasuki',
  'shankhapala',
  'padma',
  'mahapadma',
  'takshaka',
  'karkotaka',
  'shankhachuda',
  'ghataka',
  'vishadhara',
  'sheshanaga',
] as const;

/** Kaal Sarp: all seven on one side of the nodes. Later tradition; the older classics do not have it. */
export interface KaalSarp {
  readonly isPresent: boolean;
  /** All but one on one side. */
  readonly isPartial: boolean;
  /** `udita`: they follow Rahu in the order of the signs, towards Ketu; `anudita`: they follow Ketu. Null if absent. */
  readonly direction: 'udita' | 'anudita' | null;
  /** Its name by Rahu's house; null if neither present nor partial. */
  readonly type: (typeof KAAL_SARP_TYPES)[number] | null;
  /** Grahas that stand apart, one where it is partial. */
  readonly outside: readonly Graha[];
  /** Keys of the cancellations that hold. */
  readonly cancelledBy: readonly string[];
}

/** Kaal Sarp of a chart, by degrees. */
export function kaalSarp(chart: VedicChart): KaalSarp {
  const rahu = chart.grahas.rahu.longitude;
  const isAfterRahu = (graha: Graha): boolean =>
    norm360(chart.grahas[graha].longitude - rahu) < 180;
  const after = SEVEN.filter(isAfterRahu);
  const before = SEVEN.filter((graha) => !isAfterRahu(graha));
  const outside = after.length > before.length ? before : after;
  const isPresent = outside.length === 0;
  const isPartial = outside.length === 1;
  const direction = after.length > before.length ? 'udita' : 'anudita';
  const house = houseFrom(signOf(chart.ascendant), signOf(rahu));
  const isNamed = isPresent || isPartial;
  return {
    isPresent,
    isPartial,
    direction: isNamed ? direction : null,
    type: isNamed ? (KAAL_SARP_TYPES[house - 1] ?? null) : null,
    outside: isNamed ? outside : [],
    cancelledBy: isPresent ? cancellations(chart) : [],
  };
}

function cancellations(chart: VedicChart): readonly string[] {
  const sign = (graha: Graha): number => signOf(chart.grahas[graha].longitude);
  const lagna = signOf(chart.ascendant);
  const found: string[] = [];
  if (SEVEN.some((graha) => sign(graha) === sign('rahu') || sign(graha) === sign('ketu')))
    found.push('graha_with_node');
  if (houseFrom(lagna, sign('jupiter')) % 3 === 1) found.push('jupiter_in_kendra');
  return found;
}
