/** Sizes and times of the ledger; the defaults were measured. */
export interface LedgerOptions {
  /** What the node calls itself in the table of nodes. */
  readonly name?: string;
  /** How often the node shows that it is alive, and after how long it is dead. */
  readonly beatMs?: number;
  readonly ttlMs?: number;
  /** How long a hold waits for the store and for other nodes before it is refused as unavailable. */
  readonly waitMaxMs?: number;
  /** How often leases are looked after. */
  readonly roundMs?: number;
  /** A lease that nobody used for so long is given back. */
  readonly idleMs?: number;
  /** What was spent is moved onto the cards after so long at the latest. */
  readonly foldMs?: number;
  /** How long a true refusal is repeated without asking again. */
  readonly refusalCacheMs?: number;
  /** How often this node looks after what concerns all: the dead, the expired, the roll-ups. */
  readonly upkeepMs?: number;
  /** Whether this node does what comes due by itself; the leases of the dead every node returns. */
  readonly tends?: boolean;
  /** How long `drain` waits for a store that is away before it gives charges up. */
  readonly drainMaxMs?: number;
  /** Records in one commit. */
  readonly rowsMax?: number;
  /** Calls about leases that run at once. Default 4, or 1 where the store has a single connection. */
  readonly leaseCallsMax?: number;
}

const LEASE_CALLS_MAX = 4;

const DEFAULTS = {
  name: 'node',
  beatMs: 1_000,
  ttlMs: 5_000,
  waitMaxMs: 8_000,
  roundMs: 500,
  idleMs: 10_000,
  foldMs: 2_000,
  refusalCacheMs: 75,
  upkeepMs: 2_000,
  tends: true,
  drainMaxMs: 10_000,
  rowsMax: 512,
} as const;

/** The options with their defaults. */
export function withDefaults(
  options: LedgerOptions | undefined,
  store: { readonly isAlone: boolean },
): Required<LedgerOptions> {
  return { leaseCallsMax: store.isAlone ? 1 : LEASE_CALLS_MAX, ...DEFAULTS, ...options };
}
