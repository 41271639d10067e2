import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  answerOpenai,
  createApiClient,
  errorReply,
  jsonReply,
  scriptedVector,
} from '@meridian/testkit';
import { BadRequestError } from 'openai';
import { assertShaped } from './support/error-shape.ts';
import { type ServedModel, type Service, startService } from './support/service.ts';

const PATH = '/v1/embeddings';

let service: Service;
before(async () => {
  service = await startService();
});
after(() => service[Symbol.asyncDispose]());

async function openaiModel(): Promise<ServedModel> {
  const model = await service.addModel();
  model.upstream.handle(answerOpenai({ promptTokens: 7 }));
  return model;
}

function sentBody({ upstream }: ServedModel, number = 1): Record<string, unknown> {
  return upstream.requests[number - 1]!.json() as Record<string, unknown>;
}

/** The request of a plain HTTP client, and the id under which it was charged. */
async function ask(model: ServedModel, body: Record<string, unknown>) {
  const { api } = service.world.account;
  const answer = await api.request('POST', PATH, { body: { model: model.name, ...body } });
  return { answer, id: answer.headers.get('x-request-id') };
}

describe('OpenAI’s client', () => {
  test('gets vectors as it decodes them: from base64, which it asks for by itself', async () => {
    await using model = await openaiModel();
    const { data, response } = await service
      .openai()
      .embeddings.create({ model: model.name, input: ['one', 'two'] })
      .withResponse();
    assert.equal(sentBody(model).encoding_format, 'base64');
    assert.deepEqual(
      data.data.map(({ embedding }) => Array.from(embedding)),
      [scriptedVector(0), scriptedVector(1)],
    );
    assert.deepEqual(data.usage, { prompt_tokens: 7, total_tokens: 7 });
    // 7 tokens at $1 per million; no text is generated, and none is charged.
    assert.equal(response.headers.get('x-meridian-cost'), '0.000007');
    const record = await service.usageOf(response.headers.get('x-request-id'));
    assert.equal(record.endpoint, PATH);
    assert.equal(record.usage_source, 'provider');
    assert.equal(record.usage.input, 7);
  });

  test('gets numbers when it asks for numbers, and as many as it asks for', async () => {
    await using model = await openaiModel();
    const { data, model: shown } = await service.openai().embeddings.create({
      model: model.name,
      input: 'one',
      encoding_format: 'float',
      dimensions: 3,
      user: 'someone',
    });
    assert.deepEqual(data[0]?.embedding, scriptedVector(0, 3));
    assert.equal(shown, model.name);
    assert.deepEqual(sentBody(model), {
      model: model.name,
      input: 'one',
      encoding_format: 'float',
      dimensions: 3,
      user: 'someone',
    });
  });

  test('gets base64 also of an upstream that gives numbers whatever it is asked for', async () => {
    await using model = await openaiModel();
    const vector = [0.1, -2.5, 3e-7];
    model.upstream.handle(() => jsonReply(listOf([{ index: 0, embedding: vector }])));
    const { data } = await service.openai().embeddings.create({ model: model.name, input: 'one' });
    assert.deepEqual(Array.from(data[0]!.embedding), Array.from(new Float32Array(vector)));
  });

  test('may send tokens', async () => {
    await using model = await openaiModel();
    const input = [[1, 2, 3], [4]];
    const { data } = await service.openai().embeddings.create({ model: model.name, input });
    assert.equal(data.length, 2);
    assert.deepEqual(sentBody(model).input, input);
  });

  test('hears the upstream’s own refusal', async () => {
    await using model = await openaiModel();
    const error = { message: 'This model has 8 dimensions.', type: 'invalid_request_error' };
    model.upstream.enqueue(errorReply(400, error));
    await assert.rejects(
      service.openai().embeddings.create({ model: model.name, input: 'one', dimensions: 9 }),
      (thrown) => thrown instanceof BadRequestError && /8 dimensions/.test(thrown.message),
    );
  });
});

function listOf(
  data: readonly object[],
  usage: object | null = { prompt_tokens: 1, total_tokens: 1 },
) {
  const entries = data.map((each) => ({ object: 'embedding', ...each }));
  return { object: 'list', model: 'm', data: entries, ...(usage && { usage }) };
}

describe('bytes', () => {
  test('reach the upstream as they came, and the answer comes back as it was', async () => {
    await using model = await openaiModel();
    const body = `{ "input" : "\\u00fc \u00fc", "model":"${model.name}", "x": 12345678901234567890 }`;
    const sent = '{"data":[{"embedding":[0.10,1E-3],"index":0,"object":"embedding"}],"x":[1.0]}';
    model.upstream.enqueue({ parts: [sent] });
    const { url, key } = service;
    const answer = await fetch(`${url}${PATH}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body,
    });
    assert.equal(await answer.text(), sent);
    assert.equal(model.upstream.requests[0]!.body.toString(), body);
  });
});

describe('what is charged', () => {
  test('is counted where the upstream tells nothing, or zeros', async () => {
    await using model = await openaiModel();
    const entry = { index: 0, embedding: [1] };
    for (const usage of [null, { prompt_tokens: 0, total_tokens: 0 }]) {
      model.upstream.enqueue(jsonReply(listOf([entry], usage)));
      const { id } = await ask(model, { input: 'one two three four' });
      const record = await service.usageOf(id);
      assert.equal(record.usage_source, 'estimate');
      assert.equal(record.usage.input, 4);
      assert.equal(record.usage.output ?? 0, 0);
    }
  });

  test('is the total where only that is told', async () => {
    await using model = await openaiModel();
    const answer = listOf([{ index: 0, embedding: [1] }], { total_tokens: 31 });
    model.upstream.enqueue(jsonReply(answer));
    const record = await service.usageOf((await ask(model, { input: 'one' })).id);
    assert.equal(record.usage_source, 'provider');
    assert.equal(record.usage.input, 31);
  });

  test('is held without any output: little credit is enough', async () => {
    // 4,096 tokens of output at this price would be $8,192.
    const price = { input: 1, output: 2_000_000 };
    await using model = await service.addModel({ config: { default_price: price } });
    model.upstream.handle(answerOpenai({ promptTokens: 5 }));
    const poor = await service.world.addAccount({ CreditGranted: 2 });
    const body = { model: model.name, input: 'one' };
    const answer = await poor.api.request('POST', PATH, { body });
    assert.equal(answer.status, 200, answer.text);
    assert.equal((await poor.view()).Balance, 1.999995);
  });
});

describe('upstreams that speak otherwise', () => {
  const USAGE_METADATA = { promptTokenCount: 6 };

  test('Gemini embeds one text by itself, and several in a batch', async () => {
    await using model = await service.addModel({ config: { provider_type: 'gemini' } });
    const embedding = { values: [0.5, 0.25] };
    model.upstream.handle((request) =>
      jsonReply(
        request.path.endsWith(':embedContent')
          ? { embedding, usageMetadata: USAGE_METADATA }
          : { embeddings: [embedding, { values: [1, 2] }], usageMetadata: USAGE_METADATA },
      ),
    );
    const one = await service
      .openai()
      .embeddings.create({ model: model.name, input: 'one', dimensions: 2 });
    assert.deepEqual(Array.from(one.data[0]!.embedding), [0.5, 0.25]);
    assert.deepEqual(one.usage, { prompt_tokens: 6, total_tokens: 6 });
    assert.equal(one.model, model.name);
    assert.equal(model.upstream.requests[0]!.path, `/v1beta/models/${model.name}:embedContent`);
    assert.deepEqual(sentBody(model), {
      model: `models/${model.name}`,
      content: { parts: [{ text: 'one' }] },
      outputDimensionality: 2,
    });
    const input = ['one', 'two'];
    const { answer, id } = await ask(model, { input, input_type: 'query' });
    const { data } = answer.json<{ data: { index: number; embedding: number[] }[] }>();
    assert.deepEqual(
      data.map(({ index, embedding: vector }) => [index, vector]),
      [
        [0, [0.5, 0.25]],
        [1, [1, 2]],
      ],
    );
    assert.equal(
      model.upstream.requests[1]!.path,
      `/v1beta/models/${model.name}:batchEmbedContents`,
    );
    const { requests } = sentBody(model, 2) as { requests: { taskType: string }[] };
    assert.deepEqual(
      requests.map(({ taskType }) => taskType),
      ['RETRIEVAL_QUERY', 'RETRIEVAL_QUERY'],
    );
    assert.equal((await service.usageOf(id)).usage.input, 6);
  });

  test('what is counted here is what the client is shown', async () => {
    await using model = await service.addModel({ config: { provider_type: 'gemini' } });
    model.upstream.handle(() => jsonReply({ embedding: { values: [1] } }));
    const { answer, id } = await ask(model, { input: 'one two three' });
    const record = await service.usageOf(id);
    assert.equal(record.usage_source, 'estimate');
    const { usage } = answer.json<{ usage: unknown }>();
    assert.deepEqual(usage, {
      prompt_tokens: record.usage.input,
      total_tokens: record.usage.input,
    });
  });

  test('tokens are refused where only texts are embedded, whatever else may be dropped', async () => {
    await using model = await service.addModel({ config: { provider_type: 'gemini' } });
    const body = { model: model.name, input: [1, 2] };
    const headers = { 'x-meridian-drop-params': 'true' };
    const answer = await service.world.account.api.request('POST', PATH, { body, headers });
    const error = assertShaped(answer.status, answer.text);
    assert.deepEqual([error.code, error.param], ['unsupported_parameter', 'input']);
    assert.equal(model.upstream.requests.length, 0);
  });

  test('Cohere is asked in its own words, which know the length of vectors', async () => {
    await using model = await service.addModel({ config: { provider_type: 'cohere' } });
    model.upstream.handle(() =>
      jsonReply({
        id: 'e-1',
        texts: ['one', 'two'],
        embeddings: { float: [[1], [2]] },
        meta: { api_version: { version: '2' }, billed_units: { input_tokens: 9 } },
      }),
    );
    const { data, usage } = await service
      .openai()
      .embeddings.create({ model: model.name, input: ['one', 'two'], dimensions: 256 });
    assert.deepEqual(
      data.map(({ embedding }) => Array.from(embedding)),
      [[1], [2]],
    );
    assert.deepEqual(usage, { prompt_tokens: 9, total_tokens: 9 });
    assert.equal(model.upstream.requests[0]!.path, '/v2/embed');
    assert.deepEqual(sentBody(model), {
      model: model.name,
      texts: ['one', 'two'],
      input_type: 'search_document',
      embedding_types: ['float'],
      output_dimension: 256,
    });
  });

  test('an error in other words is told in ours', async () => {
    await using model = await service.addModel({ config: { provider_type: 'cohere' } });
    const said = { id: 'x', message: 'too many tokens' };
    model.upstream.handle(() => jsonReply(said, { status: 400 }));
    const { answer } = await ask(model, { input: 'one' });
    const error = assertShaped(answer.status, answer.text);
    assert.match(error.message, /too many tokens/);
  });

  test('Jina gives numbers, which are made base64 here', async () => {
    await using model = await service.addModel({ config: { provider_type: 'jina' } });
    model.upstream.handle(answerOpenai());
    const { data } = await service.openai().embeddings.create({ model: model.name, input: 'one' });
    assert.deepEqual(Array.from(data[0]!.embedding), scriptedVector(0));
    assert.equal('encoding_format' in sentBody(model), false);
  });

  test('an upstream without any is a clear refusal', async () => {
    await using model = await service.addModel({ config: { provider_type: 'anthropic' } });
    const { answer } = await ask(model, { input: 'one' });
    const error = assertShaped(answer.status, answer.text);
    assert.deepEqual([error.status, error.param], [400, 'model']);
    assert.match(error.message, /\/v1\/embeddings/);
  });
});

describe('who may', () => {
  test('an account or key that is open to chats only is refused before anything is sent', async () => {
    await using model = await openaiModel();
    const chatting = await service.world.addAccount({ Resources: '/v1/chat/completions' });
    const embedding = await service.world.addAccount({ Resources: PATH });
    const body = { model: model.name, input: 'one' };
    const refused = await chatting.api.request('POST', PATH, { body });
    assert.equal(assertShaped(refused.status, refused.text).code, 'endpoint_not_allowed');
    assert.equal(model.upstream.requests.length, 0);
    assert.equal((await embedding.api.request('POST', PATH, { body })).status, 200);
    const stranger = createApiClient(() => service.url, 'sk-Xvs-nobody');
    assert.equal((await stranger.request('POST', PATH, { body })).status, 401);
  });

  test('a model without a price is refused', async () => {
    await using model = await service.addModel({ config: { default_price: undefined } });
    const { answer } = await ask(model, { input: 'one' });
    assert.equal(assertShaped(answer.status, answer.text).code, 'model_not_priced');
  });
});

const wrong: readonly (readonly [body: object, param: string])[] = [
  [{}, 'input'],
  [{ input: null }, 'input'],
  [{ input: [] }, 'input'],
  [{ input: 7 }, 'input'],
  [{ input: {} }, 'input'],
  [{ input: Array.from({ length: 2_049 }, () => 'x') }, 'input'],
  [{ input: 'x', encoding_format: 'int8' }, 'encoding_format'],
  [{ input: 'x', dimensions: 0 }, 'dimensions'],
  [{ input: 'x', model: 5 }, 'model'],
];

test('a malformed request is refused with the name of its field', async (t) => {
  await using model = await openaiModel();
  for (const [body, param] of wrong) {
    await t.test(JSON.stringify(body).slice(0, 60), async () => {
      const { answer } = await ask(model, body as Record<string, unknown>);
      const error = assertShaped(answer.status, answer.text);
      assert.deepEqual([error.status, error.param], [400, param]);
    });
  }
  assert.equal(model.upstream.requests.length, 0);
});
