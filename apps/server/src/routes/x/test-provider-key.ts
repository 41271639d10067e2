import { providerKeyRoutes } from '@meridian/contract';
import { actorOf, type ServedRoute, serve } from '../../edge/management/served-route.ts';
import type { ProviderKeyService } from './provider-key-service.ts';

/** `POST /x-keys/{id}/test`. */
export function testProviderKey(keys: Pick<ProviderKeyService, 'test'>): ServedRoute {
  return serve(providerKeyRoutes.testProviderKey, async (call) => ({
    status: 200,
    body: { success: true, test: await keys.test(actorOf(call), call.params.id, call.body) },
  }));
}
