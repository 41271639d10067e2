import type { Secret } from '../kernel/index.ts';

/** One provider key as it is stored; what its configuration means is judged elsewhere. */
export interface ProviderKeyRow {
  readonly id: number;
  readonly ownerId: number;
  readonly name: string;
  readonly level: number;
  /** The URL as the owner gave it. */
  readonly provider: string;
  readonly status: boolean;
  /** `Config` with its secret fields in the clear; they are sealed at rest. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly secret: Secret;
  /** Share of the traffic within its level, > 0. */
  readonly weight: number;
  /** Caps on the provider's side, per key; absent = none. */
  readonly caps: Readonly<Record<string, number>>;
  /** What the provider charges for it, where it is not the list price; null = unknown. */
  readonly costPrice: Readonly<Record<string, unknown>> | null;
  /** Raised by every change of the row. */
  readonly revision: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A provider key before it has an id. */
export type NewProviderKey = Omit<
  ProviderKeyRow,
  'id' | 'ownerId' | 'revision' | 'createdAt' | 'updatedAt'
>;

/** Which provider keys a list shows; all conditions must hold. */
export interface ProviderKeyFilter {
  readonly id?: number;
  readonly level?: number;
  /** Matches the URL, or its host alone. */
  readonly provider?: string;
  readonly status?: boolean;
  /** Only these ids, or all but these. */
  readonly among?: { readonly ids: readonly number[]; readonly isExcluded: boolean };
}

/** Who writes provider keys, for the operation log. */
export interface KeyWriter {
  readonly operatorId: number;
  /** Address of the client. */
  readonly address: string | null;
}

/**
 * Stored provider keys, owner by owner; another owner's key is not found. Every write is in the
 * operation log; one without a writer is the system's own.
 */
export interface ProviderKeyStore {
  list(
    ownerId: number,
    filter: ProviderKeyFilter,
    page: { readonly page: number; readonly size: number },
  ): Promise<{ readonly entries: readonly ProviderKeyRow[]; readonly total: number }>;
  get(ownerId: number, id: number): Promise<ProviderKeyRow | undefined>;
  create(ownerId: number, key: NewProviderKey, by?: KeyWriter): Promise<ProviderKeyRow>;
  /** Undefined when the owner has no such key. */
  update(
    ownerId: number,
    id: number,
    change: Partial<NewProviderKey>,
    by?: KeyWriter,
  ): Promise<ProviderKeyRow | undefined>;
  /** False when the owner has no such key. */
  delete(ownerId: number, id: number, by?: KeyWriter): Promise<boolean>;
  /** Notes in the operation log that a key was tested and how that went. */
  noteTest(
    ownerId: number,
    id: number,
    result: { readonly model: string; readonly ok: boolean; readonly cause: string | null },
    by: KeyWriter,
  ): Promise<void>;
  /** All keys of an owner, enabled or not, by id. */
  loadPool(ownerId: number): Promise<readonly ProviderKeyRow[]>;
  /** The owners that have keys. */
  ownersWithKeys(): Promise<readonly number[]>;
}

/** Who writes settings, and what else the write does. */
export interface SettingsWrite {
  /** Name of the operation in the log. */
  readonly action: string;
  readonly operatorId: number;
  /** Address of the client. */
  readonly address: string | null;
  /** What is ordered besides, by the names of the API; the log tells it. */
  readonly orders?: Readonly<Record<string, unknown>>;
  /** What else every node is to hear: load the owner's keys anew, wake those that sleep. */
  readonly announces?: readonly ('provider_keys' | 'key_sleep')[];
}

/** Configuration of owners by `/x-config` name; values are JSON. */
export interface SettingsStore {
  read(ownerId: number): Promise<Readonly<Record<string, unknown>>>;
  /**
   * Reads, decides and writes as one: `change` gets the current values and returns those to set; an
   * undefined value deletes. Returns the values afterwards. With `write` the operation is logged.
   */
  update(
    ownerId: number,
    change: (current: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
    write?: SettingsWrite,
  ): Promise<Readonly<Record<string, unknown>>>;
}
