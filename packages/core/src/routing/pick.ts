import type { Random } from '../kernel/index.ts';
import type { Price } from '../metering/index.ts';
import type { KeyState } from './key-state.ts';

/** One key of a stage with what it means for the stage's model. */
export interface Target {
  readonly state: KeyState;
  readonly upstreamModel: string;
  readonly price: Price;
}

/** The targets of one stage with their weights summed up, for weighted draws. */
export interface TargetSet {
  readonly targets: readonly Target[];
  /** `sums[i]` is the weight of the targets up to and including i. */
  readonly sums: readonly number[];
}

/** Draws before the set is searched; the search is only needed where most keys rest. */
const DRAWS_MAX = 4;

export function createTargetSet(targets: readonly Target[]): TargetSet {
  let sum = 0;
  const sums = targets.map(({ state }) => {
    sum += state.key.weight;
    return sum;
  });
  return { targets, sums };
}

/** Whether any target may be tried now. */
export function hasAwake({ targets }: TargetSet, model: string): boolean {
  return targets.some(({ state }) => state.isAwake(model));
}

/**
 * The less loaded of two targets drawn by weight, of those that are awake and not tried yet. Load is
 * outstanding attempts by weight; the first draw wins a tie, so that idle keys share by weight too.
 */
export function pick(
  set: TargetSet,
  model: string,
  tried: ReadonlySet<Target>,
  random: Random,
): Target | undefined {
  const { targets } = set;
  if (targets.length === 1) {
    const [only] = targets;
    return only && isUsable(only, model, tried) ? only : undefined;
  }
  const first = draw(set, model, tried, random);
  const second = first && draw(set, model, tried, random);
  if (!first || !second || second === first) return first;
  return load(second) < load(first) ? second : first;
}

function load({ state }: Target): number {
  return state.outstanding / state.key.weight;
}

function isUsable(target: Target, model: string, tried: ReadonlySet<Target>): boolean {
  return !tried.has(target) && target.state.isAwake(model);
}

function draw(
  set: TargetSet,
  model: string,
  tried: ReadonlySet<Target>,
  random: Random,
): Target | undefined {
  for (let i = 0; i < DRAWS_MAX; i++) {
    const target = drawByWeight(set, random);
    if (target && isUsable(target, model, tried)) return target;
  }
  const usable = set.targets.filter((target) => isUsable(target, model, tried));
  return usable.length <= 1 ? usable[0] : drawByWeight(createTargetSet(usable), random);
}

function drawByWeight({ targets, sums }: TargetSet, random: Random): Target | undefined {
  const point = random.fraction() * (sums.at(-1) ?? 0);
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (point < (sums[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return targets[low];
}
