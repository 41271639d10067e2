import { type Clock, Failure } from '../kernel/index.ts';
import type { Book } from './book.ts';
import type { Lease } from './lease.ts';
import type { LeaseCalls } from './lease-calls.ts';
import type { LedgerStore } from './store.ts';

/** A flush that takes longer is given up; what it began goes on by itself. */
const FLUSH_MS_MAX = 5_000;
const LOOK_AGAIN_MS = 10;

export interface FlushDeps {
  readonly clock: Clock;
  readonly calls: Pick<LeaseCalls, 'stir'>;
  readonly current: () => Book | undefined;
  readonly store: Pick<LedgerStore, 'foldUsage'>;
}

/**
 * Moves what this node has charged so far onto the cards, and everybody's usage into the roll-ups,
 * without waiting for their rounds. Throws `service_unavailable` when the store is too slow.
 */
export async function flushProjections(deps: FlushDeps): Promise<void> {
  const { clock, store } = deps;
  const untilMs = clock.monotonic() + FLUSH_MS_MAX;
  for (const due = startFolds(deps); due.size > 0; ) {
    for (const lease of due) if (isFolded(lease)) due.delete(lease);
    if (due.size === 0) break;
    requireTime(clock, untilMs);
    await new Promise<void>((resolve) => void clock.after(LOOK_AGAIN_MS, resolve));
  }
  while ((await store.foldUsage()) > 0) requireTime(clock, untilMs);
}

function startFolds({ current, calls }: FlushDeps): Set<Lease> {
  const book = current();
  const due = new Set<Lease>();
  for (const lease of book?.leases.values() ?? []) if (lease.hasSpent) due.add(lease);
  for (const lease of due) {
    lease.isFoldDue = true;
    if (book) calls.stir(book, lease);
  }
  return due;
}

/** A lost lease is folded by whoever buries the node. */
function isFolded({ isLost, isFoldDue, isBusy }: Lease): boolean {
  return isLost || !(isFoldDue || isBusy);
}

function requireTime(clock: Clock, untilMs: number): void {
  if (clock.monotonic() < untilMs) return;
  throw new Failure('service_unavailable', {
    message: 'The database is too slow; what was charged will be written all the same.',
    retryAfterSeconds: 1,
  });
}
