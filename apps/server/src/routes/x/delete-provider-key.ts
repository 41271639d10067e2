import { providerKeyRoutes } from '@meridian/contract';
import { actorOf, type ServedRoute, serve } from '../../edge/management/served-route.ts';
import type { ProviderKeyService } from './provider-key-service.ts';

/** `DELETE /x-keys/{id}`. */
export function deleteProviderKey(keys: Pick<ProviderKeyService, 'remove'>): ServedRoute {
  return serve(providerKeyRoutes.deleteProviderKey, async (call) => {
    const { id } = call.params;
    await keys.remove(actorOf(call), id);
    return { status: 200, body: { success: true, deleted: [id], message: 'Key deleted.' } };
  });
}
