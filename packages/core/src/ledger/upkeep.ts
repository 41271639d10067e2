import type { Clock, Random } from '../kernel/index.ts';
import type { Book } from './book.ts';
import type { OnLedgerEvent } from './events.ts';
import type { LedgerStore } from './store.ts';

/** Batches of settlements folded into the roll-ups in one go. */
const FOLDS_MAX = 20;
/** Rounds of reaping before other work gets its turn. */
const REAPS_MAX = 50;

/** What is left of a closed account that its heir still gets is valid as long as the refund was. */
export const REFUND_LIFE_MS = 180 * 86_400_000;

export interface UpkeepDeps {
  readonly store: Pick<LedgerStore, 'bury' | 'reap' | 'due' | 'expire' | 'close' | 'foldUsage'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly onEvent: OnLedgerEvent;
  readonly current: () => Book | undefined;
  readonly ttlMs: number;
  readonly upkeepMs: number;
  /** Whether the node also does what is not urgent. */
  readonly tends: boolean;
}

/** Work for the whole ledger that any node may do: the dead, the expired, the closed, the roll-ups. */
export class Upkeep {
  readonly #deps: UpkeepDeps;
  #running: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(deps: UpkeepDeps) {
    this.#deps = deps;
  }

  start(): void {
    if (this.#isStopped) return;
    const { clock, random, upkeepMs } = this.#deps;
    // Nodes that were started together spread out.
    clock.after(upkeepMs * (0.75 + 0.5 * random.fraction()), () => {
      this.#running = this.#run().then(() => this.start());
    });
  }

  /** Resolves when nothing of it runs any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }

  /** Returns every lease of dead nodes, those of `first` before others. */
  async reapAll(first: number): Promise<void> {
    const { store, ttlMs, onEvent } = this.#deps;
    for (let i = 0; i < REAPS_MAX; i++) {
      const orphans = await store.bury(ttlMs, first);
      if (orphans.length === 0) return;
      for (const orphan of orphans) {
        await store.reap(orphan);
        onEvent({ kind: 'reaped', nodeId: orphan.nodeId, pot: orphan.pot });
      }
    }
  }

  async #run(): Promise<void> {
    await this.#attempt('reap', () => this.reapAll(this.#deps.current()?.nodeId ?? 0));
    if (!this.#deps.tends) return;
    await this.#attempt('expire', () => this.#tend());
    await this.#attempt('foldUsage', () => this.#fold());
  }

  async #attempt(operation: string, work: () => Promise<void>): Promise<void> {
    if (this.#isStopped) return;
    try {
      await work();
    } catch (error) {
      this.#deps.onEvent({ kind: 'storeFault', operation, error });
    }
  }

  async #tend(): Promise<void> {
    const { store } = this.#deps;
    for (const { pot, accountId, heir } of await store.due()) {
      const order = { accountId, fee: 0n, lifeMs: REFUND_LIFE_MS, question: 0 };
      if (heir === null) await store.expire(pot);
      else await store.close({ ...order, heir });
    }
  }

  async #fold(): Promise<void> {
    for (let i = 0; i < FOLDS_MAX; i++) {
      if ((await this.#deps.store.foldUsage()) === 0) return;
    }
  }
}
