import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { answerOpenai, jsonReply, scriptedVector } from '@meridian/testkit';
import { type ServedModel, type Service, startService } from './support/service.ts';

let service: Service;
before(async () => {
  service = await startService();
});
after(() => service[Symbol.asyncDispose]());

const content = (text: string) => ({ parts: [{ text }] });

async function ask({ name }: ServedModel, method: string, body: object) {
  const path = `/v1beta/models/${name}:${method}`;
  const answer = await service.world.account.api.request('POST', path, { body });
  return { answer, path, id: answer.headers.get('x-request-id') };
}

interface GoogleError {
  readonly error: { readonly code: number; readonly status: string; readonly message: string };
}

describe('a client of Google', () => {
  test('passes to Gemini with all that it says', async () => {
    await using model = await service.addModel({ config: { provider_type: 'gemini' } });
    const vectors = { embedding: { values: [0.5] }, usageMetadata: { promptTokenCount: 3 } };
    model.upstream.handle(() => jsonReply(vectors));
    const body = {
      content: {
        parts: [{ text: 'a cat' }, { inlineData: { mimeType: 'image/png', data: 'AA==' } }],
      },
      taskType: 'RETRIEVAL_QUERY',
      somethingNew: { x: 1 },
    };
    const { answer, path, id } = await ask(model, 'embedContent', body);
    assert.deepEqual(answer.json(), vectors);
    assert.equal(model.upstream.requests[0]!.path, path);
    assert.equal(model.upstream.requests[0]!.body.toString(), JSON.stringify(body));
    const record = await service.usageOf(id);
    assert.equal(record.endpoint, 'gemini.embedContent');
    assert.equal(record.usage.input, 3);
  });

  test('passes a batch, with the model’s name at the upstream in each request', async () => {
    const config = { provider_type: 'gemini', model_mapping: { 'google-mapped': 'their-name' } };
    await using model = await service.addModel({ name: 'google-mapped', config });
    const vectors = { embeddings: [{ values: [1] }, { values: [2] }] };
    model.upstream.handle(() => jsonReply(vectors));
    const requests = ['one', 'two'].map((text) => ({
      model: 'models/google-mapped',
      content: content(text),
      outputDimensionality: text.length,
    }));
    const { answer, id } = await ask(model, 'batchEmbedContents', { requests });
    assert.deepEqual(answer.json(), vectors);
    const [sent] = model.upstream.requests;
    assert.equal(sent!.path, '/v1beta/models/their-name:batchEmbedContents');
    assert.deepEqual(sent!.json(), {
      requests: requests.map((each) => ({ ...each, model: 'models/their-name' })),
    });
    const record = await service.usageOf(id);
    assert.deepEqual([record.usage_source, record.usage.input], ['estimate', 3]);
  });

  test('reaches OpenAI-compatible upstreams and Cohere', async () => {
    await using openai = await service.addModel();
    openai.upstream.handle(answerOpenai({ promptTokens: 5 }));
    const one = await ask(openai, 'embedContent', {
      content: content('one'),
      taskType: 'RETRIEVAL_DOCUMENT',
      outputDimensionality: 2,
    });
    assert.deepEqual(one.answer.json(), {
      embedding: { values: scriptedVector(0, 2) },
      usageMetadata: { promptTokenCount: 5 },
    });
    assert.deepEqual(openai.upstream.requests[0]!.json(), {
      model: openai.name,
      input: 'one',
      encoding_format: 'float',
      dimensions: 2,
    });
    await using cohere = await service.addModel({ config: { provider_type: 'cohere' } });
    const meta = { billed_units: { input_tokens: 4 } };
    cohere.upstream.handle(() => jsonReply({ embeddings: { float: [[1], [2]] }, meta }));
    const requests = ['one', 'two'].map((text) => ({
      content: content(text),
      taskType: 'CLASSIFICATION',
    }));
    const two = await ask(cohere, 'batchEmbedContents', { requests });
    assert.deepEqual(two.answer.json(), {
      embeddings: [{ values: [1] }, { values: [2] }],
      usageMetadata: { promptTokenCount: 4 },
    });
    assert.equal(
      (cohere.upstream.requests[0]!.json() as Record<string, unknown>).input_type,
      'classification',
    );
    assert.equal((await service.usageOf(two.id)).usage.input, 4);
  });

  test('hears of errors as Google words them', async () => {
    await using model = await service.addModel();
    const wrong: readonly (readonly [method: string, body: object])[] = [
      ['embedContent', {}],
      ['embedContent', { content: { parts: [] } }],
      ['batchEmbedContents', { requests: [] }],
      ['batchEmbedContents', { requests: [{}] }],
      ['batchEmbedContents', { content: content('x') }],
    ];
    for (const [method, body] of wrong) {
      const { answer } = await ask(model, method, body);
      const { error } = answer.json<GoogleError>();
      assert.deepEqual([answer.status, error.code, error.status], [400, 400, 'INVALID_ARGUMENT']);
    }
    model.upstream.handle(() =>
      jsonReply({ error: { message: 'No such length.' } }, { status: 400 }),
    );
    const { answer } = await ask(model, 'embedContent', { content: content('x') });
    assert.match(answer.json<GoogleError>().error.message, /No such length/);
  });

  test('is refused where only other paths are open', async () => {
    await using model = await service.addModel();
    const other = await service.world.addAccount({ Resources: '/v1/embeddings' });
    const path = `/v1beta/models/${model.name}:embedContent`;
    const answer = await other.api.request('POST', path, { body: { content: content('x') } });
    assert.equal(answer.status, 403);
  });
});
