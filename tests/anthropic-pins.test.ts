import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ApiAnswer, createApiClient, errorReply } from '@meridian/testkit';
import { openVendorWorld, type VendorWorld } from './support/vendor-world.ts';

const PATH = '/v1/messages';
const VERSION = { 'anthropic-version': '2023-06-01' };

let world: VendorWorld;
before(async () => {
  world = await openVendorWorld();
});
after(() => world[Symbol.asyncDispose]());

const messages = (more: object = {}) => ({
  model: world.served.model,
  max_tokens: 99,
  messages: [{ role: 'user', content: 'Hi' }],
  ...more,
});

/** The usage of an answer, with what counts in it. */
const usage = (input: number, output: number, more: object = {}) => ({
  input_tokens: input,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
  output_tokens: output,
  output_tokens_details: null,
  server_tool_use: null,
  service_tier: 'standard',
  cache_creation_tokens: 0,
  cache_read_tokens: 0,
  ...more,
});

/** The name and the data of each event of a stream, which stand in two lines. */
function eventsOf(text: string): { readonly name: string; readonly data: unknown }[] {
  const frames = text.split('\n\n');
  assert.equal(frames.pop(), '', 'every event ends with a blank line');
  return frames.map((frame) => {
    const [, name = '', data = ''] = /^event: (\S+)\ndata: (.+)$/.exec(frame) ?? [];
    return { name, data: JSON.parse(data) };
  });
}

/** Proves that every event says in its data what it is called, and gives the data. */
function dataOf(answer: ApiAnswer): unknown[] {
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  return eventsOf(answer.text).map(({ name, data }) => {
    assert.equal((data as { type: string }).type, name);
    return data;
  });
}

const start = (id: string) => ({
  type: 'message_start',
  message: {
    id,
    type: 'message',
    role: 'assistant',
    model: 'gpt-5-mini-2025-08-07',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    usage: usage(0, 0),
  },
});
const openBlock = (index: number, content_block: object) => ({
  type: 'content_block_start',
  index,
  content_block,
});
const delta = (index: number, its: object) => ({ type: 'content_block_delta', index, delta: its });
const text = (value: string) => delta(0, { type: 'text_delta', text: value });
const json = (index: number, value: string) =>
  delta(index, { type: 'input_json_delta', partial_json: value });
const close = (index: number) => ({ type: 'content_block_stop', index });
const end = (stop_reason: string, its: object) => [
  {
    type: 'message_delta',
    delta: { stop_reason, stop_sequence: null, stop_details: null },
    usage: its,
  },
  { type: 'message_stop' },
];

describe('a message', () => {
  test('is answered whole', async () => {
    const answer = await world.answered('text', PATH, messages());
    assert.deepEqual(answer.json(), {
      id: 'chatcmpl-text1',
      type: 'message',
      role: 'assistant',
      model: 'gpt-5-mini-2025-08-07',
      content: [{ type: 'text', text: 'The tide rises twice a day.' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      stop_details: null,
      usage: usage(14, 7),
    });
    assert.equal(answer.headers.get('request-id'), answer.headers.get('x-request-id'));
  });

  test('calls tools whole', async () => {
    const answer = await world.answered('parallel-tool-calls', PATH, messages());
    const { content, stop_reason } = answer.json<Record<string, unknown>>();
    assert.deepEqual(content, [
      { type: 'tool_use', id: 'call_P1', name: 'get_weather', input: { city: 'Porto' } },
      { type: 'tool_use', id: 'call_P2', name: 'get_time', input: { zone: 'Europe/Lisbon' } },
    ]);
    assert.equal(stop_reason, 'tool_use');
  });

  test('is streamed in this order', async () => {
    const answer = await world.answered('text', PATH, messages({ stream: true }));
    assert.deepEqual(dataOf(answer), [
      start('chatcmpl-text1'),
      openBlock(0, { type: 'text', text: '' }),
      ...['The', ' tide', ' rises', ' twice', ' a', ' day', '.'].map(text),
      close(0),
      ...end('end_turn', usage(14, 7)),
    ]);
  });

  test('calls tools in a stream one after the other', async () => {
    const answer = await world.answered('parallel-tool-calls', PATH, messages({ stream: true }));
    const call = (id: string, name: string) => ({ type: 'tool_use', id, name, input: {} });
    assert.deepEqual(dataOf(answer), [
      start('chatcmpl-tools1'),
      openBlock(0, call('call_P1', 'get_weather')),
      ...['{"city":"', 'Porto', '"}'].map((piece) => json(0, piece)),
      close(0),
      openBlock(1, call('call_P2', 'get_time')),
      ...['{"zone":', '"Europe/', 'Lisbon"}'].map((piece) => json(1, piece)),
      close(1),
      ...end('tool_use', usage(88, 34)),
    ]);
  });

  test('tells cached and thought tokens apart', async () => {
    const answer = await world.answered('reasoning-and-cache', PATH, messages({ stream: true }));
    const counted = usage(256, 193, {
      cache_read_input_tokens: 2048,
      output_tokens_details: { thinking_tokens: 192 },
      cache_read_tokens: 2048,
    });
    assert.deepEqual(dataOf(answer).slice(-2), end('end_turn', counted));
  });

  test('that breaks off in a stream ends with an error and nothing behind it', async () => {
    const answer = await world.answered('error-in-stream', PATH, messages({ stream: true }));
    assert.deepEqual(dataOf(answer), [
      start('chatcmpl-broken1'),
      openBlock(0, { type: 'text', text: '' }),
      text('Half'),
      text(' an'),
      {
        type: 'error',
        error: {
          type: 'api_error',
          message: 'Something broke on our side while the answer was written.',
        },
        request_id: answer.headers.get('request-id'),
      },
    ]);
  });

  test('is counted', async () => {
    const answer = await world.ask('/v1/messages/count_tokens', messages());
    assert.deepEqual(answer.json(), { input_tokens: 3 });
  });
});

/** An error as Anthropic's API words it, with the id that its clients quote. */
function assertError(
  answer: ApiAnswer,
  status: number,
  error: { readonly type: string; readonly code: string; readonly param?: string },
): void {
  const { type, code, ...about } = error;
  const body = answer.json<{ error: { message: string } }>();
  const { message } = body.error;
  assert.ok(message.length > 0);
  assert.deepEqual(
    [answer.status, body],
    [
      status,
      {
        type: 'error',
        error: { type, message, details: { error_code: code, ...about } },
        request_id: answer.headers.get('request-id'),
      },
    ],
  );
  assert.match(answer.headers.get('request-id') ?? '', /^[0-9a-f-]{36}$/);
}

describe('an error', () => {
  test('of the request is 400', async () => {
    const answer = await world.ask(PATH, messages({ max_tokens: undefined }));
    const error = { type: 'invalid_request_error', code: 'invalid_request', param: 'max_tokens' };
    assertError(answer, 400, error);
  });

  test('of the key is 401', async () => {
    const stranger = createApiClient(() => world.service.url, 'sk-nobody');
    const answer = await stranger.request('POST', PATH, { body: messages() });
    assertError(answer, 401, { type: 'authentication_error', code: 'invalid_api_key' });
  });

  test('of the balance is 402', async () => {
    const poor = await world.service.world.addAccount({ CreditGranted: 2, Level: 2 });
    const body = messages({ max_tokens: 9_000_000 });
    const answer = await poor.api.request('POST', PATH, { body });
    assertError(answer, 402, { type: 'billing_error', code: 'insufficient_balance' });
  });

  test('of what the account may do is 403', async () => {
    const bound = await world.service.world.addAccount({ Level: 2, AllowModels: 'other-model' });
    const answer = await bound.api.request('POST', PATH, { body: messages() });
    const error = { type: 'permission_error', code: 'model_not_allowed', param: 'model' };
    assertError(answer, 403, error);
  });

  test('of the model is 404', async () => {
    const answer = await world.ask(PATH, messages({ model: 'no-such-model' }));
    const error = { type: 'not_found_error', code: 'model_not_found', param: 'model' };
    assertError(answer, 404, error);
  });

  test('of the rate is 429, and tells when to come again', async () => {
    const slow = await world.service.world.addAccount({ Level: 2, RPM: 1 });
    world.served.upstream.enqueue(world.served.player.answer('text'));
    await slow.api.request('POST', PATH, { body: messages() });
    const answer = await slow.api.request('POST', PATH, { body: messages() });
    assertError(answer, 429, { type: 'rate_limit_error', code: 'rate_limit_exceeded' });
    assert.match(answer.headers.get('retry-after') ?? '', /^\d+$/);
  });

  test('of the upstream that another wire words is worded anew', async () => {
    world.served.upstream.enqueue(errorReply(400, { message: 'No such thing.' }));
    const answer = await world.ask(PATH, messages());
    assertError(answer, 400, { type: 'invalid_request_error', code: 'invalid_request' });
    assert.match(answer.text, /The upstream refused: No such thing\./);
  });

  test('beside the messages is told in the same way to who names the version', async () => {
    const client = createApiClient(() => world.service.url, world.served.apiKey);
    const answer = await client.request('GET', '/v1/models/none', { headers: VERSION });
    const error = { type: 'not_found_error', code: 'model_not_found', param: 'model' };
    assertError(answer, 404, error);
    const batches = await client.request('POST', '/v1/messages/batches', { body: {} });
    assertError(batches, 404, { type: 'not_found_error', code: 'not_found' });
  });

  test('of an upstream that cannot answer is 529’s kind with 503', async () => {
    world.served.upstream.enqueue(errorReply(401), errorReply(401));
    const answer = await world.ask(PATH, messages());
    assertError(answer, 503, { type: 'overloaded_error', code: 'upstream_unavailable' });
  });
});

test('the list of models, for who names the version', async () => {
  const client = createApiClient(() => world.service.url, world.served.apiKey);
  const answer = await client.request('GET', '/v1/models', { headers: VERSION });
  const { model } = world.served;
  const { data, ...page } = answer.json<{ data: readonly { id: string }[] }>();
  assert.deepEqual(page, { has_more: false, first_id: data[0]?.id, last_id: data.at(-1)?.id });
  assert.deepEqual(
    data.find(({ id }) => id === model),
    {
      type: 'model',
      id: model,
      display_name: model,
      created_at: '1970-01-01T00:00:00.000Z',
      max_input_tokens: null,
      max_tokens: null,
    },
  );
});
