import type { Readiness } from '@meridian/contract';
import type { LedgerNode } from '@meridian/core/ledger';
import type { Config } from '../config.ts';
import type { Storage } from './open-storage.ts';

/** Says what a process needs in order to serve. */
export interface ReadinessCheck {
  readonly check: () => Promise<Readiness>;
  /** From now on not ready: load balancers send their requests elsewhere. */
  readonly withdraw: () => void;
}

export interface ReadinessDeps {
  readonly storage: Storage;
  readonly ledger: Pick<LedgerNode, 'liveNodes'>;
  readonly config: Config;
}

/** What the embedded database does not promise. */
export const DURABILITY_NOTICE =
  'The embedded database survives a killed process but not a loss of power; use PostgreSQL (MERIDIAN_DATABASE_URL) for money that matters.';
const PROBE_TIMEOUT_MS = 2_000;

export function createReadiness({ storage, ledger, config }: ReadinessDeps): ReadinessCheck {
  let isStopping = false;

  async function probeDatabase(): Promise<{ ok: boolean; detail?: string }> {
    const timeout = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error('timed out')), PROBE_TIMEOUT_MS).unref();
    });
    try {
      await Promise.race([storage.database.query('select 1', [], { priority: 'high' }), timeout]);
      return { ok: true, detail: storage.database.kind };
    } catch {
      return { ok: false, detail: 'The database does not answer.' };
    }
  }

  return {
    withdraw() {
      isStopping = true;
    },
    async check() {
      const checks = {
        database: await probeDatabase(),
        ledger: { ok: ledger.liveNodes > 0, detail: `${ledger.liveNodes} live nodes` },
        accepting: { ok: !isStopping, ...(isStopping ? { detail: 'Stopping.' } : {}) },
      };
      const isReady = Object.values(checks).every(({ ok }) => ok);
      return {
        status: isReady ? 'ready' : 'not_ready',
        checks,
        notices: config.databaseUrl ? [] : [DURABILITY_NOTICE],
      };
    },
  };
}
