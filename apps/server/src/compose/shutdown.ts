import type { RunningAnswers } from '@meridian/core/inference';
import type { LedgerNode } from '@meridian/core/ledger';
import type { Connections } from '../edge/connections.ts';
import type { InferenceServer } from '../edge/hot/serve-inference.ts';
import type { RealtimeServer } from '../edge/realtime/realtime-server.ts';
import type { ReadinessCheck } from './readiness.ts';

/** Ends the process's work in order. */
export interface Shutdown {
  /**
   * Takes no new requests and lets running ones end. After the drain time streams end with an error
   * event and what has not begun is refused. Writes every charge and closes everything.
   */
  gracefully(drainSeconds: number): Promise<void>;
}

export interface ShutdownDeps {
  readonly connections: Connections;
  readonly inference: InferenceServer;
  readonly realtime: RealtimeServer;
  readonly running: RunningAnswers;
  readonly ledger: LedgerNode;
  readonly readiness: ReadinessCheck;
  /** Everything that was opened, to be closed in reverse. */
  readonly opened: AsyncDisposableStack;
}

const POLL_MS = 20;
/** After the running answers were ended their last charges need this long at most. */
const LAST_CHARGES_MS = 15_000;
/** Clients get this long to read what the last answers have left in the connections. */
const LAST_BYTES_MS = 2_000;

export function createShutdown(deps: ShutdownDeps): Shutdown {
  const { connections, inference, realtime, running, ledger, readiness, opened } = deps;

  /** Waits until the condition holds; false when that takes longer than the limit. */
  async function until(isReached: () => boolean, limitMs: number): Promise<boolean> {
    const end = performance.now() + limitMs;
    while (!isReached() && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return isReached();
  }

  return {
    async gracefully(drainSeconds) {
      readiness.withdraw();
      realtime.drain();
      let isClosed = false;
      const closed = connections.drain().then(() => {
        isClosed = true;
      });
      // An answer whose client has left is still to be charged.
      const isIdle = (): boolean => inference.running + realtime.running === 0;
      if (!(await until(() => isClosed && isIdle(), drainSeconds * 1000))) {
        running.stopAll();
        await until(isIdle, LAST_CHARGES_MS);
        await until(() => isClosed, LAST_BYTES_MS);
        connections.cut();
      }
      await closed;
      await ledger.drain();
      await opened.disposeAsync();
    },
  };
}
