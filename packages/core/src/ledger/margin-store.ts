import type { Nanodollars } from '../kernel/index.ts';

/** What was earned and paid; base nanodollars, `shown` in the accounts’ own dollars. */
export interface MarginFigures {
  readonly requests: number;
  readonly revenue: Nanodollars;
  readonly shown: Nanodollars;
  readonly cost: Nanodollars;
  /** Requests whose cost is not known. */
  readonly unpriced: number;
}

/** The figures of one subtree, day, model and provider key. */
export interface MarginCell extends MarginFigures {
  readonly accountId: number;
  /** yyyymmdd */
  readonly day: number;
  readonly model: string;
  /** Null for keys that are not stored. */
  readonly providerKeyId: number | null;
}

/** Reads revenue and cost, up to the last charge. */
export interface MarginStore {
  /** Of each of these accounts with all below it; days are inclusive. */
  cells(
    accountIds: readonly number[],
    fromDay: number,
    toDay: number,
  ): Promise<readonly MarginCell[]>;
  /** The sums of each of these accounts with all below it; those without any are absent. */
  totals(
    accountIds: readonly number[],
    fromDay: number,
    toDay: number,
  ): Promise<ReadonlyMap<number, MarginFigures>>;
  /** Direct children, also those that are gone. */
  children(accountId: number): Promise<readonly number[]>;
  /** Names of provider keys that belong to an account of the subtree with this path. */
  keyNames(ids: readonly number[], ownerDna: string): Promise<ReadonlyMap<number, string>>;
}
