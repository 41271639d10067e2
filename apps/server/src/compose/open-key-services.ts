import type { Probe, WindowDeps } from '@meridian/core/inference';
import { systemClock } from '@meridian/core/kernel';
import { createKeyUsageStore } from '@meridian/storage';
import type { RouteServices } from '../routes/index.ts';
import { createKeyTests } from '../services/key-tests.ts';
import {
  createProviderKeyService,
  type ProviderKeyServiceDeps,
} from '../services/provider-keys.ts';
import { createRouteExplainer } from '../services/route-explainer.ts';
import { surfaces } from '../surfaces.ts';
import { keyIdOf } from './callers.ts';
import type { ManagementParts } from './open-management.ts';

type Parts = Pick<ManagementParts, 'storage' | 'routing' | 'catalog'> & {
  readonly admission: WindowDeps;
  readonly probe: Probe;
  readonly rulesFor: ProviderKeyServiceDeps['rulesFor'];
};

/** The services of provider keys, and of the ways that lead to them. */
export function openKeyServices(parts: Parts): Pick<RouteServices, 'providerKeys' | 'routes'> {
  const { storage, routing, catalog, admission, probe, rulesFor } = parts;
  const { pools, router, routings, providers } = routing;
  const { windows } = admission;
  const clock = systemClock;
  return {
    providerKeys: createProviderKeyService({
      store: storage.providerKeys,
      settings: storage.settings,
      providers,
      rulesFor,
      pools: {
        owner: (ownerId) => pools.owner(ownerId),
        health: (ownerId) => pools.health(ownerId),
        reload: (ownerId) => routings.reload(ownerId),
      },
      usage: createKeyUsageStore(storage.database),
      tests: createKeyTests({ router, providers, catalog, probe, windows, clock }),
    }),
    routes: createRouteExplainer({
      accounts: storage.accounts,
      loadOwner: (ownerId) => routings.ensure(ownerId),
      router,
      providers,
      surfaces,
      windows,
      windowsOf(policy, names) {
        const ownKey = keyIdOf({ accountId: policy.accountId, namedKeyId: null });
        return admission.windowsOf(policy.limits, names, ownKey);
      },
      clock,
    }),
  };
}
