import type { ModelNames } from '../admission/index.ts';
import { Failure, type Random } from '../kernel/index.ts';
import type { KeyState, Obstacle } from './key-state.ts';
import { type AttemptBounds, LiveRoutePlan } from './route-plan.ts';
import { type PlanContext, planStatically } from './static-plan.ts';
import type { Home, KeyJudgement, MappingStep, PlanTrace, TracedModel } from './trace.ts';
import type { Candidate, ProviderKey, RouteInput, Stage } from './types.ts';

/** A key that would be asked, or that keys of its stage share the traffic with. */
export type ExplainedCandidate = Pick<Candidate, 'upstreamModel' | 'price'> & {
  readonly key: ProviderKey;
  /** Attempts under way on this node. */
  readonly outstanding: number;
};

/** A key of a stage that would not be asked, and why. */
export interface SkippedKey {
  readonly key: ProviderKey;
  readonly reason: 'disabled' | Exclude<KeyJudgement, object> | Obstacle['kind'];
  /** Of a key that rests. */
  readonly rest?: Extract<Obstacle, { kind: 'asleep' }>;
}

/** One model on one level, with all keys of that level. */
export interface ExplainedStage extends Omit<Stage, 'level' | 'names'> {
  /** Undefined where nothing leads to any level; the keys are then those of all levels. */
  readonly level: number | undefined;
  /** What says that the model is at home on that level; undefined on a SwitchOver level. */
  readonly home: Home | undefined;
  readonly failoverRule: string | undefined;
  /** Its place among the stages that would be tried now, from 1; undefined where it would not be. */
  readonly order: number | undefined;
  readonly candidates: readonly ExplainedCandidate[];
  readonly skipped: readonly SkippedKey[];
}

/** How a request would be planned now, and why so. */
export interface RouteExplanation {
  readonly mapping: readonly MappingStep[];
  readonly stages: readonly ExplainedStage[];
  /** Why there is no plan. */
  readonly failure: Failure | undefined;
  /** What limits call the model, where there is a plan. */
  readonly names: ModelNames | undefined;
  readonly bounds: AttemptBounds;
  /** Whole seconds until the earliest key of the plan wakes, at least 1. */
  readonly retryAfterSeconds: number;
}

/** What an explanation needs besides what planning does. */
export interface ExplainDeps {
  readonly bounds: AttemptBounds;
  readonly random: Random;
}

/** Plans a request with somebody listening, and makes of what was heard an explanation. */
export function explainRoute(
  context: PlanContext,
  input: RouteInput,
  { bounds, random }: ExplainDeps,
): RouteExplanation {
  const record = createRecord();
  const result = planStatically({ ...context, trace: record }, input);
  const plan =
    result instanceof Failure ? undefined : new LiveRoutePlan(result, bounds, { random });
  const order = new Map(plan?.stages.map((stage, index) => [placeOf(stage), index + 1]));
  const stages = distinct(record.searches.flatMap((search) => stagesOf(search, context)));
  return {
    mapping: record.steps,
    stages: stages.map((stage) => ({ ...stage, order: order.get(placeOf(stage)) })),
    failure: result instanceof Failure ? result : undefined,
    names: plan?.names,
    bounds,
    retryAfterSeconds: plan?.retryAfterSeconds() ?? 1,
  };
}

/** What an owner without a pool gets. */
export function explainNoPool(failure: Failure, bounds: AttemptBounds): RouteExplanation {
  const nothing = { mapping: [], stages: [], names: undefined, retryAfterSeconds: 1 };
  return { ...nothing, failure, bounds };
}

type JudgedKey = readonly [KeyState, KeyJudgement];

interface Search extends TracedModel {
  /** The levels that were looked at, each with its keys. */
  readonly levels: Map<number, JudgedKey[]>;
}

function createRecord(): PlanTrace & {
  readonly steps: readonly MappingStep[];
  readonly searches: readonly Search[];
} {
  const steps: MappingStep[] = [];
  const searches: Search[] = [];

  function keysAt(level: number): JudgedKey[] {
    const levels = searches.at(-1)?.levels;
    const keys = levels?.get(level) ?? [];
    levels?.set(level, keys);
    return keys;
  }

  return {
    steps,
    searches,
    mapped: (step) => void steps.push(step),
    searching: (traced) => void searches.push({ ...traced, levels: new Map() }),
    entered: keysAt,
    judged: (level, state, judgement) => void keysAt(level).push([state, judgement]),
  };
}

type UnorderedStage = Omit<ExplainedStage, 'order'>;

/** The stage of the model's own level, then those of its SwitchOver levels as they were looked at. */
function stagesOf(search: Search, context: PlanContext): UnorderedStage[] {
  const { model, reason, home, failoverRule, levels } = search;
  const base = { model: model.canonical, reason, failoverRule };
  if (!home) {
    const judged = [...levels.values()].flat();
    return [{ ...base, level: undefined, home, ...keysOf(judged, base.model, undefined, context) }];
  }
  const others = [...levels.keys()].filter((level) => level !== home.level);
  return [home.level, ...others].map((level) => {
    const isHome = level === home.level;
    const keys = keysOf(levels.get(level) ?? [], base.model, level, context);
    const own = isHome ? { home } : { home: undefined, reason: 'switch_over' as const };
    return { ...base, level, ...own, ...keys };
  });
}

/** The keys of a level as they stand now; those that are switched off come last. */
function keysOf(
  judged: readonly JudgedKey[],
  model: string,
  level: number | undefined,
  { pool }: PlanContext,
): Pick<ExplainedStage, 'candidates' | 'skipped'> {
  const candidates: ExplainedCandidate[] = [];
  const skipped: SkippedKey[] = [];
  for (const [state, judgement] of judged) {
    const { key, outstanding } = state;
    const obstacle = state.obstacle(model);
    if (typeof judgement === 'string') skipped.push({ key, reason: judgement });
    else if (obstacle?.kind === 'asleep') skipped.push({ key, reason: 'asleep', rest: obstacle });
    else if (obstacle) skipped.push({ key, reason: obstacle.kind });
    else candidates.push({ ...judgement, key, outstanding });
  }
  const disabled = pool.routing.keys.filter(
    (key) => !key.enabled && (level === undefined || key.level === level),
  );
  for (const key of disabled) skipped.push({ key, reason: 'disabled' });
  return { candidates, skipped };
}

function placeOf({ level, model }: Pick<UnorderedStage, 'level' | 'model'>): string {
  return `${level} ${model}`;
}

/** Each model on each level once, as in the plan itself. */
function distinct(stages: readonly UnorderedStage[]): readonly UnorderedStage[] {
  const byPlace = new Map<string, UnorderedStage>();
  for (const stage of stages) {
    if (!byPlace.has(placeOf(stage))) byPlace.set(placeOf(stage), stage);
  }
  return [...byPlace.values()];
}
