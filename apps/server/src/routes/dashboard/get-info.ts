import { dashboardRoutes } from '@meridian/contract';
import { type ServedRoute, serve } from '../../edge/management/served-route.ts';
import type { Dashboard } from '../../services/dashboard.ts';

/** `GET /dashboard/info` and its older name. */
export function getInfo(dashboard: Pick<Dashboard, 'info'>): readonly ServedRoute[] {
  return [dashboardRoutes.getInfo, dashboardRoutes.getInfoAlias].map((route) =>
    serve(route, async (call) => ({ status: 200, body: await dashboard.info(call) })),
  );
}
