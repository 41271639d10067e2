import type { Nanodollars } from '../kernel/index.ts';
import type { LeaseAnswer, PotName } from './store.ts';

/** How a wait for room in a lease ended. `lost`: the node was fenced, ask the next incarnation. */
export type WaitOutcome = 'held' | 'short' | 'unavailable' | 'lost';

/** What somebody asks of one pot. */
export interface Ask {
  readonly amount: bigint;
  /** The settled balance must be at least this; null: whatever it is. */
  readonly minimum: bigint | null;
  /** The month's limit as the caller knows it; null for a wallet. */
  readonly limit: bigint | null;
}

/** A hold that waits for room, first come, first served. */
export interface Waiter {
  readonly ask: Ask;
  readonly order: number;
  readonly deadlineMs: number;
  readonly resolve: (outcome: WaitOutcome) => void;
}

/** What one node has leased of one pot, as the node knows it. Times are of the monotonic clock. */
export interface Lease extends PotName {
  readonly nodeId: number;
  /** The pot's number; 0 until the store has answered once. */
  pot: number;
  /** All that was ever taken less given back. */
  taken: bigint;
  /** Neither spent nor held: taken − everything charged − open holds. */
  room: bigint;
  /** The pot's settled balance when last heard, less what this node settled since. */
  settled: bigint;
  limit: bigint | null;
  /** Nothing is admitted from here on; the store is asked first (a card expires). */
  validUntilMs: number;
  /** Holds that are open, and charges that are not acknowledged. */
  open: number;

  readonly waiters: Set<Waiter>;
  isBusy: boolean;
  /** The node was fenced: the lease belongs to a dead incarnation. */
  isLost: boolean;
  /** False after a lost reply, until the next answer. */
  isSure: boolean;
  /** The store has dropped the row; a later call makes a new one. */
  isGone: boolean;
  /** Ends the pause between two questions early. */
  wake: (() => void) | undefined;

  /** The recall that the waiting question caused; 0 when none waits for other nodes. */
  question: number;
  /** Waiters up to this order were there when the question was asked. */
  askedUpTo: number;
  recallSeq: number;
  answered: number;
  /** What the store had free when it last answered, and until when a refusal on it may be repeated. */
  storeFree: bigint;
  refusalUntilMs: number;

  /** Sums of asks of this second and the one before: what a lease is sized by. */
  demandNow: bigint;
  demandBefore: bigint;
  lastAmount: bigint;
  /** Below this room more is taken in the background, not before `refillAfterMs`. */
  low: bigint;
  refillAfterMs: number;
  isRefillDue: boolean;
  isFoldDue: boolean;
  isCloseDue: boolean;
  hasSpent: boolean;
  usedAtMs: number;
  calledAtMs: number;
}

/** A lease of which the store has not been asked yet. */
export function createLease(name: PotName, nodeId: number, nowMs: number): Lease {
  return {
    accountId: name.accountId,
    period: name.period,
    nodeId,
    pot: 0,
    taken: 0n,
    room: 0n,
    settled: 0n,
    limit: null,
    validUntilMs: Number.NEGATIVE_INFINITY,
    open: 0,
    waiters: new Set(),
    isBusy: false,
    isLost: false,
    isSure: true,
    isGone: false,
    wake: undefined,
    question: 0,
    askedUpTo: 0,
    recallSeq: 0,
    answered: 0,
    storeFree: 0n,
    refusalUntilMs: Number.NEGATIVE_INFINITY,
    demandNow: 0n,
    demandBefore: 0n,
    lastAmount: 0n,
    low: 0n,
    refillAfterMs: 0,
    isRefillDue: false,
    isFoldDue: false,
    isCloseDue: false,
    hasSpent: false,
    usedAtMs: nowMs,
    calledAtMs: nowMs,
  };
}

/** Whether the lease answers the ask by itself. Who waits goes first. */
export function fits(lease: Lease, ask: Ask, nowMs: number): boolean {
  return lease.waiters.size === 0 && covers(lease, ask, nowMs);
}

/** The same without regard to who waits. */
export function covers(lease: Lease, ask: Ask, nowMs: number): boolean {
  return (
    lease.room >= ask.amount &&
    nowMs < lease.validUntilMs &&
    (ask.limit === null || ask.limit === lease.limit) &&
    (ask.minimum === null || lease.settled >= ask.minimum)
  );
}

/** Whether a true refusal of a moment ago answers this ask too. */
export function isRefusedAnyway(lease: Lease, ask: Ask, nowMs: number): boolean {
  if (nowMs >= lease.refusalUntilMs) return false;
  if (ask.limit !== null && ask.limit !== lease.limit) return false;
  return (
    ask.amount > lease.room + lease.storeFree ||
    (ask.minimum !== null && lease.settled < ask.minimum)
  );
}

/** Sets `amount` aside; the caller has made sure that it fits. */
export function holdIn(lease: Lease, amount: bigint, nowMs: number): void {
  lease.room -= amount;
  lease.demandNow += amount;
  lease.lastAmount = amount;
  lease.usedAtMs = nowMs;
}

/**
 * Turns a hold into a charge and returns what the lease covers of it. A charge above its hold may
 * take what nobody else holds, never the cover of other holds.
 */
export function chargeIn(lease: Lease, held: bigint, cost: bigint): bigint {
  const beyond = cost - held;
  const spare = lease.room > 0n ? lease.room : 0n;
  const covered = beyond <= 0n ? cost : held + (beyond < spare ? beyond : spare);
  lease.room += held - covered;
  return covered;
}

/** How much to lease: about two seconds of asks, at least a few like the last. */
export function wantOf(lease: Lease): bigint {
  const recent = lease.demandNow + lease.demandBefore;
  const few = 4n * lease.lastAmount;
  return recent > few ? recent : few;
}

/** What a lease has grown too big by. */
export function excessOf(lease: Lease): bigint {
  const excess = lease.room - 4n * wantOf(lease);
  return excess > 0n ? excess : 0n;
}

/**
 * Takes over what the store said. `taken` is absolute and settlements do not change it, so that any
 * answer also repairs what a lost reply left in doubt.
 */
export function applyAnswer(lease: Lease, answer: LeaseAnswer, sentAtMs: number): void {
  lease.pot = answer.pot;
  lease.room += answer.taken - lease.taken;
  lease.taken = answer.taken;
  lease.settled = answer.settled;
  lease.limit = answer.limit;
  lease.storeFree = answer.free;
  // The store counted from a moment after the call was sent, so this errs to the safe side.
  lease.validUntilMs =
    answer.validMs === null ? Number.POSITIVE_INFINITY : sentAtMs + answer.validMs;
  lease.recallSeq = Math.max(lease.recallSeq, answer.recallSeq);
  lease.answered = answer.answered;
  lease.isSure = true;
  lease.low = wantOf(lease) / 4n;
}

/** What could be held at most: the free room here and what nobody has leased. */
export function freeOf(lease: Lease): Nanodollars {
  const free = lease.room + lease.storeFree;
  return (free > 0n ? free : 0n) as Nanodollars;
}
