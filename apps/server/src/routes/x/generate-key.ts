import { accountRoutes } from '@meridian/contract';
import type { AccountsService } from '@meridian/core/accounts';
import { type ServedRoute, serve } from '../../edge/management/served-route.ts';

/** `GET /x-gkey`: a key that belongs to nobody yet. */
export function generateKey(accounts: Pick<AccountsService, 'generateKey'>): ServedRoute {
  return serve(accountRoutes.generateKey, () => ({
    status: 200,
    body: { success: true, key: accounts.generateKey().reveal() },
    headers: { 'cache-control': 'no-store' },
  }));
}
