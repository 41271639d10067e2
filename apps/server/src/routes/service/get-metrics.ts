import { serviceRoutes } from '@meridian/contract';
import { type ServedRoute, servePublic } from '../../edge/management/served-route.ts';

/** `GET /metrics`: the registry's text. */
export function getMetrics(metricsText: () => Promise<string>): ServedRoute {
  return servePublic(serviceRoutes.getMetrics, async () => ({
    status: 200,
    body: await metricsText(),
  }));
}
