import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isFailure } from '../../kernel/index.ts';
import { decodeGemini } from './decode.ts';
import { editGeminiRequest } from './edit-request.ts';
import { textOfGeminiRequest } from './text.ts';

const CONTENTS = '"contents":[{"role":"user","parts":[{"text":"Hi"}]}]';
const PATH = { model: 'gemini-3.8-flash', isStream: false };

function decode(text: string | Buffer, path: Parameters<typeof decodeGemini>[1] = PATH) {
  return decodeGemini(Buffer.from(text), path);
}

const REFUSED: readonly (readonly [string, code: string, param: string | undefined])[] = [
  ['', 'invalid_json', undefined],
  ['{', 'invalid_json', undefined],
  ['[1]', 'invalid_json', undefined],
  ['{}', 'invalid_request', 'contents'],
  ['{"contents":"Hi"}', 'invalid_request', 'contents'],
  ['{"contents":[ ]}', 'invalid_request', 'contents'],
  ['{"contents":["Hi"]}', 'invalid_request', 'contents'],
  [`{${CONTENTS},"generationConfig":[]}`, 'invalid_request', 'generationConfig'],
  [
    `{${CONTENTS},"generationConfig":{"maxOutputTokens":0}}`,
    'invalid_request',
    'generationConfig.maxOutputTokens',
  ],
  [
    `{${CONTENTS},"generation_config":{"max_output_tokens":"many"}}`,
    'invalid_request',
    'generationConfig.maxOutputTokens',
  ],
  [
    `{${CONTENTS},"generationConfig":{"candidateCount":1000}}`,
    'invalid_request',
    'generationConfig.candidateCount',
  ],
  [`{${CONTENTS},"serviceTier":7}`, 'invalid_request', 'serviceTier'],
];

describe('a malformed request is refused naming the field', () => {
  for (const [body, code, param] of REFUSED) {
    test(JSON.stringify(body), () => {
      assert.throws(
        () => decode(body),
        (error) => isFailure(error) && error.code === code && error.detail.param === param,
      );
    });
  }

  test('a path without a model, or with one that is none', () => {
    for (const model of [undefined, '', 'a\u0000b', 'm'.repeat(300)]) {
      const path = model === undefined ? {} : { model };
      assert.throws(
        () => decode(`{${CONTENTS}}`, path),
        (error) => isFailure(error) && error.detail.param === 'model',
      );
    }
  });
});

describe('what is read of a request', () => {
  test('model and stream come from the path', () => {
    const call = decode(`{${CONTENTS}}`, { model: 'models/gemini-4-argon', isStream: true });
    assert.equal(call.model, 'gemini-4-argon');
    assert.equal(call.isStream, true);
    assert.equal(call.wantsUsage, true);
    assert.equal(call.choices, 1);
    assert.equal(call.maxOutputTokens, undefined);
    assert.equal(call.service, undefined);
  });

  for (const config of [
    '"generationConfig":{"maxOutputTokens":50,"candidateCount":3}',
    '"generation_config":{"max_output_tokens":"50","candidate_count":3}',
    '"generationConfig":{"max_output_tokens":50,"candidateCount":3}',
  ]) {
    test(`bounds in ${config}`, () => {
      const call = decode(`{${CONTENTS},${config}}`);
      assert.equal(call.maxOutputTokens, 50);
      assert.equal(call.choices, 3);
    });
  }

  test('nulls count as absent', () => {
    const call = decode(`{${CONTENTS},"generationConfig":null,"serviceTier":null}`);
    assert.equal(call.maxOutputTokens, undefined);
    assert.equal(
      decode(`{${CONTENTS},"generationConfig":{"maxOutputTokens":null}}`).maxOutputTokens,
      undefined,
    );
  });

  test('the tier, where it is not the usual one', () => {
    assert.equal(decode(`{${CONTENTS},"serviceTier":"FLEX"}`).service, 'flex');
    assert.equal(decode(`{${CONTENTS},"service_tier":"priority"}`).service, 'priority');
    assert.equal(decode(`{${CONTENTS},"serviceTier":"standard"}`).service, undefined);
  });

  test('media are measured apart from text', () => {
    const data = 'A'.repeat(40_000);
    const part = (type: string, name = 'inlineData', mime = 'mimeType') =>
      `{"${name}":{"${mime}":"${type}","data":"${data}"}}`;
    const call = decode(
      `{"contents":[{"parts":[${part('image/png')},${part('audio/wav', 'inline_data', 'mime_type')},${part('video/mp4')},${part('application/pdf')},{"functionResponse":{"name":"f","parts":[${part('image/png')}]}}]}]}`,
    );
    assert.equal(call.size.images, 2);
    assert.equal(call.size.audioSeconds, 30);
    assert.equal(call.size.videoSeconds, 8);
    assert.equal(call.size.documentPages, 15);
    assert.ok(call.size.textBytes < 500, `${call.size.textBytes} bytes`);
  });

  test('media by reference count as the longest', () => {
    const file = (uri: string) => `{"fileData":{"fileUri":"${uri}"}}`;
    const size = decode(
      `{"contents":[{"parts":[${file('https://youtu.be/abc')},${file('gs://b/c.mp3')},${file('gs://b/c.pdf')}]}]}`,
    ).size;
    assert.equal(size.videoSeconds, 3_600);
    assert.equal(size.audioSeconds, 3_600);
    assert.equal(size.documentPages, 100);
  });

  test('media whose names are written with escapes are seen', () => {
    const call = decode(
      `{"contents":[{"parts":[{"inline\\u0044ata":{"mimeType":"image/png","data":"AAAA"}}]}]}`,
    );
    assert.equal(call.size.images, 1);
  });

  test('the text that a model reads', () => {
    const call = decode(
      `{"system_instruction":{"parts":[{"text":"Be kind."}]},"contents":[{"role":"user","parts":[{"text":"Hi"},{"inlineData":{"mimeType":"image/png","data":"QUFBQUFB"}}]},{"role":"model","parts":[{"functionCall":{"name":"look","args":{"far":true}}}]},{"role":"user","parts":[{"function_response":{"name":"look","response":{"seen":"a sail"}}}]}],"tools":[{"functionDeclarations":[{"name":"look"}]}]}`,
    );
    const text = textOfGeminiRequest(call);
    for (const word of ['Be kind.', 'Hi', 'look', '"far":true', 'a sail', 'functionDeclarations']) {
      assert.ok(text.includes(word), word);
    }
    assert.ok(!text.includes('QUFB'));
  });
});

describe('the body for the upstream', () => {
  const bounded = (text: string): string =>
    editGeminiRequest(decode(text), {
      model: 'other',
      forceUsage: true,
      outputBound: { field: 'max_tokens', tokens: 77 },
    }).toString();

  test('is the very same buffer where nothing has to change, whatever the model', () => {
    const raw = Buffer.from(` { "x" : {"a":1e2} ,\n${CONTENTS} } `);
    const call = decodeGemini(raw, PATH);
    assert.equal(editGeminiRequest(call, { model: 'other', forceUsage: true }), raw);
  });

  test('has no signature that another vendor made; a call gets the stand-in for one', () => {
    const foreign = Buffer.from('meridian:messages::sig').toString('base64');
    const call = { functionCall: { name: 'f', args: { n: 1 } } };
    const own = { text: 'Hi', thoughtSignature: 'EjQKMgG' };
    const turn = (role: string, ...parts: object[]) => ({ role, parts });
    const asked = turn('user', { text: 'Is it "bWVyaWRpYW46"?' });
    const text = JSON.stringify({
      contents: [
        asked,
        turn('model', { text: '\n', thought: true, thoughtSignature: foreign }),
        turn('model', own, { text: 'So', thought_signature: foreign }),
        turn('model', { ...call, thoughtSignature: foreign }),
      ],
    });
    const sent = editGeminiRequest(decode(text), { model: 'm', forceUsage: true });
    assert.deepEqual(JSON.parse(sent.toString()).contents, [
      asked,
      turn('model', own, { text: 'So' }),
      turn('model', { ...call, thoughtSignature: 'skip_thought_signature_validator' }),
    ]);
  });

  const bounds: readonly (readonly [string, string])[] = [
    [`{${CONTENTS}}`, `{"generationConfig":{"maxOutputTokens":77},${CONTENTS}}`],
    [
      `{ ${CONTENTS}, "generationConfig" : { "topK" : 3 } }`,
      `{ ${CONTENTS}, "generationConfig" : {"maxOutputTokens":77, "topK" : 3 } }`,
    ],
    [
      `{${CONTENTS},"generation_config":{}}`,
      `{${CONTENTS},"generation_config":{"maxOutputTokens":77}}`,
    ],
    [
      `{${CONTENTS},"generationConfig":null}`,
      `{${CONTENTS},"generationConfig":{"maxOutputTokens":77}}`,
    ],
    [
      `{"generationConfig":{"max_output_tokens":null,"seed":1},${CONTENTS}}`,
      `{"generationConfig":{"max_output_tokens":77,"seed":1},${CONTENTS}}`,
    ],
  ];
  for (const [given, expected] of bounds) {
    test(`takes a bound in ${given}`, () => assert.equal(bounded(given), expected));
  }

  const twice = [
    `{${CONTENTS},"generationConfig":{"maxOutputTokens":5,"max_output_tokens":900}}`,
    `{${CONTENTS},"generationConfig":{"maxOutputTokens":900,"maxOutputTokens":5}}`,
    `{${CONTENTS},"generationConfig":{"maxOutputTokens":900,"maxOutput\\u0054okens":5}}`,
    `{${CONTENTS},"generationConfig":{"maxOutputTokens":5},"generation_config":{"maxOutputTokens":900}}`,
    `{${CONTENTS},"generation_config":{"maxOutputTokens":900},"generation_config":{"maxOutputTokens":5}}`,
  ];
  for (const given of twice) {
    test(`says one thing only where the client said two: ${given.slice(CONTENTS.length)}`, () => {
      const call = decode(given);
      assert.equal(call.maxOutputTokens, 5);
      assert.ok(!call.body.toString().includes('900'), call.body.toString());
    });
  }

  test('does not name another model than the path', () => {
    const call = decode(`{"model":"models/dear",${CONTENTS},"labels":{"a":"b"}}`);
    assert.deepEqual(JSON.parse(call.body.toString()), {
      ...JSON.parse(`{${CONTENTS}}`),
      labels: { a: 'b' },
    });
  });
});
