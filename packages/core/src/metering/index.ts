export { type Charge, type ChargeLine, charge, rederive } from './charge.ts';
export { type ClampedUsage, clampUsage, QUANTITY_MAX } from './clamp.ts';
export { type CostRow, compileCostPrice } from './cost-price.ts';
export {
  type ChargeDescription,
  describeCharge,
  describePrice,
  type PriceDescription,
} from './describe.ts';
export {
  inputTokensLikely,
  inputTokensMax,
  type RequestSize,
} from './estimate.ts';
export { affordableOutput, type HoldBounds, holdAmount, OUTPUT_TOKENS_CAP } from './hold.ts';
export type { Price, PriceTier, TokenRates, UnitName } from './price.ts';
export { parsePrice, serializePrice } from './price-text.ts';
export type { TokenBucket } from './rates.ts';
export {
  createTokenCounter,
  type TokenCounter,
  type TokenCounterOptions,
} from './tokenizer/counter.ts';
