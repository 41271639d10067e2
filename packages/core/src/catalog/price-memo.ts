import { bestMatch, divideHalfUp, type Millionths, ONE } from '../kernel/index.ts';
import type { Price } from '../metering/index.ts';
import type { ModelCard } from './card.ts';
import { foldPrice, type ModelDeltas, trainingPrice } from './fold.ts';
import type { PricingOverride } from './override.ts';

/** A model as an override may name it. */
interface NamedModel {
  /** As it was asked for. */
  readonly name: string;
  readonly card: ModelCard | undefined;
}

/** Prices derived from shipped ones; the same derivation gives the same object. */
export interface PriceMemo {
  /** `base` with the owner's changes of the model; `base` itself where there are none. */
  fold(
    override: PricingOverride,
    model: NamedModel,
    from: { readonly base: Price | undefined; readonly variant?: readonly string[] },
  ): Price | undefined;
  /** `price` with its multiplier times `by`, half up. */
  scale(price: Price, by: Millionths): Price;
  /** The owner's price of training on the model. */
  training(override: PricingOverride, model: NamedModel): Price | undefined;
}

/** Models whose folded prices one override keeps; more are forgotten, never refused. */
const FOLDED_MODELS_MAX = 4_096;

/** Stands for "no base price" as a key. */
const NO_BASE = {};

/** `resolve` gives the canonical id behind any spelling. */
export function createPriceMemo(resolve: (name: string) => string | undefined): PriceMemo {
  const folded = new WeakMap<
    PricingOverride,
    Map<string, WeakMap<object, { readonly price: Price | undefined }>>
  >();
  const scaled = new WeakMap<Price, Map<Millionths, Price>>();

  function deltasOf(override: PricingOverride, model: NamedModel): ModelDeltas {
    const find = <T>(section: ReadonlyMap<string, T>) => match(section, model, resolve);
    return {
      chat: find(override.chat),
      image: find(override.image),
      audio: find(override.audio),
      rerank: find(override.rerank),
      call: find(override.call),
    };
  }

  return {
    fold(override, model, { base, variant = [] }) {
      const models = folded.get(override) ?? new Map();
      const key = [model.name, ...variant].join(' ');
      const byBase = models.get(key) ?? new WeakMap();
      const known = byBase.get(base ?? NO_BASE);
      if (known) return known.price;
      const deltas = deltasOf(override, model);
      const isTouched = Object.values(deltas).some((delta) => delta !== undefined);
      const options = { source: override.source, variant };
      const price = isTouched ? foldPrice(base, deltas, options) : base;
      if (models.size >= FOLDED_MODELS_MAX) models.clear();
      folded.set(override, models.set(key, byBase.set(base ?? NO_BASE, { price })));
      return price;
    },
    scale(price, by) {
      const known = scaled.get(price) ?? new Map<Millionths, Price>();
      const multiplier = divideHalfUp(price.multiplier * by, ONE) as Millionths;
      const result = known.get(by) ?? { ...price, multiplier };
      scaled.set(price, known.set(by, result));
      return result;
    },
    training(override, model) {
      const delta = match(override.training, model, resolve);
      return delta && trainingPrice(delta, override.source);
    },
  };
}

/** The change for a model by any of its names: an exact name first, then the longest pattern. */
function match<T>(
  section: ReadonlyMap<string, T>,
  { name, card }: NamedModel,
  resolve: (name: string) => string | undefined,
): T | undefined {
  if (section.size === 0) return undefined;
  const exact = section.get(name.toLowerCase());
  if (exact !== undefined) return exact;
  if (card) {
    for (const [pattern, delta] of section) {
      if (!pattern.includes('*') && resolve(pattern) === card.id) return delta;
    }
  }
  let best: readonly [pattern: string, delta: T] | undefined;
  for (const spelling of card ? [name, card.id, ...card.aliases] : [name]) {
    const found = bestMatch(section, spelling.toLowerCase());
    if (found && (!best || found[0].length > best[0].length)) best = found;
  }
  return best?.[1];
}
