import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isFailure } from '../../kernel/index.ts';
import type { RequestEdits } from '../dialect.ts';
import { decodeResponses } from './decode.ts';
import { editResponsesRequest } from './edit-request.ts';
import { textOfRequest } from './text.ts';

const decode = (text: string | Buffer) => decodeResponses(Buffer.from(text));
const withInput = (input: unknown, more: object = {}) =>
  decode(JSON.stringify({ model: 'm', input, ...more }));

const REFUSED: readonly (readonly [body: string | Buffer, code: string, param?: string])[] = [
  ['', 'invalid_json'],
  ['{', 'invalid_json'],
  ['[1]', 'invalid_json'],
  [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'invalid_json'],
  [`{"a":${'['.repeat(200)}${']'.repeat(200)}}`, 'invalid_json'],
  ['{"input":"Hi"}', 'invalid_request', 'model'],
  ['{"model":7,"input":"Hi"}', 'invalid_request', 'model'],
  ['{"model":"","input":"Hi"}', 'invalid_request', 'model'],
  ['{"model":"m"}', 'invalid_request', 'input'],
  ['{"model":"m","input":null}', 'invalid_request', 'input'],
  ['{"model":"m","input":7}', 'invalid_request', 'input'],
  ['{"model":"m","input":{"role":"user"}}', 'invalid_request', 'input'],
  ['{"model":"m","input":"Hi","stream":"yes"}', 'invalid_request', 'stream'],
  ['{"model":"m","input":"Hi","store":1}', 'invalid_request', 'store'],
  ['{"model":"m","input":"Hi","background":1}', 'invalid_request', 'background'],
  ['{"model":"m","input":"Hi","max_output_tokens":0}', 'invalid_request', 'max_output_tokens'],
  ['{"model":"m","input":"Hi","max_output_tokens":1.5}', 'invalid_request', 'max_output_tokens'],
  [
    '{"model":"m","input":"Hi","previous_response_id":7}',
    'invalid_request',
    'previous_response_id',
  ],
  [
    '{"model":"m","input":"Hi","previous_response_id":"a b"}',
    'invalid_request',
    'previous_response_id',
  ],
  ['{"model":"m","input":"Hi","service_tier":7}', 'invalid_request', 'service_tier'],
  ['{"model":"m","input":"Hi","temperature":2.01}', 'invalid_request', 'temperature'],
  ['{"model":"m","input":"Hi","temperature":"1"}', 'invalid_request', 'temperature'],
  ['{"model":"m","input":"Hi","top_p":1.5}', 'invalid_request', 'top_p'],
];

describe('a malformed request is refused naming the field', () => {
  for (const [body, code, param] of REFUSED) {
    test(JSON.stringify(body.toString().slice(0, 80)), () => {
      assert.throws(
        () => decode(body),
        (error) => isFailure(error) && error.code === code && error.detail.param === param,
      );
    });
  }
});

describe('what is read of a request', () => {
  test('defaults are those of the API', () => {
    const call = withInput('Hi');
    assert.equal(call.isStream, false);
    assert.equal(call.isStored, true);
    assert.equal(call.isBackground, false);
    assert.equal(call.maxOutputTokens, undefined);
    assert.equal(call.previousResponseId, undefined);
    assert.equal(call.hasReferences, false);
    assert.equal(call.wantsUsage, true);
    assert.equal(call.choices, 1);
    assert.equal(call.service, undefined);
  });

  test('what the request says', () => {
    const call = withInput([], {
      stream: true,
      store: false,
      background: true,
      max_output_tokens: 9,
      previous_response_id: 'resp_1',
      service_tier: 'flex',
      tools: [{ type: 'web_search' }],
    });
    assert.equal(call.isStream, true);
    assert.equal(call.isStored, false);
    assert.equal(call.isBackground, true);
    assert.equal(call.maxOutputTokens, 9);
    assert.equal(call.previousResponseId, 'resp_1');
    assert.equal(call.service, 'flex');
    assert.equal(call.size.tools, 1);
  });

  test('an input may be missing where something stands for it', () => {
    for (const field of ['"previous_response_id":"resp_1"', '"prompt":{"id":"p"}']) {
      assert.equal(decode(`{"model":"m",${field}}`).model, 'm');
      assert.equal(decode(`{"model":"m","input":null,${field}}`).model, 'm');
    }
  });

  test('nulls count as absent', () => {
    const call = withInput('Hi', { stream: null, store: null, max_output_tokens: null });
    assert.equal(call.isStream, false);
    assert.equal(call.isStored, true);
    assert.equal(call.maxOutputTokens, undefined);
  });
});

describe('references to earlier items are seen', () => {
  const REFERENCES: readonly (readonly [string, string])[] = [
    ['by their type', '[{"type":"item_reference","id":"msg_1"}]'],
    ['without a type', '[ { "id" : "msg_1" } ]'],
    ['with a null type', '[{"id":"msg_1","type":null}]'],
    ['with an escaped type', '[{"type":"item\\u005freference","id":"msg_1"}]'],
    ['with an escaped field', '[{"typ\\u0065":"item_reference","id":"msg_1"}]'],
  ];
  for (const [how, input] of REFERENCES) {
    test(how, () => assert.equal(decode(`{"model":"m","input":${input}}`).hasReferences, true));
  }

  test('and nothing else is taken for one', () => {
    assert.equal(withInput('"item_reference"').hasReferences, false);
    const message = { id: 'msg_1', role: 'assistant', content: 'Hi' };
    assert.equal(withInput([message]).hasReferences, false);
  });
});

describe('media are measured apart from text', () => {
  const data = `data:image/png;base64,${'A'.repeat(3000)}`;
  const IMAGES: readonly (readonly [string, object])[] = [
    ['in a message', { role: 'user', content: [{ type: 'input_image', image_url: data }] }],
    [
      'in the result of a tool',
      {
        type: 'function_call_output',
        call_id: 'c',
        output: [{ type: 'input_image', image_url: data }],
      },
    ],
    [
      'on a screen',
      { type: 'computer_call_output', output: { type: 'computer_screenshot', image_url: data } },
    ],
    ['drawn before', { type: 'image_generation_call', id: 'ig', result: 'A'.repeat(3000) }],
  ];
  for (const [where, item] of IMAGES) {
    test(`an image ${where}`, () => {
      const { size } = withInput([item]);
      assert.equal(size.images, 1);
      assert.ok(size.textBytes < 300, `${size.textBytes}`);
    });
  }

  test('an image whose names are written with escapes', () => {
    const part = `{"t\\u0079pe":"input\\u005fimage","image_url":"${data}"}`;
    const { size } = decode(`{"model":"m","input":[{"role":"user","content":[${part}]}]}`);
    assert.equal(size.images, 1);
  });

  test('audio counts in seconds, documents in pages', () => {
    const { size } = withInput([
      {
        role: 'user',
        content: [
          { type: 'input_audio', input_audio: { data: 'A'.repeat(40_000), format: 'mp3' } },
          { type: 'input_file', file_data: 'A'.repeat(40_000) },
          { type: 'input_file', file_id: 'file-1' },
        ],
      },
    ]);
    assert.equal(size.audioSeconds, 30);
    assert.equal(size.documentPages, 15 + 100);
    assert.ok(size.textBytes < 400);
  });
});

describe('the body for an upstream of the same wire', () => {
  function edited(text: string, edits: Partial<RequestEdits> = {}): string {
    const call = decode(text);
    const all = { model: call.model, forceUsage: true, ...edits };
    return editResponsesRequest(call, all).toString();
  }

  test('is the very same buffer where nothing has to change', () => {
    const call = decode('{"model":"m","input":"Hi","unknown":{"kept":1.0}}');
    assert.equal(editResponsesRequest(call, { model: 'm', forceUsage: true }), call.body);
  });

  test('has the upstream’s name of the model, and an output bound where the balance sets one', () => {
    const bound = { field: 'max_tokens', tokens: 64 };
    assert.equal(
      edited('{ "model": "m", "input": "Hi" }', { model: 'up', outputBound: bound }),
      '{"max_output_tokens":64, "model": "up", "input": "Hi" }',
    );
    assert.equal(
      edited('{"model":"m","input":"Hi","max_output_tokens":null}', { outputBound: bound }),
      '{"model":"m","input":"Hi","max_output_tokens":64}',
    );
  });

  test('runs in the foreground: the gateway keeps what runs behind', () => {
    assert.equal(
      edited('{"model":"m","input":"Hi","background":true}'),
      '{"model":"m","input":"Hi","background":false}',
    );
  });

  test('has no thoughts that another vendor sealed, and keeps its own', () => {
    const own = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA' };
    const foreign = { ...own, id: 'rs_2', encrypted_content: 'meridian:messages::sig' };
    const rider = { ...own, id: 'rs_3', encrypted_content: 'meridian:gemini:%40text:abc' };
    const said = { role: 'user', content: 'What is "meridian:"?' };
    const text = JSON.stringify({ model: 'm', input: [own, foreign, rider, said], store: false });
    assert.deepEqual(JSON.parse(edited(text)), { model: 'm', input: [own, said], store: false });
  });

  test('is printed anew where two readers could see different values', () => {
    const twice = edited('{"model":"cheap","input":"Hi","model":"dear"}');
    assert.equal(twice, '{"model":"dear","input":"Hi"}');
  });
});

test('the text for counting has what the model reads, and no media', () => {
  const call = withInput(
    [
      { role: 'user', content: [{ type: 'input_text', text: 'Hello' }] },
      { role: 'user', content: [{ type: 'input_image', image_url: 'data:image/png;base64,AAAA' }] },
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm' }] },
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{"q":1}' },
      { type: 'function_call_output', call_id: 'c', output: 'Rain' },
      { role: 'assistant', content: [{ type: 'refusal', refusal: 'No' }] },
    ],
    { instructions: 'Be nice', tools: [{ type: 'function', name: 'f' }] },
  );
  const text = textOfRequest(call);
  for (const each of ['Be nice', 'Hello', 'Hm', '{"q":1}', 'Rain', 'No', '"name":"f"']) {
    assert.ok(text.includes(each), each);
  }
  assert.ok(!text.includes('AAAA'));
  assert.ok(textOfRequest(withInput('Just text')).includes('Just text'));
});
