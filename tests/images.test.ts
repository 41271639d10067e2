import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  answerImages,
  createApiClient,
  errorReply,
  type Handler,
  type RecordedRequest,
  receivedForm,
  tinyPng,
} from '@meridian/testkit';
import { toFile } from 'openai';
import { billed } from './support/billed.ts';
import { collect } from './support/collect.ts';
import { type ServedModel, type Service, startService } from './support/service.ts';

/** Dollars per million: text in, image in, image out; as the catalog has it for this model. */
const USAGE = {
  input_tokens: 50,
  input_tokens_details: { text_tokens: 20, image_tokens: 30 },
  output_tokens: 1_000,
  total_tokens: 1_050,
};

let service: Service;
/** At the prices of the catalog, because their keys name none. */
const models = new Map<string, ServedModel>();

before(async () => {
  service = await startService({ env: { MERIDIAN_ENV_KEYS: 'off' } });
  for (const name of ['gpt-image-2', 'dall-e-3', 'dall-e-2']) {
    models.set(name, await service.addModel({ name, config: { default_price: undefined } }));
  }
});
after(async () => {
  for (const model of models.values()) await model[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

/** A model with this answer from now on. */
function answering(name: string, handler: Handler): ServedModel {
  const model = models.get(name)!;
  model.upstream.handle(handler);
  return model;
}

/** What the upstream of a model was asked last. */
function lastAsked({ upstream }: ServedModel): RecordedRequest {
  return upstream.requests.at(-1)!;
}

describe('images of a model that counts tokens', () => {
  test('are generated, paid by the provider’s own count, and come in both forms unless asked', async () => {
    const model = answering('gpt-image-2', answerImages({ usage: USAGE }));
    const { data: answer, request_id: id } = await service
      .openai()
      .images.generate({ model: model.name, prompt: 'A tide.', n: 2 })
      .withResponse();
    assert.deepEqual(
      answer.data?.map(({ b64_json: data }) => data),
      [0, 1].map((shade) => tinyPng(shade).toString('base64')),
    );
    for (const [shade, { url }] of (answer.data ?? []).entries()) {
      const file = await fetch(url ?? '');
      assert.equal(file.headers.get('content-type'), 'image/png');
      assert.equal(file.headers.get('x-content-type-options'), 'nosniff');
      assert.deepEqual(Buffer.from(await file.arrayBuffer()), tinyPng(shade));
    }
    const { usage, usage_source, charge, endpoint } = await service.usageOf(id);
    assert.deepEqual(billed(usage), { input: 20, inputImage: 30, outputImage: 1_000 });
    assert.equal(usage_source, 'provider');
    assert.equal(charge.cost_base, '0.03034');
    assert.equal(endpoint, '/v1/images/generations');
    const asked = lastAsked(model);
    assert.equal(asked.path, '/v1/images/generations');
    assert.deepEqual(asked.json(), { model: model.name, prompt: 'A tide.', n: 2 });
  });

  test('come in the one form that is asked for, which the model itself is not told', async () => {
    const model = answering('gpt-image-2', answerImages({ usage: USAGE }));
    const ask = (response_format: 'url' | 'b64_json') =>
      service.openai().images.generate({ model: model.name, prompt: 'A tide.', response_format });
    const [byUrl] = (await ask('url')).data ?? [];
    assert.match(byUrl?.url ?? '', /^http:\/\/127\.0\.0\.1:\d+\/files\/img-[A-Za-z0-9]{32}\.png$/);
    assert.equal(byUrl?.b64_json, undefined);
    assert.deepEqual((await ask('b64_json')).data, [{ b64_json: tinyPng(0).toString('base64') }]);
    for (const { body } of model.upstream.requests.slice(-2)) {
      assert.ok(!body.includes('response_format'), body.toString());
    }
  });

  test('are streamed with their previews, byte for byte, and paid by the usage at the end', async () => {
    const model = answering('gpt-image-2', answerImages({ usage: USAGE }));
    const { data: stream, request_id: id } = await service
      .openai()
      .images.generate({ model: model.name, prompt: 'A tide.', stream: true, partial_images: 2 })
      .withResponse();
    const events = await collect(stream);
    assert.deepEqual(
      events.map(({ type }) => type),
      [
        'image_generation.partial_image',
        'image_generation.partial_image',
        'image_generation.completed',
      ],
    );
    const last = events.at(-1);
    assert.ok(last?.type === 'image_generation.completed');
    assert.equal(last.b64_json, tinyPng(2).toString('base64'));
    const record = await service.usageOf(id);
    assert.deepEqual(billed(record.usage), { input: 20, inputImage: 30, outputImage: 1_000 });
    assert.equal(record.outcome, 'complete');
    const body = { model: model.name, prompt: 'A tide.', stream: true, partial_images: 1 };
    const { api } = service.world.account;
    const raw = await api.request('POST', '/v1/images/generations', { body });
    assert.equal(raw.headers.get('content-type'), 'text/event-stream; charset=utf-8');
    assert.equal(raw.text, lastAsked(model).sentText);
  });

  test('are edited from files, whose other fields pass as they are', async () => {
    const model = answering('gpt-image-2', answerImages({ usage: USAGE }));
    const sources = [tinyPng(10), Buffer.concat([tinyPng(20), Buffer.alloc(600_000, 7)])];
    const { data: answer, request_id: id } = await service
      .openai()
      .images.edit({
        model: model.name,
        prompt: 'Make it “brighter”.',
        image: await Promise.all(
          sources.map((bytes, at) => toFile(bytes, `source-${at}.png`, { type: 'image/png' })),
        ),
        mask: await toFile(tinyPng(30), 'mask.png', { type: 'image/png' }),
        size: '1024x1024',
        // @ts-expect-error: a field that nobody knows yet
        x_new: 'kept',
      })
      .withResponse();
    assert.equal(answer.data?.length, 1);
    const form = await receivedForm(lastAsked(model));
    assert.equal(form.get('model'), model.name);
    assert.equal(form.get('prompt'), 'Make it “brighter”.');
    assert.equal(form.get('x_new'), 'kept');
    const received = form.getAll('image[]') as File[];
    assert.deepEqual(
      received.map(({ name }) => name),
      ['source-0.png', 'source-1.png'],
    );
    for (const [at, file] of received.entries()) {
      assert.deepEqual(Buffer.from(await file.arrayBuffer()), sources[at]);
      assert.equal(file.type, 'image/png');
    }
    assert.equal((form.get('mask') as File).name, 'mask.png');
    assert.deepEqual(billed((await service.usageOf(id)).usage), {
      input: 20,
      inputImage: 30,
      outputImage: 1_000,
    });
  });
});

describe('images of a model that is paid by the image', () => {
  const prices = [
    [{ size: '1024x1024' }, '0.04'],
    [{ quality: 'hd', size: '1024x1024' }, '0.08'],
    [{ quality: 'standard', size: '1792x1024' }, '0.08'],
    [{ quality: 'hd', size: '1792x1024' }, '0.12'],
  ] as const;
  for (const [wish, cost] of prices) {
    test(`cost $${cost} with ${JSON.stringify(wish)}`, async () => {
      const model = answering('dall-e-3', answerImages());
      const { data: answer, request_id: id } = await service
        .openai()
        .images.generate({ model: model.name, prompt: 'A tide.', response_format: 'url', ...wish })
        .withResponse();
      assert.match(answer.data?.[0]?.url ?? '', /\/files\/img-/);
      const record = await service.usageOf(id);
      assert.deepEqual(billed(record.usage), { units: 1 });
      assert.equal(record.usage_source, 'provider');
      assert.equal(record.charge.cost_base, cost);
      assert.equal(
        (lastAsked(model).json() as { response_format?: string }).response_format,
        'b64_json',
      );
    });
  }

  test('are charged as they come, not as they were asked for', async () => {
    const whole = answerImages();
    const model = answering('dall-e-2', (request) => whole({ ...request, json: () => ({ n: 2 }) }));
    const { request_id: id } = await service
      .openai()
      .images.generate({ model: model.name, prompt: 'A tide.', n: 4, size: '512x512' })
      .withResponse();
    const record = await service.usageOf(id);
    assert.deepEqual([billed(record.usage), record.charge.cost_base], [{ units: 2 }, '0.036']);
  });

  test('vary a file, in the model that is asked for', async () => {
    const model = answering('dall-e-2', answerImages());
    const { data: answer, request_id: id } = await service
      .openai()
      .images.createVariation({
        model: model.name,
        image: await toFile(tinyPng(1), 'one.png', { type: 'image/png' }),
        n: 2,
        size: '256x256',
        response_format: 'b64_json',
      })
      .withResponse();
    assert.equal(answer.data?.length, 2);
    assert.equal((await service.usageOf(id)).charge.cost_base, '0.032');
  });

  test('do not show the address of the provider', async () => {
    await using files = await service.addModel();
    files.upstream.handle(() => ({ contentType: 'image/png', parts: [tinyPng(9)] }));
    await using model = await service.addModel({
      config: { default_price: { input: 0, call: 1 } },
    });
    model.upstream.handle(answerImages({ urlOf: () => `${files.upstream.url}/secret-place.png` }));
    const { api } = service.world.account;
    const body = { model: model.name, prompt: 'A tide.' };
    const answer = await api.request('POST', '/v1/images/generations', { body });
    assert.equal(answer.status, 200, answer.text);
    assert.ok(!answer.text.includes('secret-place'), answer.text);
    const [image] = answer.json<{ data: { url: string }[] }>().data;
    const file = await fetch(image!.url);
    assert.deepEqual(Buffer.from(await file.arrayBuffer()), tinyPng(9));
    const asBase64 = await api.request('POST', '/v1/images/generations', {
      body: { ...body, response_format: 'b64_json' },
    });
    assert.deepEqual(asBase64.json<{ data: object[] }>().data, [
      { b64_json: tinyPng(9).toString('base64') },
    ]);
  });
});

test('a request without a model takes the owner’s, else the first that can be reached', async () => {
  const model = answering('gpt-image-2', answerImages());
  const { api } = service.world.account;
  const body = { prompt: 'A tide.', response_format: 'b64_json' };
  const answer = await api.request('POST', '/v1/images/generations', { body });
  assert.equal(answer.status, 200, answer.text);
  assert.equal((lastAsked(model).json() as { model?: string }).model, 'gpt-image-2');

  const { root } = service.world;
  await root.call('PUT', '/x-config', { DEFAULT_IMAGE_MODEL: 'dall-e-3' });
  const chosen = answering('dall-e-3', answerImages());
  const other = await api.request('POST', '/v1/images/generations', { body });
  assert.equal(other.status, 200, other.text);
  assert.equal((lastAsked(chosen).json() as { model?: string }).model, 'dall-e-3');
  await root.call('DELETE', '/x-config', { keys: ['DEFAULT_IMAGE_MODEL'] });
});

const refusals: readonly (readonly [why: string, body: object, param: string])[] = [
  ['more than four images', { prompt: 'x', n: 5 }, 'n'],
  ['no prompt', {}, 'prompt'],
  ['a form that is none', { prompt: 'x', response_format: 'png' }, 'response_format'],
  ['too many previews', { prompt: 'x', stream: true, partial_images: 4 }, 'partial_images'],
];
for (const [why, body, param] of refusals) {
  test(`${why} is refused, and names the field`, async () => {
    await using model = await service.addModel();
    const { api } = service.world.account;
    const answer = await api.request('POST', '/v1/images/generations', {
      body: { model: model.name, ...body },
    });
    assert.equal(answer.status, 400, answer.text);
    assert.equal(answer.json<{ error: { param: string } }>().error.param, param);
    assert.equal(model.upstream.requests.length, 0);
  });
}

test('an edit is sent to the next key, file and all, where the first one fails', async () => {
  await using bad = await service.addModel({ name: 'edited-model' });
  await using good = await service.addModel({ name: 'edited-model' });
  bad.upstream.handle(() => errorReply(500));
  good.upstream.handle(answerImages({ usage: USAGE }));
  const source = Buffer.concat([tinyPng(1), Buffer.alloc(900_000, 3)]);
  for (let n = 0; n < 8 && bad.upstream.requests.length === 0; n++) {
    const answer = await service.openai().images.edit({
      model: 'edited-model',
      prompt: 'x',
      image: await toFile(source, 'x.png', { type: 'image/png' }),
    });
    assert.equal(answer.data?.length, 1);
  }
  assert.equal(bad.upstream.requests.length, 1);
  for (const { upstream } of [bad, good]) {
    const form = await receivedForm(upstream.requests.at(-1)!);
    const file = form.get('image') as File;
    assert.deepEqual(Buffer.from(await file.arrayBuffer()), source);
  }
});

test('a file has a name that nobody else could know, and others are not found', async () => {
  const { api } = service.world.account;
  for (const name of [`img-${'a'.repeat(32)}.png`, 'img-short.png', '../config', 'x'.repeat(900)]) {
    const answer = await api.request('GET', `/files/${name}`);
    assert.ok([400, 404].includes(answer.status), `${name}: ${answer.status}`);
  }
  const anybody = createApiClient(() => service.url, 'no-key');
  assert.equal((await anybody.request('GET', `/files/img-${'a'.repeat(32)}.png`)).status, 404);
});
