import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ApiAnswer, chatCompletion, createApiClient, jsonReply } from '@meridian/testkit';
import { answers } from './support/clients/answers.ts';
import { RAW_SURFACES } from './support/clients/raw-surfaces.ts';
import { HOSTS, type HostName, wireOf } from './support/clients/served-family.ts';
import { type ClientWorld, openClientWorld } from './support/clients/world.ts';
import { type ServedModel, type Service, startService } from './support/service.ts';

const DROP = { 'x-meridian-drop-params': 'true' };
const DROPPED = 'x-meridian-dropped-params';
const MESSAGES = [{ role: 'user', content: 'Hi' }];

// Cohere's OpenAI-compatible API has neither `n` nor `logit_bias`, and no `metadata`.
let service: Service;
let model: ServedModel;
before(async () => {
  service = await startService();
  model = await service.addModel({ config: { provider_type: 'cohere' } });
  model.upstream.handle(() => jsonReply(chatCompletion()));
});
after(async () => {
  await model[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

function ask(path: string, body: object, headers: Record<string, string> = {}): Promise<ApiAnswer> {
  const request = { body: { model: model.name, ...body }, headers };
  return service.world.account.api.request('POST', path, request);
}

function sent(): Record<string, unknown> {
  return model.upstream.requests.at(-1)?.json() as Record<string, unknown>;
}

describe('what an upstream of chat does not take', () => {
  test('passes on the lossless way, where the upstream judges', async () => {
    const answer = await ask('/v1/chat/completions', { messages: MESSAGES, logit_bias: { 1: 2 } });
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(sent().logit_bias, { 1: 2 });
    assert.equal(answer.headers.get(DROPPED), null);
  });

  test('is cut out of it where the client lets it go, and named', async () => {
    const body = { messages: MESSAGES, logit_bias: { 1: 2 }, n: 2, temperature: 1 };
    const answer = await ask('/v1/chat/completions', body, DROP);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(sent(), { model: model.name, messages: MESSAGES, temperature: 1 });
    assert.equal(answer.headers.get(DROPPED), 'logit_bias,n');
  });

  test('is refused naming the client’s own field where it is translated', async () => {
    const body = {
      contents: [{ parts: [{ text: 'Hi' }] }],
      generationConfig: { candidateCount: 2 },
    };
    const path = `/v1beta/models/${model.name}:generateContent`;
    const before = model.upstream.requests.length;
    const refused = await ask(path, body);
    assert.equal(refused.status, 400, refused.text);
    assert.match(refused.text, /generationConfig\.candidateCount/);
    assert.equal(model.upstream.requests.length, before);
    const dropped = await ask(path, body, DROP);
    assert.equal(dropped.status, 200, dropped.text);
    assert.equal(dropped.headers.get(DROPPED), 'generationConfig.candidateCount');
    assert.equal(sent().n, undefined);
  });

  test('is let go in silence where no answer depends on it', async () => {
    const body = { messages: MESSAGES, max_tokens: 9, metadata: { user_id: 'u' } };
    const answer = await ask('/v1/messages', body);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers.get(DROPPED), null);
    assert.equal(sent().metadata, undefined);
  });
});

/** A parameter of each surface, and the families whose wires have nothing like it. */
const LOST: Readonly<
  Record<string, { readonly fields: object; readonly named: string; readonly at: HostName[] }>
> = {
  chat: {
    fields: { logit_bias: { 1: 2 } },
    named: 'logit_bias',
    at: ['responses', 'messages', 'gemini', 'converse', 'vertex'],
  },
  responses: {
    fields: { top_logprobs: 3 },
    named: 'top_logprobs',
    at: ['messages', 'converse'],
  },
  messages: {
    fields: { top_k: 5 },
    named: 'top_k',
    at: ['responses'],
  },
  gemini: {
    fields: { generationConfig: { seed: 7 } },
    named: 'generationConfig.seed',
    at: ['responses', 'messages', 'converse'],
  },
};

describe('what a family has nothing like', () => {
  let world: ClientWorld;
  before(async () => {
    world = await openClientWorld();
  });
  after(() => world?.[Symbol.asyncDispose]());

  for (const surface of RAW_SURFACES) {
    const { fields, named, at } = LOST[surface.name]!;
    for (const name of HOSTS) {
      const isLost = at.includes(name);
      const what = isLost ? 'refuses it by its name, or drops it and says so' : 'takes it';
      test(`${surface.name} at ${name}: ${what}`, async () => {
        const served = world.families.get(name)!;
        const { upstream, player, model, apiKey } = served;
        upstream.handle(player.answer(answers[wireOf(name)].text.fixture));
        const api = createApiClient(() => world.service.url, apiKey);
        for (const isStream of [false, true]) {
          const path = surface.path(model, isStream);
          const body = { ...surface.body(model, isStream), ...fields };
          const asked = upstream.requests.length;
          const strict = await api.request('POST', path, { body });
          assert.equal(strict.status, isLost ? 400 : 200, strict.text);
          assert.equal(upstream.requests.length - asked, isLost ? 0 : 1);
          if (isLost) assert.ok(strict.text.includes(`'${named}'`), strict.text);
          const lenient = await api.request('POST', path, { body, headers: DROP });
          assert.equal(lenient.status, 200, lenient.text);
          const dropped = lenient.headers.get(DROPPED)?.split(',') ?? [];
          assert.equal(dropped.includes(named), isLost, dropped.join());
          const plain = await api.request('POST', path, { body: surface.body(model, isStream) });
          assert.equal(plain.status, 200, plain.text);
          assert.equal(plain.headers.get(DROPPED), null);
        }
      });
    }
  }
});
