import { systemClock, systemRandom } from '@meridian/core/kernel';
import { createLedger, type LedgerEvent, type LedgerNode } from '@meridian/core/ledger';
import type { Events, Log, Metrics } from '@meridian/core/telemetry';
import type { Config } from '../config.ts';
import type { Storage } from './open-storage.ts';

const COMMIT_BUCKETS_SECONDS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30,
];

/** What the ledger tells the operator. */
function createLedgerListener(events: Events, log: Log, metrics: Metrics) {
  const commits = metrics.histogram(
    'meridian_settle_seconds',
    'Time of one group commit.',
    [],
    COMMIT_BUCKETS_SECONDS,
  );
  const records = metrics.counter('meridian_settled_records_total', 'Usage records written.', []);
  return (event: LedgerEvent): void => {
    switch (event.kind) {
      case 'settled':
        commits.observe([], event.tookMs / 1000);
        records.add([], event.rows);
        return;
      case 'settleFailed':
        events.unexpected(event.error, `charge of request ${event.record.id}`);
        return;
      case 'storeFault':
        log.warn({ operation: event.operation, err: event.error }, 'ledger store did not answer');
        return;
      case 'registered':
        log.debug(event, 'ledger node registered');
        return;
      case 'fenced':
      case 'late':
      case 'reaped':
        log.warn(event, `ledger: ${event.kind}`);
        return;
    }
  };
}

/** Starts this node's ledger; it is drained when everything is closed. */
export async function openLedger(
  { storage, config }: { readonly storage: Storage; readonly config: Pick<Config, 'roles'> },
  telemetry: { readonly events: Events; readonly log: Log; readonly metrics: Metrics },
  open: AsyncDisposableStack,
): Promise<LedgerNode> {
  const { events, log, metrics } = telemetry;
  const ledger = open.use(
    createLedger({
      store: storage.ledger,
      clock: systemClock,
      random: systemRandom,
      onEvent: createLedgerListener(events, log, metrics),
      options: { tends: config.roles.has('worker') },
    }),
  );
  await ledger.start();
  metrics.gauge('meridian_live_nodes', 'Nodes that share the ledger.', () => ledger.liveNodes);
  return ledger;
}
