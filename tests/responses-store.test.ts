import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { answerChat, chatChunks, createGate, jsonReply, sseReply } from '@meridian/testkit';
import type OpenAI from 'openai';
import { BadRequestError, NotFoundError } from 'openai';
import { collect } from './support/collect.ts';
import { type ServedModel, type Service, startService } from './support/service.ts';
import { until } from './support/until.ts';

let service: Service;
let model: ServedModel;
let client: OpenAI;
before(async () => {
  service = await startService();
  // An upstream that knows chat only: what the API remembers is remembered here.
  model = await service.addModel();
  client = service.openai();
});
after(async () => {
  await using stack = new AsyncDisposableStack();
  stack.use(service);
  stack.use(model);
});

function completion(content: string) {
  return jsonReply({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_760_000_000,
    model: model.name,
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 },
  });
}

function lastMessages(): readonly { role: string; content: unknown }[] {
  const body = model.upstream.requests.at(-1)?.body.toString('utf8') ?? '{}';
  return (JSON.parse(body) as { messages: { role: string; content: unknown }[] }).messages;
}

describe('a response', () => {
  test('is kept, fetched, listed, continued and deleted', async () => {
    model.upstream.enqueue(completion('Four.'));
    const first = await client.responses.create({ model: model.name, input: 'Two and two?' });
    assert.equal(first.output_text, 'Four.');
    const kept = await client.responses.retrieve(first.id);
    assert.deepEqual(kept.output, first.output);
    assert.deepEqual(kept.usage, first.usage);

    model.upstream.enqueue(completion('Eight.'));
    const second = await client.responses.create({
      model: model.name,
      input: 'Twice that?',
      previous_response_id: first.id,
    });
    assert.equal(second.previous_response_id, first.id);
    const sent = lastMessages().map(({ role, content }) => [role, JSON.stringify(content)]);
    assert.deepEqual(
      sent.map(([role]) => role),
      ['user', 'assistant', 'user'],
    );
    assert.match(sent[1]?.[1] ?? '', /Four\./);

    const items = await client.responses.inputItems.list(second.id, { order: 'asc' });
    assert.equal(items.data.length, 3);
    const deleted = await client.responses.delete(first.id);
    assert.equal((deleted as unknown as { deleted: boolean }).deleted, true);
    await assert.rejects(client.responses.retrieve(first.id), NotFoundError);
    await assert.rejects(
      client.responses.create({
        model: model.name,
        input: 'And now?',
        previous_response_id: first.id,
      }),
      (error: Error & { status?: number; code?: string; param?: string }) =>
        error.status === 400 &&
        error.code === 'previous_response_not_found' &&
        error.param === 'previous_response_id',
    );
  });

  test('is streamed again from where its stream broke off', async () => {
    model.upstream.enqueue(completion('Four.'));
    const { id } = await client.responses.create({ model: model.name, input: 'Two and two?' });
    const all = await collect(await client.responses.retrieve(id, { stream: true }));
    const rest = await collect(
      await client.responses.retrieve(id, { stream: true, starting_after: 3 }),
    );
    assert.deepEqual(rest, all.slice(4));
    assert.equal(rest.at(-1)?.type, 'response.completed');
  });

  test('has its input counted, with all that it goes on from, free of charge', async () => {
    model.upstream.enqueue(completion('A word and another word and one more.'));
    const first = await client.responses.create({ model: model.name, input: 'Say some words.' });
    const before = (await service.world.account.view()).Balance;
    const asked = model.upstream.requests.length;
    const count = async (more: object): Promise<number> =>
      (await client.responses.inputTokens.count({ model: model.name, input: 'Hello', ...more }))
        .input_tokens;
    const alone = await count({});
    assert.ok(alone >= 1 && alone < 20, String(alone));
    assert.ok((await count({ previous_response_id: first.id })) >= alone + 8);
    await assert.rejects(count({ previous_response_id: 'resp_none' }), BadRequestError);
    assert.equal(model.upstream.requests.length, asked);
    assert.equal((await service.world.account.view()).Balance, before);
  });

  test('of somebody else does not exist', async () => {
    model.upstream.enqueue(completion('Mine.'));
    const { id } = await client.responses.create({ model: model.name, input: 'Whose?' });
    const other = await service.world.addAccount();
    const stranger = service.openai({ apiKey: other.api.key });
    await assert.rejects(stranger.responses.retrieve(id), NotFoundError);
    await assert.rejects(stranger.responses.delete(id), NotFoundError);
    await assert.rejects(
      stranger.responses.create({ model: model.name, input: 'x', previous_response_id: id }),
    );
    assert.equal((await client.responses.retrieve(id)).id, id);
  });

  test('that is not to be stored is not', async () => {
    model.upstream.enqueue(completion('Gone.'));
    const { id } = await client.responses.create({ model: model.name, input: 'x', store: false });
    await assert.rejects(client.responses.retrieve(id), NotFoundError);
  });
});

describe('a response in the background', () => {
  test('answers at once, runs on without its client, and is charged', async () => {
    const gate = createGate();
    // What runs in the background runs as a stream, so that it can be stopped.
    model.upstream.enqueue(async (request) => {
      await gate.pass();
      return answerChat()(request);
    });
    const queued = await client.responses.create({
      model: model.name,
      input: 'Take your time.',
      background: true,
    });
    assert.equal(queued.status, 'queued');
    gate.open();
    const done = await until('the end of the run', async () => {
      const now = await client.responses.retrieve(queued.id);
      return now.status === 'completed' ? now : undefined;
    });
    assert.notEqual(textOf(done), '');
    assert.ok((done.usage?.output_tokens ?? 0) > 0);
  });

  test('that is streamed can be taken up again while it runs', async () => {
    const gate = createGate();
    const events = [...chatChunks({ completionTokens: 12, tokensPerChunk: 2 })];
    model.upstream.enqueue(sseReply([...events.slice(0, 4), gate, ...events.slice(4)]));
    const asked = { model: model.name, input: 'Count.', background: true, stream: true } as const;
    const stream = await client.responses.create(asked);
    let id = '';
    let last = -1;
    for await (const event of stream) {
      if (event.type === 'response.created') id = event.response.id;
      last = event.sequence_number;
      if (event.type === 'response.output_text.delta') break;
    }
    await gate.reached;
    const again = await client.responses.retrieve(id, { stream: true, starting_after: last });
    const rest = collect(again);
    gate.open();
    const seen = await rest;
    assert.deepEqual(
      seen.map((event) => event.sequence_number),
      seen.map((_, at) => last + 1 + at),
    );
    const end = seen.at(-1);
    assert.equal(end?.type, 'response.completed');
    const kept = await until('the end of the run', async () => {
      const now = await client.responses.retrieve(id);
      return now.status === 'completed' ? now : undefined;
    });
    assert.equal(textOf(kept), end?.type === 'response.completed' && textOf(end.response));
  });

  test('is stopped by a cancel', async () => {
    const gate = createGate();
    model.upstream.enqueue(async (request) => {
      await gate.pass();
      return answerChat()(request);
    });
    const queued = await client.responses.create({
      model: model.name,
      input: 'Take your time.',
      background: true,
    });
    const cancelled = await client.responses.cancel(queued.id);
    assert.equal(cancelled.status, 'cancelled');
    gate.open();
    assert.equal((await client.responses.retrieve(queued.id)).status, 'cancelled');
  });
});

function textOf(response: OpenAI.Responses.Response): string {
  return response.output
    .flatMap((item) => (item.type === 'message' ? item.content : []))
    .map((part) => (part.type === 'output_text' ? part.text : ''))
    .join('');
}
