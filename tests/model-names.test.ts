import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ApiAnswer, chatCompletion, fixture, jsonReply } from '@meridian/testkit';
import { type ServedModel, type Service, startService } from './support/service.ts';

const CANONICAL = 'claude-sonnet-4-6';
const UPSTREAM_NAME = 'the-name-at-the-upstream';
const MESSAGES = [{ role: 'user', content: 'Hi' }];

const NAMES = [
  CANONICAL,
  'claude-sonnet-4.6',
  'Claude-Sonnet-4.6',
  'claude-4.6-sonnet',
  'claude-sonnet-4-6-20260217',
  'claude-sonnet-4-6@20260217',
  'claude-sonnet-4-6-latest',
  'anthropic/claude-sonnet-4.6',
  'anthropic:claude-sonnet-4-6',
  'openrouter/anthropic/claude-sonnet-4.6',
  'anthropic.claude-sonnet-4-6',
  'us.anthropic.claude-sonnet-4-6-20260217-v1:0',
  'publishers/anthropic/models/claude-sonnet-4-6',
];

/** How each surface is asked for a model, and where its answer names it. */
const SURFACES: Readonly<
  Record<
    string,
    {
      readonly path: (model: string) => string;
      readonly body: (model: string) => object;
      readonly shown?: string;
    }
  >
> = {
  chat: {
    path: () => '/v1/chat/completions',
    body: (model) => ({ model, messages: MESSAGES }),
    shown: 'model',
  },
  completions: {
    path: () => '/v1/completions',
    body: (model) => ({ model, prompt: 'Hi' }),
    shown: 'model',
  },
  responses: {
    path: () => '/v1/responses',
    body: (model) => ({ model, input: 'Hi' }),
    shown: 'model',
  },
  messages: {
    path: () => '/v1/messages',
    body: (model) => ({ model, messages: MESSAGES, max_tokens: 9 }),
    shown: 'model',
  },
  'count of tokens': {
    path: () => '/v1/messages/count_tokens',
    body: (model) => ({ model, messages: MESSAGES }),
  },
  gemini: {
    path: (model) => `/v1beta/models/${encodeURIComponent(model)}:generateContent`,
    body: () => ({ contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] }),
    shown: 'modelVersion',
  },
  'gemini with a plain path': {
    path: (model) => `/v1beta/models/${model}:generateContent`,
    body: () => ({ contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] }),
    shown: 'modelVersion',
  },
};

let service: Service;
before(async () => {
  service = await startService();
});
after(() => service[Symbol.asyncDispose]());

function ask(surface: string, model: string): Promise<ApiAnswer> {
  const { path, body } = SURFACES[surface]!;
  return service.world.account.api.request('POST', path(model), { body: body(model) });
}

describe('whatever a model is called, its one upstream answers, under the name that was asked for', () => {
  let model: ServedModel;
  before(async () => {
    const config = { provider_type: 'anthropic', model_mapping: { [CANONICAL]: UPSTREAM_NAME } };
    model = await service.addModel({ name: CANONICAL, config });
    model.upstream.handle(() => ({ parts: [fixture('anthropic-messages/text.json')] }));
  });
  after(() => model[Symbol.asyncDispose]());

  for (const [surface, { shown }] of Object.entries(SURFACES)) {
    for (const name of NAMES) {
      test(`${surface}: ${name}`, async () => {
        const answer = await ask(surface, name);
        assert.equal(answer.status, 200, answer.text);
        if (shown === undefined) return;
        assert.equal(answer.json<Record<string, unknown>>()[shown], name);
        assert.equal(answer.headers.get('x-meridian-model'), CANONICAL);
        const request = model.upstream.requests.at(-1)?.json() as { readonly model: string };
        assert.equal(request.model, UPSTREAM_NAME);
      });
    }
    test(`${surface}: a name that is nobody's`, async () => {
      const answer = await ask(surface, 'claude-sonnet-46');
      assert.equal(answer.status, 404, answer.text);
    });
  }
});

describe('a deployment stands for every name of its model', () => {
  const names = ['gpt-4o', 'openai/gpt-4o', 'azure/gpt-4o', 'gpt-4o-2024-08-06', 'GPT-4o'];
  let model: ServedModel;
  before(async () => {
    const config = {
      provider_type: 'azure',
      model_mapping: { 'gpt-4o*': 'prod-four' },
      api_versions: { chat: '2024-10-21' },
    };
    model = await service.addModel({ name: 'gpt-4o', config });
    model.upstream.handle(() => jsonReply(chatCompletion()));
  });
  after(() => model[Symbol.asyncDispose]());

  for (const surface of ['chat', 'messages', 'gemini']) {
    for (const name of names) {
      test(`${surface}: ${name}`, async () => {
        const answer = await ask(surface, name);
        assert.equal(answer.status, 200, answer.text);
        const request = model.upstream.requests.at(-1);
        assert.equal(
          request?.path,
          '/openai/deployments/prod-four/chat/completions?api-version=2024-10-21',
        );
        assert.equal(answer.headers.get('x-meridian-model'), 'gpt-4o');
      });
    }
  }

  test('and can be asked for by its own name, where its key serves that', async () => {
    await using own = await service.addModel({
      name: 'prod-mini',
      config: { provider_type: 'azure', api_versions: { chat: '2024-10-21' } },
    });
    own.upstream.handle(() => jsonReply(chatCompletion()));
    const answer = await ask('chat', 'prod-mini');
    assert.equal(answer.status, 200, answer.text);
    assert.match(own.upstream.requests[0]?.path ?? '', /\/deployments\/prod-mini\//);
  });
});

test('a name of Google is asked for with and without its prefix', async () => {
  await using model = await service.addModel({
    name: 'gemini-2.5-flash',
    config: { provider_type: 'gemini', model_mapping: { 'gemini-2.5-flash': UPSTREAM_NAME } },
  });
  model.upstream.handle(() => ({ parts: [fixture('gemini/text.json')] }));
  for (const name of [
    'gemini-2.5-flash',
    'models/gemini-2.5-flash',
    'google/gemini-2.5-flash',
    'gemini-2.5-flash-preview-09-2025',
  ]) {
    for (const surface of ['chat', 'responses', 'messages', 'gemini']) {
      const answer = await ask(surface, name);
      assert.equal(answer.status, 200, `${surface} ${name}: ${answer.text}`);
      assert.match(model.upstream.requests.at(-1)?.path ?? '', new RegExp(`/${UPSTREAM_NAME}:`));
    }
  }
});
