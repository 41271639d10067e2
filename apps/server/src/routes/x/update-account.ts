import { accountRoutes } from '@meridian/contract';
import type { AccountsService } from '@meridian/core/accounts';
import { actorOf, type ServedRoute, serve } from '../../edge/management/served-route.ts';

/** `PUT /x-users/{identifier}`, and the same by `POST`. */
export function updateAccount(accounts: Pick<AccountsService, 'update'>): readonly ServedRoute[] {
  return [accountRoutes.updateAccount, accountRoutes.updateAccountByPost].map((route) =>
    serve(route, async (call) => ({
      status: 200,
      body: await accounts.update(actorOf(call), call.params.identifier, call.body),
    })),
  );
}
