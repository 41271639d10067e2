import { modelRoutes } from '@meridian/contract';
import { type ServedRoute, serve } from '../../edge/management/served-route.ts';
import type { LimitReader } from './limit-reader.ts';
import type { ModelList } from './list-models.ts';
import { shapeFor, shapeModel } from './model-shapes.ts';

/** `GET /v1/models/{id}` and Google's form of it. */
export function getModel(models: ModelList, limits: LimitReader): readonly ServedRoute[] {
  return [
    serve(modelRoutes.getModel, async ({ caller, params, header }) => ({
      status: 200,
      body: shapeModel(await models.get(caller, params.id), shapeFor(header)),
      headers: await limits.headers(caller),
    })),
    serve(modelRoutes.getGoogleModel, async ({ caller, params }) => ({
      status: 200,
      body: shapeModel(await models.get(caller, params.id), 'google'),
      headers: await limits.headers(caller),
    })),
  ];
}
