import { covers, excessOf, type Lease, type Waiter, wantOf } from './lease.ts';

/** What the next call about a lease is to do. */
export interface CallPlan {
  readonly limit: bigint | null;
  readonly back: bigint;
  readonly need: bigint;
  readonly want: bigint;
  readonly answer: number;
  readonly question: number;
  readonly isClosing: boolean;
  /** The waiter whose question it is. */
  readonly head: Waiter | undefined;
}

const NOTHING: CallPlan = {
  limit: null,
  back: 0n,
  need: 0n,
  want: 0n,
  answer: 0,
  question: 0,
  isClosing: false,
  head: undefined,
};

/** The first waiter. */
function headOf(lease: Lease): Waiter | undefined {
  for (const waiter of lease.waiters) return waiter;
  return undefined;
}

/**
 * Whether another node's question has to be answered now. A node that waits for an answer itself
 * answers older questions at once and newer ones when its own is settled: questions thus queue up
 * by their number, the oldest never waits for a younger, and each is answered with all there is.
 */
function owesAnswer(lease: Lease): boolean {
  if (lease.pot === 0 || lease.recallSeq <= lease.answered) return false;
  return lease.question === 0 || lease.answered < lease.question;
}

function questionOf(lease: Lease, head: Waiter, nowMs: number): CallPlan {
  const { amount, limit } = head.ask;
  const room = lease.room > 0n ? lease.room : 0n;
  // What is left of a lease from before an expiry goes back first, so that it can be forfeited.
  const back = nowMs < lease.validUntilMs ? 0n : room;
  const short = amount - (lease.room - back);
  return {
    ...NOTHING,
    limit: limit === lease.limit ? null : limit,
    back,
    need: short > 0n ? short : 0n,
    want: wantOf(lease),
    question: lease.question,
    head,
  };
}

/** The next call about a lease; undefined when there is nothing to say. Changes nothing. */
export function planCall(lease: Lease, nowMs: number): CallPlan | undefined {
  const room = lease.room > 0n ? lease.room : 0n;
  // Whether the row is gone must be known first: a new one starts to count anew.
  if (lease.isCloseDue && !lease.isSure) return { ...NOTHING, back: room, isClosing: true };
  if (owesAnswer(lease)) return { ...NOTHING, back: room, answer: lease.recallSeq };
  const head = headOf(lease);
  if (head && !covers(lease, head.ask, nowMs)) return questionOf(lease, head, nowMs);
  if (!lease.isSure) return NOTHING;
  if (lease.isCloseDue && lease.open === 0) return { ...NOTHING, back: room, isClosing: true };
  if (lease.isFoldDue) {
    return { ...NOTHING, back: nowMs < lease.validUntilMs ? excessOf(lease) : room };
  }
  if (lease.isRefillDue) return { ...NOTHING, want: wantOf(lease) };
  return undefined;
}
