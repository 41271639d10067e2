import type { Clock } from '../kernel/index.ts';
import type { Book } from './book.ts';
import { excessOf, type Lease } from './lease.ts';
import type { LeaseCalls } from './lease-calls.ts';
import { expireWaiters } from './waiting.ts';

/** Leases that are folded or given back in one round; the others have their turn in the next. */
const CALLS_PER_ROUND_MAX = 200;
/** Demand is counted per this time; a lease is sized by two of them. */
const DEMAND_MS = 1_000;

export interface LeaseRoundsDeps {
  readonly clock: Clock;
  readonly calls: LeaseCalls;
  readonly current: () => Book | undefined;
  readonly roundMs: number;
  /** A lease that nobody used for so long is given back. */
  readonly idleMs: number;
  /** What was spent is moved onto the cards after so long at the latest. */
  readonly foldMs: number;
}

/** Looks after all leases of the node at intervals. */
export class LeaseRounds {
  readonly #deps: LeaseRoundsDeps;
  #demandAtMs: number;
  #isStopped = false;

  constructor(deps: LeaseRoundsDeps) {
    this.#deps = deps;
    this.#demandAtMs = deps.clock.monotonic();
  }

  start(): void {
    if (this.#isStopped) return;
    this.#deps.clock.after(this.#deps.roundMs, () => {
      this.#round();
      this.start();
    });
  }

  stop(): void {
    this.#isStopped = true;
  }

  #round(): void {
    const { clock, calls, current } = this.#deps;
    const book = current();
    if (!book) return;
    const nowMs = clock.monotonic();
    const isNewSecond = nowMs - this.#demandAtMs >= DEMAND_MS;
    if (isNewSecond) this.#demandAtMs = nowMs;
    let callsLeft = CALLS_PER_ROUND_MAX;
    for (const lease of book.leases.values()) {
      expireWaiters(lease, nowMs);
      if (isNewSecond) {
        lease.demandBefore = lease.demandNow;
        lease.demandNow = 0n;
      }
      if (callsLeft === 0 || !this.#isCallDue(lease, nowMs)) continue;
      callsLeft--;
      calls.stir(book, lease);
    }
  }

  /** Notes what is due; true when a call is. */
  #isCallDue(lease: Lease, nowMs: number): boolean {
    const { idleMs, foldMs } = this.#deps;
    if (lease.isBusy || lease.waiters.size > 0) return false;
    // While the outcome of a closing call is in doubt, it is repeated first.
    if (lease.isSure) lease.isCloseDue = lease.open === 0 && nowMs - lease.usedAtMs >= idleMs;
    const isOld = nowMs - lease.calledAtMs >= foldMs;
    const isStale = lease.hasSpent || nowMs >= lease.validUntilMs || excessOf(lease) > 0n;
    lease.isFoldDue ||= isOld && isStale;
    return lease.isCloseDue || lease.isFoldDue || !lease.isSure;
  }
}
