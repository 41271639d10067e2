import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isFailure } from '../../kernel/index.ts';
import { wrapSeal } from '../neutral/seal.ts';
import { decodeCountTokens, decodeMessages } from './decode.ts';
import { editMessagesRequest } from './edit-request.ts';
import { countTokensBody } from './index.ts';
import { textOfRequest } from './request-text.ts';

const MESSAGES = '"messages":[{"role":"user","content":"Hi"}]';

const decode = (text: string) => decodeMessages(Buffer.from(text));

describe('a malformed request is refused naming the field', () => {
  const rows: readonly (readonly [body: string, code: string, param: string | undefined])[] = [
    ['', 'invalid_json', undefined],
    ['{', 'invalid_json', undefined],
    ['[1]', 'invalid_json', undefined],
    [`{${MESSAGES},"max_tokens":1}`, 'invalid_request', 'model'],
    [`{"model":7,${MESSAGES},"max_tokens":1}`, 'invalid_request', 'model'],
    [`{"model":"m",${MESSAGES}}`, 'invalid_request', 'max_tokens'],
    [`{"model":"m",${MESSAGES},"max_tokens":null}`, 'invalid_request', 'max_tokens'],
    [`{"model":"m",${MESSAGES},"max_tokens":-1}`, 'invalid_request', 'max_tokens'],
    [`{"model":"m",${MESSAGES},"max_tokens":1.5}`, 'invalid_request', 'max_tokens'],
    [`{"model":"m",${MESSAGES},"max_tokens":"9"}`, 'invalid_request', 'max_tokens'],
    ['{"model":"m","max_tokens":1}', 'invalid_request', 'messages'],
    ['{"model":"m","max_tokens":1,"messages":"Hi"}', 'invalid_request', 'messages'],
    ['{"model":"m","max_tokens":1,"messages":[ ]}', 'invalid_request', 'messages'],
    ['{"model":"m","max_tokens":1,"messages":["Hi"]}', 'invalid_request', 'messages'],
    [`{"model":"m","max_tokens":1,"stream":"yes",${MESSAGES}}`, 'invalid_request', 'stream'],
    [`{"model":"m","max_tokens":1,"speed":"warp",${MESSAGES}}`, 'invalid_request', 'speed'],
    [
      `{"model":"m","max_tokens":1,"service_tier":7,${MESSAGES}}`,
      'invalid_request',
      'service_tier',
    ],
  ];
  for (const [body, code, param] of rows) {
    test(JSON.stringify(body.slice(0, 80)), () => {
      assert.throws(
        () => decode(body),
        (error) => isFailure(error) && error.code === code && error.detail.param === param,
      );
    });
  }
});

describe('what is read of a request', () => {
  test('is what the pipeline needs', () => {
    const { model, isStream, wantsUsage, maxOutputTokens, choices, service, size } = decode(
      `{"model":"m","max_tokens":7,"stream":true,${MESSAGES},"tools":[]}`,
    );
    const seen = { model, isStream, wantsUsage, maxOutputTokens, choices, service };
    assert.deepEqual(seen, {
      model: 'm',
      isStream: true,
      wantsUsage: true,
      maxOutputTokens: 7,
      choices: 1,
      service: undefined,
    });
    assert.equal(size.tools, 1);
  });

  const services: readonly (readonly [string, string | undefined])[] = [
    ['"service_tier":"auto"', undefined],
    ['"service_tier":"standard_only"', undefined],
    ['"service_tier":"later"', 'later'],
    ['"speed":"standard"', undefined],
    ['"speed":"fast"', 'fast'],
    ['"speed":null', undefined],
  ];
  for (const [field, service] of services) {
    test(`${field} is the service ${service}`, () => {
      assert.equal(decode(`{"model":"m","max_tokens":1,${field},${MESSAGES}}`).service, service);
    });
  }

  test('media are measured apart from text, wherever they are', () => {
    const image = { type: 'image', source: { type: 'base64', data: 'A'.repeat(4000) } };
    const linked = { type: 'image', source: { type: 'url', url: 'https://x' } };
    const pdf = { type: 'document', source: { type: 'base64', data: 'A'.repeat(8000) } };
    const parts = { type: 'document', source: { type: 'content', content: [image] } };
    const note = { type: 'document', source: { type: 'text', data: 'B'.repeat(1000) } };
    const result = { type: 'tool_result', tool_use_id: 'c', content: [image, pdf] };
    const fetched = {
      type: 'web_fetch_tool_result',
      content: { type: 'web_fetch_result', content: pdf },
    };
    const content = [image, linked, pdf, parts, note, result, fetched];
    const body = { model: 'm', max_tokens: 1, messages: [{ role: 'user', content }] };
    const { size } = decode(JSON.stringify(body));
    assert.equal(size.images, 4);
    assert.equal(size.documentPages, 9);
    assert.ok(size.textBytes > 1000 && size.textBytes < 2200, `${size.textBytes} bytes`);
  });

  test('a document by reference counts as a long one', () => {
    const pdf = { type: 'document', source: { type: 'url', url: 'https://x' } };
    const body = { model: 'm', max_tokens: 1, messages: [{ role: 'user', content: [pdf] }] };
    assert.equal(decode(JSON.stringify(body)).size.documentPages, 100);
  });

  test('media whose names are written with escapes are seen', () => {
    const part = '{"type":"im\\u0061ge","source":{"type":"url","url":"https://x"}}';
    const body = `{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[${part}]}]}`;
    assert.equal(decode(body).size.images, 1);
  });

  test('to count tokens is the prompt alone', () => {
    const raw = Buffer.from(`{"model":"m",${MESSAGES}}`);
    const call = decodeCountTokens(raw);
    assert.equal(call.maxOutputTokens, undefined);
    assert.equal(call.isStream, false);
    assert.equal(call.size.textBytes, raw.length);
    const edits = {
      model: 'up',
      forceUsage: false,
      outputBound: { field: 'max_tokens', tokens: 5 },
    };
    assert.equal(editMessagesRequest(call, edits).toString(), `{"model":"up",${MESSAGES}}`);
    assert.deepEqual(countTokensBody(12), { input_tokens: 12 });
  });

  test('its text is what a model reads', () => {
    const call = decode(
      JSON.stringify({
        model: 'm',
        max_tokens: 1,
        system: [{ type: 'text', text: 'Be brief.' }],
        messages: [
          { role: 'user', content: 'Hi' },
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: 'hm', signature: 'SECRET' },
              { type: 'tool_use', id: 'c', name: 'f', input: { a: 1 } },
            ],
          },
          {
            role: 'user',
            content: [
              { type: 'tool_result', tool_use_id: 'c', content: [{ type: 'text', text: 'ok' }] },
              { type: 'image', source: { type: 'base64', data: 'QUJD' } },
              { type: 'document', title: 'T', source: { type: 'text', data: 'page' } },
            ],
          },
        ],
        tools: [{ name: 'f', input_schema: {} }],
      }),
    );
    assert.equal(
      textOfRequest(call),
      'Be brief.\nuser\nHi\nassistant\nhm\nf\n{"a":1}\nuser\nok\nT\npage\n[{"name":"f","input_schema":{}}]',
    );
  });
});

describe('the body for the upstream', () => {
  const ODD = ` { "x_unknown" : {"a":[1,2]} ,\n"model" : "m" , ${MESSAGES},"max_tokens":9,"y":"\\u00e9 ü" }`;

  test('is the very same buffer where nothing has to change', () => {
    const call = decode(ODD);
    assert.equal(editMessagesRequest(call, { model: 'm', forceUsage: true }), call.body);
  });

  test('names the model as the upstream knows it and changes nothing else', () => {
    const edited = editMessagesRequest(decode(ODD), { model: 'up"1', forceUsage: true });
    assert.equal(edited.toString(), ODD.replace('"m"', '"up\\"1"'));
  });

  test('keeps the bound of the client', () => {
    const outputBound = { field: 'max_tokens', tokens: 3 };
    const edited = editMessagesRequest(decode(ODD), { model: 'm', forceUsage: true, outputBound });
    assert.equal(edited.toString(), ODD);
  });

  test('says one thing only where the client said two', () => {
    const call = decode(`{"model":"cheap",${MESSAGES},"max_tokens":1,"model":"dear"}`);
    assert.equal(call.model, 'dear');
    assert.ok(!call.body.toString().includes('cheap'));
  });

  const foreign = wrapSeal({ origin: 'responses', data: 'gAAA', id: 'rs_1' });
  const blocks: readonly (readonly [string, object, object | undefined])[] = [
    [
      'thoughts of another wire',
      { type: 'thinking', thinking: 'hm', signature: foreign },
      undefined,
    ],
    [
      'thoughts without a signature',
      { type: 'thinking', thinking: 'hm', signature: '' },
      undefined,
    ],
    ['seals of another wire', { type: 'redacted_thinking', data: foreign }, undefined],
    [
      'citations in our words',
      {
        type: 'text',
        text: 'a',
        citations: [{ type: 'web_search_result_location', encrypted_index: 'meridian:chat::' }],
      },
      { type: 'text', text: 'a' },
    ],
  ];
  for (const [name, block, left] of blocks) {
    test(`has no ${name}`, () => {
      const other = { type: 'thinking', thinking: 'own', signature: 'c2ln' };
      const given = {
        model: 'm',
        max_tokens: 1,
        messages: [
          { role: 'user', content: 'Hi' },
          { role: 'assistant', content: [other, block] },
          { role: 'assistant', content: [block] },
          { role: 'user', content: '12345678901234567890' },
        ],
      };
      const call = decode(JSON.stringify(given));
      const edited = editMessagesRequest(call, { model: 'm', forceUsage: true });
      const kept = left === undefined ? [] : [left];
      const { messages } = JSON.parse(edited.toString());
      assert.deepEqual(messages[1].content, [other, ...kept]);
      assert.deepEqual(messages.length, left === undefined ? 3 : 4);
      assert.deepEqual(messages.at(-1), given.messages.at(-1));
    });
  }

  test('keeps prompts that only mention such things', () => {
    const text = JSON.stringify({
      model: 'm',
      max_tokens: 1,
      messages: [{ role: 'user', content: 'meridian:chat::x' }],
      metadata: { signature: '' },
    });
    const call = decode(text);
    assert.equal(editMessagesRequest(call, { model: 'm', forceUsage: true }), call.body);
  });
});
