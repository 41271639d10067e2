import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WireRefusal } from './refusal.ts';
import { readRequest } from './request.ts';

const hello = [{ role: 'user', content: 'Hello' }];
const chat = (more: object = {}) => ({ model: 'sandbox-chat', messages: hello, ...more });
const weather = { type: 'function', function: { name: 'get_weather', parameters: {} } };
const assistantCall = {
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }],
};
const user = (content: unknown) => [{ role: 'user', content }];

/** [body, param, code] */
const refused: readonly (readonly [body: object, param: string | null, code: string | null])[] = [
  [{ model: 'sandbox-chat' }, 'messages', 'missing_required_parameter'],
  [{ messages: hello }, 'model', 'missing_required_parameter'],
  [chat({ messages: [] }), 'messages', 'empty_array'],
  [chat({ messages: 'hi' }), 'messages', 'invalid_type'],
  [chat({ messages: [{ content: 'x' }] }), 'messages[0].role', 'invalid_value'],
  [chat({ messages: [{ role: 'boss', content: 'x' }] }), 'messages[0].role', 'invalid_value'],
  [chat({ messages: [{ role: 'user' }] }), 'messages[0].content', 'missing_required_parameter'],
  [chat({ messages: user(5) }), 'messages[0].content', 'invalid_value'],
  [chat({ messages: user([]) }), 'messages[0].content', 'empty_array'],
  [
    chat({ messages: user([{ type: 'text' }]) }),
    'messages[0].content[0].text',
    'missing_required_parameter',
  ],
  [
    chat({ messages: user([{ type: 'input_audio', input_audio: { data: '', format: 'wav' } }]) }),
    'messages[0].content[0].type',
    'unsupported_value',
  ],
  [
    chat({ messages: user([{ type: 'image_url', image_url: { url: 'ftp://x' } }]) }),
    'messages[0].content[0].image_url.url',
    'invalid_image_url',
  ],
  [chat({ messages: [{ role: 'assistant' }] }), 'messages[0].content', 'invalid_value'],
  [
    chat({ messages: [{ role: 'tool', tool_call_id: 'x', content: 'y' }] }),
    'messages[0].role',
    'invalid_value',
  ],
  [chat({ messages: [assistantCall, ...hello] }), 'messages[1].role', 'invalid_value'],
  [chat({ messages: [...hello, assistantCall] }), 'messages', 'invalid_value'],
  [chat({ temperature: 3 }), 'temperature', 'decimal_above_max_value'],
  [chat({ temperature: -0.1 }), 'temperature', 'decimal_below_min_value'],
  [chat({ temperature: '1' }), 'temperature', 'invalid_type'],
  [chat({ top_p: 1.1 }), 'top_p', 'decimal_above_max_value'],
  [chat({ presence_penalty: 2.5 }), 'presence_penalty', 'decimal_above_max_value'],
  [chat({ n: 0 }), 'n', 'integer_below_min_value'],
  [chat({ n: 129 }), 'n', 'integer_above_max_value'],
  [chat({ n: 1.5 }), 'n', 'invalid_type'],
  [chat({ max_tokens: 0 }), 'max_tokens', 'integer_below_min_value'],
  [chat({ max_tokens: 1_000_000 }), 'max_tokens', 'invalid_value'],
  [chat({ max_completion_tokens: 20_000 }), 'max_completion_tokens', 'invalid_value'],
  [chat({ logprobs: true, top_logprobs: 21 }), 'top_logprobs', 'integer_above_max_value'],
  [chat({ top_logprobs: 2 }), 'top_logprobs', 'invalid_value'],
  [chat({ stop: ['a', 'b', 'c', 'd', 'e'] }), 'stop', 'invalid_value'],
  [chat({ stop: '' }), 'stop', 'invalid_value'],
  [chat({ stream: 'yes' }), 'stream', 'invalid_type'],
  [chat({ stream_options: { include_usage: true } }), 'stream_options', 'invalid_value'],
  [chat({ seed: 'x' }), 'seed', 'invalid_type'],
  [chat({ logit_bias: { 5: 101 } }), 'logit_bias.5', 'decimal_above_max_value'],
  [chat({ reasoning_effort: 'huge' }), 'reasoning_effort', 'invalid_value'],
  [chat({ modalities: ['audio'] }), 'modalities', 'unsupported_value'],
  [chat({ tools: [] }), 'tools', 'empty_array'],
  [chat({ tools: [{ type: 'function' }] }), 'tools[0].function', 'missing_required_parameter'],
  [
    chat({ tools: [{ type: 'function', function: { name: 'bad name' } }] }),
    'tools[0].function.name',
    'invalid_value',
  ],
  [chat({ tools: [weather, weather] }), 'tools', 'invalid_value'],
  [chat({ tool_choice: 'auto' }), 'tool_choice', 'invalid_value'],
  [chat({ tool_choice: 'maybe', tools: [weather] }), 'tool_choice', 'invalid_value'],
  [
    chat({ tool_choice: { type: 'function', function: { name: 'x' } }, tools: [weather] }),
    'tool_choice',
    'invalid_value',
  ],
  [chat({ parallel_tool_calls: true }), 'parallel_tool_calls', 'invalid_value'],
  [chat({ response_format: { type: 'json_object' } }), 'messages', null],
  [
    chat({ response_format: { type: 'json_schema', json_schema: { name: 'a b' } } }),
    'response_format.json_schema.name',
    'invalid_value',
  ],
];

function refusalOf(body: unknown): WireRefusal {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const read = readRequest(Buffer.from(text));
  assert.ok(read instanceof WireRefusal, `accepted: ${text}`);
  return read;
}

test('malformed requests are refused with 400, the field and the code', async (t) => {
  for (const [body, param, code] of refused) {
    await t.test(`${param} ${code}: ${JSON.stringify(body).slice(16, 90)}`, () => {
      const { status, error } = refusalOf(body);
      const told = { status, type: error.type, param: error.param, code: error.code };
      const expected = { status: 400, type: 'invalid_request_error', param, code };
      assert.deepEqual(told, expected, error.message);
      assert.ok(error.message.length > 10);
    });
  }
});

test('broken JSON is 400, an unknown model 404', () => {
  assert.equal(refusalOf('{"model":').status, 400);
  assert.equal(refusalOf('[]').status, 400);
  const unknown = refusalOf(chat({ model: 'gpt-4o' }));
  assert.deepEqual([unknown.status, unknown.error.code], [404, 'model_not_found']);
});

test('fields that are not known, and nulls for defaults, are accepted', () => {
  const nulls = {
    temperature: null,
    stop: null,
    n: null,
    seed: null,
    logprobs: null,
    tools: undefined,
  };
  const read = readRequest(Buffer.from(JSON.stringify(chat({ ...nulls, top_k: 5, x: { y: 1 } }))));
  assert.ok(!(read instanceof WireRefusal));
  assert.equal(read.choices, 1);
});
