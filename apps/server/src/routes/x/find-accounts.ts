import { accountRoutes } from '@meridian/contract';
import type { AccountsService } from '@meridian/core/accounts';
import { pageAnswer } from '../../edge/management/paging.ts';
import { actorOf, type ServedRoute, serve } from '../../edge/management/served-route.ts';

/** `GET /x-users/{identifier}` and `GET /x-dna/{identifier}`: a bare array, also for one account. */
export function findAccounts(accounts: Pick<AccountsService, 'read'>): readonly ServedRoute[] {
  const { findChildren, findDescendants } = accountRoutes;
  return [
    serve(findChildren, async (call) => {
      const { identifier } = call.params;
      const asked = { identifier, query: call.query };
      const found = await accounts.read(actorOf(call), 'children', asked);
      return pageAnswer(found.entries, found);
    }),
    serve(findDescendants, async (call) => {
      const { identifier } = call.params;
      const asked = { identifier, query: call.query };
      const found = await accounts.read(actorOf(call), 'descendants', asked);
      return pageAnswer(found.entries, found);
    }),
  ];
}
