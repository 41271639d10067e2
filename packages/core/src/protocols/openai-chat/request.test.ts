import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isFailure } from '../../kernel/index.ts';
import { decodeChat } from './decode.ts';
import { editChatRequest } from './edit-request.ts';

const MESSAGES = '"messages":[{"role":"user","content":"Hi"}]';

function decode(text: string | Buffer) {
  return decodeChat(Buffer.from(text));
}

const REFUSED: readonly (readonly [
  body: string | Buffer,
  code: string,
  param: string | undefined,
])[] = [
  ['', 'invalid_json', undefined],
  ['{', 'invalid_json', undefined],
  ['[1]', 'invalid_json', undefined],
  [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'invalid_json', undefined],
  [`{"a":${'['.repeat(200)}${']'.repeat(200)}}`, 'invalid_json', undefined],
  [`{${MESSAGES}}`, 'invalid_request', 'model'],
  [`{"model":null,${MESSAGES}}`, 'invalid_request', 'model'],
  [`{"model":7,${MESSAGES}}`, 'invalid_request', 'model'],
  [`{"model":"",${MESSAGES}}`, 'invalid_request', 'model'],
  [`{"model":"${'m'.repeat(300)}",${MESSAGES}}`, 'invalid_request', 'model'],
  ['{"model":"m"}', 'invalid_request', 'messages'],
  ['{"model":"m","messages":"Hi"}', 'invalid_request', 'messages'],
  ['{"model":"m","messages":[ ]}', 'invalid_request', 'messages'],
  ['{"model":"m","messages":["Hi"]}', 'invalid_request', 'messages'],
  [`{"model":"m","stream":"yes",${MESSAGES}}`, 'invalid_request', 'stream'],
  [`{"model":"m","stream_options":{},${MESSAGES}}`, 'invalid_request', 'stream_options'],
  [
    `{"model":"m","stream":true,"stream_options":[],${MESSAGES}}`,
    'invalid_request',
    'stream_options',
  ],
  [`{"model":"m","max_tokens":0,${MESSAGES}}`, 'invalid_request', 'max_tokens'],
  [`{"model":"m","max_tokens":1.5,${MESSAGES}}`, 'invalid_request', 'max_tokens'],
  [
    `{"model":"m","max_completion_tokens":"9",${MESSAGES}}`,
    'invalid_request',
    'max_completion_tokens',
  ],
  [`{"model":"m","n":0,${MESSAGES}}`, 'invalid_request', 'n'],
  [`{"model":"m","n":129,${MESSAGES}}`, 'invalid_request', 'n'],
  [`{"model":"m","temperature":2.01,${MESSAGES}}`, 'invalid_request', 'temperature'],
  [`{"model":"m","temperature":-0.1,${MESSAGES}}`, 'invalid_request', 'temperature'],
  [`{"model":"m","temperature":1e999,${MESSAGES}}`, 'invalid_request', 'temperature'],
  [`{"model":"m","temperature":"1",${MESSAGES}}`, 'invalid_request', 'temperature'],
  [`{"model":"m","top_p":1.1,${MESSAGES}}`, 'invalid_request', 'top_p'],
  [`{"model":"m","stop":["a","b","c","d","e"],${MESSAGES}}`, 'invalid_request', 'stop'],
  [`{"model":"m","stop":[1],${MESSAGES}}`, 'invalid_request', 'stop'],
  [`{"model":"m","stop":[["a"]],${MESSAGES}}`, 'invalid_request', 'stop'],
  [`{"model":"m","stop":{},${MESSAGES}}`, 'invalid_request', 'stop'],
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
    const call = decode(`{"model":"m",${MESSAGES}}`);
    assert.equal(call.isStream, false);
    assert.equal(call.maxOutputTokens, undefined);
    assert.equal(call.choices, 1);
  });

  test('limits are met by what is at them, by null and by an empty list', () => {
    for (const fields of [
      '"temperature":2,"top_p":1,"stop":["a","b","c","d"]',
      '"temperature":0,"top_p":0,"stop":"a"',
      '"temperature":null,"top_p":null,"stop":null',
      '"stop":[]',
    ]) {
      const text = `{"model":"m",${fields},${MESSAGES}}`;
      assert.equal(decode(text).body.toString(), text);
    }
  });

  test('of two output bounds the larger one is held', () => {
    const call = decode(`{"model":"m","max_tokens":5,"max_completion_tokens":9,${MESSAGES}}`);
    assert.equal(call.maxOutputTokens, 9);
  });

  test('media are measured apart from text', () => {
    const data = `data:image/png;base64,${'A'.repeat(3000)}`;
    const call = decode(
      `{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"?"},{"type":"image_url","image_url":{"url":"${data}"}}]}]}`,
    );
    assert.equal(call.size.images, 1);
    assert.ok(call.size.textBytes < 200);
  });

  test('media whose names are written with escapes are seen', () => {
    const url = 'https://example.com/cat.png';
    for (const [key, type] of [
      ['type', 'image\\u005furl'],
      ['typ\\u0065', 'image_url'],
      ['t\\u0079pe', '\\u0069mage_url'],
    ]) {
      const part = `{"${key}":"${type}","image_url":{"url":"${url}"}}`;
      const call = decode(`{"model":"m","messages":[{"role":"user","content" : [${part}]}]}`);
      assert.equal(call.size.images, 1, part);
    }
  });

  test('a video counts by its bytes, one given by reference as an hour', () => {
    const secondsOf = (url: string): number => {
      const part = `{"type":"video_url","video_url":{"url":"${url}"}}`;
      return decode(`{"model":"m","messages":[{"role":"user","content":[${part}]}]}`).size
        .videoSeconds;
    };
    assert.equal(secondsOf('https://example.com/cat.mp4'), 3_600);
    const seconds = secondsOf(`data:video/mp4;base64,${'A'.repeat(160_000)}`);
    assert.ok(seconds >= 30 && seconds < 35, `${seconds} s`);
  });
});

describe('the body for the upstream', () => {
  function edited(
    text: string,
    edits: Partial<Parameters<typeof editChatRequest>[1]> = {},
  ): string {
    const call = decode(text);
    return editChatRequest(call, { model: call.model, forceUsage: true, ...edits }).toString();
  }

  test('is the very same buffer where nothing has to change', () => {
    const call = decode(`{"model":"m",${MESSAGES}}`);
    assert.equal(editChatRequest(call, { model: 'm', forceUsage: true }), call.body);
  });

  test('has nothing in it that another vendor sealed, and keeps its own', () => {
    const own = { type: 'reasoning.text', text: 'Hm', signature: 'EqQB', index: 0 };
    const sealed = 'meridian:messages::sig';
    const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{"n":1.0}' } };
    const google = (thought_signature: string) => ({
      extra_content: { google: { thought_signature } },
    });
    const said = { role: 'user', content: 'What is "meridian:"?' };
    const assistant = (fields: object) => ({ role: 'assistant', content: null, ...fields });
    const text = JSON.stringify({
      model: 'm',
      messages: [
        said,
        assistant({ reasoning_details: [own, { ...own, signature: sealed }] }),
        assistant({ reasoning_details: [{ type: 'reasoning.encrypted', data: sealed }] }),
        assistant({
          tool_calls: [
            { ...call, ...google(sealed) },
            { ...call, ...google('own') },
          ],
        }),
      ],
    });
    assert.deepEqual(JSON.parse(edited(text)).messages, [
      said,
      assistant({ reasoning_details: [own] }),
      assistant({}),
      assistant({ tool_calls: [call, { ...call, ...google('own') }] }),
    ]);
    const untouched = decode(`{"model":"m","messages":[ ${JSON.stringify(said)} ]}`);
    assert.equal(editChatRequest(untouched, { model: 'm', forceUsage: true }), untouched.body);
  });

  test('names the model as the upstream knows it and changes nothing else', () => {
    const odd = ` { "x_unknown" : {"a":[1,2]} ,\n"model" : "m" , ${MESSAGES},"y":"\\u00e9 ü" }`;
    assert.equal(edited(odd, { model: 'up"1' }), odd.replace('"m"', '"up\\"1"'));
  });

  test('asks for the usage of a stream', () => {
    const body = edited(`{"model":"m","stream":true,${MESSAGES}}`);
    assert.deepEqual(JSON.parse(body).stream_options, { include_usage: true });
  });

  for (const given of ['{"include_usage":false}', '{}', 'null', '{"include_usage":null}']) {
    test(`asks for the usage of a stream that says ${given}`, () => {
      const body = edited(`{"model":"m","stream":true,"stream_options":${given},${MESSAGES}}`);
      assert.equal(JSON.parse(body).stream_options.include_usage, true);
      assert.equal(body.split('"stream_options"').length, 2);
    });
  }

  test('keeps other stream options', () => {
    const body = edited(
      `{"model":"m","stream":true,"stream_options":{"include_obfuscation":false},${MESSAGES}}`,
    );
    assert.deepEqual(JSON.parse(body).stream_options, {
      include_obfuscation: false,
      include_usage: true,
    });
  });

  test('takes an output bound, also in the place of null', () => {
    const outputBound = { field: 'max_tokens', tokens: 77 };
    const both = edited(`{"model":"m","stream":true,${MESSAGES}}`, { outputBound });
    assert.equal(JSON.parse(both).max_tokens, 77);
    assert.equal(JSON.parse(both).stream_options.include_usage, true);
    const instead = edited(`{"model":"m","max_tokens":null,${MESSAGES}}`, { outputBound });
    assert.equal(instead, `{"model":"m","max_tokens":77,${MESSAGES}}`);
  });

  test('says one thing only where the client said two', () => {
    const twice = edited(`{"model":"cheap",${MESSAGES},"model":"dear"}`);
    assert.equal(twice.split('"model"').length, 2);
    assert.equal(decode(`{"model":"cheap",${MESSAGES},"model":"dear"}`).model, 'dear');
    const escaped = decode(`{"model":"cheap",${MESSAGES},"mod\\u0065l":"dear"}`);
    assert.equal(escaped.model, 'dear');
    assert.ok(!escaped.body.toString().includes('cheap'));
  });
});
