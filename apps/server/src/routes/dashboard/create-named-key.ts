import { keyRoutes } from '@meridian/contract';
import type { AccountsService } from '@meridian/core/accounts';
import { actorOf, type ServedRoute, serve } from '../../edge/management/served-route.ts';

/** `POST /dashboard/keys`. */
export function createNamedKey(accounts: Pick<AccountsService, 'createNamedKey'>): ServedRoute {
  return serve(keyRoutes.createNamedKey, async (call) => ({
    status: 200,
    body: await accounts.createNamedKey(actorOf(call), call.body),
  }));
}
