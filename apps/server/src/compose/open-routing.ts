import { ROOT_ID } from '@meridian/core/accounts';
import { type Catalog, parseDefaultPrice } from '@meridian/core/catalog';
import { systemClock, systemRandom } from '@meridian/core/kernel';
import { createProviderRegistry, type ProviderRegistry } from '@meridian/core/providers';
import {
  createKeyPools,
  createRouter,
  type ProviderKey,
  type Router,
  type RuntimeKeyPools,
} from '@meridian/core/routing';
import type { Events } from '@meridian/core/telemetry';
import type { Config } from '../config.ts';
import { findLocalServers, type LocalServer } from '../upstream/find-local-servers.ts';
import { environmentProviderKeys, localProviderKeys, sandboxKey } from './memory-keys.ts';
import { createModelDirectory } from './model-directory.ts';
import type { Storage } from './open-storage.ts';
import { createOwnerRoutings, type OwnerRoutings } from './owner-routings.ts';

/** Everything that decides where a request goes. */
export interface Routing {
  readonly providers: ProviderRegistry;
  readonly pools: RuntimeKeyPools;
  readonly router: Router;
  readonly routings: OwnerRoutings;
  /** Where root's keys that are not stored come from, for the text at the start. */
  readonly found: FoundKeys;
}

/** Provider keys that were found rather than configured. */
export interface FoundKeys {
  readonly variables: readonly string[];
  readonly localServers: readonly LocalServer[];
}

export async function openRouting(
  config: Config,
  parts: { readonly catalog: Catalog; readonly storage: Storage; readonly events: Events },
): Promise<Routing> {
  const { catalog, storage, events } = parts;
  const localServers = config.findLocalServers ? await findLocalServers(config.port) : [];
  const found: ProviderKey[] = [
    ...environmentProviderKeys(config.environmentKeys),
    ...localProviderKeys(localServers, parseDefaultPrice(0, 'local')),
  ];
  const providers = createProviderRegistry();
  const pools = createKeyPools({ clock: systemClock, random: systemRandom });
  const routings = createOwnerRoutings({
    pools,
    keys: storage.providerKeys,
    settings: storage.settings,
    events,
    mayReachPrivate: (ownerId) => ownerId === ROOT_ID || config.allowPrivateUpstreams,
    memoryKeys: (storedKeys) => {
      const isReal = storedKeys + found.length > 0;
      const hasSandbox = config.sandbox === 'on' || (config.sandbox === 'auto' && !isReal);
      return hasSandbox ? [...found, sandboxKey] : found;
    },
  });
  const directory = createModelDirectory(catalog);
  return {
    providers,
    pools,
    routings,
    router: createRouter({ pools, directory, providers, clock: systemClock }),
    found: { variables: config.environmentKeys.map(({ variable }) => variable), localServers },
  };
}
