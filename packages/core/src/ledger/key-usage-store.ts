import type { Nanodollars } from '../kernel/index.ts';

/** What a provider key was used for: charged requests, and what accounts paid in base nanodollars. */
export interface KeyUsage {
  readonly providerKeyId: number;
  readonly requests: number;
  readonly cost: Nanodollars;
}

/** Reads usage by provider key. Keys without usage are absent. */
export interface KeyUsageStore {
  /** Days are UTC, by the day on which a request was admitted. */
  today(providerKeyIds: readonly number[]): Promise<readonly KeyUsage[]>;
}
