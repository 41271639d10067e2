import { providerKeyRoutes } from '@meridian/contract';
import { pageAnswer, readPage } from '../../edge/management/paging.ts';
import { actorOf, type ServedRoute, serve } from '../../edge/management/served-route.ts';
import type { ProviderKeyService } from './provider-key-service.ts';

/** `GET /x-keys`. */
export function listProviderKeys(keys: Pick<ProviderKeyService, 'list'>): ServedRoute {
  return serve(providerKeyRoutes.listProviderKeys, async (call) => {
    const page = readPage(call.query);
    const { page: _page, size: _size, ...filter } = call.query;
    const found = await keys.list(actorOf(call), { ...filter, ...page });
    return pageAnswer({ success: true, keys: found.keys }, { ...page, total: found.total });
  });
}
