import type { Millionths, Picodollars } from '../kernel/index.ts';

/** Prices of the token buckets in picodollars per token; a missing bucket falls back as documented in `charge`. */
export interface TokenRates {
  readonly input?: Picodollars;
  readonly cacheRead?: Picodollars;
  readonly cacheWrite5m?: Picodollars;
  readonly cacheWrite1h?: Picodollars;
  readonly inputAudio?: Picodollars;
  readonly inputImage?: Picodollars;
  readonly output?: Picodollars;
  readonly reasoning?: Picodollars;
  readonly outputAudio?: Picodollars;
  readonly outputImage?: Picodollars;
}

/** Dearer rates for the whole request once its input (cache included) exceeds a size. */
export interface PriceTier {
  readonly aboveInputTokens: number;
  readonly rates: TokenRates;
}

/** What `Price.unit` is the price of. */
export type UnitName = 'call' | 'image' | 'character' | 'second' | 'search' | 'page' | 'megapixel';

/**
 * One price as it applied at one moment: the row of the catalog (or the owner's override) after
 * date, host and time of day are resolved. Everything that is needed to re-derive a charge.
 */
export interface Price {
  readonly rates: TokenRates;
  /** Ascending by `aboveInputTokens`; the last that applies wins. Each is complete in itself. */
  readonly tiers: readonly PriceTier[];
  /** Per `unitSize` pieces (image, character, second, search …), for `units`. */
  readonly unit?: Picodollars;
  readonly unitName?: UnitName;
  /** Pieces that `unit` pays for, 1 if absent; 60 keeps a price per minute of seconds exact. */
  readonly unitSize?: number;
  /** Pieces billed at least, once there is any (10 seconds of audio at some hosts). */
  readonly unitsMin?: number;
  /** Added once per request. */
  readonly call?: Picodollars;
  /** Whether a request that reasons pays the reasoning rate for its whole text output. */
  readonly reasoningRaisesOutput?: boolean;
  /** The model's own multiplier (an owner's `Rates` in PRICING, a provider's service tier). */
  readonly multiplier: Millionths;
  /** `catalog:<vendor>@<date>` (`#<host>` where hosts differ), `owner:<id>`, `key:<id>`, `sandbox`. */
  readonly source: string;
}
