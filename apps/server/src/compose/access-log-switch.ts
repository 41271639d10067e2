import { ROOT_ID } from '@meridian/core/accounts';
import type { SettingsStore } from '@meridian/core/routing';
import type { Events } from '@meridian/core/telemetry';
import { ACCESS_LOG_SETTING } from '../services/owner-config.ts';

/** Keeps this node's access log as root has set it. */
export interface AccessLogSwitch {
  /** Reads what is set and acts on it. */
  follow(): Promise<void>;
}

/** Makes the switch, set as it is stored now. */
export async function openAccessLogSwitch(
  settings: Pick<SettingsStore, 'read'>,
  events: Pick<Events, 'setAccessLog'>,
): Promise<AccessLogSwitch> {
  let last: Promise<void> = Promise.resolve();

  async function read(): Promise<void> {
    const stored = await settings.read(ROOT_ID);
    events.setAccessLog(stored[ACCESS_LOG_SETTING] !== false);
  }

  await read();
  return {
    // One after another, so that the newest state is the last one set.
    follow() {
      last = last.catch(() => undefined).then(read);
      return last;
    },
  };
}
