import { Failure } from '@meridian/core/kernel';
import type { Config } from '../config.ts';
import type { HttpDeps } from '../edge/http-server.ts';
import type { ServedRoute } from '../edge/management/served-route.ts';
import { refusalOf, refuseUpgrade } from '../edge/realtime/refuse-upgrade.ts';

const NO_SESSIONS = new Failure('not_found', { message: 'There is nothing at this path.' });

/** What a node shows of itself: without the role `api` it only tells how it is. */
export function facesOf({ roles }: Pick<Config, 'roles'>, all: HttpDeps): HttpDeps {
  if (roles.has('api')) return all;
  return {
    ...all,
    findTarget: () => undefined,
    realtime: { upgrade: (_request, socket) => refuseUpgrade(socket, refusalOf(NO_SESSIONS, '')) },
  };
}

/** Whether a node serves a route; without the role `api` those that tell how it is. */
export function isShownBy({ roles }: Pick<Config, 'roles'>): (served: ServedRoute) => boolean {
  return ({ route }) => roles.has('api') || (route.auth !== 'key' && route.tag === 'Service');
}
