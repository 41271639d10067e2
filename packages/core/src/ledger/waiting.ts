import { covers, holdIn, type Lease, type Waiter, type WaitOutcome } from './lease.ts';

/** Ends one wait. */
export function endWait(lease: Lease, waiter: Waiter, outcome: WaitOutcome): void {
  lease.waiters.delete(waiter);
  waiter.resolve(outcome);
}

/** Gives waiters what they ask for, in their order, as far as the room goes. */
export function serveWaiters(lease: Lease, nowMs: number): void {
  for (const waiter of lease.waiters) {
    if (!covers(lease, waiter.ask, nowMs)) return;
    holdIn(lease, waiter.ask.amount, nowMs);
    // The demand was counted when the wait began.
    lease.demandNow -= waiter.ask.amount;
    endWait(lease, waiter, 'held');
  }
}

/** Ends all waits of a lease. */
export function dismissWaiters(lease: Lease, outcome: 'lost' | 'unavailable'): void {
  for (const waiter of lease.waiters) endWait(lease, waiter, outcome);
}

/** Ends the waits that are over time. */
export function expireWaiters(lease: Lease, nowMs: number): void {
  for (const waiter of lease.waiters) {
    if (nowMs >= waiter.deadlineMs) endWait(lease, waiter, 'unavailable');
  }
}
