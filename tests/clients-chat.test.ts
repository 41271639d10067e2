import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createGate, fixture, jsonReply, splitEvents, sseReply } from '@meridian/testkit';
import { APIUserAbortError } from 'openai';
import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import { collect } from './support/collect.ts';
import { type ServedModel, type Service, startService } from './support/service.ts';
import { until } from './support/until.ts';

const HELLO: ChatCompletionMessageParam[] = [{ role: 'user', content: 'Hello' }];

let service: Service;
before(async () => {
  service = await startService();
});
after(() => service[Symbol.asyncDispose]());

const file = (name: string): Buffer => fixture(`openai-chat/${name}`);
const whole = (name: string) => jsonReply(JSON.parse(file(name).toString()));
const stream = (name: string) => sseReply(splitEvents(file(name)));

/** What the client's request looked like when it reached the upstream. */
function upstreamBody({ upstream }: ServedModel, number = 1): Record<string, unknown> {
  return upstream.requests[number - 1]!.json() as Record<string, unknown>;
}

describe('answers', () => {
  test('whole, with the headers that the client shows', async () => {
    await using model = await service.addModel();
    const { data, response, request_id } = await service
      .openai()
      .chat.completions.create({ model: model.name, messages: HELLO, max_completion_tokens: 5 })
      .withResponse();
    assert.equal(data.choices[0]?.message.content, ' word0 word1 word2 word3 word4');
    assert.equal(data.usage?.completion_tokens, 5);
    assert.equal(data.model, model.name);
    assert.match(request_id ?? '', /^[0-9a-f-]{36}$/);
    const again = await service
      .openai()
      .chat.completions.create({ model: model.name, messages: HELLO });
    assert.match(again._request_id ?? '', /^[0-9a-f-]{36}$/);
    assert.equal(response.headers.get('x-meridian-model'), model.name);
    assert.equal(response.headers.get('x-meridian-attempts'), '1');
    // 8 tokens at $1 and 5 at $2 per million.
    assert.equal(response.headers.get('x-meridian-cost'), '0.000018');
  });

  test('streamed: the pieces come one by one, while the upstream is still writing', async () => {
    await using model = await service.addModel();
    const [first, second] = [createGate(), createGate()];
    const [role, one, two, ...rest] = splitEvents(file('text.sse'));
    model.upstream.enqueue(sseReply([role!, one!, first, two!, second, ...rest]));
    const chunks = (
      await service
        .openai()
        .chat.completions.create({ model: model.name, messages: HELLO, stream: true })
    )[Symbol.asyncIterator]();
    const text = async () => (await chunks.next()).value?.choices[0]?.delta.content;
    assert.equal(await text(), '');
    assert.equal(await text(), 'The');
    await first.reached;
    assert.equal(first.isOpen, false);
    first.open();
    assert.equal(await text(), ' tide');
    second.open();
    assert.equal(await text(), ' rises');
    await chunks.return?.();
  });

  test('streamed with the usage, which comes last and only when it is asked for', async () => {
    await using model = await service.addModel();
    const ask = (options: object) =>
      service
        .openai()
        .chat.completions.create({ model: model.name, messages: HELLO, stream: true, ...options })
        .then(collect);
    const told = await ask({ stream_options: { include_usage: true } });
    assert.deepEqual(told.at(-1)?.choices, []);
    assert.equal(told.at(-1)?.usage?.completion_tokens, 16);
    const untold = await ask({});
    assert.equal(untold.length, told.length - 1);
    assert.ok(untold.every((chunk) => chunk.usage == null));
  });

  test('collected by the stream helper', async () => {
    await using model = await service.addModel();
    model.upstream.handle(() => stream('unicode.sse'));
    const runner = service.openai().chat.completions.stream({ model: model.name, messages: HELLO });
    const deltas: string[] = [];
    runner.on('content', (delta) => deltas.push(delta));
    const completion = await runner.finalChatCompletion();
    const sent = JSON.parse(file('unicode.json').toString());
    assert.equal(completion.choices[0]?.message.content, sent.choices[0].message.content);
    assert.equal(deltas.join(''), sent.choices[0].message.content);
  });

  test('several choices, token probabilities, refusals and filtered content', async () => {
    await using model = await service.addModel();
    const ask = (name: string, options: object) => {
      model.upstream.enqueue(whole(name));
      const request = { model: model.name, messages: HELLO, ...options };
      return service.openai().chat.completions.create({ ...request, stream: false });
    };
    const several = await ask('several-choices.json', { n: 3 });
    assert.deepEqual(
      several.choices.map(({ index }) => index),
      several.choices.map((_, index) => index),
    );
    assert.ok(several.choices.length > 1);
    assert.equal(upstreamBody(model).n, 3);
    const probable = await ask('logprobs.json', { logprobs: true, top_logprobs: 2 });
    assert.ok(probable.choices[0]?.logprobs?.content?.[0]?.top_logprobs.length === 2);
    const refused = await ask('refusal.json', {});
    assert.ok(refused.choices[0]?.message.refusal);
    const filtered = await ask('content-filter.json', {});
    assert.equal(filtered.choices[0]?.finish_reason, 'content_filter');
    const cut = await ask('length.json', { max_tokens: 3 });
    assert.equal(cut.choices[0]?.finish_reason, 'length');
  });

  test('several choices in one stream', async () => {
    await using model = await service.addModel();
    model.upstream.handle(() => stream('several-choices.sse'));
    const runner = service
      .openai()
      .chat.completions.stream({ model: model.name, messages: HELLO, n: 2 });
    const { choices } = await runner.finalChatCompletion();
    const sent = JSON.parse(file('several-choices.json').toString());
    assert.deepEqual(
      choices.map(({ message }) => message.content),
      sent.choices.map(({ message }: { message: { content: string } }) => message.content),
    );
  });
});

describe('a client that leaves', () => {
  test('can abort in the middle of a stream; the upstream is left, the charge stays', async () => {
    await using model = await service.addModel();
    const events = splitEvents(file('text-without-usage.sse'));
    model.upstream.enqueue(sseReply([...events.slice(0, 4), createGate()], { ending: 'never' }));
    const { data, request_id } = await service
      .openai()
      .chat.completions.create({ model: model.name, messages: HELLO, stream: true })
      .withResponse();
    let seen = 0;
    for await (const _ of data) if (++seen === 3) data.controller.abort();
    await model.upstream.requests[0]?.aborted;
    const record = await service.usageOf(request_id);
    assert.equal(record.outcome, 'aborted');
    assert.equal(record.usage_source, 'estimate');
    assert.ok(record.usage.output! >= 2 && record.usage.output! <= 4, `${record.usage.output}`);
  });

  test('can abort a whole answer; it is read to its end and charged by its usage', async () => {
    await using model = await service.addModel();
    const gate = createGate();
    model.upstream.enqueue({ ...whole('text.json'), headersGate: gate });
    const leaving = new AbortController();
    const asked = service
      .openai()
      .chat.completions.create({ model: model.name, messages: HELLO }, { signal: leaving.signal });
    await gate.reached;
    const before = (await service.world.account.view()).Balance;
    leaving.abort();
    await assert.rejects(asked, APIUserAbortError);
    gate.open();
    assert.equal(await model.upstream.requests[0]?.finished, 'complete');
    await balanceBelow(before);
    // 14 tokens at $1 and 7 at $2 per million.
    assert.equal((await service.world.account.view()).Balance, toDollars(before - 0.000028));
  });
});

/** Money is exact in the ledger; the view is a number. */
const toDollars = (amount: number): number => Number(amount.toFixed(9));

async function balanceBelow(amount: number): Promise<void> {
  await until('the charge', async () => {
    const { Balance } = await service.world.account.view();
    return Balance < amount || undefined;
  });
}
