import type { Clock } from '../../kernel/index.ts';
import { createBacklog } from './backlog.ts';
import { createBreaker } from './breaker.ts';
import { createLosses } from './losses.ts';
import type { MemoryWindowStore } from './memory.ts';
import { type NodeShare, reserveShare, UNAVAILABLE } from './shares.ts';
import type {
  RecordingWindowStore,
  Refusal,
  Reservation,
  WindowRequest,
  WindowStanding,
  WindowStore,
} from './types.ts';

/** The longest that a request waits for the shared store. */
const WAIT_MS_MAX = 500;

export interface GuardedWindowOptions {
  /** The store that all nodes share. */
  readonly shared: RecordingWindowStore;
  /** This node's own; it counts along, so that it knows what is used when it has to step in. */
  readonly local: MemoryWindowStore;
  /** While the shared store is away: each node enforces its share of a limit, or nothing passes. */
  readonly mode: 'local' | 'refuse';
  readonly share: () => NodeShare;
  readonly clock: Clock;
  /** Told when the shared store goes away (with the fault) and when it is back. */
  readonly onChange: (state: 'degraded' | 'restored', fault?: unknown) => void;
}

/** A store that goes on without the one it shares with others. */
export interface GuardedWindowStore extends WindowStore {
  readonly isDegraded: boolean;
  /** The shared store has come back: whether it still knows what this node admitted. */
  lookAgain(): void;
}

class GuardedReservation implements Reservation {
  readonly refused = false;
  readonly standings: readonly WindowStanding[];
  readonly shared: Reservation | undefined;
  readonly local: Reservation | undefined;

  constructor(
    standings: readonly WindowStanding[],
    shared: Reservation | undefined,
    local: Reservation | undefined,
  ) {
    this.standings = standings;
    this.shared = shared;
    this.local = local;
  }
}

/** Puts time limits, a breaker and the declared degraded mode around a shared store. */
export function createGuardedWindows(options: GuardedWindowOptions): GuardedWindowStore {
  const { shared, local, mode, share, clock, onChange } = options;
  const breaker = createBreaker(clock);
  const backlog = createBacklog(clock);
  const losses = createLosses({ shared, local, backlog, clock });

  function noteFailure(fault: unknown): void {
    const wasOpen = breaker.isOpen;
    breaker.failed();
    if (breaker.isOpen && !wasOpen) onChange('degraded', fault);
  }

  function noteSuccess(): void {
    const wasOpen = breaker.isOpen;
    breaker.succeeded();
    if (backlog.size > 0) payBack();
    if (wasOpen) onChange('restored');
  }

  /** Counts in the shared store what was admitted without it; what fails again stays owed. */
  function payBack(): void {
    for (const batch of backlog.take()) {
      const recorded = async (): Promise<unknown> => shared.record(batch);
      recorded().catch(() => backlog.add(batch));
    }
  }

  async function ask(requests: readonly WindowRequest[]): Promise<Reservation | Refusal> {
    const asked = (async () => shared.reserve(requests))();
    try {
      const result = await inTime(asked, clock);
      noteSuccess();
      if (result.refused) return result;
      if (losses.isSettling(requests)) return withinShare(requests, result);
      return new GuardedReservation(result.standings, result, local.record(requests));
    } catch (fault) {
      noteFailure(fault);
      takeBackLate(asked);
      return withoutShared(requests);
    }
  }

  /** A grant that comes after all is taken back: the request was counted here instead. */
  function takeBackLate(asked: Promise<Reservation | Refusal>): void {
    asked.then(
      (late) => {
        if (!late.refused) shared.cancel(late);
      },
      () => undefined,
    );
  }

  /** Until every node has told what it admitted, the count of all is not to be trusted alone. */
  function withinShare(requests: readonly WindowRequest[], granted: Reservation) {
    const result = reserveShare(local, share(), requests);
    if (result.refused) {
      shared.cancel(granted);
      return result;
    }
    return new GuardedReservation(granted.standings, granted, result.local);
  }

  function withoutShared(requests: readonly WindowRequest[]): Reservation | Refusal {
    if (mode === 'refuse') return UNAVAILABLE;
    const result = reserveShare(local, share(), requests);
    if (result.refused) return result;
    backlog.add(requests);
    return new GuardedReservation(result.standings, undefined, result.local);
  }

  function both(reservation: Reservation, tell: (store: WindowStore, of: Reservation) => void) {
    if (!(reservation instanceof GuardedReservation)) return;
    if (reservation.shared) tell(shared, reservation.shared);
    if (reservation.local) tell(local, reservation.local);
  }

  return {
    get isDegraded() {
      return breaker.isOpen;
    },
    lookAgain: losses.lookAgain,
    reserve: (requests) => (breaker.admit() ? ask(requests) : withoutShared(requests)),
    adjust(reservation, actualTokens) {
      both(reservation, (store, of) => store.adjust(of, actualTokens));
    },
    cancel(reservation) {
      both(reservation, (store, of) => store.cancel(of));
    },
  };
}

function inTime<T>(promise: Promise<T>, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(WAIT_MS_MAX, () =>
      reject(new Error(`the shared rate windows did not answer within ${WAIT_MS_MAX} ms`)),
    );
    promise.then(resolve, reject).finally(cancel);
  });
}
