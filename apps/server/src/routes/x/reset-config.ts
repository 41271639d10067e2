import { ownerConfigRoutes } from '@meridian/contract';
import { type ServedRoute, serve } from '../../edge/management/served-route.ts';
import type { OwnerConfigService } from './owner-config-service.ts';

/** `DELETE /x-config`. */
export function resetConfig(config: Pick<OwnerConfigService, 'reset'>): ServedRoute {
  return serve(ownerConfigRoutes.resetConfig, async (call) => {
    const deleted = [...new Set(call.body.keys)];
    await config.reset(call, deleted);
    return {
      status: 200,
      body: { success: true, deleted, message: 'Settings are back to their defaults.' },
    };
  });
}
