import { accountRoutes } from '@meridian/contract';
import type { AccountsService } from '@meridian/core/accounts';
import { actorOf, type ServedRoute, serve } from '../../edge/management/served-route.ts';

/** `POST /x-users`. */
export function createAccount(accounts: Pick<AccountsService, 'create'>): ServedRoute {
  return serve(accountRoutes.createAccount, async (call) => ({
    status: 200,
    body: await accounts.create(actorOf(call), call.body),
  }));
}
