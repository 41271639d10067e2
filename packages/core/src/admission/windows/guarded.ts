import type { Clock } from '../../kernel/index.ts';
import { createBacklog } from './backlog.ts';
import { createBreaker } from './breaker.ts';
import type { MemoryWindowStore } from './memory.ts';
import type {
  RecordingWindowStore,
  Refusal,
  Reservation,
  WindowRequest,
  WindowSpec,
  WindowStanding,
  WindowStore,
} from './types.ts';

/** The longest that a request waits for the shared store. */
const WAIT_MS_MAX = 500;

/** This node's place among those that run, for sharing limits out. */
export interface NodeShare {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

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

const UNAVAILABLE: Refusal = {
  refused: true,
  reason: 'unavailable',
  standing: undefined,
  retryAfterMs: undefined,
};

/** Puts time limits, a breaker and the declared degraded mode around a shared store. */
export function createGuardedWindows(options: GuardedWindowOptions): GuardedWindowStore {
  const { shared, local, mode, share, clock, onChange } = options;
  const breaker = createBreaker(clock);
  const backlog = createBacklog(clock);

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
      const counted = mode === 'local' ? local.record(requests) : undefined;
      return new GuardedReservation(result.standings, result, counted);
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

  function withoutShared(requests: readonly WindowRequest[]): Reservation | Refusal {
    if (mode === 'refuse') return UNAVAILABLE;
    const place = share();
    const whole = new Map<WindowSpec, WindowRequest>();
    for (const request of requests) {
      const { window } = request;
      whole.set({ ...window, limit: shareOf(window.limit, place) }, request);
    }
    const scaled = [...whole].map(([window, { amount }]) => ({ window, amount }));
    const result = local.reserve(scaled);
    if (result.refused) return refusalOfWhole(result, whole);
    backlog.add(requests);
    const standings = result.standings.map((standing) => standingOfWhole(standing, whole));
    return new GuardedReservation(standings, undefined, result);
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
    reserve: (requests) => (breaker.admit() ? ask(requests) : withoutShared(requests)),
    adjust(reservation, actualTokens) {
      both(reservation, (store, of) => store.adjust(of, actualTokens));
    },
    cancel(reservation) {
      both(reservation, (store, of) => store.cancel(of));
    },
  };
}

/** A node's part of a limit; the parts of all nodes add up to the limit exactly. */
function shareOf(limit: number, { index, count }: NodeShare): number {
  const nodes = Math.max(1, count);
  return Math.floor(limit / nodes) + (index < limit % nodes ? 1 : 0);
}

/** Windows as this node shares them → what was asked for. */
type Whole = ReadonlyMap<WindowSpec, WindowRequest>;

/** A standing against the whole limit; the other nodes' shares count as used. */
function standingOfWhole(standing: WindowStanding, whole: Whole): WindowStanding {
  const window = whole.get(standing.window)?.window ?? standing.window;
  return { ...standing, window, used: standing.used + window.limit - standing.window.limit };
}

/** What is too large for the share alone may well fit once the shared store is back. */
function refusalOfWhole(refusal: Refusal, whole: Whole): Refusal {
  const { standing, reason } = refusal;
  const asked = standing && whole.get(standing.window);
  if (!asked) return refusal;
  if (reason === 'too_large' && asked.amount <= asked.window.limit) return UNAVAILABLE;
  return { ...refusal, standing: standingOfWhole(standing, whole) };
}

function inTime<T>(promise: Promise<T>, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(WAIT_MS_MAX, () =>
      reject(new Error(`the shared rate windows did not answer within ${WAIT_MS_MAX} ms`)),
    );
    promise.then(resolve, reject).finally(cancel);
  });
}
