import type { Clock } from '../kernel/index.ts';
import type { Book } from './book.ts';
import type { Lease } from './lease.ts';
import type { LeaseCalls } from './lease-calls.ts';
import type { Membership } from './membership.ts';
import type { PotSignals, Recall } from './store.ts';

/** Brings other nodes' questions to the leases that have to answer them. */
export interface Recalls extends PotSignals {
  /** A question that the store listed as unanswered. */
  answer(book: Book, recall: Recall): void;
  /** A question that this node itself has asked in the name of an account. */
  ask(accountId: number, seq: number): void;
}

/** Makes the recalls of one node. */
export function createRecalls(
  clock: Clock,
  calls: LeaseCalls,
  membership: () => Membership,
): Recalls {
  function note(book: Book, lease: Lease, seq: number): void {
    lease.recallSeq = Math.max(lease.recallSeq, seq);
    if (lease.recallSeq > lease.answered) calls.stir(book, lease);
  }

  return {
    answer(book, recall) {
      const { accountId, period, pot, seq } = recall;
      const lease = book.open(accountId, period, clock.monotonic());
      if (lease.pot === 0) {
        // A call whose reply was lost made it; what it holds is not known here yet.
        lease.pot = pot;
        lease.isSure = false;
        book.number(lease);
      }
      note(book, lease, seq);
    },
    ask(accountId, seq) {
      const book = membership().current;
      const lease = book?.find(accountId, 0);
      if (book && lease) note(book, lease, seq);
    },
    onRecall(pot, seq) {
      const book = membership().current;
      const lease = book?.byPot(pot);
      if (book && lease) note(book, lease, seq);
    },
    onFreed(pot) {
      const lease = membership().current?.byPot(pot);
      if (lease && lease.question > 0) lease.wake?.();
    },
  };
}
