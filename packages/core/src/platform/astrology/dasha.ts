import { vedic } from '@meridian/astrology';
import type { AstrologyInput } from '@meridian/contract';
import { readBirth } from './birth.ts';
import { framed } from './frame.ts';
import { dayOfJd, utcOfJd } from './moment-answer.ts';
import type { Sky } from './sky.ts';
import { castVedic, vedicOptions } from './vedic-chart.ts';
import { titleOf } from './wording.ts';

const UNIX_EPOCH = 2_440_587.5;
const DAY_MS = 86_400_000;
const LEVELS_DEFAULT = 2;
/** Whole trees beyond this level would be hundreds of thousands of periods: only the running branch opens. */
const TREE_LEVELS_MAX = 3;

/** The periods of a life. */
export async function dasha(asked: AstrologyInput<'dasha'>, nowMs: number, sky: Sky) {
  const birth = await readBirth(asked, sky);
  const cast = castVedic(birth, vedicOptions(asked), sky);
  const yearDays = vedic.DASHA_YEARS[asked.dasha_year ?? 'julian'];
  const kind = asked.dasha ?? 'vimshottari';
  const timeline = makers[kind](cast.chart, yearDays);
  const levels = asked.levels ?? LEVELS_DEFAULT;
  const running = timeline.running(julianNow(nowMs), levels);
  return {
    dasha: kind,
    year_days: timeline.yearDays,
    balance_at_birth_years: timeline.balanceYears,
    ...('isApplicable' in timeline && { is_applicable: timeline.isApplicable }),
    current: running.map(periodOf),
    periods: timeline.tree(Math.min(levels, TREE_LEVELS_MAX)).map(branchOf),
    ...(levels > TREE_LEVELS_MAX && {
      opened: running
        .slice(TREE_LEVELS_MAX - 1, -1)
        .map((period) => ({ ...periodOf(period), periods: timeline.within(period).map(periodOf) })),
    }),
    ...framed(cast, birth, sky),
  };
}

const makers = {
  vimshottari: vedic.vimshottari,
  yogini: vedic.yogini,
  ashtottari: vedic.ashtottari,
} as const;

/** The running great and sub period, as a kundali tells it. */
export function dashaNow(timeline: vedic.DashaTimeline, nowMs: number) {
  const [great, sub, third] = timeline.running(julianNow(nowMs), 3);
  const [first] = timeline.periods;
  const shown = great ?? first;
  if (!shown) return null;
  const inner = sub ?? shown;
  return {
    current: titleOf(shown.lord),
    sub: sub ? titleOf(sub.lord) : null,
    sub_sub: third ? titleOf(third.lord) : null,
    start: dayOfJd(inner.from),
    end: dayOfJd(inner.to),
    is_running: great !== undefined,
    balance_at_birth_years: timeline.balanceYears,
    year_days: timeline.yearDays,
    periods: timeline.periods.map(periodOf),
  };
}

function julianNow(nowMs: number): number {
  return UNIX_EPOCH + nowMs / DAY_MS;
}

function periodOf({ key, lord, level, from, to }: vedic.DashaPeriod) {
  return { key, lord, level, start: utcOfJd(from), end: utcOfJd(to) };
}

interface PeriodTree extends ReturnType<typeof periodOf> {
  readonly periods?: readonly PeriodTree[];
}

function branchOf(branch: vedic.DashaBranch): PeriodTree {
  const { periods } = branch;
  return { ...periodOf(branch), ...(periods && { periods: periods.map(branchOf) }) };
}
