import { type Health, serviceRoutes } from '@meridian/contract';
import { type ServedRoute, servePublic } from '../../edge/management/served-route.ts';

/** `GET /healthz`: answers as long as the process runs. */
export function getHealth(version: string): ServedRoute {
  const body: Health = { status: 'ok', version };
  return servePublic(serviceRoutes.getHealth, () => ({ status: 200, body }));
}
