import { systemClock } from '@meridian/core/kernel';
import { createUsageStore } from '@meridian/storage';
import type { RouteServices } from '../routes/index.ts';
import { createDashboard, type DashboardDeps } from '../services/dashboard.ts';
import { createLegacyBilling } from '../services/legacy-billing.ts';
import { keyIdOf } from './callers.ts';
import type { ManagementParts } from './open-management.ts';

/** Windows of requests whose model has no limits of its own. */
const NO_MODEL = { resolved: [], requested: [] };

/** The windows that count whatever model a caller asks for. */
export function windowsOfCaller({ admission }: Pick<ManagementParts, 'admission'>) {
  const windowsOf: DashboardDeps['windowsOf'] = (caller) =>
    admission.windowsOf(caller.policy.limits, NO_MODEL, keyIdOf(caller));
  return windowsOf;
}

/** The pages about the caller's own account. */
export function openOwnAccount(
  parts: Pick<ManagementParts, 'storage' | 'ledger' | 'admission'>,
  services: Pick<DashboardDeps, 'accounts' | 'ownerConfig'>,
): Pick<RouteServices, 'dashboard' | 'legacyBilling'> {
  const deps: DashboardDeps = {
    ...services,
    usage: createUsageStore(parts.storage.database),
    ledger: parts.ledger,
    windows: parts.admission.windows,
    windowsOf: windowsOfCaller(parts),
    clock: systemClock,
  };
  return { dashboard: createDashboard(deps), legacyBilling: createLegacyBilling(deps) };
}
