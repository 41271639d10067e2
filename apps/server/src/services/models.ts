import type { Model, ModelPricing } from '@meridian/contract';
import type { Principal } from '@meridian/core/accounts';
import { type Catalog, isRetired, type ModelCard } from '@meridian/core/catalog';
import { type Clock, Failure, isFailure, type Millionths, scale } from '@meridian/core/kernel';
import type { Price, TokenBucket } from '@meridian/core/metering';
import type { KeyPools, Router } from '@meridian/core/routing';
import type { ModelList } from '../routes/v1/list-models.ts';

export interface ModelListDeps {
  readonly catalog: Catalog;
  readonly router: Router;
  readonly pools: Pick<KeyPools, 'owner'>;
  readonly clock: Clock;
}

/** The kinds of models that no route leads to. */
const UNSERVED_KINDS: ReadonlySet<string> = new Set(['video']);
const SANDBOX_VENDOR = 'sandbox';
const PICODOLLARS_PER_DOLLAR = 1e12;
const TOKENS_PER_PRICE = 1e6;

const PRICED_BUCKETS: Readonly<Record<string, TokenBucket>> = {
  input: 'input',
  output: 'output',
  cache_read: 'cacheRead',
  cache_write: 'cacheWrite5m',
  cache_write_1h: 'cacheWrite1h',
  reasoning: 'reasoning',
  input_audio: 'inputAudio',
  output_audio: 'outputAudio',
  input_image: 'inputImage',
  output_image: 'outputImage',
};

/**
 * The models that an account can call now: allowed, reachable with a key and priced. The list leaves
 * out what no key is known to answer; a level's rule for a pattern would name a vendor's every model.
 */
export function createModelList(deps: ModelListDeps): ModelList {
  const { catalog, router, clock } = deps;

  function find(
    principal: Principal,
    id: string,
    { withGuesses }: { readonly withGuesses: boolean },
  ): Model | undefined {
    const plan = router.plan({ policy: principal.policy, model: id });
    if (isFailure(plan) || (plan.isGuess && !withGuesses)) return undefined;
    const [price] = plan.prices;
    const card = catalog.find(id);
    const isServed = card === undefined || !UNSERVED_KINDS.has(card.kind);
    return price && isServed ? toModel(id, card, shownPrices(price, principal)) : undefined;
  }

  return {
    list(principal) {
      const now = clock.now();
      const shipped = catalog.list().filter((card) => !isRetired(card, now));
      const ids = new Set([...shipped.map(({ id }) => id), ...namedModels(principal, deps)]);
      const models = [...ids]
        .map((id) => find(principal, id, { withGuesses: false }))
        .filter((model) => model !== undefined);
      return models.sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    get(principal, id) {
      const model = find(principal, catalog.resolve(id) ?? id, { withGuesses: true });
      if (model) return { ...model, id };
      throw new Failure('model_not_found', {
        message: `The model ${id} does not exist or cannot be called by this account.`,
        param: 'model',
      });
    },
  };
}

/** Names that the catalog does not know but that keys or mappings give a meaning. */
function namedModels({ policy }: Principal, { pools }: ModelListDeps): string[] {
  const owner = pools.owner(policy.ownerId);
  const ofKeys = owner?.keys.flatMap(({ config }) => [
    ...(config.models ?? []),
    ...(config.modelMapping?.keys() ?? []),
  ]);
  const mappers = [...policy.modelMappers, owner?.modelMapper ?? new Map()];
  const ofMappers = mappers.flatMap((rules) => [...rules.keys()]);
  return [...(ofKeys ?? []), ...ofMappers].filter((name) => !name.includes('*'));
}

function shownPrices(price: Price, { policy }: Principal): ModelPricing {
  const shown = (pico: bigint): number => {
    const multipliers: readonly Millionths[] = [price.multiplier, policy.factor, policy.rates];
    return Number(multipliers.reduce<bigint>(scale, pico)) / PICODOLLARS_PER_DOLLAR;
  };
  const perMillion = Object.entries(PRICED_BUCKETS).flatMap(([name, bucket]) => {
    const rate = price.rates[bucket];
    return rate === undefined ? [] : [[name, shown(rate * BigInt(TOKENS_PER_PRICE))] as const];
  });
  const { unit, unitName = 'call', unitSize = 1, call } = price;
  return {
    currency: 'USD',
    ...Object.fromEntries(perMillion),
    ...(unit === undefined ? {} : { unit: { name: unitName, price: shown(unit) / unitSize } }),
    ...(call === undefined ? {} : { call: shown(call) }),
  };
}

function toModel(id: string, card: ModelCard | undefined, pricing: ModelPricing): Model {
  const released = card?.lifecycle.released;
  return {
    id,
    object: 'model',
    created: released === undefined ? 0 : Math.floor(Date.parse(released) / 1000) || 0,
    owned_by: card?.vendor ?? 'custom',
    permission: [],
    meridian: {
      kind: card?.kind ?? 'chat',
      context: card?.context ?? null,
      max_output: card?.maxOutput ?? null,
      capabilities: card?.capabilities ?? {},
      pricing,
      sandbox: card?.vendor === SANDBOX_VENDOR,
    },
  };
}
