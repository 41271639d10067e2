import { dashboardRoutes } from '@meridian/contract';
import { type ServedRoute, serve } from '../../edge/management/served-route.ts';
import type { Dashboard } from '../../services/dashboard.ts';

/** `GET /dashboard/conf` and its older name. */
export function getConf(dashboard: Pick<Dashboard, 'conf'>): readonly ServedRoute[] {
  return [dashboardRoutes.getConf, dashboardRoutes.getConfAlias].map((route) =>
    serve(route, async (call) => ({ status: 200, body: await dashboard.conf(call) })),
  );
}
