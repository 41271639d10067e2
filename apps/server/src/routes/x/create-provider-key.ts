import { providerKeyRoutes } from '@meridian/contract';
import { actorOf, type ServedRoute, serve } from '../../edge/management/served-route.ts';
import type { ProviderKeyService } from './provider-key-service.ts';

/** `POST /x-keys`. */
export function createProviderKey(keys: Pick<ProviderKeyService, 'create'>): ServedRoute {
  return serve(providerKeyRoutes.createProviderKey, async (call) => ({
    status: 200,
    body: { success: true, key: await keys.create(actorOf(call), call.body) },
  }));
}
