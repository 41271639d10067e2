import { ownerConfigRoutes } from '@meridian/contract';
import { type ServedRoute, serve } from '../../edge/management/served-route.ts';
import type { OwnerConfigService } from './owner-config-service.ts';

/** `GET /x-conf`. */
export function readConf(config: Pick<OwnerConfigService, 'readConf'>): ServedRoute {
  return serve(ownerConfigRoutes.readConf, async ({ caller }) => ({
    status: 200,
    body: await config.readConf(caller),
  }));
}
