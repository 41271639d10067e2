import type { Clock } from '../kernel/index.ts';
import type { OnLedgerEvent } from './events.ts';
import { chargeIn, type Lease } from './lease.ts';
import { LeasedHold } from './leased-hold.ts';
import { batchOf, type Charge } from './settle-batch.ts';
import { type LedgerStore, type SettleAnswer, type SettleBatch, StoreFault } from './store.ts';
import type { Hold, UsageRecord } from './types.ts';

const RETRY_MS = 20;
const RETRY_MAX_MS = 1_000;
const DOUBLINGS_MAX = 10;

export interface SettlementsDeps {
  readonly store: Pick<LedgerStore, 'settle'>;
  readonly clock: Clock;
  readonly rowsMax: number;
  readonly onEvent: OnLedgerEvent;
  /** A node's charges came too late for the leases of these pots. */
  readonly onLate: (nodeId: number, pots: readonly number[]) => void;
  /** A charge was smaller than its hold, and somebody waits for room in this lease. */
  readonly onRoom: (lease: Lease) => void;
}

/** Puts back what the leases were thought to cover. */
function uncover({ hold, covered }: Charge): void {
  hold.leases.forEach((lease, i) => {
    lease.room += covered[i] ?? 0n;
  });
}

/**
 * Writes charges in batches, the group commit of one node: one batch is under way at a time (two
 * would lock lease rows in plan order and deadlock), the next collects meanwhile, nobody waits for a
 * timer.
 */
export class Settlements {
  readonly #deps: SettlementsDeps;
  #queue: Charge[] = [];
  #waiting = 0;
  #sequence = 0;
  #isRunning = false;
  #isStopped = false;
  #idle: (() => void)[] = [];

  constructor(deps: SettlementsDeps) {
    this.#deps = deps;
  }

  /** Ends a hold with a charge; resolves when the charge is durable. */
  settle(hold: Hold, record: UsageRecord): Promise<void> {
    if (!(hold instanceof LeasedHold) || hold.isEnded) {
      return Promise.reject(new Error('a hold is settled once, by the ledger that made it'));
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    hold.isEnded = true;
    const covered = hold.leases.map((lease) => chargeIn(lease, hold.amount, record.cost));
    this.#queue.push({ hold, record, covered, resolve, reject });
    this.#waiting++;
    for (const lease of hold.leases) if (lease.waiters.size > 0) this.#deps.onRoom(lease);
    if (!this.#isRunning) {
      this.#isRunning = true;
      // What else ends in this very turn of the event loop goes into the first batch.
      queueMicrotask(() => void this.#run());
    }
    return promise;
  }

  /** Charges that are not acknowledged yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Resolves when none is. */
  whenIdle(): Promise<void> {
    if (!this.#isRunning) return Promise.resolve();
    return new Promise((resolve) => void this.#idle.push(resolve));
  }

  /** Gives up at the next failure: whatever is not acknowledged is rejected. */
  stop(): void {
    this.#isStopped = true;
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const charges = this.#nextBatch();
      const key = `s:${charges[0]?.hold.nodeId}:${++this.#sequence}`;
      await this.#commitWhole(charges, key);
      this.#waiting -= charges.length;
    }
    this.#isRunning = false;
    for (const resolve of this.#idle) resolve();
    this.#idle = [];
  }

  /** The oldest charges, all of one incarnation of the node. */
  #nextBatch(): Charge[] {
    const queue = this.#queue;
    const nodeId = queue[0]?.hold.nodeId;
    const max = Math.min(queue.length, this.#deps.rowsMax);
    let size = 0;
    while (size < max && queue[size]?.hold.nodeId === nodeId) size++;
    this.#queue = queue.slice(size);
    return queue.slice(0, size);
  }

  /** Commits a batch; what the store refuses is split, so that only the bad record fails. */
  async #commitWhole(charges: readonly Charge[], key: string): Promise<void> {
    try {
      await this.#commit(charges, key, false);
    } catch (error) {
      for (const [i, charge] of charges.entries()) {
        if (this.#isStopped) this.#fail(charge, error);
        else await this.#commitAlone(charge, `${key}.${i}`);
      }
    }
  }

  /** Commits one charge, at worst past a lease that does not cover it. */
  async #commitAlone(charge: Charge, key: string): Promise<void> {
    try {
      await this.#commit([charge], key, false);
    } catch (error) {
      if (!(error instanceof StoreFault) || !error.isUncovered) return this.#fail(charge, error);
      try {
        await this.#commit([charge], `${key}d`, true);
      } catch (last) {
        this.#fail(charge, last);
      }
    }
  }

  async #commit(charges: readonly Charge[], key: string, isDirect: boolean): Promise<void> {
    const { clock, onEvent, onLate } = this.#deps;
    const nodeId = charges[0]?.hold.nodeId ?? 0;
    const startedMs = clock.monotonic();
    const { latePots } = await this.#write(batchOf(charges, { nodeId, key, isDirect }));
    const endedMs = clock.monotonic();
    for (const charge of charges) {
      if (isDirect) uncover(charge);
      for (const lease of charge.hold.leases) {
        lease.open--;
        lease.settled -= charge.record.cost;
        lease.hasSpent = true;
        lease.usedAtMs = endedMs;
      }
      charge.resolve();
    }
    onEvent({ kind: 'settled', rows: charges.length, tookMs: endedMs - startedMs });
    if (latePots.length > 0) onLate(nodeId, latePots);
  }

  /** Sends a batch until its fate is known; throws what the store refuses for good. */
  async #write(batch: SettleBatch): Promise<SettleAnswer> {
    const { store, clock, onEvent } = this.#deps;
    for (let attempt = 0; ; attempt++) {
      try {
        return await store.settle(batch);
      } catch (error) {
        onEvent({ kind: 'storeFault', operation: 'settle', error });
        if (this.#isStopped || (error instanceof StoreFault && error.isDefinite)) throw error;
        const doubled = RETRY_MS * 2 ** Math.min(attempt, DOUBLINGS_MAX);
        const pauseMs = Math.min(RETRY_MAX_MS, doubled);
        await new Promise<void>((resolve) => void clock.after(pauseMs, resolve));
      }
    }
  }

  #fail(charge: Charge, error: unknown): void {
    uncover(charge);
    for (const lease of charge.hold.leases) lease.open--;
    this.#deps.onEvent({ kind: 'settleFailed', record: charge.record, error });
    charge.reject(error);
  }
}
