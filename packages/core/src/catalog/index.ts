export {
  type Capability,
  isRetired,
  type Lifecycle,
  type ModelCard,
  type ModelKind,
} from './card.ts';
export { type Catalog, createCatalog, type PriceLookup } from './catalog.ts';
export { parseDefaultPrice } from './default-price.ts';
export { loadCatalog } from './load.ts';
export { type PricingOverride, parsePricing } from './override.ts';
export { changePricing } from './override-change.ts';
export type { CatalogFile } from './schema.ts';
