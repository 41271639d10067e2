import type { Graha, VedicChart } from '../types.ts';
import { cycle, degreesInSign, GRAHAS, houseFrom, lordOf, signOf } from './zodiac.ts';

/** The movable significators, from the most degrees to the fewest (BPHS chapter 32). */
const SEVEN_KARAKAS = ['atma', 'amatya', 'bhratri', 'matri', 'putra', 'jnati', 'dara'] as const;
const EIGHT_KARAKAS = [
  'atma',
  'amatya',
  'bhratri',
  'matri',
  'pitri',
  'putra',
  'jnati',
  'dara',
] as const;
/** Key of a movable significator; `pitri` in the scheme of eight only. */
export type CharaKaraka = (typeof EIGHT_KARAKAS)[number];

/**
 * Movable significators by degrees within the sign. The scheme of seven takes Sun to Saturn; the scheme of eight adds
 * Rahu, whose degrees count from the end of the sign. Equal degrees keep the order of the weekdays.
 */
export function charaKarakas(
  chart: VedicChart,
  scheme: 7 | 8 = 7,
): Readonly<Partial<Record<CharaKaraka, Graha>>> {
  const ranked = GRAHAS.slice(0, scheme)
    .map((graha) => ({ graha, degrees: karakaDegrees(chart, graha) }))
    .sort((a, b) => b.degrees - a.degrees);
  const names = scheme === 7 ? SEVEN_KARAKAS : EIGHT_KARAKAS;
  return Object.fromEntries(names.map((name, index) => [name, ranked[index]?.graha ?? 'sun']));
}

function karakaDegrees(chart: VedicChart, graha: Graha): number {
  const degrees = degreesInSign(chart.grahas[graha].longitude);
  return graha === 'rahu' ? 30 - degrees : degrees;
}

/**
 * Sign number of the arudha of a house, 1 to 12 (BPHS chapter 29): as far from the lord as the lord is from the house;
 * where that is the house itself or its seventh, the tenth from there.
 */
export function arudha(chart: VedicChart, house: number): number {
  const sign = cycle(signOf(chart.ascendant) + house - 1, 12);
  const lordSign = signOf(chart.grahas[lordOf(sign)].longitude);
  const reached = cycle(2 * lordSign - sign, 12);
  const seen = houseFrom(sign, reached);
  return seen === 1 || seen === 7 ? (reached + 9) % 12 : reached;
}

/** Sign numbers of the arudhas of houses 1 to 12. */
export function arudhas(chart: VedicChart): readonly number[] {
  return Array.from({ length: 12 }, (_, index) => arudha(chart, index + 1));
}
