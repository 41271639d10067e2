import { keyRoutes } from '@meridian/contract';
import type { AccountsService } from '@meridian/core/accounts';
import { actorOf, type ServedRoute, serve } from '../../edge/management/served-route.ts';

/** `DELETE /dashboard/keys/{id}`. */
export function revokeNamedKey(accounts: Pick<AccountsService, 'revokeNamedKey'>): ServedRoute {
  return serve(keyRoutes.revokeNamedKey, async (call) => {
    await accounts.revokeNamedKey(actorOf(call), call.params.id);
    return { status: 200, body: { success: true, id: call.params.id } };
  });
}
