import type {
  OwnerConfigSettings,
  OwnerConfigUpdate,
  OwnerConfUpdate,
  OwnerConfUpdated,
  OwnerConfView,
  OwnerSettingName,
} from '@meridian/contract';
import type { Caller } from '../../edge/management/served-route.ts';

/** Who writes, and from where. */
export interface ConfigAuthor {
  readonly caller: Caller;
  /** Address of the client. */
  readonly address: string;
}

/** How settings are shown: maps as objects, or everything as text. */
export type ConfigForm = 'object' | 'string';

/** An owner's configuration; throws `permission_denied` for callers that are no owner. */
export interface OwnerConfigService {
  /** What is set; the rest has its defaults. */
  read(caller: Caller, form: ConfigForm): Promise<OwnerConfigSettings>;
  /** Writes all or nothing; returns what was written as it stands now. */
  update(author: ConfigAuthor, body: OwnerConfigUpdate): Promise<OwnerConfigSettings>;
  reset(author: ConfigAuthor, names: readonly OwnerSettingName[]): Promise<void>;
  /** Maps, thresholds, keys that sleep or are disabled. */
  readConf(caller: Caller): Promise<OwnerConfView>;
  /** Merges into the maps and carries orders out; throws 403 for what only root may order. */
  updateConf(author: ConfigAuthor, body: OwnerConfUpdate): Promise<OwnerConfUpdated>;
}
