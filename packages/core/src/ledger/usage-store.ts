import type { Nanodollars } from '../kernel/index.ts';
import type { UsageRecord } from './types.ts';

/** Whose records may be seen; anything else is not found. */
export type UsageScope = readonly number[] | 'every account';

/** Whose usage is meant: an account with all that are or were below it, or certain accounts. */
export type UsageSubject =
  | { readonly subtreeOf: number }
  | { readonly accountIds: readonly number[] };

/** A record as it was written. */
export interface StoredUsage extends UsageRecord {
  /** When it was committed, milliseconds since 1970 by the store's clock. */
  readonly at: number;
  /** What no lease covered any more when it was charged, because the node had been silent. */
  readonly late: Nanodollars;
}

/** Requests and their cost in base nanodollars. */
export interface UsageSum {
  readonly accountId: number;
  readonly requests: number;
  readonly cost: Nanodollars;
}

/** What a list shows. */
export interface UsageQuery {
  /** Only records committed from here until before there, milliseconds since 1970. */
  readonly since: number;
  readonly until: number;
  /** The model asked for or used. */
  readonly model?: string;
  readonly surface?: string;
  readonly outcome?: UsageRecord['outcome'];
  /** The cursor of the page before. */
  readonly after?: string;
  /** At most 1,000. */
  readonly limit: number;
}

export interface UsagePage {
  /** Newest first. With conditions a page may hold fewer records than asked for before the end. */
  readonly records: readonly StoredUsage[];
  /** Continues after this page; null at the end. */
  readonly next: string | null;
}

/** Requests and what they cost: base nanodollars, and as accounts were shown it at the time. */
export interface UsageFigures {
  readonly requests: number;
  readonly cost: Nanodollars;
  readonly shown: Nanodollars;
}

/** What one model was used for on one day. */
export interface ModelDay extends UsageFigures {
  /** UTC, yyyymmdd; the day on which the requests were admitted. */
  readonly day: number;
  readonly model: string;
  /** Tokens read, from caches and into them too; how many of them came from a cache. */
  readonly prompt: number;
  readonly cached: number;
  /** Tokens written, reasoning too. */
  readonly completion: number;
}

/** What one account used. */
export interface AccountShare extends UsageFigures {
  readonly accountId: number;
}

/** Usage of some days in two ways; both sums are the same. Without usage there is no entry. */
export interface UsageBill {
  /** By day, then by model name. */
  readonly days: readonly ModelDay[];
  /** In no order. */
  readonly accounts: readonly AccountShare[];
}

/** What others read of usage. Sums are exact at any moment; accounts without usage are absent. */
export interface UsageStore {
  find(scope: UsageScope, id: string): Promise<StoredUsage | undefined>;
  /** Throws a `Failure` when `after` is not a cursor of a page. */
  list(subject: UsageSubject, query: UsageQuery): Promise<UsagePage>;
  /** Everything from one day to another, yyyymmdd, inclusive. */
  bill(subject: UsageSubject, fromDay: number, toDay: number): Promise<UsageBill>;
  /** Days are UTC, by the day on which a request was admitted. */
  today(accountIds: readonly number[]): Promise<readonly UsageSum[]>;
  thisMonth(accountIds: readonly number[]): Promise<readonly UsageSum[]>;
  ever(accountIds: readonly number[]): Promise<readonly UsageSum[]>;
}
