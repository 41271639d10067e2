import { type Readiness, serviceRoutes } from '@meridian/contract';
import { type ServedRoute, servePublic } from '../../edge/management/served-route.ts';

/** Looks at everything the process needs in order to serve. */
export type CheckReadiness = () => Promise<Readiness>;

/** `GET /readyz`: 503 until the process can serve. */
export function getReadiness(check: CheckReadiness): ServedRoute {
  return servePublic(serviceRoutes.getReadiness, async () => {
    const readiness = await check();
    return { status: readiness.status === 'ready' ? 200 : 503, body: readiness };
  });
}
