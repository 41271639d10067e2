import type { Graha } from '../types.ts';
import { cyclic } from './zodiac.ts';

/** One ruler of a dasha cycle. */
export interface DashaShare {
  /** Name of the period: the graha, or the yogini. */
  readonly key: string;
  readonly lord: Graha;
  /** Years of a full great period. */
  readonly years: number;
}

/** One period of a dasha. */
export interface DashaPeriod {
  readonly key: string;
  readonly lord: Graha;
  /** 1 for a great period, to 5. */
  readonly level: number;
  /** Julian date UT of its beginning; of a first period, before the birth. */
  readonly from: number;
  /** Julian date UT of its end, which is where the next begins. */
  readonly to: number;
  /** Place of its ruler in the cycle. */
  readonly index: number;
}

/** A period with what is inside it. */
export interface DashaBranch extends DashaPeriod {
  readonly periods?: readonly DashaBranch[];
}

/** The deepest level. */
export const DASHA_LEVELS_MAX = 5;

/** Periods of a dasha, computed when asked for. */
export interface DashaTimeline {
  /** The great periods, the one of the birth first. */
  readonly periods: readonly DashaPeriod[];
  /** Years of the first great period that are left at birth. */
  readonly balanceYears: number;
  readonly yearDays: number;
  /** The periods inside one; empty at the fifth level. */
  within(period: DashaPeriod): readonly DashaPeriod[];
  /** The tree to a level, 1 to 5. Throws a RangeError for other levels. */
  tree(levels: number): readonly DashaBranch[];
  /** The periods that run at a Julian date UT, outermost first; empty outside the timeline. */
  running(jdUt: number, levels?: number): readonly DashaPeriod[];
}

/** What a dasha is laid out from. */
export interface DashaPlan {
  readonly sequence: readonly DashaShare[];
  /** Which share runs at birth. */
  readonly first: number;
  /** Part of it that was over at birth, 0 ≤ elapsed < 1. */
  readonly elapsed: number;
  /** Julian date UT. */
  readonly birth: number;
  readonly yearDays: number;
  /** How often the whole cycle is laid out. */
  readonly rounds: number;
}

/** Lays out a dasha. Throws a RangeError unless a year has 300 to 400 days. */
export function createDasha(plan: DashaPlan): DashaTimeline {
  const { sequence, yearDays } = plan;
  if (!(yearDays >= 300 && yearDays <= 400))
    throw new RangeError('A dasha year must have 300 to 400 days.');
  const total = sequence.reduce((sum, share) => sum + share.years, 0);
  const share = cyclic(sequence, plan.first);
  const start = plan.birth - plan.elapsed * share.years * yearDays;
  const count = sequence.length * plan.rounds;
  const periods = layOut(sequence, { first: plan.first, count, level: 1, start, days: yearDays });
  const within = (period: DashaPeriod): readonly DashaPeriod[] => {
    if (period.level >= DASHA_LEVELS_MAX) return [];
    const span = { from: period.from, to: period.to };
    const days = (span.to - span.from) / total;
    const inner = layOut(sequence, {
      first: period.index,
      count: sequence.length,
      level: period.level + 1,
      start: span.from,
      days,
      end: span.to,
    });
    return inner;
  };
  return {
    periods,
    balanceYears: (1 - plan.elapsed) * share.years,
    yearDays,
    within,
    tree: (levels) => {
      checkLevels(levels);
      return grow(periods, levels, within);
    },
    running: (jdUt, levels = DASHA_LEVELS_MAX) => {
      checkLevels(levels);
      return descend(periods, jdUt, { levels, within });
    },
  };
}

function checkLevels(levels: number): void {
  if (!Number.isInteger(levels) || levels < 1 || levels > DASHA_LEVELS_MAX)
    throw new RangeError(`The levels must be a whole number of 1 to ${DASHA_LEVELS_MAX}.`);
}

interface Layout {
  readonly first: number;
  readonly count: number;
  readonly level: number;
  readonly start: number;
  /** Days for each year of a share. */
  readonly days: number;
  /** Where the last one ends, so that rounding leaves no gap. */
  readonly end?: number;
}

function layOut(sequence: readonly DashaShare[], layout: Layout): readonly DashaPeriod[] {
  const periods: DashaPeriod[] = [];
  let years = 0;
  let from = layout.start;
  for (let step = 0; step < layout.count; step++) {
    const index = (layout.first + step) % sequence.length;
    const { key, lord, years: own } = cyclic(sequence, index);
    years += own;
    const isLast = step === layout.count - 1;
    const to = isLast && layout.end !== undefined ? layout.end : layout.start + years * layout.days;
    periods.push({ key, lord, level: layout.level, from, to, index });
    from = to;
  }
  return periods;
}

type Within = (period: DashaPeriod) => readonly DashaPeriod[];

function grow(
  periods: readonly DashaPeriod[],
  levels: number,
  within: Within,
): readonly DashaBranch[] {
  if (levels === 1) return periods;
  return periods.map((period) => ({
    key: period.key,
    lord: period.lord,
    level: period.level,
    from: period.from,
    to: period.to,
    index: period.index,
    periods: grow(within(period), levels - 1, within),
  }));
}

function descend(
  periods: readonly DashaPeriod[],
  jdUt: number,
  depth: { readonly levels: number; readonly within: Within },
): readonly DashaPeriod[] {
  const path: DashaPeriod[] = [];
  let inside = periods;
  while (path.length < depth.levels) {
    const running = inside.find((period) => jdUt >= period.from && jdUt < period.to);
    if (!running) break;
    path.push(running);
    inside = depth.within(running);
  }
  return path;
}
