import type { AccountView, OwnerConfView } from '@meridian/contract';
import { nanodollars } from '@meridian/core/kernel';
import { createDashboard, type DashboardDeps } from '../services/dashboard.ts';
import { createLegacyBilling } from '../services/legacy-billing.ts';
import type { RouteServices } from './index.ts';

const NOW = Date.UTC(2026, 10, 22, 10, 30);

/** The pages of one account that used something yesterday and today. */
export function createTestOwnAccount(
  own: AccountView,
  conf: OwnerConfView,
): Pick<RouteServices, 'dashboard' | 'legacyBilling'> {
  const figures = {
    requests: 2,
    cost: nanodollars(2_000_000_000n),
    shown: nanodollars(3_000_000_000n),
  };
  const line = { ...figures, model: 'sandbox-chat', prompt: 10, cached: 0, completion: 5 };
  const deps: DashboardDeps = {
    accounts: { read: async () => ({ entries: [own], total: 1, page: 1, size: 1 }) },
    usage: {
      bill: async () => ({
        days: [
          { ...line, day: 20261121 },
          { ...line, day: 20261122 },
        ],
        accounts: [],
      }),
    },
    ledger: {
      balance: async () => undefined,
      spentThisMonth: async () => nanodollars(4_000_000_000n),
    },
    windows: { reserve: async () => ({ refused: false, standings: [] }) },
    windowsOf: () => [],
    ownerConfig: { readConf: async () => conf },
    clock: { now: () => NOW },
  };
  return { dashboard: createDashboard(deps), legacyBilling: createLegacyBilling(deps) };
}
