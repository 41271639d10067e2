import { type Catalog, isRetired, type ModelCard } from '@meridian/core/catalog';
import type { Caller } from '@meridian/core/inference';
import type { Clock } from '@meridian/core/kernel';
import type { DefaultModelKind, KeyPools, Router } from '@meridian/core/routing';

/** Whose models are taken first where the owner has not chosen; the sandbox's only at last. */
const VENDORS_FIRST = ['openai', 'google', 'xai'];
const VENDOR_LAST = 'sandbox';

export interface DefaultModelDeps {
  readonly catalog: Catalog;
  readonly router: Pick<Router, 'reaches'>;
  readonly pools: Pick<KeyPools, 'owner'>;
  readonly clock: Clock;
}

/** The model for a caller's request that names none; undefined where there is nothing to choose from. */
export type DefaultModels = (kind: DefaultModelKind, caller: Caller) => string | undefined;

/** The owner's choice, else the first current model of the kind that the caller can reach now. */
export function createDefaultModels(deps: DefaultModelDeps): DefaultModels {
  const { catalog, router, pools, clock } = deps;
  const ranked = catalog
    .list()
    .filter(({ lifecycle }) => lifecycle.status === 'active')
    .sort((a, b) => rankOf(a) - rankOf(b));
  return (kind, { routing }) => {
    const chosen = pools.owner(routing.ownerId)?.defaultModels?.get(kind);
    if (chosen !== undefined) return chosen;
    const now = clock.now();
    return ranked.find(
      (card) =>
        card.kind === kind &&
        !isRetired(card, now) &&
        router.reaches({ policy: routing, model: card.id }),
    )?.id;
  };
}

function rankOf({ vendor }: ModelCard): number {
  if (vendor === VENDOR_LAST) return VENDORS_FIRST.length + 1;
  const place = VENDORS_FIRST.indexOf(vendor);
  return place < 0 ? VENDORS_FIRST.length : place;
}
