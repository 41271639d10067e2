import { accountRoutes } from '@meridian/contract';
import type { AccountsService } from '@meridian/core/accounts';
import { pageAnswer } from '../../edge/management/paging.ts';
import { actorOf, type ServedRoute, serve } from '../../edge/management/served-route.ts';

/** `GET /x-users` and `GET /x-dna`: the accounts below the caller as a bare array. */
export function listAccounts(accounts: Pick<AccountsService, 'list'>): readonly ServedRoute[] {
  const { listChildren, listDescendants } = accountRoutes;
  return [
    serve(listChildren, async (call) => {
      const found = await accounts.list(actorOf(call), 'children', call.query);
      return pageAnswer(found.entries, found);
    }),
    serve(listDescendants, async (call) => {
      const found = await accounts.list(actorOf(call), 'descendants', call.query);
      return pageAnswer(found.entries, found);
    }),
  ];
}
