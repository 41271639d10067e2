import { z } from 'zod';
import { exampleModel } from '../examples.ts';
import { MODEL_ID_MAX_CHARS } from '../formats.ts';
import { rateLimitHeaders } from '../headers.ts';
import { googleModel, googleModelList, model, modelList } from '../models.ts';
import { aliasRoute, defineRoute } from '../route.ts';

const listModels = defineRoute({
  id: 'models.list',
  method: 'GET',
  path: '/v1/models',
  summary: 'List the models that the caller can use now',
  description:
    'A model is listed when the account may use it, a provider key serves it at this moment, and it has a price. With an `anthropic-version` header the answer has the form of Anthropic, with `x-goog-api-key` that of Google.',
  tag: 'Inference',
  auth: 'key',
  responses: {
    200: {
      description: 'The models.',
      schema: modelList,
      headers: rateLimitHeaders,
      example: { object: 'list', data: [exampleModel] },
    },
  },
  errors: [],
});

const modelParams = z.object({
  id: z
    .string()
    .min(1)
    .max(MODEL_ID_MAX_CHARS)
    .meta({ examples: ['sandbox-chat'] }),
});

const getModel = defineRoute({
  id: 'models.get',
  method: 'GET',
  path: '/v1/models/{id}',
  hasRestParam: true,
  summary: 'Look up one model',
  description: 'The id may contain slashes, as it stands or escaped.',
  tag: 'Inference',
  auth: 'key',
  params: modelParams,
  responses: {
    200: {
      description: 'The model.',
      schema: model,
      headers: rateLimitHeaders,
      example: exampleModel,
    },
  },
  errors: ['model_not_found'],
});

const exampleGoogleModel = {
  name: `models/${exampleModel.id}`,
  baseModelId: exampleModel.id,
  displayName: exampleModel.id,
  supportedGenerationMethods: ['generateContent'],
};

const listGoogleModels = defineRoute({
  id: 'models.listGoogle',
  method: 'GET',
  path: '/v1beta/models',
  summary: "List the models in the form of Google's API",
  tag: 'Inference',
  auth: 'key',
  responses: {
    200: {
      description: 'The models.',
      schema: googleModelList,
      headers: rateLimitHeaders,
      example: { models: [exampleGoogleModel] },
    },
  },
  errors: [],
});

const getGoogleModel = defineRoute({
  id: 'models.getGoogle',
  method: 'GET',
  path: '/v1beta/models/{id}',
  hasRestParam: true,
  summary: "Look up one model in the form of Google's API",
  tag: 'Inference',
  auth: 'key',
  params: modelParams,
  responses: {
    200: {
      description: 'The model.',
      schema: googleModel,
      headers: rateLimitHeaders,
      example: exampleGoogleModel,
    },
  },
  errors: ['model_not_found'],
});

/** The model list. */
export const modelRoutes = {
  listModels,
  listModelsAlias: aliasRoute(listModels, { id: 'models.listAlias', path: '/models' }),
  getModel,
  listGoogleModels,
  getGoogleModel,
};
