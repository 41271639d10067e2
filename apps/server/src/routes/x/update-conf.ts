import { ownerConfigRoutes } from '@meridian/contract';
import { type ServedRoute, serve } from '../../edge/management/served-route.ts';
import type { OwnerConfigService } from './owner-config-service.ts';

/** `POST /x-conf`. */
export function updateConf(config: Pick<OwnerConfigService, 'updateConf'>): ServedRoute {
  return serve(ownerConfigRoutes.updateConf, async (call) => ({
    status: 200,
    body: await config.updateConf(call, call.body),
  }));
}
