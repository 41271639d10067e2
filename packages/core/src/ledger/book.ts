import { createLease, type Lease } from './lease.ts';

const PERIODS = 1_000_000;

/** The leases of one incarnation of the node. */
export interface Book {
  readonly nodeId: number;
  /** Holds are admitted until this monotonic time; each successful beat moves it on. */
  admitUntilMs: number;
  readonly leases: ReadonlyMap<number, Lease>;
  find(accountId: number, period: number): Lease | undefined;
  /** The lease of the pot, made when there is none. */
  open(accountId: number, period: number, nowMs: number): Lease;
  byPot(pot: number): Lease | undefined;
  /** Remembers the number that the store gave the pot. */
  number(lease: Lease): void;
  drop(lease: Lease): void;
  /** Rises with every call. */
  nextTurn(): number;
}

function keyOf(accountId: number, period: number): number {
  return accountId * PERIODS + period;
}

/** An empty book for a new incarnation. */
export function createBook(nodeId: number, admitUntilMs: number): Book {
  const leases = new Map<number, Lease>();
  const pots = new Map<number, Lease>();
  let turn = 0;
  return {
    nodeId,
    admitUntilMs,
    leases,
    find: (accountId, period) => leases.get(keyOf(accountId, period)),
    open(accountId, period, nowMs) {
      const key = keyOf(accountId, period);
      let lease = leases.get(key);
      if (!lease) {
        lease = createLease({ accountId, period }, nodeId, nowMs);
        leases.set(key, lease);
      }
      return lease;
    },
    byPot: (pot) => pots.get(pot),
    number: (lease) => void pots.set(lease.pot, lease),
    drop(lease) {
      leases.delete(keyOf(lease.accountId, lease.period));
      pots.delete(lease.pot);
    },
    nextTurn: () => ++turn,
  };
}
