import type { Millionths, Nanodollars } from '../kernel/index.ts';
import type { Price } from '../metering/index.ts';
import type { Usage, UsageSource } from '../protocols/index.ts';

/** An ancestor's (or the account's own) monthly limit that a charge counts against. */
export interface Budget {
  readonly accountId: number;
  /** The limit in base nanodollars per calendar month, UTC (HardLimit ÷ Rates). */
  readonly limit: Nanodollars;
}

/** What the ledger must know about the account that pays. */
export interface Payer {
  readonly accountId: number;
  /** Root's balance is not limited: no pot, only usage and postings. */
  readonly isUnlimited: boolean;
  /** Settled balance (base) below which calls are refused (`UserApiBalance`). */
  readonly minimumSettled: Nanodollars;
  /** Monthly limits on the path below the owner, the account's own included. */
  readonly budgets: readonly Budget[];
}

/** Why a hold was refused. `scope` is the account whose pot was too small. */
export interface HoldRefusal {
  readonly refused: 'insufficient_balance' | 'spending_cap_reached' | 'unavailable';
  readonly accountId: number;
  /** Base nanodollars that could have been held; lets the caller try a smaller bound. */
  readonly free: Nanodollars;
}

/** Credit set aside for one running request. Ends exactly once: settled, released or expired. */
export interface Hold {
  readonly payer: Payer;
  /** Current size, base nanodollars; grows by `extend`. */
  readonly amount: Nanodollars;
}

/** Everything that is kept of one request; written once, never changed. */
export interface UsageRecord {
  /** The request id, a UUID v7. */
  readonly id: string;
  readonly accountId: number;
  /** The named key that was used; null for the account's own key. */
  readonly namedKeyId: number | null;
  /** The provider key that answered; null for one that lives only in memory. */
  readonly providerKeyId: number | null;
  /** The model as asked for, and the one that answered. */
  readonly modelAsked: string;
  readonly modelUsed: string;
  readonly surface: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly firstByteMs: number | null;
  readonly usage: Usage;
  readonly source: UsageSource;
  /** How the request ended. */
  readonly outcome: 'complete' | 'aborted' | 'cut' | 'length';
  readonly streamed: boolean;
  readonly attempts: number;
  readonly price: Price;
  /** The account's price multiplier (`Factor`) and shown multiplier (`Rates`) at that time. */
  readonly factor: Millionths;
  readonly rates: Millionths;
  /** The charge in base nanodollars. */
  readonly cost: Nanodollars;
}

/**
 * The money port of the pipeline. Memory answers where it can; `hold` and `extend` return a promise
 * only when the store has to be asked.
 */
export interface Ledger {
  hold(payer: Payer, amount: Nanodollars): Hold | HoldRefusal | Promise<Hold | HoldRefusal>;
  /** Grows a hold; false when the balance does not allow it (the hold stays as it was). */
  extend(hold: Hold, by: Nanodollars): boolean | Promise<boolean>;
  /** Ends a hold without a charge. */
  release(hold: Hold): void;
  /** Ends a hold with a charge; resolves when the record is durable. */
  settle(hold: Hold, record: UsageRecord): Promise<void>;
}

/** An account as one side of a movement. One without limits mints what it gives. */
export interface Party {
  readonly accountId: number;
  readonly isUnlimited: boolean;
}

/** A card with something left on it; what leases have spent is already taken off. */
export interface CreditCard {
  readonly id: bigint;
  readonly amount: Nanodollars;
  readonly remaining: Nanodollars;
  readonly reference: string;
  /** Milliseconds since 1970. */
  readonly grantedAt: number;
  readonly expiresAt: number;
}

/** What an account has, in base nanodollars. `settled` + `overdraft` is the sum of its cards. */
export interface Balance {
  readonly accountId: number;
  /** Cards less overdraft and everything that has been charged. */
  readonly settled: Nanodollars;
  /** What no node has leased. */
  readonly free: Nanodollars;
  readonly overdraft: Nanodollars;
  /** What nodes have leased for running and imminent requests and not spent. */
  readonly held: Nanodollars;
  readonly isClosed: boolean;
  /** Ascending by expiry. */
  readonly cards: readonly CreditCard[];
}

/** Two places of the books that do not agree. */
export interface Discrepancy {
  readonly rule: string;
  readonly subject: string;
  readonly expected: bigint;
  readonly stored: bigint;
}
