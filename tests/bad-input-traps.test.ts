import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sseReply } from '@meridian/testkit';
import { assertShaped } from './support/error-shape.ts';
import { type Sent, sendBody } from './support/send-body.ts';
import { type Service, startService } from './support/service.ts';
import { bareUsage, content, DONE, finish, START } from './support/sse-chunks.ts';
import { assertUnharmed } from './support/unharmed.ts';

const CHAT = '/v1/chat/completions';

let service: Service;
before(async () => {
  service = await startService();
});
after(async () => {
  await using stack = new AsyncDisposableStack();
  stack.use(service);
  await assertUnharmed(service.world.server);
});

describe('the model that is billed is the model that is sent', () => {
  test('however its field is written, and however often', async () => {
    await using own = await service.addModel();
    await using other = await service.addModel();
    const messages = '"messages":[{"role":"user","content":"x"}]';
    const tricks = [
      `{"model":"${other.name}",${messages},"model":"${own.name}"}`,
      `{"mod\\u0065l":"${own.name}",${messages}}`,
      `{"model":"${other.name}",${messages},"mod\\u0065l":"${own.name}"}`,
      `{"mod\\u0065l":"${other.name}",${messages},"model":"${own.name}"}`,
      `{"\\u006dodel":"${other.name}","model":"${other.name}",${messages},"model":"${own.name}"}`,
      `{ \n"model" \t:\r\n "${own.name}" , ${messages} } \n`,
      `{"nested":{"model":"${other.name}"},"model":"${own.name}",${messages}}`,
      `{"text":"\\"model\\":\\"${other.name}\\"","model":"${own.name}",${messages}}`,
      `{"model":"${own.name.replace('t', '\\u0074')}",${messages}}`,
    ];
    for (const [index, body] of tricks.entries()) {
      const { status, text, headers } = await sendBody(service, CHAT, body);
      assert.equal(status, 200, `${body}: ${text}`);
      const record = await service.usageOf(headers.get('x-request-id'));
      assert.deepEqual([record.model_asked, record.model], [own.name, own.name], body);
      const sent = own.upstream.requests[index]!;
      // Every reader of what was sent sees the same model, the first value or the last.
      const names = [...sent.body.toString().matchAll(/"((?:[^"\\]|\\.)*)"\s*:/g)]
        .map(([, name]) => JSON.parse(`"${name}"`) as string)
        .filter((name) => name === 'model');
      assert.equal((sent.json() as { model: string }).model, own.name);
      assert.ok(names.length === 1 || body.includes('nested'), sent.body.toString());
    }
    assert.equal(other.upstream.requests.length, 0);
  });

  test('and the same holds for the bounds, the stream flag and its options', async () => {
    await using own = await service.addModel();
    own.upstream.handle((request) => {
      const { stream } = request.json() as { stream?: boolean };
      return stream
        ? sseReply([START, content('x'), finish(), bareUsage(3, 1), DONE])
        : { parts: ['{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1}}'] };
    });
    const base = `"model":"${own.name}","messages":[{"role":"user","content":"x"}]`;
    const twice = await sendBody(service, CHAT, `{${base},"stream":true,"stream":false}`);
    assert.match(twice.headers.get('content-type') ?? '', /json/);
    const escaped = await sendBody(service, CHAT, `{${base},"str\\u0065am":true}`);
    assert.match(escaped.headers.get('content-type') ?? '', /event-stream/);
    const options = await sendBody(
      service,
      CHAT,
      `{${base},"stream":true,"stream_options":{"include_usage":true},"stream_options":{"include_usage":false}}`,
    );
    assert.ok(!options.text.includes('"usage":{'), options.text);
    const bound = await sendBody(
      service,
      CHAT,
      `{${base},"max_tokens":5,"max_tok\\u0065ns":5000000000}`,
    );
    assert.equal(bound.status, 400, bound.text);
  });

  test('white space around the values of a chat changes nothing', async () => {
    await using own = await service.addModel();
    const pad = ' \n\r\t'.repeat(40);
    const body = `${pad}{${pad}"model"${pad}:${pad}"${own.name}"${pad},${pad}"messages"${pad}:${pad}[${pad}{${pad}"role":"user","content":"x"}${pad}]${pad},${pad}"max_tokens"${pad}:${pad}2${pad}}${pad}`;
    const { status, text } = await sendBody(service, CHAT, body);
    assert.equal(status, 200, text);
    assert.equal(own.upstream.requests[0]?.body.toString(), body);
  });
});

test('names that headers cannot carry are served like others, control characters are refused', async () => {
  await using own = await service.addModel({ models: ['*'], name: 'any-model-of-this-test' });
  const ask = (name: string, stream: boolean): Promise<Sent> =>
    sendBody(
      service,
      CHAT,
      JSON.stringify({ model: name, stream, messages: [{ role: 'user', content: 'x' }] }),
    );
  for (const stream of [false, true]) {
    for (const name of ['模型-大', 'modèle', '🌍', "'; drop table models; --", 'x'.repeat(256)]) {
      const { status, text, headers } = await ask(name, stream);
      assert.equal(status, 200, `${name}: ${text}`);
      assert.equal(decodeURIComponent(headers.get('x-meridian-model') ?? ''), name);
      assert.equal((await service.usageOf(headers.get('x-request-id'))).model_asked, name);
    }
    // A database takes no zero characters: the answer could not be charged.
    for (const name of ['a\u0000b', 'a\u0001b', 'two\r\nlines: x', '\ud800']) {
      const { status, text } = await ask(name, stream);
      assert.equal(status, 400, text);
      assert.equal(assertShaped(400, text).param, 'model');
    }
  }
  assert.equal(own.upstream.requests.length, 10);
});
