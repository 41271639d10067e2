import { type OpenApiDocument, serviceRoutes } from '@meridian/contract';
import { type ServedRoute, servePublic } from '../../edge/management/served-route.ts';

/** `GET /openapi.json`: the reference for programs. */
export function getOpenapi(document: () => OpenApiDocument): ServedRoute {
  return servePublic(serviceRoutes.getOpenapi, () => ({ status: 200, body: document() }));
}
