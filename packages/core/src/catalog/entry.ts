import { utcDay } from '../kernel/index.ts';
import type { Price } from '../metering/index.ts';
import { createCard, type ModelCard } from './card.ts';
import { type CompiledRow, compileRows, type VariantPrices } from './compile.ts';
import type { CatalogFile, ModelEntry } from './schema.ts';

/** The rows of one model, by host. */
interface ModelPrices {
  /** The vendor's own rows, or those of the dearest host; empty when the model is not priced. */
  readonly reference: readonly CompiledRow[];
  readonly byHost: ReadonlyMap<string, readonly CompiledRow[]>;
}

/** A model of the catalog. */
export interface Entry {
  readonly card: ModelCard;
  /** Hosts whose prices the reference rows are. */
  readonly ownHosts: ReadonlySet<string>;
  /** Compiled at the first call; throws when the rows are not sound. */
  prices(): ModelPrices;
}

/** The row that applies, and its price. */
export interface ShippedPrice {
  readonly price: Price | undefined;
  readonly row: CompiledRow | undefined;
  /** Whether the price is that of this very host rather than a reference. */
  readonly isExact: boolean;
}

export function createEntry(file: CatalogFile, model: ModelEntry): Entry {
  let compiled: ModelPrices | undefined;
  return {
    card: createCard(model, file.vendor),
    ownHosts: new Set(model.prices ? file.hosts : []),
    prices() {
      compiled ??= compilePrices(file, model);
      return compiled;
    },
  };
}

/** The shipped price of a model at a host (the catalog's name for it) and a moment. */
export function shippedPrice(
  entry: Entry,
  host: string | undefined,
  { at, variant }: { readonly at: number; readonly variant?: readonly string[] },
): ShippedPrice {
  const { reference, byHost } = entry.prices();
  const listed = host === undefined ? undefined : byHost.get(host);
  const row = (listed ?? reference).findLast(({ from }) => from <= at);
  const prices = row?.peak?.includes(at) ? row.peak.prices : row?.regular;
  return {
    price: prices && variantPrice(prices, variant),
    row,
    isExact: host === undefined || listed !== undefined || entry.ownHosts.has(host),
  };
}

function variantPrice(prices: VariantPrices, variant: readonly string[] = []): Price | undefined {
  if (prices.variants.size === 0 || variant.length === 0) return prices.plain;
  for (const name of [variant.join('/'), ...variant]) {
    const price = prices.variants.get(name);
    if (price) return price;
  }
  return prices.plain;
}

function compilePrices(file: CatalogFile, model: ModelEntry): ModelPrices {
  const holidays = new Set((file.holidays ?? []).map((day) => utcDay(Date.parse(day))));
  const source = file.vendor === 'sandbox' ? 'sandbox' : `catalog:${file.vendor}@${model.asOf}`;
  try {
    const byHost = new Map(
      Object.entries(model.hosts ?? {}).map(([host, { prices }]) => [
        host,
        compileRows(prices, { source: `${source}#${host}`, holidays }),
      ]),
    );
    const own = compileRows(model.prices ?? [], { source, holidays });
    return { reference: own.length > 0 ? own : dearest([...byHost.values()]), byHost };
  } catch (cause) {
    throw new Error(`the prices of ${model.id} are not sound`, { cause });
  }
}

/** At a host that no list covers the dearest one is the reference, so that nobody sells at a loss. */
function dearest(hosts: readonly (readonly CompiledRow[])[]): readonly CompiledRow[] {
  const rank = (rows: readonly CompiledRow[]): bigint => {
    const price = rows.at(-1)?.regular.plain;
    const { output = 0n, input = 0n } = price?.rates ?? {};
    return output + input + (price?.unit ?? 0n);
  };
  return hosts.reduce<readonly CompiledRow[]>(
    (best, rows) => (best.length === 0 || rank(rows) > rank(best) ? rows : best),
    [],
  );
}
