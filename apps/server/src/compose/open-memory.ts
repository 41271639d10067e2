import { createDirectory, type Directory } from '@meridian/core/accounts';
import { systemClock } from '@meridian/core/kernel';
import type { Events } from '@meridian/core/telemetry';
import { type AccessLogSwitch, openAccessLogSwitch } from './access-log-switch.ts';
import { followChanges } from './follow-changes.ts';
import type { Routing } from './open-routing.ts';
import type { Storage } from './open-storage.ts';

/** What this node remembers of the database besides routing, in step with every change. */
export interface Memory {
  readonly directory: Directory;
  readonly accessLog: AccessLogSwitch;
}

/** Makes what this node remembers, and lets it and the routing follow what any node writes. */
export async function openMemory(
  { storage, routing, events }: { storage: Storage; routing: Routing; events: Events },
  open: AsyncDisposableStack,
): Promise<Memory> {
  const directory = open.use(
    createDirectory({
      store: storage.accounts,
      clock: systemClock,
      onFault: (error) => events.unexpected(error, 'times of last use'),
    }),
  );
  const accessLog = await openAccessLogSwitch(storage.settings, events);
  open.defer(followChanges(storage.changes, { directory, accessLog, ...routing }, events));
  return { directory, accessLog };
}
