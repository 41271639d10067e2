import type { Cancel, Clock } from '../kernel/index.ts';
import type { Book } from './book.ts';
import type { OnLedgerEvent } from './events.ts';
import type { Gate } from './gate.ts';
import {
  type Ask,
  applyAnswer,
  fits,
  holdIn,
  type Lease,
  type Waiter,
  type WaitOutcome,
} from './lease.ts';
import { type CallPlan, planCall } from './lease-plan.ts';
import { type LeaseAnswer, type LedgerStore, StoreFault } from './store.ts';
import { endWait, serveWaiters } from './waiting.ts';

/** Waiters of one lease; more are refused. */
const WAITERS_MAX = 10_000;
/** Pauses between two looks at the answers to a question; NOTIFY ends them early. */
const ASK_AGAIN_MS = 10;
const ASK_AGAIN_MAX_MS = 160;
const FAULT_PAUSE_MS = 50;
const FAULT_PAUSE_MAX_MS = 1_000;
/** After a background call that brought too little. */
const REFILL_PAUSE_MS = 500;

export interface LeaseCallsDeps {
  readonly store: Pick<LedgerStore, 'lease'>;
  readonly clock: Clock;
  readonly gate: Gate;
  readonly refusalCacheMs: number;
  readonly onEvent: OnLedgerEvent;
  /** The store says that the node is fenced. */
  readonly onFenced: (nodeId: number) => void;
}

/** How often in a row a question was repeated, and calls failed. */
interface Attempts {
  questions: number;
  faults: number;
}

/** A call that was answered, and up to which waiter it asked for. */
interface Outcome {
  readonly plan: CallPlan;
  readonly answer: LeaseAnswer;
  readonly asked: number;
}

/** Talks to the store about leases: one call at a time for each, as its state demands. */
export class LeaseCalls {
  readonly #deps: LeaseCallsDeps;
  /** Numbers the waiters. */
  #order = 0;

  constructor(deps: LeaseCallsDeps) {
    this.#deps = deps;
  }

  /** Sets the ask aside as soon as there is room; resolves with how that ended. */
  reserve(book: Book, lease: Lease, ask: Ask, deadlineMs: number): Promise<WaitOutcome> {
    if (lease.isLost) return Promise.resolve('lost');
    const nowMs = this.#deps.clock.monotonic();
    if (nowMs < book.admitUntilMs && fits(lease, ask, nowMs)) {
      holdIn(lease, ask.amount, nowMs);
      return Promise.resolve('held');
    }
    if (lease.waiters.size >= WAITERS_MAX) return Promise.resolve('unavailable');
    lease.demandNow += ask.amount;
    lease.lastAmount = ask.amount;
    lease.usedAtMs = nowMs;
    return new Promise((resolve) => {
      lease.waiters.add({ ask, order: ++this.#order, deadlineMs, resolve });
      if (!lease.isBusy) void this.#run(book, lease);
    });
  }

  /** Gives waiters what fits now, and makes the calls that are due. */
  stir(book: Book, lease: Lease): void {
    this.#serve(book, lease);
    if (lease.wake) lease.wake();
    else if (!lease.isBusy) void this.#run(book, lease);
  }

  /** Nobody is served while the node might have been declared dead. */
  #serve(book: Book, lease: Lease): void {
    if (lease.waiters.size === 0 || lease.isLost) return;
    const nowMs = this.#deps.clock.monotonic();
    if (nowMs < book.admitUntilMs) serveWaiters(lease, nowMs);
  }

  async #run(book: Book, lease: Lease): Promise<void> {
    const { clock, gate } = this.#deps;
    const isUrgent = (): boolean => lease.waiters.size > 0 || lease.recallSeq > lease.answered;
    const attempts: Attempts = { questions: 0, faults: 0 };
    lease.isBusy = true;
    // Between the last look at the plan and the end of being busy nothing may be awaited.
    while (!lease.isLost && planCall(lease, clock.monotonic())) {
      const pauseMs = await gate.run(isUrgent, () => this.#step(book, lease, attempts));
      if (pauseMs > 0 && !lease.isLost) await this.#pause(lease, pauseMs);
      this.#serve(book, lease);
    }
    lease.isBusy = false;
    lease.question = 0;
    if (lease.isGone && lease.open === 0 && lease.waiters.size === 0) book.drop(lease);
  }

  /** Calls and concludes; returns how long to pause before the next step. */
  async #step(book: Book, lease: Lease, attempts: Attempts): Promise<number> {
    const plan = lease.isLost ? undefined : planCall(lease, this.#deps.clock.monotonic());
    if (!plan) return 0;
    const asked = lease.question === 0 ? this.#order : lease.askedUpTo;
    try {
      const answer = await this.#call(book, lease, plan);
      attempts.faults = 0;
      if (!answer) return lease.isLost ? 0 : ASK_AGAIN_MS;
      this.#serve(book, lease);
      const isOpen = this.#conclude(lease, { plan, answer, asked });
      attempts.questions = isOpen ? attempts.questions + 1 : 0;
      return isOpen ? Math.min(ASK_AGAIN_MAX_MS, ASK_AGAIN_MS * 2 ** (attempts.questions - 1)) : 0;
    } catch (error) {
      this.#deps.onEvent({ kind: 'storeFault', operation: 'lease', error });
      if (plan.head && error instanceof StoreFault && error.isDefinite) {
        endWait(lease, plan.head, 'unavailable');
      }
      return Math.min(FAULT_PAUSE_MAX_MS, FAULT_PAUSE_MS * 2 ** attempts.faults++);
    }
  }

  /** Makes the planned call; undefined when the answer is of no use. */
  async #call(book: Book, lease: Lease, plan: CallPlan): Promise<LeaseAnswer | undefined> {
    const { accountId, period, nodeId } = lease;
    const { head, ...wish } = plan;
    // Subtracted before it is sent and added when answered: a lost reply errs to the safe side.
    lease.room -= plan.back;
    lease.taken -= plan.back;
    lease.calledAtMs = this.#deps.clock.monotonic();
    lease.isFoldDue = false;
    lease.isRefillDue = false;
    lease.hasSpent = false;
    lease.isGone = false;
    try {
      const turn = book.nextTurn();
      const said = await this.#deps.store.lease({ accountId, period, nodeId, turn, ...wish });
      if (lease.isLost) return undefined;
      if (said.status === 'fenced') this.#deps.onFenced(nodeId);
      if (said.status === 'void') lease.isSure = false;
      if (said.status === 'fenced' || said.status === 'void') return undefined;
      this.#accept(lease, plan, said);
      if (lease.pot > 0) book.number(lease);
      return said;
    } catch (error) {
      if (error instanceof StoreFault && error.isDefinite) {
        lease.room += plan.back;
        lease.taken += plan.back;
      } else {
        lease.isSure = false;
      }
      throw error;
    }
  }

  #accept(lease: Lease, plan: CallPlan, said: LeaseAnswer): void {
    if (said.pot === 0) {
      lease.isSure = true;
      lease.isCloseDue = false;
      lease.isGone = true;
      return;
    }
    applyAnswer(lease, said, lease.calledAtMs);
    if (said.status === 'none') lease.storeFree = 0n;
    if (plan.isClosing) {
      lease.isCloseDue = false;
      // The row is gone, and with it what was taken and spent on it.
      lease.isGone = said.taken === 0n;
      if (lease.isGone) lease.room = 0n;
    }
    if (plan.want > 0n && plan.need === 0n && lease.room < lease.low) {
      lease.refillAfterMs = this.#deps.clock.monotonic() + REFILL_PAUSE_MS;
    }
  }

  /** Decides what an answer means for the waiters; true when the question is still open. */
  #conclude(lease: Lease, { plan, answer, asked }: Outcome): boolean {
    const { head } = plan;
    if (!head) return false;
    lease.question = 0;
    if (!lease.waiters.has(head)) return false;
    if (answer.status === 'none') {
      this.#refuse(lease, () => true);
    } else if (head.ask.minimum !== null && lease.settled < head.ask.minimum) {
      this.#refuse(lease, ({ ask }) => ask.minimum !== null && lease.settled < ask.minimum);
    } else if (plan.need === 0n) {
      return true;
    } else if (answer.unanswered > 0) {
      lease.question = answer.question;
      lease.askedUpTo = asked;
      return true;
    } else {
      const most = lease.room + lease.storeFree;
      // A refusal answers those who were there when the question was asked, and nobody else.
      this.#refuse(lease, ({ ask, order }) => order <= asked && ask.amount > most);
    }
    return false;
  }

  #refuse(lease: Lease, isMeant: (waiter: Waiter) => boolean): void {
    lease.refusalUntilMs = this.#deps.clock.monotonic() + this.#deps.refusalCacheMs;
    for (const waiter of lease.waiters) {
      if (isMeant(waiter)) endWait(lease, waiter, 'short');
    }
  }

  #pause(lease: Lease, ms: number): Promise<void> {
    return new Promise((resolve) => {
      let cancel: Cancel | undefined;
      const wake = (): void => {
        lease.wake = undefined;
        cancel?.();
        resolve();
      };
      lease.wake = wake;
      cancel = this.#deps.clock.after(ms, wake);
    });
  }
}
