import { checkModel, type ModelNames } from '../admission/index.ts';
import { Failure } from '../kernel/index.ts';
import type { Price } from '../metering/index.ts';
import type { OwnerPool } from './key-pools.ts';
import { createTargetSet, type TargetSet } from './pick.ts';
import { matchRule, namesOf } from './rules.ts';
import { levelTargets, type ModelName, serves, type TargetDeps } from './targets.ts';
import type { Home } from './trace.ts';
import type { RouteInput, RoutingPolicy, Stage } from './types.ts';

/** A stage with its targets and the levels that may replace its own. */
export interface StaticStage extends Stage {
  readonly set: TargetSet;
  /** No key of the set is known to answer the model. */
  readonly isGuess: boolean;
  /** The same model on the SwitchOver levels, in order. */
  readonly alternatives: readonly StaticStage[];
}

/** The part of a plan that depends on configuration only, not on which keys are awake. */
export interface StaticPlan {
  readonly requested: string;
  readonly resolved: string;
  readonly spelled: string;
  readonly names: ModelNames;
  readonly stages: readonly StaticStage[];
  readonly prices: readonly Price[];
  readonly hedgeAfterMs: number | undefined;
  /** Model → the distinct prices of its targets. */
  readonly pricesOf: ReadonlyMap<string, readonly Price[]>;
  readonly isGuess: boolean;
}

/** Everything that planning a request looks at. */
export interface PlanContext extends TargetDeps {
  readonly pool: OwnerPool;
  readonly policy: RoutingPolicy;
  /** Milliseconds since 1970; decides which prices apply. */
  readonly atMs: number;
  readonly service: string | undefined;
  readonly variant?: readonly string[] | undefined;
}

/** Levels followed through SwitchOver; guards against configurations of absurd length. */
const SWITCH_OVERS_MAX = 16;

/** Maps, checks and stages a request; a failure where nothing can answer it. */
export function planStatically(context: PlanContext, input: RouteInput): StaticPlan | Failure {
  const mapped = mapModel(context, input.model);
  if (mapped instanceof Failure) return mapped;
  const search = createSearch(context, input.model);
  const primary = search.stage(mapped, 'primary');
  const { rule, models } = failoversOf(context, mapped);
  const backups = models.map((model) => search.stage(model, 'failover', rule));
  const stages = [
    ...[primary, ...backups].filter((stage) => stage !== undefined),
    ...(primary?.alternatives ?? []),
  ];
  const usable = distinct(stages).filter(
    ({ set, alternatives }) => set.targets.length > 0 || alternatives.some(hasTargets),
  );
  if (!usable.some(hasTargets) && !usable.some((stage) => stage.alternatives.some(hasTargets))) {
    return search.failure(mapped);
  }
  return {
    requested: input.model,
    resolved: mapped.canonical,
    spelled: mapped.spelled,
    names: primary?.names ?? limitNames(mapped, input.model),
    stages: usable,
    prices: pricesOf(usable),
    hedgeAfterMs: context.pool.routing.hedgeAfterMs,
    pricesOf: pricesByModel(usable),
    isGuess: withAlternatives(usable).every((stage) => stage.isGuess || !hasTargets(stage)),
  };
}

/** Limits count the mapped model, and the requested one where it has a limit of its own. */
function limitNames({ spelled, canonical }: ModelName, requested: string): ModelNames {
  return {
    resolved: canonical === spelled ? [canonical] : [canonical, spelled],
    requested: requested === spelled ? [] : [requested],
  };
}

/** The model after the user's stage, AllowModels and the owner's stage; one mapping per stage. */
function mapModel(context: PlanContext, requested: string): ModelName | Failure {
  const given = named(context, requested);
  const model = mapByUser(context, given);
  const refusal = checkModel(context.policy, namesOf(model.spelled, model.canonical));
  return refusal ?? mapByOwner(context, model);
}

function named({ directory }: Pick<PlanContext, 'directory'>, spelled: string): ModelName {
  return { spelled, canonical: directory.canonical(spelled) };
}

function mapByUser(context: PlanContext, from: ModelName): ModelName {
  const names = namesOf(from.spelled, from.canonical);
  for (const [map, rules] of context.policy.modelMappers.entries()) {
    const match = matchRule(rules, names);
    if (!match) continue;
    const to = named(context, match[1]);
    context.trace?.mapped({ stage: 'user', from, to, rule: match[0], map });
    return to;
  }
  context.trace?.mapped({ stage: 'user', from, to: from, rule: undefined });
  return from;
}

function mapByOwner(context: PlanContext, from: ModelName): ModelName {
  const { pool, policy, trace } = context;
  const names = namesOf(from.spelled, from.canonical);
  const isHidden = (pattern: string): boolean => policy.modelMappers.some((r) => r.has(pattern));
  const visible = new Map([...pool.routing.modelMapper].filter(([pattern]) => !isHidden(pattern)));
  const match = matchRule(visible, names);
  const to = match ? named(context, match[1]) : from;
  if (trace) {
    const first = matchRule(pool.routing.modelMapper, names)?.[0];
    const hidden = first !== undefined && isHidden(first) ? { hidden: first } : {};
    trace.mapped({ stage: 'owner', from, to, rule: match?.[0], ...hidden });
  }
  return to;
}

/** The backup models of a model, and the pattern of the rule that names them. */
function failoversOf(
  context: PlanContext,
  model: ModelName,
): { readonly rule: string | undefined; readonly models: readonly ModelName[] } {
  const { modelFailover } = context.pool.routing;
  const match = matchRule(modelFailover, namesOf(model.spelled, model.canonical));
  return { rule: match?.[0], models: (match?.[1] ?? []).map((name) => named(context, name)) };
}

/** Finds stages and remembers why there are none. */
function createSearch(context: PlanContext, requested: string) {
  const { pool, policy, atMs, service, variant } = context;
  let unpriced = 0;
  let isLevelForbidden = false;

  const mayReach = (level: number): boolean => policy.allowLevels?.has(level) ?? true;

  function at(model: ModelName, level: number, options: StageOptions): StaticStage {
    const { loose, reason, names, alternatives = [] } = options;
    context.trace?.entered(level);
    const found = mayReach(level)
      ? levelTargets(context, pool, model, { level, loose, atMs, service, variant })
      : { targets: [], unpriced: 0, isGuess: false };
    if (!mayReach(level)) {
      isLevelForbidden = true;
      for (const state of context.trace ? (pool.byLevel.get(level) ?? []) : []) {
        context.trace?.judged(level, state, 'level_not_allowed');
      }
    }
    unpriced += found.unpriced;
    return {
      model: model.canonical,
      level,
      reason,
      names,
      set: createTargetSet(found.targets),
      isGuess: found.isGuess,
      alternatives,
    };
  }

  return {
    stage(
      model: ModelName,
      reason: Stage['reason'],
      failoverRule?: string,
    ): StaticStage | undefined {
      const home = levelOf(context, model);
      context.trace?.searching({ model, reason, failoverRule, home });
      if (!home) {
        traceHomeless(context, model, mayReach);
        isLevelForbidden ||= pool.states.some(
          (state) => !mayReach(state.key.level) && serves(context, state, model) !== 'no',
        );
        return undefined;
      }
      const isKnown = pool.byLevel
        .get(home.level)
        ?.some((state) => serves(context, state, model) !== 'no');
      const loose = home.loose && !isKnown;
      const names = limitNames(model, requested);
      const alternatives = switchOvers(pool, home.level)
        .map((level) => at(model, level, { loose, names, reason: 'switch_over' }))
        .filter(hasTargets);
      return at(model, home.level, { loose: home.loose, reason, names, alternatives });
    },
    failure(model: ModelName): Failure {
      const isKnown = context.directory.knows(model.canonical);
      const isServed = pool.states.some((state) => serves(context, state, model) !== 'no');
      if (pool.states.length === 0) return noProviderKey('This owner has no active provider key.');
      if (!isKnown && !isServed) return modelNotFound(model);
      if (unpriced > 0) return modelNotPriced(model);
      if (isLevelForbidden) return levelForbidden(model);
      return noProviderKey(`No provider key serves the model ${model.spelled}.`);
    },
  };
}

interface StageOptions {
  readonly loose: boolean;
  readonly reason: Stage['reason'];
  readonly names: ModelNames;
  readonly alternatives?: readonly StaticStage[];
}

/** The level of a model: a rule's, else the account's, else the lowest with a key that serves it. */
function levelOf(context: PlanContext, model: ModelName): Home | undefined {
  const { pool, policy } = context;
  const rule = matchRule(pool.routing.levelMapper, namesOf(model.spelled, model.canonical));
  if (rule) return { level: rule[1], loose: true, by: 'rule', rule: rule[0] };
  if (policy.level > 0) return { level: policy.level, loose: false, by: 'account' };
  const lowest = pool.levels.find(
    (level) =>
      (policy.allowLevels?.has(level) ?? true) &&
      pool.byLevel.get(level)?.some((state) => serves(context, state, model) !== 'no'),
  );
  return lowest === undefined ? undefined : { level: lowest, loose: false, by: 'lowest' };
}

/** Nothing leads to a level: each key does not serve the model, or stands on a forbidden level. */
function traceHomeless(
  context: PlanContext,
  model: ModelName,
  mayReach: (level: number) => boolean,
): void {
  const { trace, pool } = context;
  for (const state of trace ? pool.states : []) {
    const { level } = state.key;
    const isServed = serves(context, state, model) !== 'no';
    trace?.judged(level, state, isServed && !mayReach(level) ? 'level_not_allowed' : 'not_served');
  }
}

/** The levels that replace a level, in order, each once. */
function switchOvers({ routing }: OwnerPool, from: number): number[] {
  const seen = new Set([from]);
  let level = routing.switchOver.get(from);
  while (level !== undefined && !seen.has(level) && seen.size <= SWITCH_OVERS_MAX) {
    seen.add(level);
    level = routing.switchOver.get(level);
  }
  return [...seen].slice(1);
}

function hasTargets({ set }: StaticStage): boolean {
  return set.targets.length > 0;
}

/** Each model on each level once, the first mention wins. */
function distinct(stages: readonly StaticStage[]): StaticStage[] {
  const byPlace = new Map<string, StaticStage>();
  for (const stage of stages) {
    const place = `${stage.level} ${stage.model}`;
    if (!byPlace.has(place)) byPlace.set(place, stage);
  }
  return [...byPlace.values()];
}

function withAlternatives(stages: readonly StaticStage[]): StaticStage[] {
  return stages.flatMap((stage) => [stage, ...stage.alternatives]);
}

function pricesOf(stages: readonly StaticStage[]): Price[] {
  return [
    ...new Set(
      withAlternatives(stages).flatMap(({ set }) => set.targets.map(({ price }) => price)),
    ),
  ];
}

function pricesByModel(stages: readonly StaticStage[]): ReadonlyMap<string, readonly Price[]> {
  const byModel = Map.groupBy(stages, ({ model }) => model);
  return new Map([...byModel].map(([model, own]) => [model, pricesOf(own)]));
}

function noProviderKey(message: string): Failure {
  return new Failure('no_provider_key', { message });
}

function modelNotFound({ spelled }: ModelName): Failure {
  return new Failure('model_not_found', {
    message: `The model ${spelled} does not exist.`,
    param: 'model',
  });
}

function modelNotPriced({ spelled }: ModelName): Failure {
  return new Failure('model_not_priced', {
    message: `The model ${spelled} has no price, so it cannot be called.`,
    param: 'model',
  });
}

function levelForbidden({ spelled }: ModelName): Failure {
  return new Failure('permission_denied', {
    message: `The model ${spelled} is served on a level that this account may not use.`,
    param: 'model',
  });
}
