import { type AccountStatus, dashboardRoutes } from '@meridian/contract';
import type { AccountsService } from '@meridian/core/accounts';
import { type ServedRoute, serve } from '../../edge/management/served-route.ts';
import { ownAccount } from '../../services/dashboard.ts';

/** `GET /dashboard/status` and its older name. */
export function getStatus(accounts: Pick<AccountsService, 'read'>): readonly ServedRoute[] {
  return [dashboardRoutes.getStatus, dashboardRoutes.getStatusAlias].map((route) =>
    serve(route, async (call) => {
      const own = await ownAccount(accounts, call);
      const body: AccountStatus = {
        object: 'user_status',
        id: own.ID,
        name: own.Name,
        email: own.Email,
        balance: own.Balance,
        dna: own.DNA,
      };
      return { status: 200, body };
    }),
  );
}
