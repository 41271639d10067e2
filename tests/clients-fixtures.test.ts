import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fixture, fixtureNames, splitEvents, sseReply } from '@meridian/testkit';
import { collect } from './support/collect.ts';
import { type Service, startService } from './support/service.ts';

const FOLDER = 'openai-chat';
const MESSAGES = [{ role: 'user' as const, content: 'What the fixture answers.' }];

let service: Service;
before(async () => {
  service = await startService();
});
after(() => service[Symbol.asyncDispose]());

interface WireUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly prompt_tokens_details: { readonly cached_tokens: number };
  readonly completion_tokens_details: { readonly reasoning_tokens: number };
}

/** The buckets that a usage of the wire is billed in; the fixtures have no audio. */
function bucketsOf(usage: WireUsage): Record<string, number> {
  const { cached_tokens: cacheRead } = usage.prompt_tokens_details;
  const { reasoning_tokens: reasoning } = usage.completion_tokens_details;
  return {
    input: usage.prompt_tokens - cacheRead,
    cacheRead,
    output: usage.completion_tokens - reasoning,
    reasoning,
  };
}

/** Those of a record that are not zero by their nature here. */
function billed(usage: Readonly<Record<string, number>>): Record<string, number> {
  const { input, cacheRead, output, reasoning, ...others } = usage;
  assert.deepEqual([...new Set(Object.values(others))], [0]);
  return { input: input!, cacheRead: cacheRead!, output: output!, reasoning: reasoning! };
}

/** The usage of a stream: that of its last event that has one. */
function usageIn(events: readonly string[]): WireUsage {
  const usages = events
    .filter((event) => event.startsWith('data: {'))
    .map((event) => (JSON.parse(event.slice(6)) as { usage?: WireUsage | null }).usage)
    .filter((usage) => usage != null);
  return usages.at(-1)!;
}

const isUsageOnly = (event: string): boolean =>
  event.includes('"choices":[]') && event.includes('"usage":{');

/** What came, without the counts of the cache that every usage has here beside its vendor's own. */
const withoutCacheCounts = (text: string): string =>
  text.replaceAll(/"cache_creation_tokens":\d+,"cache_read_tokens":\d+,/g, '');

describe('a whole answer', () => {
  for (const name of fixtureNames(FOLDER, 'json').filter((name) => !name.startsWith('error-'))) {
    test(`${name}.json arrives byte for byte and is billed by its own usage`, async () => {
      await using model = await service.addModel();
      const body = fixture(`${FOLDER}/${name}.json`);
      model.upstream.enqueue({ parts: [body] }, { parts: [body] });
      const request = { model: model.name, messages: MESSAGES };
      const raw = await service.world.account.api.request('POST', '/v1/chat/completions', {
        body: request,
      });
      assert.equal(withoutCacheCounts(raw.text), body.toString());
      const { data, request_id: id } = await service
        .openai()
        .chat.completions.create(request)
        .withResponse();
      const sent = JSON.parse(body.toString()) as { usage: WireUsage };
      assert.deepEqual(JSON.parse(withoutCacheCounts(JSON.stringify(data))), sent);
      const record = await service.usageOf(id);
      assert.deepEqual(billed(record.usage), bucketsOf(sent.usage));
      assert.equal(record.usage_source, 'provider');
      assert.equal(record.outcome, 'complete');
    });
  }
});

describe('a stream', () => {
  const incomplete = ['error-in-stream', 'text-without-usage'];
  for (const name of fixtureNames(FOLDER, 'sse').filter((name) => !incomplete.includes(name))) {
    test(`${name}.sse arrives byte for byte and is billed by its own usage`, async () => {
      await using model = await service.addModel();
      const bytes = fixture(`${FOLDER}/${name}.sse`);
      const events = splitEvents(bytes);
      model.upstream.handle(() => sseReply(events));
      const base = { model: model.name, messages: MESSAGES, stream: true as const };
      const asking = { ...base, stream_options: { include_usage: true } };
      const { api } = service.world.account;
      const full = await api.request('POST', '/v1/chat/completions', { body: asking });
      assert.equal(withoutCacheCounts(full.text), bytes.toString());
      // A client that did not ask for the usage gets everything else.
      const plain = await api.request('POST', '/v1/chat/completions', { body: base });
      const others = events.filter((event) => !isUsageOnly(event)).join('');
      assert.equal(plain.text, others.replaceAll(',"usage":null', ''));

      const { data: stream, request_id: id } = await service
        .openai()
        .chat.completions.create(asking)
        .withResponse();
      const seen = await collect(stream);
      const sent = events.filter((event) => event.startsWith('data: {'));
      assert.deepEqual(
        seen.map((chunk) => JSON.parse(withoutCacheCounts(JSON.stringify(chunk)))),
        sent.map((event) => JSON.parse(event.slice(6))),
      );
      for (const requestId of [
        id,
        full.headers.get('x-request-id'),
        plain.headers.get('x-request-id'),
      ]) {
        const record = await service.usageOf(requestId);
        assert.deepEqual(billed(record.usage), bucketsOf(usageIn(events)));
        assert.equal(record.usage_source, 'provider');
        assert.equal(record.outcome, 'complete');
      }
      const [, asked] = model.upstream.requests.map((request) => request.json() as typeof asking);
      assert.deepEqual(asked?.stream_options, { include_usage: true });
    });
  }

  test('one that tells no usage is charged by what was counted, and says so', async () => {
    await using model = await service.addModel();
    model.upstream.handle(() => sseReply(splitEvents(fixture(`${FOLDER}/text-without-usage.sse`))));
    const { data: stream, request_id: id } = await service
      .openai()
      .chat.completions.create({ model: model.name, messages: MESSAGES, stream: true })
      .withResponse();
    const chunks = await collect(stream);
    const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
    assert.equal(text, 'The tide rises twice a day.');
    const record = await service.usageOf(id);
    assert.equal(record.usage_source, 'estimate');
    assert.equal(record.outcome, 'complete');
    assert.equal(record.usage.output, 7);
    assert.ok(record.usage.input! >= 5 && record.usage.input! <= 20, `${record.usage.input}`);
  });

  test('an error event in the middle reaches the client as an error, and the charge stays', async () => {
    await using model = await service.addModel();
    model.upstream.handle(() => sseReply(splitEvents(fixture(`${FOLDER}/error-in-stream.sse`))));
    const { data: stream, request_id: id } = await service
      .openai()
      .chat.completions.create({ model: model.name, messages: MESSAGES, stream: true })
      .withResponse();
    let text = '';
    await assert.rejects(async () => {
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    }, /Something broke on our side while the answer was written/);
    assert.equal(text, 'Half an');
    const record = await service.usageOf(id);
    assert.equal(record.outcome, 'cut');
    assert.equal(record.usage_source, 'estimate');
    assert.equal(record.usage.output, 2);
  });
});

test('fields that nobody knows survive in both directions, byte for byte', async () => {
  await using model = await service.addModel();
  const answer =
    '{ "x_new":[1.50, 1e3, "\\u00fc\\/"],"choices":[{"index":0,"message":{"role":"assistant","content":"ok","x_thought":{"a":null}}}],\n' +
    ' "usage":{"prompt_tokens":1,"completion_tokens":1,"x_watts":3.0}}\n';
  model.upstream.enqueue({ parts: [answer] });
  const request =
    `{"x_seed": 1.0e2 ,"model" :  "${model.name}" ,\n"messages":[{"role":"user","content":"\\u0041","x_tag":[]}],` +
    '"x_big":12345678901234567890}  ';
  const { api } = service.world.account;
  const got = await api.request('POST', '/v1/chat/completions', { body: request });
  assert.equal(got.text, answer);
  assert.equal(model.upstream.requests[0]?.body.toString(), request);
});

test('of a streamed request nothing is changed but that the usage is asked for', async () => {
  await using model = await service.addModel();
  const messages = '"messages":[{"role":"user","content":"x"}],"stream" : true , "x_big":1.0e2';
  const cases = [
    [
      `{"model":"${model.name}",${messages}}`,
      `{"stream_options":{"include_usage":true},"model":"${model.name}",${messages}}`,
    ],
    [
      `{"model":"${model.name}",${messages},"stream_options":null}`,
      `{"model":"${model.name}",${messages},"stream_options":{"include_usage":true}}`,
    ],
    [
      `{"model":"${model.name}",${messages},"stream_options": {"include_usage":false,"include_obfuscation":false}}`,
      `{"model":"${model.name}",${messages},"stream_options": {"include_usage":true,"include_obfuscation":false}}`,
    ],
  ] as const;
  for (const [index, [given, forwarded]] of cases.entries()) {
    const { api } = service.world.account;
    const got = await api.request('POST', '/v1/chat/completions', { body: given });
    assert.equal(got.status, 200, got.text);
    assert.ok(!got.text.includes('"usage":{'), 'the usage is not for this client');
    assert.equal(model.upstream.requests[index]?.body.toString(), forwarded);
  }
});
