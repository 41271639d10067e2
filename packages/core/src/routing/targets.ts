import { matchesGlob } from '../kernel/index.ts';
import type { Price } from '../metering/index.ts';
import { mappedName, type ProviderRegistry } from '../providers/index.ts';
import type { OwnerPool } from './key-pools.ts';
import type { KeyState } from './key-state.ts';
import type { Target } from './pick.ts';
import type { PlanTrace } from './trace.ts';
import type { KeyOffer, ModelDirectory } from './types.ts';

/** A model under its two names. */
export interface ModelName {
  readonly canonical: string;
  /** As written before aliases were resolved. */
  readonly spelled: string;
}

const SANDBOX_NAMES = 'sandbox-*';

/** How sure it is that a key can answer a model. */
export type Service = 'named' | 'unknown' | 'no';

/** When, for which service tier of the provider, and for which variant a price is asked for. */
export interface PriceMoment {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly service: string | undefined;
  readonly variant?: readonly string[] | undefined;
}

/** The keys of one level for one model. */
export interface LevelTargets {
  /** Keys that can answer and have a price. */
  readonly targets: readonly Target[];
  /** Keys that can answer but have no price. */
  readonly unpriced: number;
  /** None of the keys is known to answer the model; the owner's rule alone leads to them. */
  readonly isGuess: boolean;
}

/** What is needed to find targets. */
export interface TargetDeps {
  readonly directory: ModelDirectory;
  readonly providers: ProviderRegistry;
  readonly trace?: PlanTrace | undefined;
}

/** Whether a key can answer a model: by its models, its host's, or unknown for an unknown host. */
export function serves(
  deps: TargetDeps,
  { key }: Pick<KeyState, 'key'>,
  model: ModelName,
): Service {
  const globs = deps.providers.get(key.kind).served(key);
  const { canonical, spelled } = model;
  const isOurs = matchesGlob(SANDBOX_NAMES, canonical);
  // Who maps a model to a name of the upstream says that it is there.
  const isMapped = !key.config.models && mappedName(key, canonical, spelled) !== undefined;
  if (isMapped && !isOurs) return 'named';
  // Where nothing is known of a host, it may know any name but those of our own.
  if (!globs) return isOurs ? 'no' : 'unknown';
  const isNamed = globs.some((g) => matchesGlob(g, canonical) || matchesGlob(g, spelled));
  return isNamed || deps.directory.upstreamName?.(canonical, key.host) !== undefined
    ? 'named'
    : 'no';
}

/**
 * The targets of a level. `loose`: the owner's own rule sends the model to this level; where none of
 * its keys is known to answer it, all of them are asked, because a vendor's new names come first.
 * Not the sandbox: nobody but this program gives it new models.
 */
export function levelTargets(
  deps: TargetDeps,
  pool: OwnerPool,
  model: ModelName,
  where: { readonly level: number; readonly loose: boolean } & PriceMoment,
): LevelTargets {
  const all = pool.byLevel.get(where.level) ?? [];
  const serving = all.filter((state) => serves(deps, state, model) !== 'no');
  const isGuess = serving.length === 0 && where.loose;
  const asked = isGuess ? all.filter(({ key }) => key.kind !== 'sandbox') : serving;
  const targets: Target[] = [];
  for (const state of asked) {
    const price = priceAt(deps, pool, state, { ...where, model });
    if (price) targets.push({ state, upstreamModel: upstreamName(deps, state, model), price });
    deps.trace?.judged(where.level, state, price ? (targets.at(-1) as Target) : 'no_price');
  }
  if (deps.trace) {
    const others = all.filter((state) => !asked.includes(state));
    for (const state of others) deps.trace.judged(where.level, state, 'not_served');
  }
  return { targets, unpriced: asked.length - targets.length, isGuess };
}

/** What a key is to a model, whatever rules lead to it. */
export function offerOf(
  deps: TargetDeps,
  pool: OwnerPool,
  state: Pick<KeyState, 'key'>,
  of: { readonly model: ModelName; readonly atMs: number },
): KeyOffer {
  return {
    model: of.model.canonical,
    upstreamModel: upstreamName(deps, state, of.model),
    service: serves(deps, state, of.model),
    price: priceAt(deps, pool, state, { ...of, service: undefined }),
  };
}

function priceAt(
  deps: TargetDeps,
  { routing }: OwnerPool,
  { key }: Pick<KeyState, 'key'>,
  { model, atMs, service, variant }: { readonly model: ModelName } & PriceMoment,
): Price | undefined {
  const { ownerId, pricing } = routing;
  const { host, defaultPrice } = key;
  const of = { model: model.canonical, host, defaultPrice, service, variant, atMs };
  return deps.directory.price({ ...of, pricing, ownerId });
}

function upstreamName(
  { directory, providers }: TargetDeps,
  { key }: Pick<KeyState, 'key'>,
  model: ModelName,
): string {
  const { canonical, spelled } = model;
  return (
    mappedName(key, canonical, spelled) ??
    directory.upstreamName?.(canonical, key.host) ??
    providers.get(key.kind).upstreamModel(key, canonical, spelled)
  );
}
