import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { errorReply, sseReply } from '@meridian/testkit';
import { assertShaped, type ShapedError } from './support/error-shape.ts';
import { sendBody } from './support/send-body.ts';
import { type ServedModel, type Service, startService } from './support/service.ts';
import { content, DONE, finish, START } from './support/sse-chunks.ts';
import { assertUnharmed } from './support/unharmed.ts';

const CHAT = '/v1/chat/completions';

let service: Service;
let model: ServedModel;
before(async () => {
  service = await startService();
  model = await service.addModel();
});
after(async () => {
  await using stack = new AsyncDisposableStack();
  stack.use(service);
  stack.use(model);
  await assertUnharmed(service.world.server);
});

async function refuses(path: string, body: string | Uint8Array): Promise<ShapedError> {
  const { status, text, headers } = await sendBody(service, path, body);
  assert.equal(status, 400, `${String(body).slice(0, 80)}: ${text.slice(0, 300)}`);
  assert.match(headers.get('content-type') ?? '', /^application\/json/);
  assert.match(headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
  return assertShaped(status, text);
}

/** A valid chat as JSON text, with more fields in front. */
const chat = (fields = ''): string =>
  `{${fields}"model":"${model.name}","messages":[{"role":"user","content":"x"}]}`;
/** The same with `model` and `messages` left to the case. */
const nest = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('a body that is no JSON object', () => {
  const bodies: Readonly<Record<string, () => string | Uint8Array>> = {
    'an open brace': () => '{',
    'an open string': () => '{"model":"x',
    'a comma too many': () => '{"model":"x",}',
    'a comma too few': () => '{"model":"x" "messages":[]}',
    'single quotes': () => "{'model':'x'}",
    'names without quotes': () => '{model:"x"}',
    'two objects': () => `${chat()}${chat()}`,
    'text behind the object': () => `${chat()} x`,
    'a comment': () => `{/* hi */"model":"x"}`,
    NaN: () => '{"temperature":NaN}',
    'a number with a leading zero': () => '{"n":01}',
    'a number without digits': () => '{"n":-}',
    words: () => 'hello',
    'an array': () => '[]',
    null: () => 'null',
    'a string': () => '"x"',
    'a number': () => '7',
    'a form': () => 'model=x&messages=y',
    'a page': () => '<html></html>',
    'zero bytes': () => '\u0000\u0000\u0000',
    'invalid UTF-8': () =>
      Buffer.concat([Buffer.from('{"model":"'), Buffer.of(0xff, 0xfe, 0xc0), Buffer.from('"}')]),
    'half a character': () =>
      Buffer.from(chat().replace('"x"', '"ü"')).subarray(0, chat().indexOf('"x"') + 2),
    'UTF-16': () => Buffer.from(`\ufeff${chat()}`, 'utf16le'),
    'UTF-32': () => Buffer.from([...chat()].flatMap((c) => [c.charCodeAt(0), 0, 0, 0])),
    'gzip without saying so': () => gzipSync(chat()),
    'a nesting of 10,000 arrays': () => chat(`"x":${nest(10_000)},`),
    'a nesting of 100,000 objects': () => `{"x":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`,
    'a nesting that never ends': () => '{"x":'.repeat(50_000),
    'quotes without end': () => `{"model":"${'\\"'.repeat(10_000)}`,
    'backslashes without end': () => `{"model":"${'\\'.repeat(10_001)}"}`,
  };
  for (const [title, body] of Object.entries(bodies)) {
    test(`${title} is a 400 on a chat and on an account`, async () => {
      for (const path of [CHAT, '/x-users']) {
        const error = await refuses(path, body());
        assert.ok(['invalid_json', 'invalid_request'].includes(error.code), error.code);
        if (path === CHAT) assert.equal(error.code, 'invalid_json');
      }
    });
  }

  test('an empty body and one of white space', async () => {
    for (const body of ['', ' \r\n\t ']) {
      assert.equal((await refuses(CHAT, body)).code, 'invalid_json');
      assert.equal((await refuses('/x-users', body)).code, 'invalid_request');
    }
  });
});

describe('a chat with wrong fields names the field', () => {
  const cases: readonly (readonly [fields: string, param: string])[] = [
    ['{}', 'model'],
    ['{"model":null,"messages":[{}]}', 'model'],
    ['{"model":"","messages":[{}]}', 'model'],
    ['{"model":7,"messages":[{}]}', 'model'],
    ['{"model":{"a":1},"messages":[{}]}', 'model'],
    ['{"model":["a"],"messages":[{}]}', 'model'],
    [`{"model":"${'a'.repeat(300)}","messages":[{}]}`, 'model'],
    ['{"model":"MODEL"}', 'messages'],
    ['{"model":"MODEL","messages":null}', 'messages'],
    ['{"model":"MODEL","messages":[]}', 'messages'],
    ['{"model":"MODEL","messages":[   ]}', 'messages'],
    [`{"model":"MODEL","messages":[${' '.repeat(200)}]}`, 'messages'],
    ['{"model":"MODEL","messages":{}}', 'messages'],
    ['{"model":"MODEL","messages":"hi"}', 'messages'],
    ['{"model":"MODEL","messages":["hi"]}', 'messages'],
    ['{"model":"MODEL","messages":[null]}', 'messages'],
    ['{"model":"MODEL","messages":[{}],"stream":1}', 'stream'],
    ['{"model":"MODEL","messages":[{}],"stream":"true"}', 'stream'],
    ['{"model":"MODEL","messages":[{}],"stream":{}}', 'stream'],
    ['{"model":"MODEL","messages":[{}],"stream":true,"stream_options":[]}', 'stream_options'],
    ['{"model":"MODEL","messages":[{}],"stream":true,"stream_options":"x"}', 'stream_options'],
    [
      '{"model":"MODEL","messages":[{}],"stream":true,"stream_options":{"include_usage":"x"}}',
      'stream_options.include_usage',
    ],
    ['{"model":"MODEL","messages":[{}],"stream_options":{}}', 'stream_options'],
    ['{"model":"MODEL","messages":[{}],"max_tokens":0}', 'max_tokens'],
    ['{"model":"MODEL","messages":[{}],"max_tokens":-1}', 'max_tokens'],
    ['{"model":"MODEL","messages":[{}],"max_tokens":1.5}', 'max_tokens'],
    ['{"model":"MODEL","messages":[{}],"max_tokens":"5"}', 'max_tokens'],
    ['{"model":"MODEL","messages":[{}],"max_tokens":1e300}', 'max_tokens'],
    ['{"model":"MODEL","messages":[{}],"max_completion_tokens":[]}', 'max_completion_tokens'],
    [
      '{"model":"MODEL","messages":[{}],"max_completion_tokens":99999999999999999999}',
      'max_completion_tokens',
    ],
    ['{"model":"MODEL","messages":[{}],"n":0}', 'n'],
    ['{"model":"MODEL","messages":[{}],"n":129}', 'n'],
    ['{"model":"MODEL","messages":[{}],"n":"2"}', 'n'],
  ];
  for (const [body, param] of cases) {
    test(`${body.slice(0, 90)} → ${param}`, async () => {
      const asked = model.upstream.requests.length;
      const error = await refuses(CHAT, body.replace('MODEL', model.name));
      assert.equal(error.code, 'invalid_request');
      assert.equal(error.param, param);
      assert.equal(model.upstream.requests.length, asked);
    });
  }

  test('a model that does not exist is a 404 whatever its name', async () => {
    for (const name of [
      'nothing',
      '../../etc/passwd',
      'a b',
      '模型',
      '*',
      '%2e%2e',
      '__proto__',
      'constructor',
    ]) {
      const { status, text } = await sendBody(
        service,
        CHAT,
        `{"model":"${name}","messages":[{"role":"user","content":"x"}]}`,
      );
      assert.equal(status, 404, text);
      const error = assertShaped(status, text);
      assert.deepEqual([error.code, error.param], ['model_not_found', 'model']);
    }
  });
});

describe('a string that is no JSON string inside', () => {
  // The scanner does not look into strings; what is wrong there is found where they are read.
  const messages = [
    '[{"role":"user","content":"\\q"}]',
    '[{"role":"user","content":"\\u12"}]',
    '[{"role":"user","content":"line\nbreak"}]',
    '[{"role":"user","content":[{"type":"text","text":"\\q"},{"type":"image_url","image_url":{"url":"data:x"}}]}]',
    '[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"\\xx"}},{"type":"file"}]}]',
  ];
  for (const text of messages) {
    for (const isStream of [false, true]) {
      test(`${JSON.stringify(text).slice(0, 70)} (${isStream ? 'streamed' : 'whole'}) harms nothing`, async () => {
        await using own = await service.addModel();
        own.upstream.handle(() => errorReply(400, { code: 'bad_json' }));
        const body = `{"model":"${own.name}","stream":${isStream},"messages":${text}}`;
        const { status, text: answer } = await sendBody(service, CHAT, body);
        assert.equal(status, 400, answer);
        const passed = own.upstream.requests.length === 1;
        if (passed) assert.match(answer, /"code":"bad_json"/);
        else assertShaped(400, answer);
      });

      test(`${JSON.stringify(text).slice(0, 70)} is charged where an upstream answers without usage (${isStream ? 'streamed' : 'whole'})`, async () => {
        await using own = await service.addModel();
        const reply = {
          choices: [{ index: 0, message: { role: 'assistant', content: 'Hello there' } }],
        };
        own.upstream.handle(() =>
          isStream
            ? sseReply([START, content('Hello there'), finish(), DONE])
            : { parts: [JSON.stringify(reply)] },
        );
        const body = `{"model":"${own.name}","stream":${isStream},"messages":${text}}`;
        const { status, text: answer, headers } = await sendBody(service, CHAT, body);
        if (status === 400) {
          assertShaped(400, answer);
          assert.equal(own.upstream.requests.length, 0);
          return;
        }
        assert.equal(status, 200, answer);
        const record = await service.usageOf(headers.get('x-request-id'));
        assert.equal(record.usage_source, 'estimate');
        assert.ok(
          record.usage.output! > 0 && record.usage.input! > 0,
          JSON.stringify(record.usage),
        );
      });
    }
  }
});
