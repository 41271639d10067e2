import { ownerConfigRoutes } from '@meridian/contract';
import { type ServedRoute, serve } from '../../edge/management/served-route.ts';
import type { OwnerConfigService } from './owner-config-service.ts';

/** `PUT /x-config`, and the same by `POST`. */
export function updateConfig(config: Pick<OwnerConfigService, 'update'>): readonly ServedRoute[] {
  const { updateConfig: byPut, updateConfigByPost: byPost } = ownerConfigRoutes;
  return [byPut, byPost].map((route) =>
    serve(route, async (call) => ({
      status: 200,
      body: {
        success: true,
        updated: await config.update(call, call.body),
        message: 'Settings updated.',
      },
    })),
  );
}
