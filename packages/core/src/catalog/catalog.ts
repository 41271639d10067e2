import type { Price } from '../metering/index.ts';
import type { ModelCard } from './card.ts';
import { createEntry, type Entry, shippedPrice } from './entry.ts';
import { createHostNames } from './hosts.ts';
import { createNameIndex, LOOKUP_CHARS_MAX } from './names.ts';
import type { PricingOverride } from './override.ts';
import { createPriceMemo } from './price-memo.ts';
import type { CatalogFile } from './schema.ts';

/** What a price is asked for. */
export interface PriceLookup {
  /** Canonical name, alias, or a name that only an override or default price may know. */
  readonly model: string;
  /** Host name of the upstream (`api.groq.com`, a port is ignored) or the catalog's name for it. */
  readonly host?: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The owner's PRICING. */
  readonly override?: PricingOverride | undefined;
  /** The provider key's `Config.default_price`. */
  readonly defaultPrice?: Price | undefined;
  /** What the price may vary with: quality and size of an image, `high` search context … */
  readonly variant?: readonly string[];
  /** The provider's service tier as requested (`batch`, `flex`, `priority` …). */
  readonly service?: string;
}

/** Models and their prices. Equal questions at moments without a change give the same object. */
export interface Catalog {
  /** The canonical name behind any spelling; undefined when unknown. */
  resolve(name: string): string | undefined;
  /** The card of a model by its canonical name. */
  find(id: string): ModelCard | undefined;
  /** All models that ship, priced or not. */
  list(): readonly ModelCard[];
  /**
   * The price of inference: the owner's override, folded over the price of the model at this host;
   * where that is unknown the key's default price, else the model's reference price; undefined when
   * nothing is known, which is refused and never free. Changes only at whole minutes.
   */
  price(lookup: PriceLookup): Price | undefined;
  /** What a host (as in `PriceLookup.host`) calls a model; undefined where that is not known. */
  upstreamName(id: string, host: string): string | undefined;
  /** The price of training on a model; undefined unless the owner set one. */
  trainingPrice(model: string, override: PricingOverride | undefined): Price | undefined;
}

/** Service tiers that cost what the price says. */
const STANDARD_SERVICES: ReadonlySet<string> = new Set([
  'auto',
  'default',
  'standard',
  'standard_only',
]);

/** `ft:<base model>:<organisation>:<suffix>:<id>`; it is billed as its base model is. */
const FINE_TUNED = /^ft:([^:]+):/i;

/** A catalog of the given data files; throws when two models share a name. */
export function createCatalog(files: readonly CatalogFile[]): Catalog {
  const entries = indexEntries(files);
  const cards = [...entries.values()].map(({ card }) => card);
  const names = createNameIndex(cards.map((card) => ({ id: card.id, names: namesOf(card) })));
  const hosts = createHostNames();
  const memo = createPriceMemo(names.resolve);

  function entryOf(model: string): Entry | undefined {
    const name = FINE_TUNED.exec(model)?.[1] ?? model;
    return entries.get(name) ?? entries.get(names.resolve(name) ?? '');
  }

  return {
    resolve: (name) => (entries.has(name) ? name : names.resolve(name)),
    find: (id) => entries.get(id)?.card,
    list: () => cards,
    price(lookup) {
      const { model: name, override, service } = lookup;
      if (name.length > LOOKUP_CHARS_MAX) return undefined;
      const entry = entryOf(name);
      const shipped =
        entry && shippedPrice(entry, lookup.host && hosts.nameOf(lookup.host), lookup);
      const exact = shipped?.isExact ? shipped.price : undefined;
      const base = exact ?? lookup.defaultPrice ?? shipped?.price;
      const model = { name, card: entry?.card };
      const price = override ? memo.fold(override, model, { ...lookup, base }) : base;
      if (!price || service === undefined || STANDARD_SERVICES.has(service)) return price;
      const by = shipped?.row?.services.get(service);
      if (by !== undefined) return memo.scale(price, by);
      // An owner's price is meant for whatever is sold; what a vendor asks for the tier is unknown.
      return price === shipped?.price ? undefined : price;
    },
    upstreamName: (id, host) => entries.get(id)?.card.hosts.get(hosts.nameOf(host)),
    trainingPrice(name, override) {
      return override && memo.training(override, { name, card: entryOf(name)?.card });
    },
  };
}

function indexEntries(files: readonly CatalogFile[]): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const file of files) {
    for (const model of file.models) {
      if (entries.has(model.id)) throw new Error(`the model ${model.id} is listed twice`);
      entries.set(model.id, createEntry(file, model));
    }
  }
  return entries;
}

/** Every name of a model but its id: its aliases, and what hosts call it. */
function namesOf(card: ModelCard): string[] {
  const names = [...card.aliases];
  for (const name of card.hosts.values()) {
    if (name !== undefined) names.push(name.slice(name.lastIndexOf('/') + 1));
  }
  return names;
}
