import type { Random } from '../kernel/index.ts';
import type { Price } from '../metering/index.ts';
import { hashText } from './affinity.ts';
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

/** What one pick goes by. */
export interface PickOptions {
  readonly model: string;
  readonly tried: ReadonlySet<Target>;
  readonly random: Random;
  /** Also targets whose upstream said that it has no such model. */
  readonly asLastResort: boolean;
  /** What requests with the same beginning share, so that they find the same prompt cache. */
  readonly affinity: number | undefined;
}

/** How much busier than another a target may be and still be preferred for its prompt cache. */
const AFFINITY_LOAD_MAX = 8;

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
 * With an affinity the target that it falls to is taken, unless it is much busier than another.
 */
export function pick(set: TargetSet, options: PickOptions): Target | undefined {
  const { targets } = set;
  if (targets.length === 1) {
    const [only] = targets;
    return only && isUsable(only, options) ? only : undefined;
  }
  const first = draw(set, options);
  if (first && options.affinity !== undefined) {
    const fallen = fallsTo(targets, options.affinity, options);
    if (fallen && load(fallen) <= load(first) + AFFINITY_LOAD_MAX) return fallen;
  }
  const second = first && draw(set, options);
  if (!first || !second || second === first) return first;
  return load(second) < load(first) ? second : first;
}

/** The same target for the same affinity as long as it is usable; weights decide how often which. */
function fallsTo(
  targets: readonly Target[],
  affinity: number,
  options: PickOptions,
): Target | undefined {
  let best: Target | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const target of targets) {
    if (!isUsable(target, options)) continue;
    const { key } = target.state;
    // Rendezvous hashing: whoever comes or goes takes only its own share along.
    const score = Math.log(fractionOf(affinity, key.id ?? hashText(key.baseUrl))) / key.weight;
    if (score > most) {
      most = score;
      best = target;
    }
  }
  return best;
}

/** A well-mixed fraction above 0 and up to 1 of two numbers (the finalizer of MurmurHash3). */
function fractionOf(a: number, b: number): number {
  let h = (a ^ Math.imul(b, 0x9e3779b1)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (((h ^ (h >>> 16)) >>> 0) + 1) / 2 ** 32;
}

function load({ state }: Target): number {
  return state.outstanding / state.key.weight;
}

function isUsable(target: Target, { tried, model, asLastResort }: PickOptions): boolean {
  return !tried.has(target) && target.state.isAwake(model, asLastResort);
}

function draw(set: TargetSet, options: PickOptions): Target | undefined {
  for (let i = 0; i < DRAWS_MAX; i++) {
    const target = drawByWeight(set, options.random);
    if (target && isUsable(target, options)) return target;
  }
  const usable = set.targets.filter((target) => isUsable(target, options));
  return usable.length <= 1 ? usable[0] : drawByWeight(createTargetSet(usable), options.random);
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
