import { ROOT_ID } from '@meridian/core/accounts';
import { parseDefaultPrice, parsePricing } from '@meridian/core/catalog';
import { isFailure } from '@meridian/core/kernel';
import {
  type DefaultPriceReader,
  type ProviderKey,
  type ProviderKeyStore,
  type RuntimeKeyPools,
  readOwnerRouting,
  type SettingsStore,
  toProviderKey,
} from '@meridian/core/routing';
import type { Events } from '@meridian/core/telemetry';

/** Keeps the routing snapshots of owners in step with what is stored. */
export interface OwnerRoutings {
  /** Loads the owner's snapshot unless it is loaded. */
  ensure(ownerId: number): Promise<void>;
  /** Loads an owner anew, or all that are loaded. */
  reload(ownerId?: number): Promise<void>;
}

export interface OwnerRoutingsDeps {
  readonly pools: RuntimeKeyPools;
  readonly keys: ProviderKeyStore;
  readonly settings: SettingsStore;
  readonly events: Events;
  /** Whether an owner's requests may go to private and local addresses. */
  readonly mayReachPrivate: (ownerId: number) => boolean;
  /** Root's keys that are not stored, given how many stored ones serve. */
  readonly memoryKeys: (storedKeys: number) => readonly ProviderKey[];
}

/** A key's `Config.default_price`; undefined when it is none. */
export const readDefaultPrice: DefaultPriceReader = (value) => {
  try {
    return parseDefaultPrice(value, 'key');
  } catch (error) {
    if (isFailure(error)) return undefined;
    throw error;
  }
};

export function createOwnerRoutings(deps: OwnerRoutingsDeps): OwnerRoutings {
  const loading = new Map<number, Promise<void>>();
  const loaded = new Set<number>();

  async function load(ownerId: number): Promise<void> {
    const [rows, settings] = await Promise.all([
      deps.keys.loadPool(ownerId),
      deps.settings.read(ownerId),
    ]);
    const mayReachPrivate = deps.mayReachPrivate(ownerId);
    const stored = rows
      .map((row) => toProviderKey(row, readDefaultPrice))
      .filter((key) => key !== undefined)
      .map((key) => ({ ...key, mayReachPrivate }));
    const serving = stored.filter(({ enabled }) => enabled).length;
    const memory = ownerId === ROOT_ID ? deps.memoryKeys(serving) : [];
    const pricing = readPricing(settings.PRICING, ownerId);
    deps.pools.replace(
      readOwnerRouting({
        ownerId,
        keys: [...stored, ...memory],
        settings,
        ...(pricing === undefined ? {} : { pricing }),
      }),
    );
    loaded.add(ownerId);
  }

  function readPricing(value: unknown, ownerId: number): unknown {
    if (value === undefined) return undefined;
    try {
      return parsePricing(value, ownerId);
    } catch (error) {
      if (!isFailure(error)) throw error;
      deps.events.unexpected(error, 'stored PRICING');
      return undefined;
    }
  }

  /** Loads of one owner run one after another, so that the newest state is the last one put. */
  function enqueue(ownerId: number): Promise<void> {
    const before = loading.get(ownerId) ?? Promise.resolve();
    const next = before.catch(() => undefined).then(() => load(ownerId));
    loading.set(ownerId, next);
    const forget = (): void => {
      if (loading.get(ownerId) === next) loading.delete(ownerId);
    };
    next.then(forget, forget);
    return next;
  }

  return {
    async ensure(ownerId) {
      if (!loaded.has(ownerId)) await (loading.get(ownerId) ?? enqueue(ownerId));
    },
    async reload(ownerId) {
      const owners = ownerId === undefined ? [...loaded] : [ownerId];
      await Promise.all(owners.filter((id) => loaded.has(id)).map(enqueue));
    },
  };
}
