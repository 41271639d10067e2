import type { MemoryWindowStore } from './memory.ts';
import type { Refusal, Reservation, WindowRequest, WindowSpec, WindowStanding } from './types.ts';

/** This node's place among those that run, for sharing limits out. */
export interface NodeShare {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

/** What was taken from a node's part of the limits. */
export interface ShareReservation {
  readonly refused: false;
  readonly standings: readonly WindowStanding[];
  readonly local: Reservation;
}

/** Nothing can be told of the windows now. */
export const UNAVAILABLE: Refusal = {
  refused: true,
  reason: 'unavailable',
  standing: undefined,
  retryAfterMs: undefined,
};

/** Takes from this node's part of the limits; what it tells is of the whole limits. */
export function reserveShare(
  local: MemoryWindowStore,
  place: NodeShare,
  requests: readonly WindowRequest[],
): ShareReservation | Refusal {
  const whole = new Map<WindowSpec, WindowRequest>();
  for (const request of requests) {
    const { window } = request;
    whole.set({ ...window, limit: shareOf(window.limit, place) }, request);
  }
  const scaled = [...whole].map(([window, { amount }]) => ({ window, amount }));
  const result = local.reserve(scaled);
  if (result.refused) return refusalOfWhole(result, whole);
  const standings = result.standings.map((standing) => standingOfWhole(standing, whole));
  return { refused: false, standings, local: result };
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
