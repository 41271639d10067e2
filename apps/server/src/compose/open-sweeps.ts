import { createJobRunner } from '@meridian/core/jobs';
import { systemClock, systemRandom } from '@meridian/core/kernel';
import type { Events } from '@meridian/core/telemetry';
import { createJobQueue } from '@meridian/storage';
import type { Config } from '../config.ts';
import type { Storage } from './open-storage.ts';

/** What the sweeps are put together from. */
export interface SweepParts {
  readonly config: Pick<Config, 'roles'>;
  readonly storage: Storage;
  readonly events: Events;
}

const SWEEP_JOB = 'sweep';
const SWEEP_EVERY_MS = 3_600_000;

/** Deletes what is kept for a time only: once an hour, on one of the nodes that have the role of a worker. */
export function openSweeps(
  { config, storage, events }: SweepParts,
  open: AsyncDisposableStack,
): void {
  if (!config.roles.has('worker')) return;
  const swept = [storage.idempotency, storage.responses, storage.news, storage.resultFiles];
  const runner = open.use(
    createJobRunner({
      queue: createJobQueue({ database: storage.database }),
      handlers: {
        [SWEEP_JOB]: async () => {
          for (const each of swept) await each.sweep();
        },
      },
      recurring: [{ kind: SWEEP_JOB, everyMs: SWEEP_EVERY_MS }],
      clock: systemClock,
      random: systemRandom,
      onFault: (error) => events.unexpected(error, 'sweeps'),
    }),
  );
  runner.start();
}
