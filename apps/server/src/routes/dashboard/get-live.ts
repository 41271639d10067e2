import { dashboardRoutes } from '@meridian/contract';
import { type ServedRoute, serve } from '../../edge/management/served-route.ts';
import type { Dashboard } from '../../services/dashboard.ts';

/** `GET /dashboard/live` and its older name. */
export function getLive(dashboard: Pick<Dashboard, 'live'>): readonly ServedRoute[] {
  return [dashboardRoutes.getLive, dashboardRoutes.getLiveAlias].map((route) =>
    serve(route, async (call) => ({ status: 200, body: await dashboard.live(call) })),
  );
}
