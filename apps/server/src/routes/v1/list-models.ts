import { dashboardRoutes, type Model, modelRoutes } from '@meridian/contract';
import { type Caller, type ServedRoute, serve } from '../../edge/management/served-route.ts';
import type { LimitReader } from './limit-reader.ts';
import { shapeFor, shapeModels } from './model-shapes.ts';

/** The models as one account sees them. */
export interface ModelList {
  /** What the account could call now: allowed, reachable with a key, priced. Sorted by id. */
  list(caller: Caller): Promise<readonly Model[]> | readonly Model[];
  /** One of them by its id or an alias; throws `model_not_found`. */
  get(caller: Caller, id: string): Promise<Model> | Model;
}

/** `GET /v1/models`, its aliases, and Google's list. */
export function listModels(models: ModelList, limits: LimitReader): readonly ServedRoute[] {
  const own = [
    modelRoutes.listModels,
    modelRoutes.listModelsAlias,
    dashboardRoutes.listModels,
    dashboardRoutes.listModelsAlias,
  ].map((route) =>
    serve(route, async ({ caller, header }) => ({
      status: 200,
      body: shapeModels(await models.list(caller), shapeFor(header)),
      headers: await limits.headers(caller),
    })),
  );
  const google = serve(modelRoutes.listGoogleModels, async ({ caller }) => ({
    status: 200,
    body: shapeModels(await models.list(caller), 'google'),
    headers: await limits.headers(caller),
  }));
  return [...own, google];
}
