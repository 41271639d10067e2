import type { Clock } from '../../kernel/index.ts';
import { type Counter, createCounter, type Moment } from './counter.ts';
import type {
  RecordingWindowStore,
  Refusal,
  Reservation,
  WindowRequest,
  WindowSpec,
  WindowStanding,
} from './types.ts';

/** About 1 KB each. */
const WINDOWS_MAX = 100_000;
/** Every so many reservations, as many counters are looked at to find idle ones. */
const SWEEP_EVERY = 64;
const SWEEP_STEPS = 128;
/** Counters looked at when the table is full. */
const SWEEP_STEPS_FULL = 2_000;

/** What was taken from one counter, and how its window stood then. */
class Entry implements WindowStanding {
  readonly window: WindowSpec;
  readonly counter: Counter;
  readonly part: number;
  readonly used: number;
  readonly resetMs: number;
  amount: number;

  constructor({ window, amount }: WindowRequest, counter: Counter, at: Moment) {
    this.window = window;
    this.counter = counter;
    this.amount = amount;
    this.part = counter.add(amount);
    this.used = counter.used(at);
    this.resetMs = counter.resetMs(at);
  }
}

class MemoryReservation implements Reservation {
  readonly refused = false;
  readonly standings: readonly Entry[];

  constructor(standings: readonly Entry[]) {
    this.standings = standings;
  }
}

/** Counts in this process's memory: one node, or a node's share while Redis is away. Synchronous. */
export interface MemoryWindowStore extends RecordingWindowStore {
  reserve(requests: readonly WindowRequest[]): Reservation | Refusal;
  record(requests: readonly WindowRequest[]): Reservation;
  /** What the windows of an owner hold now, without those that are empty and what is under way. */
  countsOf(ownerId: number): readonly WindowRequest[];
  /** One window of each owner. */
  samples(): readonly WindowRequest[];
  /** Windows held in memory. */
  readonly size: number;
}

export interface MemoryWindowOptions {
  readonly clock: Clock;
  /** Windows kept at most; beyond it requests with new windows are refused as `unavailable`. */
  readonly windowsMax?: number;
}

export function createMemoryWindows(options: MemoryWindowOptions): MemoryWindowStore {
  const { clock, windowsMax = WINDOWS_MAX } = options;
  const counters = new Map<string, Counter>();
  /** What the counters count, by the same ids. */
  const windows = new Map<string, WindowSpec>();
  let sweep = counters.entries();
  let reservations = 0;

  const moment = (): Moment => ({ monotonic: clock.monotonic(), wall: clock.now() });

  /** Before a call takes counters, so that none of them is dropped while it is still empty. */
  function dropIdle(at: Moment, coming: number): void {
    const isFull = counters.size + coming > windowsMax;
    if (!isFull && ++reservations % SWEEP_EVERY !== 0) return;
    const steps = isFull ? SWEEP_STEPS_FULL : SWEEP_STEPS;
    for (let step = 0; step < steps; step++) {
      const next = sweep.next();
      if (next.done) {
        sweep = counters.entries();
        return;
      }
      const [id, counter] = next.value;
      if (counter.used(at) > 0) continue;
      counters.delete(id);
      windows.delete(id);
    }
  }

  function counterOf(request: WindowRequest): Counter | undefined {
    const { id, span } = request.window;
    let counter = counters.get(id);
    if (counter) return counter;
    if (counters.size >= windowsMax) return undefined;
    counter = createCounter(span);
    counters.set(id, counter);
    windows.set(id, request.window);
    return counter;
  }

  return {
    get size() {
      return counters.size;
    },
    countsOf(ownerId) {
      const at = moment();
      return [...windows.values()]
        .filter(({ ownerId: of, span }) => of === ownerId && span !== 'running')
        .map((window) => ({ window, amount: counters.get(window.id)?.used(at) ?? 0 }))
        .filter(({ amount }) => amount > 0);
    },
    samples() {
      const byOwner = new Map([...windows.values()].map((window) => [window.ownerId, window]));
      return [...byOwner.values()].map((window) => ({ window, amount: 0 }));
    },
    reserve(requests) {
      const at = moment();
      dropIdle(at, requests.length);
      const found: Counter[] = [];
      let refusal: Refusal | undefined;
      for (const request of requests) {
        const counter = counterOf(request);
        if (!counter) return UNAVAILABLE;
        const used = counter.used(at);
        found.push(counter);
        if (used + request.amount > request.window.limit) {
          refusal = later(refusal, refuse(request, counter, at));
        }
      }
      return refusal ?? commit(requests, found, at);
    },
    record(requests) {
      const at = moment();
      dropIdle(at, requests.length);
      const kept = requests.filter((request) => counterOf(request) !== undefined);
      const found = kept.map((request) => counterOf(request) as Counter);
      for (const counter of found) counter.used(at);
      return commit(kept, found, at);
    },
    adjust(reservation, actualTokens) {
      for (const entry of entriesOf(reservation)) {
        if (entry.window.unit === 'requests') continue;
        const amount = entry.window.unit === 'tokens' ? actualTokens : 0;
        entry.counter.amend(entry.part, amount - entry.amount);
        entry.amount = amount;
      }
    },
    cancel(reservation) {
      for (const entry of entriesOf(reservation)) {
        entry.counter.amend(entry.part, -entry.amount);
        entry.amount = 0;
      }
    },
  };
}

function commit(requests: readonly WindowRequest[], found: readonly Counter[], at: Moment) {
  const entries: Entry[] = [];
  for (let i = 0; i < found.length; i++) {
    entries.push(new Entry(requests[i] as WindowRequest, found[i] as Counter, at));
  }
  return new MemoryReservation(entries);
}

function entriesOf(reservation: Reservation): readonly Entry[] {
  return reservation instanceof MemoryReservation ? reservation.standings : [];
}

const UNAVAILABLE: Refusal = {
  refused: true,
  reason: 'unavailable',
  standing: undefined,
  retryAfterMs: undefined,
};

function refuse(request: WindowRequest, counter: Counter, at: Moment): Refusal {
  const { window, amount } = request;
  const used = counter.used(at);
  const standing = { window, used, resetMs: counter.resetMs(at) };
  if (amount > window.limit) {
    return { refused: true, reason: 'too_large', standing, retryAfterMs: undefined };
  }
  const retryAfterMs = counter.freesMs(at, used + amount - window.limit);
  return { refused: true, reason: 'full', standing, retryAfterMs };
}

/** Of two refusals the one that lasts longer. */
function later(a: Refusal | undefined, b: Refusal): Refusal {
  if (!a) return b;
  const lasts = (refusal: Refusal): number => refusal.retryAfterMs ?? Number.POSITIVE_INFINITY;
  return lasts(b) > lasts(a) ? b : a;
}
