import type { VedicChart } from '../types.ts';
import { SEVEN, signOf, type VisibleGraha } from './zodiac.ts';

/** Who gives bindus: the seven grahas and the lagna. */
export const CONTRIBUTORS = [...SEVEN, 'lagna'] as const;
/** One that gives bindus. */
export type Contributor = (typeof CONTRIBUTORS)[number];

/**
 * Houses, counted from each contributor (Sun to Saturn, then lagna), in which a graha gets a bindu: BPHS chapter 66.
 * Where the texts part, for Venus from Mars, this is the reading of Brihat Jataka chapter 9.
 */
const PLACES: Readonly<Record<VisibleGraha, readonly (readonly number[])[]>> = {
  sun: [
    [1, 2, 4, 7, 8, 9, 10, 11],
    [3, 6, 10, 11],
    [1, 2, 4, 7, 8, 9, 10, 11],
    [3, 5, 6, 9, 10, 11, 12],
    [5, 6, 9, 11],
    [6, 7, 12],
    [1, 2, 4, 7, 8, 9, 10, 11],
    [3, 4, 6, 10, 11, 12],
  ],
  moon: [
    [3, 6, 7, 8, 10, 11],
    [1, 3, 6, 7, 10, 11],
    [2, 3, 5, 6, 9, 10, 11],
    [1, 3, 4, 5, 7, 8, 10, 11],
    [1, 4, 7, 8, 10, 11, 12],
    [3, 4, 5, 7, 9, 10, 11],
    [3, 5, 6, 11],
    [3, 6, 10, 11],
  ],
  mars: [
    [3, 5, 6, 10, 11],
    [3, 6, 11],
    [1, 2, 4, 7, 8, 10, 11],
    [3, 5, 6, 11],
    [6, 10, 11, 12],
    [6, 8, 11, 12],
    [1, 4, 7, 8, 9, 10, 11],
    [1, 3, 6, 10, 11],
  ],
  mercury: [
    [5, 6, 9, 11, 12],
    [2, 4, 6, 8, 10, 11],
    [1, 2, 4, 7, 8, 9, 10, 11],
    [1, 3, 5, 6, 9, 10, 11, 12],
    [6, 8, 11, 12],
    [1, 2, 3, 4, 5, 8, 9, 11],
    [1, 2, 4, 7, 8, 9, 10, 11],
    [1, 2, 4, 6, 8, 10, 11],
  ],
  jupiter: [
    [1, 2, 3, 4, 7, 8, 9, 10, 11],
    [2, 5, 7, 9, 11],
    [1, 2, 4, 7, 8, 10, 11],
    [1, 2, 4, 5, 6, 9, 10, 11],
    [1, 2, 3, 4, 7, 8, 10, 11],
    [2, 5, 6, 9, 10, 11],
    [3, 5, 6, 12],
    [1, 2, 4, 5, 6, 7, 9, 10, 11],
  ],
  venus: [
    [8, 11, 12],
    [1, 2, 3, 4, 5, 8, 9, 11, 12],
    [3, 5, 6, 9, 11, 12],
    [3, 5, 6, 9, 11],
    [5, 8, 9, 10, 11],
    [1, 2, 3, 4, 5, 8, 9, 10, 11],
    [3, 4, 5, 8, 9, 10, 11],
    [1, 2, 3, 4, 5, 8, 9, 11],
  ],
  saturn: [
    [1, 2, 4, 7, 8, 10, 11],
    [3, 6, 11],
    [3, 5, 6, 10, 11, 12],
    [6, 8, 9, 10, 11, 12],
    [5, 6, 11, 12],
    [6, 11, 12],
    [3, 5, 6, 11],
    [1, 3, 4, 6, 10, 11],
  ],
};

/** Bindus of each graha, of 337 in all, whatever the chart. */
export const BINDU_TOTALS: Readonly<Record<VisibleGraha, number>> = {
  sun: 48,
  moon: 49,
  mars: 39,
  mercury: 54,
  jupiter: 56,
  venus: 52,
  saturn: 39,
};

/** The bindus of a chart. Lists have one entry for each sign, Aries first. */
export interface Ashtakavarga {
  /** Bindus of each graha by sign. */
  readonly bhinna: Readonly<Record<VisibleGraha, readonly number[]>>;
  /** Who gives a graha a bindu in which sign: `prastara.mars[sign]` lists the contributors. */
  readonly prastara: Readonly<Record<VisibleGraha, readonly (readonly Contributor[])[]>>;
  /** The seven summed by sign. */
  readonly sarva: readonly number[];
  /** Sum of `sarva`. */
  readonly total: number;
}

/** Ashtakavarga of a chart. */
export function ashtakavarga(chart: VedicChart): Ashtakavarga {
  const signs = CONTRIBUTORS.map((contributor) =>
    signOf(contributor === 'lagna' ? chart.ascendant : chart.grahas[contributor].longitude),
  );
  const bhinna: Partial<Record<VisibleGraha, readonly number[]>> = {};
  const prastara: Partial<Record<VisibleGraha, readonly (readonly Contributor[])[]>> = {};
  const sarva = Array.from({ length: 12 }, () => 0);
  for (const graha of SEVEN) {
    const givers = giversOf(graha, signs);
    prastara[graha] = givers;
    bhinna[graha] = givers.map((list) => list.length);
    for (const [sign, list] of givers.entries()) sarva[sign] = (sarva[sign] ?? 0) + list.length;
  }
  return {
    bhinna: bhinna as Record<VisibleGraha, readonly number[]>,
    prastara: prastara as Record<VisibleGraha, readonly (readonly Contributor[])[]>,
    sarva,
    total: sarva.reduce((sum, bindus) => sum + bindus, 0),
  };
}

function giversOf(graha: VisibleGraha, signs: readonly number[]): Contributor[][] {
  const givers = Array.from({ length: 12 }, (): Contributor[] => []);
  for (const [index, contributor] of CONTRIBUTORS.entries())
    for (const house of PLACES[graha][index] ?? [])
      givers[((signs[index] ?? 0) + house - 1) % 12]?.push(contributor);
  return givers;
}
