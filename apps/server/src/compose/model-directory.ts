import type { Catalog, PricingOverride } from '@meridian/core/catalog';
import type { ModelDirectory } from '@meridian/core/routing';

/** The catalog as routing sees it: names, and prices with the owner's override folded in. */
export function createModelDirectory(catalog: Catalog): ModelDirectory {
  return {
    canonical: (name) => catalog.resolve(name) ?? name,
    knows: (canonical) => catalog.find(canonical) !== undefined,
    price: ({ model, host, pricing, defaultPrice, service, variant, atMs }) =>
      catalog.price({
        model,
        host,
        at: atMs,
        ...(defaultPrice ? { defaultPrice } : {}),
        ...(service === undefined ? {} : { service }),
        ...(variant === undefined ? {} : { variant }),
        // Only `readOwnerRouting` puts something there, and it puts a parsed PRICING.
        ...(pricing === undefined ? {} : { override: pricing as PricingOverride }),
      }),
    upstreamName: (canonical, host) => catalog.upstreamName(canonical, host),
  };
}
