import { ownerConfigRoutes } from '@meridian/contract';
import { type ServedRoute, serve } from '../../edge/management/served-route.ts';
import type { OwnerConfigService } from './owner-config-service.ts';

/** `GET /x-config`. */
export function readConfig(config: Pick<OwnerConfigService, 'read'>): ServedRoute {
  return serve(ownerConfigRoutes.readConfig, async ({ caller, query }) => ({
    status: 200,
    body: {
      success: true,
      oid: caller.accountId,
      configs: await config.read(caller, query.format ?? 'object'),
    },
  }));
}
