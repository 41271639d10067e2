import { type Directory, ROOT_ID } from '@meridian/core/accounts';
import type { KeyPools } from '@meridian/core/routing';
import type { Events } from '@meridian/core/telemetry';
import type { ChangeFeed, ChangeNotice } from '@meridian/storage';
import type { AccessLogSwitch } from './access-log-switch.ts';
import type { OwnerRoutings } from './owner-routings.ts';

/** What this node remembers of the database. */
export interface NodeMemory {
  readonly directory: Directory;
  readonly routings: OwnerRoutings;
  readonly pools: Pick<KeyPools, 'wakeAll'>;
  readonly accessLog: AccessLogSwitch;
}

/** Lets what this node remembers follow what any node has written. Returns the stop function. */
export function followChanges(changes: ChangeFeed, memory: NodeMemory, events: Events): () => void {
  const { directory, routings, pools, accessLog } = memory;

  function reload(ownerId?: number): void {
    routings.reload(ownerId).catch((error: unknown) => events.unexpected(error, 'routing reload'));
  }

  /** The access log is root's setting. */
  function followAccessLog(ownerId: number): void {
    if (ownerId !== ROOT_ID) return;
    accessLog.follow().catch((error: unknown) => events.unexpected(error, 'access log'));
  }

  return changes.subscribe((notice: ChangeNotice) => {
    switch (notice.topic) {
      case 'account':
        directory.forgetAccount(notice.scope);
        return;
      case 'settings':
        directory.forgetOwner(notice.scope);
        reload(notice.scope);
        followAccessLog(notice.scope);
        return;
      case 'key_sleep':
        pools.wakeAll(notice.scope);
        return;
      case 'provider_keys':
        reload(notice.scope);
        return;
      case 'everything':
        directory.forgetAll();
        reload();
        followAccessLog(ROOT_ID);
        return;
    }
  });
}
