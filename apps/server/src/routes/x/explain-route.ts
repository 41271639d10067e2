import { type RouteExplanationView, routingRoutes } from '@meridian/contract';
import { type Caller, type ServedRoute, serve } from '../../edge/management/served-route.ts';

/** What is asked about a route. */
export interface RouteQuestion {
  readonly model: string;
  /** Id, name or e-mail of an account; the caller itself if absent. */
  readonly user?: string;
  /** Name of a surface. */
  readonly surface: string;
  /** Address of a client. */
  readonly address?: string;
}

/** Explains how requests of the caller's subtree would be routed now. */
export interface RouteExplainer {
  /** Throws `not_found` for an account that is not there, or not the caller's or below it. */
  explain(caller: Caller, question: RouteQuestion): Promise<RouteExplanationView>;
}

/** `GET /x-route`. */
export function explainRoute(routes: RouteExplainer): ServedRoute {
  return serve(routingRoutes.explainRoute, async ({ caller, query }) => ({
    status: 200,
    body: await routes.explain(caller, query),
  }));
}
