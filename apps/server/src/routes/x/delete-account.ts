import { accountRoutes } from '@meridian/contract';
import type { AccountsService } from '@meridian/core/accounts';
import { actorOf, type ServedRoute, serve } from '../../edge/management/served-route.ts';

/** `DELETE /x-users/{identifier}`. */
export function deleteAccount(accounts: Pick<AccountsService, 'delete'>): ServedRoute {
  return serve(accountRoutes.deleteAccount, async (call) => {
    const isCascade = call.query.cascade === 'true';
    const body = await accounts.delete(actorOf(call), call.params.identifier, { isCascade });
    return { status: 200, body };
  });
}
