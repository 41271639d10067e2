import { type Clock, Failure } from '../kernel/index.ts';
import type { ProviderRegistry } from '../providers/index.ts';
import { explainNoPool, explainRoute } from './explain.ts';
import type { OwnerPool, RuntimeKeyPools } from './key-pools.ts';
import { type AttemptBounds, LiveRoutePlan } from './route-plan.ts';
import { type PlanContext, planStatically, type StaticPlan } from './static-plan.ts';
import { offerOf } from './targets.ts';
import type { ModelDirectory, RouteInput, Router, RoutingPolicy } from './types.ts';

const DEFAULT_BOUNDS: AttemptBounds = { attemptCap: 6, deadlineMs: 600_000 };
/** Models remembered per account policy; more only clear that account's own memory. */
const MODELS_PER_POLICY_MAX = 64;
/** Prices change at whole minutes at the earliest, so a plan is good for the minute it was made in. */
const PLAN_LIFE_MS = 60_000;

interface Remembered {
  readonly minute: number;
  readonly result: StaticPlan | Failure;
}

export interface RouterDeps {
  readonly pools: RuntimeKeyPools;
  readonly directory: ModelDirectory;
  readonly providers: ProviderRegistry;
  readonly clock: Clock;
  readonly bounds?: AttemptBounds;
}

/** Plans requests over the owners' pools. */
export function createRouter(deps: RouterDeps): Router {
  const { pools, directory, providers, clock, bounds = DEFAULT_BOUNDS } = deps;
  // Keyed by objects that are replaced on every change, so that nothing stale is ever found.
  const memo = new WeakMap<OwnerPool, WeakMap<RoutingPolicy, Map<string, Remembered>>>();

  function memoOf(pool: OwnerPool, policy: RoutingPolicy): Map<string, Remembered> {
    const byPolicy = memo.get(pool) ?? new WeakMap<RoutingPolicy, Map<string, Remembered>>();
    memo.set(pool, byPolicy);
    const byModel = byPolicy.get(policy) ?? new Map<string, Remembered>();
    byPolicy.set(policy, byModel);
    return byModel;
  }

  function contextOf(pool: OwnerPool, input: RouteInput, atMs: number): PlanContext {
    const { policy, service, variant } = input;
    return { pool, policy, directory, providers, atMs, service, variant };
  }

  function staticPlan(input: RouteInput): StaticPlan | Failure {
    const { policy } = input;
    const pool = pools.pool(policy.ownerId);
    if (!pool) return NO_POOL;
    const atMs = clock.now();
    const minute = Math.floor(atMs / PLAN_LIFE_MS);
    const known = memoOf(pool, policy);
    const name = memoName(input);
    const found = known.get(name);
    if (found?.minute === minute) return found.result;
    const result = planStatically(contextOf(pool, input, atMs), input);
    if (known.size >= MODELS_PER_POLICY_MAX) known.clear();
    known.set(name, { minute, result });
    return result;
  }

  return {
    plan(input) {
      const result = staticPlan(input);
      if (result instanceof Failure) return result;
      return new LiveRoutePlan(result, bounds, { random: pools.random, affinity: input.affinity });
    },
    reaches: (input) => !(staticPlan(input) instanceof Failure),
    explain(input) {
      const pool = pools.pool(input.policy.ownerId);
      if (!pool) return explainNoPool(NO_POOL, bounds);
      const context = contextOf(pool, input, clock.now());
      return explainRoute(context, input, { bounds, random: pools.random });
    },
    offer(key, spelled) {
      const pool = pools.pool(key.ownerId);
      const model = { spelled, canonical: directory.canonical(spelled) };
      if (!pool) throw new Error(`the pool of the owner ${key.ownerId} is not loaded`);
      return offerOf({ directory, providers }, pool, { key }, { model, atMs: clock.now() });
    },
  };
}

/** What plans of one account are told apart by; mostly the model's name alone. */
function memoName({ model, service, variant }: RouteInput): string {
  if (service === undefined && variant === undefined) return model;
  // Callers choose the words: nothing that they put into one may look like two.
  return JSON.stringify([model, service, variant]);
}

const NO_POOL = new Failure('no_provider_key', {
  message: 'This owner has no active provider key.',
});
