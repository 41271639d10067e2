import type { Effort } from './request.ts';

/** The smallest thinking budget that vendors accept, in tokens. */
export const THINKING_BUDGET_MIN = 1024;

/** The output bound that shares refer to where neither request nor catalog names one, in tokens. */
const OUTPUT_BOUND_USUAL = 32_000;

/** How much of the output bound each effort gives to thinking, in thousandths. */
const SHARES: readonly (readonly [Effort, number])[] = [
  ['none', 0],
  ['minimal', 100],
  ['low', 200],
  ['medium', 500],
  ['high', 800],
  ['xhigh', 950],
  ['max', 950],
];

const SHARE_OF: ReadonlyMap<Effort, number> = new Map(SHARES);

/** From less to more. */
const ORDER: readonly Effort[] = SHARES.map(([effort]) => effort);

/**
 * The thinking budget in tokens for an effort, where a model takes only budgets: 0 for none, at least
 * 1024 else. With a tiny bound it may exceed it: wires that demand a budget below it see to that.
 */
export function budgetOfEffort(effort: Effort, outputBound: number | undefined): number {
  const share = SHARE_OF.get(effort) ?? 0;
  if (share === 0) return 0;
  const tokens = Math.floor(((outputBound ?? OUTPUT_BOUND_USUAL) * share) / 1000);
  return Math.max(THINKING_BUDGET_MIN, tokens);
}

/**
 * The effort nearest to a thinking budget, where a model takes only efforts; undefined for a negative
 * budget, which leaves it to the model.
 */
export function effortOfBudget(
  budget: number,
  outputBound: number | undefined,
): Effort | undefined {
  if (budget < 0) return undefined;
  if (budget === 0) return 'none';
  const share = (budget * 1000) / (outputBound ?? OUTPUT_BOUND_USUAL);
  if (share < 150) return 'minimal';
  if (share < 350) return 'low';
  if (share < 650) return 'medium';
  return share < 875 ? 'high' : 'xhigh';
}

/** Reads an effort in the vendors' common words; undefined for anything else. */
export function readEffort(value: unknown): Effort | undefined {
  return ORDER.find((effort) => effort === value);
}

/**
 * The effort among those on offer that comes nearest: the next lower one, else the lowest. `none` is
 * taken for `none` only: thinking that was asked for is never switched off.
 */
export function nearestEffort(effort: Effort, offered: readonly Effort[]): Effort | undefined {
  if (offered.includes(effort)) return effort;
  const wanted = ORDER.indexOf(effort);
  const usable = ORDER.filter((each) => each !== 'none' && offered.includes(each));
  return usable.findLast((each) => ORDER.indexOf(each) < wanted) ?? usable[0];
}
