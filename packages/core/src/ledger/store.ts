import type { Nanodollars } from '../kernel/index.ts';
import type { Balance, Discrepancy, Party, UsageRecord } from './types.ts';

/**
 * The store did not do what it was asked. `isDefinite`: it refused, nothing was changed; otherwise
 * the outcome is unknown (connection lost, timed out) and only the same call again can tell.
 */
export class StoreFault extends Error {
  readonly isDefinite: boolean;
  /** The lease rows did not cover what the node thought they would. */
  readonly isUncovered: boolean;

  constructor(
    cause: unknown,
    kind: { readonly isDefinite: boolean; readonly isUncovered: boolean },
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'StoreFault';
    this.isDefinite = kind.isDefinite;
    this.isUncovered = kind.isUncovered;
  }
}

/** A pot: an account's wallet (period 0) or its limit of one month (period yyyymm, UTC). */
export interface PotName {
  readonly accountId: number;
  readonly period: number;
}

/** A question to all holders of a pot's leases, which this node has not answered. */
export interface Recall extends PotName {
  readonly pot: number;
  readonly seq: number;
}

/** A node's identity; `id` is never used twice and fences off whatever an older incarnation did. */
export interface Registration {
  readonly nodeId: number;
  /** The store's wall clock, milliseconds since 1970. */
  readonly storeMs: number;
}

export interface Beat {
  /** False when the node was declared dead: its leases are taken back. */
  readonly isLive: boolean;
  readonly storeMs: number;
  readonly liveNodes: number;
  /** How many of the live nodes registered before this one. */
  readonly nodesBefore: number;
  readonly recalls: readonly Recall[];
}

/** The one call about a lease: gives back, answers a recall, and asks for more, in this order. */
export interface LeaseCall extends PotName {
  readonly nodeId: number;
  /** Rises with every call of a node; a call that a later one has overtaken is void. */
  readonly turn: number;
  /** The month's limit, when the caller's differs from the one it last heard of. */
  readonly limit: bigint | null;
  readonly back: bigint;
  /** At least this much more is needed (0: nothing is); at most `want` is taken beyond. */
  readonly need: bigint;
  readonly want: bigint;
  /** Number of the recall that `back` answers; 0 for none. */
  readonly answer: number;
  /** Number of the recall that this same question has caused before; 0 for a new question. */
  readonly question: number;
  /** Drops the lease when nothing is left of it. */
  readonly isClosing: boolean;
}

/** `fenced`: the node is dead. `none`: no such wallet, or it is closed. `void`: overtaken. */
export type LeaseStatus = 'done' | 'fenced' | 'none' | 'void';

export interface LeaseAnswer {
  readonly status: LeaseStatus;
  readonly pot: number;
  /** All that this lease ever took less what it gave back; settlements do not change it. */
  readonly taken: bigint;
  /** What nobody has leased. */
  readonly free: bigint;
  /** Balance less overdraft and everything spent, by whatever node. */
  readonly settled: bigint;
  /** Milliseconds until the next card expires; null when none does. */
  readonly validMs: number | null;
  /** The month's limit; null while it is lifted. */
  readonly limit: bigint | null;
  /** Other nodes that have something left and have not answered `question`. */
  readonly unanswered: number;
  readonly question: number;
  /** The newest recall of the pot, and the newest that this node has answered. */
  readonly recallSeq: number;
  readonly answered: number;
  readonly storeMs: number;
}

export interface PotAmount {
  readonly pot: number;
  readonly amount: bigint;
}

/** A record as it is written: with the UTC day (yyyymmdd) of its admission and the limits it counts against. */
export interface SettleRow {
  readonly record: UsageRecord;
  readonly day: number;
  /** Account numbers, ascending, separated by commas. */
  readonly budgetSet: string;
}

/** Charges that are committed together or not at all. */
export interface SettleBatch {
  readonly nodeId: number;
  /** The same key again is a no-op. */
  readonly key: string;
  readonly rows: readonly SettleRow[];
  /** What the node's leases cover, and what they do not; ascending by pot. */
  readonly covered: readonly PotAmount[];
  readonly direct: readonly PotAmount[];
  /** The sum per paying account. */
  readonly payers: readonly (Party & { readonly amount: bigint })[];
}

export interface SettleAnswer {
  /** The batch had been committed before. */
  readonly isRepeated: boolean;
  /** Pots whose lease was gone; their charges went to the pots. */
  readonly latePots: readonly number[];
}

/** A dead node's lease. */
export interface Orphan {
  readonly nodeId: number;
  readonly pot: number;
}

/** A wallet with expired cards, or a closed one that has got credit back (`heir` is set). */
export interface DueWallet {
  readonly pot: number;
  readonly accountId: number;
  readonly heir: number | null;
}

export interface Transfer {
  readonly kind: 'grant' | 'takeBack';
  readonly key: string;
  readonly from: Party;
  readonly to: Party;
  readonly amount: bigint;
  /** Paid by `from` besides. */
  readonly fee: { readonly amount: bigint; readonly to: Party } | null;
  /** Validity of the new card; null: what is taken keeps its expiry. */
  readonly lifeMs: number | null;
  readonly reference: string;
  /** `from` must keep this much settled balance. */
  readonly minimumLeft: bigint | null;
  readonly question: number;
}

export type TransferStatus = 'done' | 'repeated' | 'short' | 'minimum' | 'noWallet' | 'keyReused';

export interface TransferAnswer {
  readonly status: TransferStatus;
  readonly free: bigint;
  readonly settled: bigint;
  readonly unanswered: number;
  readonly question: number;
}

export interface Closing {
  readonly accountId: number;
  readonly heir: number;
  readonly fee: bigint;
  readonly lifeMs: number;
  readonly question: number;
}

export interface ClosingAnswer {
  /** `asked`: idle leases have yet to be answered. */
  readonly status: 'done' | 'asked' | 'noWallet';
  readonly refunded: bigint;
  readonly fee: bigint;
  /** What running requests still hold. */
  readonly held: bigint;
  readonly unanswered: number;
  readonly question: number;
}

/** Something happened to a pot. */
export interface PotSignals {
  /** Question number `seq` was asked. */
  onRecall(pot: number, seq: number): void;
  /** A holder has answered, or a dead one's lease was returned. */
  onFreed(pot: number): void;
}

/**
 * What the ledger needs from storage. Each method is one transaction; amounts are base nanodollars,
 * times the store's clock. Every method rejects with a `StoreFault`.
 */
export interface LedgerStore {
  /** True when no other process can have the database open, so that every other node is dead. */
  readonly isAlone: boolean;
  register(name: string): Promise<Registration>;
  beat(nodeId: number): Promise<Beat>;
  leave(nodeId: number): Promise<void>;
  /** Declares nodes dead that were silent for `ttlMs`; lists leases of the dead, own ones first. */
  bury(ttlMs: number, first: number): Promise<readonly Orphan[]>;
  reap(orphan: Orphan): Promise<void>;
  lease(call: LeaseCall): Promise<LeaseAnswer>;
  settle(batch: SettleBatch): Promise<SettleAnswer>;
  /** Signals only speed things up; losing one does no harm. Resolves to a stop function. */
  listen(signals: PotSignals): Promise<() => Promise<void>>;

  openWallet(accountId: number): Promise<void>;
  transfer(transfer: Transfer): Promise<TransferAnswer>;
  close(closing: Closing): Promise<ClosingAnswer>;
  setLimit(pot: PotName, limit: bigint | null): Promise<void>;
  due(): Promise<readonly DueWallet[]>;
  expire(pot: number): Promise<void>;
  /** Moves settled usage into the roll-ups; returns how many settlements. */
  foldUsage(): Promise<number>;

  balances(accountIds: readonly number[]): Promise<readonly Balance[]>;
  monthSpent(pot: PotName): Promise<Nanodollars>;
  verify(): Promise<readonly Discrepancy[]>;
}

/** Where a test may kill the process: around every operation of the store. */
export type CrashPoint = (
  point: `${string}:${'before-send' | 'after-send' | 'after-answer'}`,
) => void | Promise<void>;
