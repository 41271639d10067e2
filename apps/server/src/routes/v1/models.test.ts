import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTestApplication, testCaller } from '../../edge/management/test-application.ts';
import { managementRoutes } from '../index.ts';
import { createTestServices } from '../test-services.ts';
import { shapeModels } from './model-shapes.ts';

function get(url: string) {
  const { app } = createTestApplication({
    routes: managementRoutes(createTestServices().services),
    callers: { good: testCaller(42) },
  });
  return app.inject({ url, headers: { 'x-api-key': 'good' } });
}

describe('the model routes', () => {
  it('list the same under both paths, in the form of OpenAI', async () => {
    const list = (await get('/v1/models')).json();
    assert.equal(list.object, 'list');
    assert.equal(list.data[0].object, 'model');
    assert.ok(list.data[0].meridian.pricing);
    assert.deepEqual((await get('/models')).json(), list);
  });

  it('carry the headers of the rate limits', async () => {
    for (const url of ['/v1/models', '/v1/models/sandbox-chat']) {
      assert.equal((await get(url)).headers['x-ratelimit-limit-requests'], '60', url);
    }
  });

  it('answer an unknown model with model_not_found', async () => {
    const response = await get('/v1/models/nobody/knows');
    assert.equal(response.statusCode, 404);
    assert.equal(response.json().error.code, 'model_not_found');
  });
});

describe('the model routes for other clients', () => {
  it('answer in the form of Anthropic where its version is named', async () => {
    const { app } = createTestApplication({
      routes: managementRoutes(createTestServices().services),
      callers: { good: testCaller(42) },
    });
    const headers = { 'x-api-key': 'good', 'anthropic-version': '2023-06-01' };
    const list = (await app.inject({ url: '/v1/models', headers })).json();
    const [first] = list.data;
    assert.equal(first.type, 'model');
    assert.equal(first.display_name, first.id);
    assert.equal(new Date(first.created_at).toISOString(), first.created_at);
    assert.deepEqual([list.has_more, list.first_id], [false, first.id]);
    const one = (await app.inject({ url: `/v1/models/${first.id}`, headers })).json();
    assert.deepEqual(one, first);
  });

  it('answer in the form of Google where the key comes as its clients send it', async () => {
    const { app } = createTestApplication({
      routes: managementRoutes(createTestServices().services),
      callers: { good: testCaller(42) },
    });
    const headers = { 'x-goog-api-key': 'good' };
    const list = (await app.inject({ url: '/v1/models', headers })).json();
    assert.deepEqual(list, (await get('/v1beta/models')).json());
    const [first] = list.models;
    assert.deepEqual((await app.inject({ url: `/v1/${first.name}`, headers })).json(), first);
    const missing = (await app.inject({ url: '/v1/models/nobody', headers })).json();
    assert.equal(missing.error.status, 'NOT_FOUND');
  });

  it('answer in the form of Google on its path', async () => {
    const list = (await get('/v1beta/models')).json();
    const [first] = list.models;
    assert.match(first.name, /^models\/./);
    assert.ok(first.supportedGenerationMethods.includes('streamGenerateContent'));
    assert.deepEqual((await get(`/v1beta/${first.name}`)).json(), first);
  });
});

it('clients of other vendors see the models that they have a method for', () => {
  const models = ['chat', 'embedding', 'image'].map((kind) => ({
    id: kind,
    object: 'model' as const,
    created: 0,
    owned_by: 'sandbox',
    permission: [],
    meridian: {
      kind,
      context: null,
      max_output: null,
      capabilities: {},
      pricing: { currency: 'USD' as const },
      sandbox: true,
    },
  }));
  const { data } = shapeModels(models, 'openai') as { data: readonly { id: string }[] };
  assert.deepEqual(
    data.map(({ id }) => id),
    ['chat', 'embedding', 'image'],
  );
  const google = shapeModels(models, 'google') as { models: readonly { baseModelId: string }[] };
  assert.deepEqual(
    google.models.map(({ baseModelId }) => baseModelId),
    ['chat', 'embedding'],
  );
  const anthropic = shapeModels(models, 'anthropic') as { data: readonly { id: string }[] };
  assert.deepEqual(
    anthropic.data.map(({ id }) => id),
    ['chat'],
  );
});
