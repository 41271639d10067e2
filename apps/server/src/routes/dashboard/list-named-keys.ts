import { keyRoutes } from '@meridian/contract';
import type { AccountsService } from '@meridian/core/accounts';
import { actorOf, type ServedRoute, serve } from '../../edge/management/served-route.ts';

/** `GET /dashboard/keys`. */
export function listNamedKeys(accounts: Pick<AccountsService, 'listNamedKeys'>): ServedRoute {
  return serve(keyRoutes.listNamedKeys, async (call) => ({
    status: 200,
    body: { success: true, keys: await accounts.listNamedKeys(actorOf(call)) },
  }));
}
