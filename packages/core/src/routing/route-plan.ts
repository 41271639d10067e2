import type { ModelNames } from '../admission/index.ts';
import type { Random } from '../kernel/index.ts';
import type { Price } from '../metering/index.ts';
import type { Verdict } from '../providers/index.ts';
import type { KeyState, Ticket } from './key-state.ts';
import { hasAwake, pick, type Target } from './pick.ts';
import type { StaticPlan, StaticStage } from './static-plan.ts';
import type { Candidate, RoutePlan, Stage } from './types.ts';

/** What bounds the attempts of one request. */
export interface AttemptBounds {
  /** Attempts in all. */
  readonly attemptCap: number;
  /** Milliseconds for all attempts together. */
  readonly deadlineMs: number;
}

const NOTHING_TRIED: ReadonlySet<Target> = new Set();

/** The plan of one request over a static plan that many requests share. */
export class LiveRoutePlan implements RoutePlan {
  readonly requested: string;
  readonly resolved: string;
  readonly spelled: string;
  readonly names: ModelNames;
  readonly renamed: boolean;
  readonly stages: readonly StaticStage[];
  readonly attemptCap: number;
  readonly deadlineMs: number;
  readonly prices: readonly Price[];
  readonly isGuess: boolean;
  readonly hedgeAfterMs: number | undefined;
  readonly #random: Random;
  readonly #affinity: number | undefined;
  readonly #pricesOf: StaticPlan['pricesOf'];
  #tried: Set<Target> | undefined;
  #stage = 0;
  #attempts = 0;

  constructor(
    plan: StaticPlan,
    bounds: AttemptBounds,
    { random, affinity }: { readonly random: Random; readonly affinity?: number | undefined },
  ) {
    this.requested = plan.requested;
    this.resolved = plan.resolved;
    this.spelled = plan.spelled;
    this.names = plan.names;
    this.renamed = plan.resolved !== plan.requested || plan.spelled !== plan.requested;
    this.stages = liveStages(plan.stages);
    this.attemptCap = bounds.attemptCap;
    this.deadlineMs = bounds.deadlineMs;
    this.prices = plan.prices;
    this.isGuess = plan.isGuess;
    this.hedgeAfterMs = plan.hedgeAfterMs;
    this.#random = random;
    this.#affinity = affinity;
    this.#pricesOf = plan.pricesOf;
  }

  dearest(costOf: (price: Price) => bigint, model?: string): Price {
    const prices = model === undefined ? this.prices : (this.#pricesOf.get(model) ?? []);
    let [dearest] = prices;
    if (!dearest) throw new Error('a plan without prices');
    for (let i = 1; i < prices.length; i++) {
      const price = prices[i] as Price;
      if (costOf(price) > costOf(dearest)) dearest = price;
    }
    return dearest;
  }

  next(): Candidate | undefined {
    if (this.#attempts >= this.attemptCap) return undefined;
    const found = this.#find(false);
    if (found || this.#tried !== undefined) return found;
    // Nobody is awake; whoever only said that it has no such model may say so again.
    this.#stage = 0;
    return this.#find(true);
  }

  beside(): Candidate | undefined {
    const stage = this.stages[this.#stage];
    if (!stage || this.#attempts >= this.attemptCap) return undefined;
    const capped = stage.set.targets.filter(({ state }) => state.key.caps !== undefined);
    const target = pick(stage.set, {
      model: stage.model,
      tried: new Set([...(this.#tried ?? []), ...capped]),
      random: this.#random,
      affinity: undefined,
      asLastResort: false,
    });
    if (!target) return undefined;
    this.#tried?.add(target);
    this.#attempts++;
    return new Attempt(stage, target);
  }

  #find(asLastResort: boolean): Candidate | undefined {
    for (; this.#stage < this.stages.length; this.#stage++) {
      const stage = this.stages[this.#stage] as StaticStage;
      const target = pick(stage.set, {
        model: stage.model,
        tried: this.#tried ?? NOTHING_TRIED,
        random: this.#random,
        affinity: this.#affinity,
        asLastResort,
      });
      if (!target) continue;
      this.#tried = (this.#tried ?? new Set()).add(target);
      this.#attempts++;
      return new Attempt(stage, target);
    }
    return undefined;
  }

  skipStage(): void {
    this.#stage++;
    this.passOver();
  }

  passOver(): void {
    this.#attempts--;
  }

  retryAfterSeconds(): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const { set, model } of this.stages) {
      for (const { state } of set.targets) earliest = Math.min(earliest, state.wakesInMs(model));
    }
    return Number.isFinite(earliest) ? Math.max(1, Math.ceil(earliest / 1000)) : 1;
  }
}

/**
 * The stages as things are now: one whose keys all rest is replaced by the first of its SwitchOver
 * levels that has a key awake. Nothing is copied while every first choice is awake.
 */
function liveStages(stages: readonly StaticStage[]): readonly StaticStage[] {
  const needsChange = stages.some((stage) => !hasAwake(stage.set, stage.model));
  if (!needsChange) return stages;
  const live = new Map<string, StaticStage>();
  for (const stage of stages) {
    const isResting = !hasAwake(stage.set, stage.model);
    const backup = isResting
      ? stage.alternatives.find(({ set, model }) => hasAwake(set, model))
      : undefined;
    const chosen = backup ?? stage;
    const place = `${chosen.level} ${chosen.model}`;
    if (!live.has(place)) live.set(place, chosen);
  }
  return [...live.values()];
}

class Attempt implements Candidate {
  readonly key: Candidate['key'];
  readonly model: string;
  readonly upstreamModel: string;
  readonly price: Price;
  readonly stage: Stage;
  readonly #state: KeyState;
  #ticket: Ticket | undefined;

  constructor(stage: StaticStage, { state, upstreamModel, price }: Target) {
    this.key = state.key;
    this.model = stage.model;
    this.upstreamModel = upstreamModel;
    this.price = price;
    this.stage = stage;
    this.#state = state;
  }

  capped(ms: number): void {
    this.#state.cap(ms);
  }

  began(): void {
    this.#ticket ??= this.#state.begin(this.model);
  }

  answered(): void {
    if (this.#ticket) this.#state.answered(this.#ticket);
  }

  ended(outcome: Verdict | 'ok' | 'abandoned'): void {
    if (!this.#ticket) return;
    this.#state.end(this.#ticket, this.model, outcome);
    this.#ticket = undefined;
  }
}
