import type { Clock } from '../../kernel/index.ts';
import { SPAN_MS, type TimeSpan } from './spans.ts';
import type { WindowRequest } from './types.ts';

/** Windows remembered; beyond it the oldest are forgotten. */
const WINDOWS_MAX = 50_000;
/** Windows of one owner that are handed on at once. */
const BATCH_MAX = 64;

interface Owed {
  readonly request: WindowRequest;
  readonly at: number;
}

/** What was admitted while the shared store was away, to be counted there when it is back. */
export interface Backlog {
  readonly size: number;
  add(requests: readonly WindowRequest[]): void;
  /** Forgets what is owed for an owner. */
  drop(ownerId: number): void;
  /** Empties the backlog: batches of one owner each, without what its window has left behind. */
  take(): WindowRequest[][];
}

export function createBacklog(clock: Clock): Backlog {
  let owed = new Map<string, Owed>();

  return {
    get size() {
      return owed.size;
    },
    add(requests) {
      const at = clock.monotonic();
      for (const { window, amount } of requests) {
        // A slot is free again before anybody could be told of it.
        if (window.span === 'running') continue;
        const before = owed.get(window.id)?.request.amount ?? 0;
        owed.delete(window.id);
        owed.set(window.id, { request: { window, amount: before + amount }, at });
      }
      for (const id of owed.keys()) {
        if (owed.size <= WINDOWS_MAX) break;
        owed.delete(id);
      }
    },
    drop(ownerId) {
      for (const [id, { request }] of owed) if (request.window.ownerId === ownerId) owed.delete(id);
    },
    take() {
      const now = clock.monotonic();
      const alive = [...owed.values()].filter(
        ({ request, at }) => now - at < SPAN_MS[request.window.span as TimeSpan],
      );
      owed = new Map();
      const byOwner = Map.groupBy(
        alive.map(({ request }) => request),
        ({ window }) => window.ownerId,
      );
      return [...byOwner.values()].flatMap(batches);
    },
  };
}

/** Requests of one owner in pieces that are handed on at once. */
export function batches(requests: readonly WindowRequest[]): WindowRequest[][] {
  const count = Math.ceil(requests.length / BATCH_MAX);
  return Array.from({ length: count }, (_, i) =>
    requests.slice(i * BATCH_MAX, (i + 1) * BATCH_MAX),
  );
}
