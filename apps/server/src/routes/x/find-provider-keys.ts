import { providerKeyRoutes } from '@meridian/contract';
import { notFound } from '@meridian/core/kernel';
import { pageAnswer, readPage } from '../../edge/management/paging.ts';
import { actorOf, type ServedRoute, serve } from '../../edge/management/served-route.ts';
import type { ProviderKeyQuery, ProviderKeyService } from './provider-key-service.ts';

/** `GET /x-keys/{id}`: by id, by level (`L2`) or by host. */
export function findProviderKeys(keys: Pick<ProviderKeyService, 'list'>): ServedRoute {
  return serve(providerKeyRoutes.findProviderKeys, async (call) => {
    const page = readPage(call.query);
    const filter = readFilter(call.params.id);
    const { status } = call.query;
    const asked = { ...filter, ...(status === undefined ? {} : { status }) };
    const found = await keys.list(actorOf(call), { ...asked, ...page });
    if (filter.id !== undefined && found.total === 0) throw notFound('Key');
    return pageAnswer({ success: true, keys: found.keys }, { ...page, total: found.total });
  });
}

function readFilter(text: string): Pick<ProviderKeyQuery, 'id' | 'level' | 'provider'> {
  if (/^\d{1,15}$/.test(text)) return { id: Number(text) };
  const level = /^L(\d{1,6})$/i.exec(text)?.[1];
  return level === undefined ? { provider: text } : { level: Number(level) };
}
