import { createHash } from 'node:crypto';
import { type Price, serializePrice } from '@meridian/core/metering';
import type { Database } from '../database.ts';

/** Entries kept in memory per dictionary; beyond that it starts anew, which costs look-ups only. */
const ENTRIES_MAX = 50_000;

/** Numbers for what usage records repeat; the same text has the same number for ever. */
export interface Dictionary<T> {
  /** The number, if it is known here. */
  get(entry: T): number | undefined;
  /** Asks the database for the numbers of entries that are not known, making new ones. */
  learn(entries: Iterable<T>): Promise<void>;
}

interface DictionaryKind<T> {
  /** What makes two entries the same. */
  readonly keyOf: (entry: T) => string;
  /** A statement that answers rows `(n, id)` for the n-th of the entries. */
  readonly sql: string;
  readonly parametersOf: (entries: readonly T[]) => readonly (readonly (string | Buffer)[])[];
}

function createDictionary<T>(database: Database, kind: DictionaryKind<T>): Dictionary<T> {
  const numbers = new Map<string, number>();
  return {
    get: (entry) => numbers.get(kind.keyOf(entry)),
    async learn(entries) {
      const all = new Map<string, T>();
      for (const entry of entries) all.set(kind.keyOf(entry), entry);
      if (numbers.size + all.size > ENTRIES_MAX) numbers.clear();
      const unknown = new Map([...all].filter(([key]) => !numbers.has(key)));
      if (unknown.size === 0) return;
      const keys = [...unknown.keys()];
      const rows = await database.query(kind.sql, kind.parametersOf([...unknown.values()]), {
        priority: 'high',
      });
      for (const { n, id } of rows) numbers.set(keys[Number(n) - 1] ?? '', Number(id));
    },
  };
}

/** Model names as they are on records, asked for and used. */
export function createModels(database: Database): Dictionary<string> {
  return createDictionary(database, {
    keyOf: (name) => name,
    sql: 'select n, id from ledger_intern_models($1::text[])',
    parametersOf: (names) => [names],
  });
}

/** Surfaces: the API that a request came in by. */
export function createSurfaces(database: Database): Dictionary<string> {
  return createDictionary(database, {
    keyOf: (name) => name,
    sql: 'select n, id from ledger_intern_surfaces($1::text[])',
    parametersOf: (names) => [names],
  });
}

/** Sets of accounts whose monthly limits a charge counts against, in ascending order. */
export function createBudgetSets(database: Database): Dictionary<string> {
  return createDictionary(database, {
    keyOf: (set) => set,
    sql: 'select n, id from ledger_intern_budget_sets($1::text[])',
    parametersOf: (sets) => [sets.map((set) => `{${set}}`)],
  });
}

/** Price versions, each stored once. */
export function createPrices(database: Database): Dictionary<Price> {
  // Prices come from the catalog's memory: the same object again and again.
  const texts = new WeakMap<Price, string>();
  const keyOf = (price: Price): string => {
    let text = texts.get(price);
    if (text === undefined) {
      text = serializePrice(price);
      texts.set(price, text);
    }
    return text;
  };
  return createDictionary(database, {
    keyOf,
    sql: 'select n, id from ledger_intern_prices($1::bytea[], $2::text[])',
    parametersOf: (prices) => {
      const bodies = prices.map(keyOf);
      return [bodies.map((body) => createHash('sha256').update(body).digest()), bodies];
    },
  });
}
