import { ONE } from '../kernel/index.ts';
import type { Price, TokenRates, UnitName } from '../metering/index.ts';
import type { PricingDeltas } from './override.ts';

/** The changes of an override that match one model. */
export type ModelDeltas = {
  readonly [K in Exclude<keyof PricingDeltas, 'training'>]: PricingDeltas[K] | undefined;
};

/**
 * Folds an owner's changes over the shipped price. Each field replaces one thing and leaves the
 * rest: a rate in every size tier; `Rates` the multiplier; `Call` the price per piece where the
 * piece is a call (call, search, page …), else the price added per request. An image price replaces
 * all other rates. Returns undefined where still nothing is priced.
 */
export function foldPrice(
  base: Price | undefined,
  deltas: ModelDeltas,
  options: { readonly source: string; readonly variant: readonly string[] },
): Price | undefined {
  const { chat, image, audio, rerank, call } = deltas;
  let price: Price = { ...(base ?? UNPRICED), source: options.source };
  if (chat) price = withRates(price, chatRates(chat));
  if (image) price = withImage(price, image, options.variant);
  if (audio) price = withAudio(price, audio, base !== undefined);
  if (rerank?.Input !== undefined) price = withRates(price, { input: rerank.Input });
  for (const delta of [audio, rerank, call]) {
    if (delta?.Call !== undefined) price = withCall(price, delta.Call);
  }
  const multiplier = [chat, image, audio, rerank, call].findLast((d) => d?.Rates !== undefined);
  if (multiplier?.Rates !== undefined) price = { ...price, multiplier: multiplier.Rates };
  return isPriced(price) ? price : undefined;
}

/** The price of training on a model, per token of the training file. */
export function trainingPrice(delta: PricingDeltas['training'], source: string): Price | undefined {
  const rates = defined({ input: delta.InputText, output: delta.OutputText });
  const price = { rates, tiers: [], multiplier: delta.Rates ?? ONE, source };
  return isPriced(price) ? price : undefined;
}

const UNPRICED: Price = { rates: {}, tiers: [], multiplier: ONE, source: '' };

function isPriced({ rates, unit, call }: Price): boolean {
  // Output alone says nothing of what the input costs, and unknown is never free.
  return rates.input !== undefined || unit !== undefined || call !== undefined;
}

function chatRates(delta: PricingDeltas['chat']): TokenRates {
  return defined({
    input: delta.InputText,
    output: delta.OutputText,
    cacheRead: delta.CachedText,
    cacheWrite5m: delta.CacheWrite,
    cacheWrite1h: delta.CacheWrite,
    reasoning: delta.ReasonText,
    inputAudio: delta.InputAudio,
    outputAudio: delta.OutputAudio,
    inputImage: delta.InputImage,
    outputImage: delta.OutputImage,
  });
}

function withRates(price: Price, rates: TokenRates): Price {
  return {
    ...price,
    rates: { ...price.rates, ...rates },
    tiers: price.tiers.map((tier) => ({ ...tier, rates: { ...tier.rates, ...rates } })),
  };
}

function withImage(price: Price, delta: PricingDeltas['image'], variant: readonly string[]): Price {
  const size = variant.find((name) => delta.Sizes?.has(name));
  const unit = (size !== undefined ? delta.Sizes?.get(size) : undefined) ?? delta.Call;
  if (unit === undefined) return price;
  const { multiplier, source } = price;
  return { rates: {}, tiers: [], unit, unitName: 'image', multiplier, source };
}

/** `Input` and `Output` are per million of what the model is metered in: tokens or characters. */
function withAudio(price: Price, delta: PricingDeltas['audio'], isShipped: boolean): Price {
  const { Input: input, Output: output } = delta;
  const isMeteredByPiece = price.unit !== undefined && price.rates.input === undefined;
  if (isMeteredByPiece) return input === undefined ? price : { ...price, unit: input, unitSize: 1 };
  const rates = defined({ input, inputAudio: input, output, outputAudio: output });
  const metered = withRates(price, rates);
  // Of an unknown model it is not known what it reports, so that its characters cost the same.
  if (isShipped || input === undefined) return metered;
  return { ...metered, unit: input, unitName: 'character' };
}

const CALL_UNITS: ReadonlySet<UnitName | undefined> = new Set([
  'call',
  'image',
  'search',
  'page',
  'megapixel',
]);

function withCall(price: Price, amount: NonNullable<Price['call']>): Price {
  const isUnit = price.unit !== undefined && price.rates.input === undefined;
  if (isUnit && CALL_UNITS.has(price.unitName)) return { ...price, unit: amount, unitSize: 1 };
  return { ...price, call: amount };
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(fields: T): Given<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Given<T>;
}
