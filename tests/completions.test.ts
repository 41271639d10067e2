import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  answerOpenai,
  errorReply,
  fixture,
  jsonReply,
  splitEvents,
  sseReply,
} from '@meridian/testkit';
import { NotFoundError } from 'openai';
import { collect } from './support/collect.ts';
import { assertShaped } from './support/error-shape.ts';
import { type ServedModel, type Service, startService } from './support/service.ts';

const PATH = '/v1/completions';
const TEXT = ' word0 word1 word2';

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

const chatFile = (name: string) => fixture(`openai-chat/${name}`);
const messagesFile = (name: string) => fixture(`anthropic-messages/${name}`);

describe('OpenAI’s client', () => {
  test('gets a whole completion, charged by its usage', async () => {
    await using model = await openaiModel();
    const { data, response } = await service
      .openai()
      .completions.create({ model: model.name, prompt: 'Once', max_tokens: 3, suffix: ' end' })
      .withResponse();
    assert.equal(data.choices[0]?.text, TEXT);
    assert.equal(data.object, 'text_completion');
    assert.deepEqual(sentBody(model), {
      model: model.name,
      prompt: 'Once',
      max_tokens: 3,
      suffix: ' end',
    });
    // 7 tokens at $1 and 3 at $2 per million.
    assert.equal(response.headers.get('x-meridian-cost'), '0.000013');
    const record = await service.usageOf(response.headers.get('x-request-id'));
    assert.equal(record.endpoint, PATH);
    assert.deepEqual([record.usage.input, record.usage.output], [7, 3]);
    assert.equal(record.usage_source, 'provider');
  });

  test('gets a stream, with the usage where it asks for it', async () => {
    await using model = await openaiModel();
    const ask = async (options: object) => {
      const { data, response } = await service
        .openai()
        .completions.create({
          model: model.name,
          prompt: 'Once',
          max_tokens: 3,
          stream: true,
          ...options,
        })
        .withResponse();
      const chunks = await collect(data);
      return { chunks, id: response.headers.get('x-request-id') };
    };
    const plain = await ask({});
    assert.equal(plain.chunks.map(({ choices }) => choices[0]?.text).join(''), TEXT);
    assert.ok(plain.chunks.every((chunk) => chunk.choices.length === 1 && !('usage' in chunk)));
    assert.equal(plain.chunks.at(-1)?.choices[0]?.finish_reason, 'length');
    assert.deepEqual(sentBody(model).stream_options, { include_usage: true });
    const record = await service.usageOf(plain.id);
    assert.deepEqual([record.usage.input, record.usage.output], [7, 3]);
    assert.equal(record.usage_source, 'provider');
    const told = await ask({ stream_options: { include_usage: true } });
    assert.equal(told.chunks.length, plain.chunks.length + 1);
    assert.equal(told.chunks.at(-1)?.usage?.completion_tokens, 3);
  });

  test('leaves a stream: what came is counted and charged', async () => {
    await using model = await openaiModel();
    const choice = (text: string) => ({ text, index: 0, logprobs: null, finish_reason: null });
    const chunk = (text: string) =>
      `data: ${JSON.stringify({ id: 'c', object: 'text_completion', model: 'm', choices: [choice(text)] })}\n\n`;
    const texts = ['one', ' two', ' three'].map(chunk);
    model.upstream.enqueue(sseReply(texts, { ending: 'never' }));
    const { data, response } = await service
      .openai()
      .completions.create({ model: model.name, prompt: 'Once upon', stream: true })
      .withResponse();
    let seen = 0;
    for await (const _ of data) if (++seen === 3) data.controller.abort();
    await model.upstream.requests[0]?.aborted;
    const record = await service.usageOf(response.headers.get('x-request-id'));
    assert.deepEqual([record.outcome, record.usage_source], ['aborted', 'estimate']);
    assert.deepEqual([record.usage.input, record.usage.output], [2, 3]);
  });

  test('sends several prompts and tokens, and hears the upstream’s own errors', async () => {
    await using model = await openaiModel();
    const prompt = [[1, 2], [3]];
    await service.openai().completions.create({ model: model.name, prompt, n: 2, echo: true });
    assert.deepEqual(sentBody(model), { model: model.name, prompt, n: 2, echo: true });
    const message = 'This is a chat model.';
    model.upstream.enqueue(errorReply(404, { message, type: 'invalid_request_error' }));
    await assert.rejects(
      service.openai().completions.create({ model: model.name, prompt: 'x' }),
      (thrown) => thrown instanceof NotFoundError && thrown.message.includes(message),
    );
  });
});

describe('credit', () => {
  test('that affords a short text only bounds it, under the name that it has here', async () => {
    await using model = await service.addModel({
      config: { provider_type: 'openai', default_price: { input: 1, output: 20_000 } },
    });
    model.upstream.handle(answerOpenai());
    const poor = await service.world.addAccount({ CreditGranted: 2 });
    const body = { model: model.name, prompt: 'Once' };
    const answer = await poor.api.request('POST', PATH, { body });
    assert.equal(answer.status, 200, answer.text);
    const { max_tokens: bound } = sentBody(model);
    assert.ok(typeof bound === 'number' && bound > 0 && bound <= 100, String(bound));
  });

  test('is held for every prompt and every answer', async () => {
    await using model = await service.addModel({
      config: { default_price: { input: 1, output: 1_000 } },
    });
    model.upstream.handle(answerOpenai());
    const poor = await service.world.addAccount({ CreditGranted: 2 });
    const ask = (more: object) =>
      poor.api.request('POST', PATH, { body: { model: model.name, max_tokens: 500, ...more } });
    for (const more of [
      { prompt: ['a', 'b', 'c', 'd', 'e'] },
      { prompt: 'a', n: 5 },
      { prompt: 'a', best_of: 5 },
      { prompt: ['a', 'b', 'c'], n: 2 },
    ]) {
      const { status, text } = await ask(more);
      assert.equal(assertShaped(status, text).code, 'insufficient_balance', JSON.stringify(more));
    }
    assert.equal((await ask({ prompt: 'a' })).status, 200);
  });
});

describe('an upstream that only chats', () => {
  async function claude(): Promise<ServedModel> {
    return service.addModel({ config: { provider_type: 'anthropic' } });
  }

  test('answers a prompt as a turn', async () => {
    await using model = await claude();
    model.upstream.handle(() => jsonReply(JSON.parse(messagesFile('text.json').toString())));
    const { data, response } = await service
      .openai()
      .completions.create({
        model: model.name,
        prompt: 'Once',
        max_tokens: 50,
        stop: 'END',
        temperature: 0.5,
      })
      .withResponse();
    const sent = JSON.parse(messagesFile('text.json').toString()) as {
      content: { text: string }[];
      usage: { input_tokens: number; output_tokens: number };
    };
    assert.equal(data.object, 'text_completion');
    assert.equal(data.choices[0]?.text, sent.content.map(({ text }) => text).join(''));
    assert.equal(data.choices[0]?.finish_reason, 'stop');
    assert.equal(data.usage?.completion_tokens, sent.usage.output_tokens);
    const body = sentBody(model);
    assert.deepEqual([body.max_tokens, body.stop_sequences, body.temperature], [50, ['END'], 0.5]);
    assert.match(JSON.stringify(body.messages), /"Once"/);
    const record = await service.usageOf(response.headers.get('x-request-id'));
    assert.equal(record.usage.output, sent.usage.output_tokens);
    assert.equal(record.usage_source, 'provider');
  });

  test('streams', async () => {
    await using model = await claude();
    model.upstream.handle(() => sseReply(splitEvents(messagesFile('text.sse'))));
    const { data, response } = await service
      .openai()
      .completions.create({
        model: model.name,
        prompt: 'Once',
        stream: true,
        stream_options: { include_usage: true },
      })
      .withResponse();
    const chunks = await collect(data);
    assert.ok(chunks.every(({ object }) => object === 'text_completion'));
    const text = chunks.map(({ choices }) => choices[0]?.text ?? '').join('');
    assert.ok(text.length > 10, text);
    assert.equal(chunks.at(-2)?.choices[0]?.finish_reason, 'stop');
    const record = await service.usageOf(response.headers.get('x-request-id'));
    assert.equal(chunks.at(-1)?.usage?.completion_tokens, record.usage.output);
    assert.equal(record.usage_source, 'provider');
  });

  test('refuses what only a text model does, and does without where it may', async () => {
    await using model = await claude();
    model.upstream.handle(() => jsonReply(JSON.parse(messagesFile('text.json').toString())));
    const { api } = service.world.account;
    const ask = (more: object, headers = {}) =>
      api.request('POST', PATH, { headers, body: { model: model.name, prompt: 'x', ...more } });
    for (const [field, value] of [
      ['echo', true],
      ['suffix', 'end'],
      ['best_of', 2],
      ['logprobs', 2],
      ['n', 2],
      ['prompt', ['a', 'b']],
      ['prompt', [1, 2]],
      ['prompt', null],
    ] as const) {
      const { status, text } = await ask({ [field]: value });
      const error = assertShaped(status, text);
      assert.deepEqual([error.code, error.param], ['unsupported_parameter', field]);
    }
    const headers = { 'x-meridian-drop-params': 'true' };
    const dropped = await ask({ echo: true, suffix: 'end' }, headers);
    assert.equal(dropped.status, 200, dropped.text);
    assert.equal(dropped.headers.get('x-meridian-dropped-params'), 'echo,suffix');
    const vital = await ask({ prompt: [1, 2] }, headers);
    assert.equal(assertShaped(vital.status, vital.text).param, 'prompt');
  });
});

test('a chat upstream’s probabilities are told in lists side by side', async () => {
  await using model = await service.addModel({ config: { provider_type: 'cohere' } });
  const answer = JSON.parse(chatFile('logprobs.json').toString());
  model.upstream.handle(() => jsonReply(answer));
  const body = { model: model.name, prompt: 'x', logprobs: 2 };
  const headers = { 'x-meridian-drop-params': 'true' };
  const { text } = await service.world.account.api.request('POST', PATH, { body, headers });
  const { choices } = JSON.parse(text) as {
    choices: { text: string; logprobs: { tokens: string[]; text_offset: number[] } }[];
  };
  const { tokens, text_offset: offsets } = choices[0]!.logprobs;
  assert.equal(tokens.join(''), choices[0]!.text);
  assert.deepEqual(offsets.slice(0, 2), [0, tokens[0]!.length]);
});

test('what is malformed, not open or not priced is refused', async () => {
  await using model = await service.addModel({ config: { default_price: undefined } });
  const { api } = service.world.account;
  const wrong: readonly (readonly [body: object, param: string])[] = [
    [{ prompt: [] }, 'prompt'],
    [{ prompt: 5 }, 'prompt'],
    [{ prompt: {} }, 'prompt'],
    [{ max_tokens: -1 }, 'max_tokens'],
    [{ n: 0 }, 'n'],
    [{ best_of: 1_000 }, 'best_of'],
    [{ stream: 'yes' }, 'stream'],
    [{ stream_options: {} }, 'stream_options'],
    [{ model: '' }, 'model'],
  ];
  for (const [more, param] of wrong) {
    const answer = await api.request('POST', PATH, { body: { model: model.name, ...more } });
    assert.equal(assertShaped(answer.status, answer.text).param, param, JSON.stringify(more));
  }
  const body = { model: model.name, prompt: 'x' };
  const unpriced = await api.request('POST', PATH, { body });
  assert.equal(assertShaped(unpriced.status, unpriced.text).code, 'model_not_priced');
  const other = await service.world.addAccount({ Resources: '/v1/chat/completions' });
  const closed = await other.api.request('POST', PATH, { body });
  assert.equal(assertShaped(closed.status, closed.text).code, 'endpoint_not_allowed');
});
