import type { Clock } from '../../kernel/index.ts';
import { type Backlog, batches } from './backlog.ts';
import type { MemoryWindowStore } from './memory.ts';
import type { RecordingWindowStore, WindowRequest } from './types.ts';

/** Within this time every node has noticed that the shared store forgot, and told what it admitted. */
const SETTLING_MS = 4_000;

/** What is done when the shared store has forgotten what it had counted. */
export interface Losses {
  /** Whether the owner's counts may still lack what other nodes admitted. */
  isSettling(requests: readonly WindowRequest[]): boolean;
  /** The shared store has come back: asks for every owner whether it still knows. */
  lookAgain(): void;
}

/** The stores between which counts are told again. */
export interface LossDeps {
  readonly shared: RecordingWindowStore;
  readonly local: MemoryWindowStore;
  readonly backlog: Backlog;
  readonly clock: Clock;
}

export function createLosses({ shared, local, backlog, clock }: LossDeps): Losses {
  /** Owner → monotonic milliseconds until which the other nodes may not have told theirs again. */
  const settling = new Map<number, number>();

  /**
   * The shared store has lost its memory (a restart without persistence): every node tells what it has
   * admitted itself, as soon as it notices. As of now, so that nothing leaves too early.
   */
  function tellAgain(ownerId: number, counted: readonly WindowRequest[]): void {
    settling.set(ownerId, clock.monotonic() + SETTLING_MS);
    const told = new Map(counted.map(({ window, amount }) => [window.id, amount]));
    backlog.drop(ownerId);
    const owed = local
      .countsOf(ownerId)
      .map(({ window, amount }) => ({ window, amount: amount - (told.get(window.id) ?? 0) }))
      .filter(({ amount }) => amount > 0);
    for (const batch of batches(owed)) {
      const recorded = async (): Promise<unknown> => shared.record(batch);
      recorded().catch(() => backlog.add(batch));
    }
  }

  shared.onForgotten?.(tellAgain);

  return {
    isSettling([request]: readonly WindowRequest[]): boolean {
      const ownerId = request?.window.ownerId ?? 0;
      const until = settling.get(ownerId);
      if (until === undefined) return false;
      if (clock.monotonic() < until) return true;
      settling.delete(ownerId);
      return false;
    },
    lookAgain() {
      for (const request of local.samples()) {
        const recorded = async (): Promise<unknown> => shared.record([request]);
        recorded().catch(() => undefined);
      }
    },
  };
}
