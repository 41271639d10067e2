import { providerKeyRoutes } from '@meridian/contract';
import { actorOf, type ServedRoute, serve } from '../../edge/management/served-route.ts';
import type { ProviderKeyService } from './provider-key-service.ts';

/** `PUT /x-keys/{id}`, and the same by `POST`. */
export function updateProviderKey(
  keys: Pick<ProviderKeyService, 'update'>,
): readonly ServedRoute[] {
  const { updateProviderKey: byPut, updateProviderKeyByPost: byPost } = providerKeyRoutes;
  return [byPut, byPost].map((route) =>
    serve(route, async (call) => ({
      status: 200,
      body: { success: true, key: await keys.update(actorOf(call), call.params.id, call.body) },
    })),
  );
}
