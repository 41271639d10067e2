import {
  createGuardedWindows,
  createMemoryWindows,
  type WindowStore,
} from '@meridian/core/admission';
import { systemClock } from '@meridian/core/kernel';
import type { LedgerNode } from '@meridian/core/ledger';
import type { Events, Log, Metrics } from '@meridian/core/telemetry';
import { createRedisConnection, createRedisWindows, installationName } from '@meridian/storage';
import type { Config } from '../config.ts';
import type { Storage } from './open-storage.ts';

/** What the counters of rate limits are put together from. */
export interface WindowParts {
  readonly config: Config;
  readonly storage: Pick<Storage, 'database'>;
  readonly ledger: Pick<LedgerNode, 'liveNodes' | 'nodesBefore'>;
  readonly events: Events;
  readonly log: Log;
  readonly metrics: Metrics;
}

/**
 * The counters of rate limits: in memory, or shared by all nodes through Redis. While Redis is away
 * the configured mode applies; balances never depend on it.
 */
export async function openWindows(
  parts: WindowParts,
  open: AsyncDisposableStack,
): Promise<WindowStore> {
  const { config, ledger, events, log, metrics } = parts;
  const local = createMemoryWindows({ clock: systemClock });
  if (!config.redisUrl) return local;
  const connection = open.use(
    createRedisConnection({
      url: config.redisUrl.reveal(),
      onError: (error) => log.debug({ err: error }, 'redis connection'),
    }),
  );
  const installation = await installationName(parts.storage.database);
  await connection.connect().catch((error: unknown) => {
    log.warn({ err: error }, 'redis cannot be reached yet; rate limits start degraded');
  });
  const guarded = createGuardedWindows({
    shared: createRedisWindows({
      client: connection.client,
      prefix: `meridian:${installation}:`,
      onFault: (error) => log.warn({ err: error }, 'a correction of rate limits was lost'),
    }),
    local,
    mode: config.degradedLimits,
    share: () => ({ index: ledger.nodesBefore, count: ledger.liveNodes }),
    clock: systemClock,
    onChange: (state, fault) => {
      if (state === 'restored') log.warn({}, 'rate limits are shared again');
      else events.unexpected(fault, 'redis: rate limits are degraded');
    },
  });
  connection.client.on('ready', () => guarded.lookAgain());
  metrics.gauge('meridian_limits_degraded', '1 while rate limits go on without Redis.', () =>
    guarded.isDegraded ? 1 : 0,
  );
  return guarded;
}
