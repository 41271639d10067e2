import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createFakeClock, type FakeClock } from '@meridian/testkit';
import type { Failure } from '../../kernel/index.ts';
import { responsesClient } from '../../protocols/index.ts';
import type { Arrival, Responder } from '../ports.ts';
import { type BackgroundRuns, createBackgroundRuns } from './background-runs.ts';
import { createResponsesFront, type PreparedArrival } from './front.ts';
import { createResponsesService, type ResponsesService } from './service.ts';
import { FakeClient, settled } from './testing/fake-client.ts';
import { createMemoryStore, type MemoryStore } from './testing/memory-store.ts';

const ME = 1;

interface World {
  readonly store: MemoryStore;
  readonly clock: FakeClock;
  readonly runs: BackgroundRuns;
  readonly service: ResponsesService;
  /** What reached the pipeline, with the one to answer to. */
  readonly reached: { readonly arrival: PreparedArrival; readonly responder: Responder }[];
  readonly refused: Failure[];
  readonly faults: unknown[];
  send(body: object, accountId?: number): Promise<FakeClient>;
}

function createWorld(): World {
  const store = createMemoryStore();
  const clock = createFakeClock();
  const faults: unknown[] = [];
  const onFault = (error: unknown): void => void faults.push(error);
  const runs = createBackgroundRuns({ store, clock, onFault });
  const reached: World['reached'] = [];
  const refused: Failure[] = [];
  const front = createResponsesFront({
    store,
    runs,
    onFault,
    run: async (arrival, responder) => void reached.push({ arrival, responder }),
    refuse: (failure) => void refused.push(failure),
  });
  let requests = 0;
  return {
    store,
    clock,
    runs,
    service: createResponsesService({
      store,
      stop: (running) => runs.stop(running),
      watch: runs.watch,
    }),
    reached,
    refused,
    faults,
    async send(body, accountId = ME) {
      const client = new FakeClient();
      const arrival = {
        requestId: `0199-${String(requests++).padStart(4, '0')}`,
        caller: { accountId },
        body: Buffer.from(JSON.stringify({ model: 'm', ...body })),
        receivedAt: 5_000,
      } as Arrival;
      await front(arrival, client);
      return client;
    },
  };
}

function wholeAnswer({ arrival }: World['reached'][number], text: string): Buffer {
  return responsesClient.encodeAnswer(
    {
      id: '',
      model: 'up',
      createdAt: 5,
      choices: [{ index: 0, parts: [{ type: 'text', text }], stop: 'end' }],
      usage: undefined,
      isSuspicious: false,
    },
    { model: 'm', requestId: arrival.requestId, createdAt: 5, call: arrival.call },
  );
}

/** A streamed answer as the pipeline gives it: the first bytes, and those that wait for the charge. */
function streamOf({ arrival }: World['reached'][number], text: string) {
  const writer = responsesClient.openWriter({
    model: 'm',
    requestId: arrival.requestId,
    createdAt: 5,
    wantsUsage: true,
    call: arrival.call,
  });
  const at = { choice: 0, block: 0 };
  const first =
    writer.write({ kind: 'begin', id: 'x', model: 'up', createdAt: 5 }) +
    writer.write({ kind: 'open', ...at, head: { type: 'text' } }) +
    writer.write({ kind: 'delta', ...at, text });
  const last = writer.write({ kind: 'close', ...at }) + writer.finish(undefined);
  return { first: Buffer.from(first), last: Buffer.from(last) };
}

const errorBody = Buffer.from('{"error":{"message":"No money.","code":"insufficient_balance"}}');

describe('a response', () => {
  test('is kept before the client has it, and gone on from', async () => {
    const world = createWorld();
    const client = await world.send({ input: 'Hi' });
    const [first] = world.reached;
    first!.responder.send(200, [], wholeAnswer(first!, 'Hello'));
    await settled();
    const { id } = client.body as { id: string };
    const found = await world.store.read(ME, id);
    assert.deepEqual(found?.response, client.body);
    assert.deepEqual(found?.input, [
      {
        type: 'message',
        id: 'msg_019900008000',
        role: 'user',
        content: [{ type: 'input_text', text: 'Hi' }],
        status: 'completed',
      },
    ]);

    const second = await world.send({ input: 'And?', previous_response_id: id });
    const { arrival, responder } = world.reached[1]!;
    const input = (JSON.parse(arrival.body.toString()) as { input: { role: string }[] }).input;
    assert.deepEqual(
      input.map(({ role }) => role),
      ['user', 'assistant', 'user'],
    );
    responder.send(200, [], wholeAnswer(world.reached[1]!, 'Yes'));
    await settled();
    assert.equal(second.body.previous_response_id, id);
    const listed = await world.service.listInputItems(ME, String(second.body.id), { order: 'asc' });
    assert.equal(listed.data.length, 3);
  });

  test('that is streamed is kept before its last bytes leave', async () => {
    const world = createWorld();
    const client = await world.send({ input: 'Hi', stream: true });
    const [reached] = world.reached;
    const { first, last } = streamOf(reached!, 'Hello');
    reached!.responder.begin(200, []);
    reached!.responder.write(first);
    assert.equal(world.store.kept.size, 0);
    reached!.responder.end(last);
    assert.equal(client.isEnded, false);
    await settled();
    assert.equal(client.isEnded, true);
    assert.equal(client.text, first.toString() + last.toString());
    assert.equal([...world.store.kept.values()][0]?.status, 'completed');
  });

  test('is not kept where the client does not want it, nor an error', async () => {
    const world = createWorld();
    const client = await world.send({ input: 'Hi', store: false });
    world.reached[0]!.responder.send(200, [], wholeAnswer(world.reached[0]!, 'Hello'));
    const failed = await world.send({ input: 'Hi' });
    world.reached[1]!.responder.send(402, [], errorBody);
    await settled();
    assert.equal(client.status, 200);
    assert.equal(failed.status, 402);
    assert.equal(world.store.kept.size, 0);
  });

  test('that cannot be kept goes out, because it is paid for', async () => {
    const world = createWorld();
    world.store.failWith(new Error('the database is away'));
    const client = await world.send({ input: 'Hi' });
    world.reached[0]!.responder.send(200, [], wholeAnswer(world.reached[0]!, 'Hello'));
    await settled();
    assert.equal(client.status, 200);
    assert.equal(world.faults.length, 1);
  });

  test('is known to the upstream that stored it', async () => {
    const world = createWorld();
    const client = await world.send({ input: 'Hi' });
    const { arrival, responder } = world.reached[0]!;
    arrival.memory.storedBy = 7;
    responder.send(200, [], wholeAnswer(world.reached[0]!, 'Hello'));
    await settled();
    await world.send({ input: 'And?', previous_response_id: client.body.id });
    const next = world.reached[1]!.arrival;
    assert.equal(next.memory.knownTo, 7);
    assert.equal(next.call.original?.previousResponseId, client.body.id);
  });

  test('of another account is not gone on from', async () => {
    const world = createWorld();
    const client = await world.send({ input: 'Hi' });
    world.reached[0]!.responder.send(200, [], wholeAnswer(world.reached[0]!, 'Hello'));
    await settled();
    await world.send({ input: 'And?', previous_response_id: client.body.id }, 2);
    assert.equal(world.reached.length, 1);
    assert.equal(world.refused[0]?.detail.param, 'previous_response_id');
  });
});

test('a request that cannot be read does not reach the pipeline', async () => {
  const world = createWorld();
  await world.send({ input: 7 });
  assert.equal(world.refused[0]?.code, 'invalid_request');
  assert.equal(world.reached.length, 0);
});

describe('a response in the background', () => {
  async function begin(body: object = {}) {
    const world = createWorld();
    const client = await world.send({ input: 'Hi', background: true, ...body });
    const [reached] = world.reached;
    return { world, client, reached: reached!, responder: reached!.responder };
  }
  type Admitting = Responder & { admitted(): Promise<void> };

  test('runs as a stream in the foreground, and its client has an answer at once', async () => {
    const { client, reached, responder, world } = await begin();
    const sent = JSON.parse(reached.arrival.body.toString()) as Record<string, unknown>;
    assert.equal(sent.background, false);
    assert.equal(sent.stream, true);
    assert.equal(reached.arrival.call.isStream, true);
    assert.equal(client.isEnded, false);
    await (responder as Admitting).admitted();
    assert.equal(client.status, 200);
    assert.equal(client.body.status, 'queued');
    assert.equal(client.body.background, true);
    assert.deepEqual(client.body.output, []);
    const found = await world.service.read(ME, String(client.body.id));
    assert.deepEqual(found, client.body);
    assert.equal(world.runs.count, 1);
  });

  test('has its result under the id that was told', async () => {
    const { client, reached, responder, world } = await begin();
    await (responder as Admitting).admitted();
    client.hangUp();
    assert.equal(responder.isGone, false);
    const { first, last } = streamOf(reached, 'Hello');
    responder.begin(200, []);
    assert.equal(responder.write(first), true);
    responder.end(last);
    await settled();
    const response = await world.service.read(ME, String(client.body.id));
    assert.equal(response.status, 'completed');
    assert.equal(response.id, client.body.id);
    assert.equal(response.background, true);
    assert.equal(
      (response.output as { content: { text: string }[] }[])[0]?.content[0]?.text,
      'Hello',
    );
    assert.equal(world.runs.count, 0);
    assert.equal(client.body.status, 'queued');
  });

  test('is in progress from its first content on', async () => {
    const { client, responder, world } = await begin();
    await (responder as Admitting).admitted();
    responder.begin(200, []);
    await settled();
    assert.equal((await world.service.read(ME, String(client.body.id))).status, 'in_progress');
    assert.equal(client.body.status, 'queued');
  });

  test('answers its client in any case, at its end at the latest', async () => {
    const late = await begin();
    late.responder.begin(200, []);
    await settled();
    assert.equal(late.client.body.status, 'in_progress');
    const latest = await begin();
    latest.responder.end(streamOf(latest.reached, 'Hello').last);
    await settled();
    assert.equal(latest.client.body.status, 'completed');
  });

  test('that is refused before it runs tells its client so', async () => {
    const { client, responder, world } = await begin();
    responder.send(402, [], errorBody);
    await settled();
    assert.equal(client.status, 402);
    assert.equal(world.store.kept.size, 0);
  });

  test('that fails later has failed, with the reason', async () => {
    for (const fail of ['send', 'end'] as const) {
      const { client, responder, world } = await begin();
      await (responder as Admitting).admitted();
      if (fail === 'send') responder.send(503, [], errorBody);
      else
        responder.end(
          Buffer.from(`event: error\ndata: {"type":"error",${errorBody.toString().slice(1)}\n\n`),
        );
      await settled();
      const response = await world.service.read(ME, String(client.body.id));
      assert.equal(response.status, 'failed');
      assert.deepEqual(response.error, { code: 'insufficient_balance', message: 'No money.' });
      assert.equal(world.runs.count, 0);
    }
  });

  test('is stopped when it is cancelled here, and stays cancelled', async () => {
    const { client, reached, responder, world } = await begin();
    await (responder as Admitting).admitted();
    let isStopped = false;
    responder.onGone(() => {
      isStopped = true;
    });
    const id = String(client.body.id);
    assert.equal((await world.service.cancel(ME, id)).status, 'cancelled');
    assert.ok(isStopped && responder.isGone);
    responder.end(streamOf(reached, 'Too late').last);
    await settled();
    assert.equal((await world.service.read(ME, id)).status, 'cancelled');
    assert.equal(world.runs.count, 0);
  });

  test('is stopped when it is cancelled on another node, or deleted', async () => {
    for (const how of ['cancel', 'remove'] as const) {
      const { client, responder, world } = await begin();
      await (responder as Admitting).admitted();
      const elsewhere = createResponsesService({
        store: world.store,
        stop: () => undefined,
        watch: () => undefined,
      });
      await elsewhere[how](ME, String(client.body.id));
      assert.equal(responder.isGone, false);
      await world.clock.advanceAsync(5_000);
      await settled();
      assert.equal(responder.isGone, true);
    }
  });

  test('tells the store that it runs for as long as it does', async () => {
    const { reached, responder, world } = await begin();
    let beats = 0;
    const { beat } = world.store;
    world.store.beat = (running) => {
      beats += running.length;
      return beat(running);
    };
    await (responder as Admitting).admitted();
    for (let n = 0; n < 3; n++) await world.clock.advanceAsync(5_000);
    assert.equal(beats, 3);
    responder.end(streamOf(reached, 'Hello').last);
    await settled();
    for (let n = 0; n < 3; n++) await world.clock.advanceAsync(5_000);
    assert.equal(beats, 3);
  });

  test('shows its stream to a client that wants it, and goes on when that leaves', async () => {
    const { client, reached, responder, world } = await begin({ stream: true });
    await (responder as Admitting).admitted();
    assert.equal(client.isBegun, false);
    const { first, last } = streamOf(reached, 'Hello');
    responder.begin(200, []);
    responder.write(first);
    assert.equal(client.text, first.toString());
    await settled();
    const id = String((await [...world.store.kept.values()][0]?.id) ?? '');
    assert.match(client.text, new RegExp(`"id":"${id}"`));
    assert.equal((await world.service.read(ME, id)).status, 'in_progress');
    client.hangUp();
    assert.equal(responder.isGone, false);
    assert.equal(responder.write(Buffer.from(': more\n\n')), true);
    responder.end(last);
    await settled();
    assert.equal((await world.service.read(ME, id)).status, 'completed');
    assert.equal(client.text, first.toString());
  });

  test('waits for a slow client as long as it is there', async () => {
    const { client, reached, responder } = await begin({ stream: true });
    let drained = 0;
    responder.onDrain(() => drained++);
    responder.begin(200, []);
    client.isSlow = true;
    assert.equal(responder.write(streamOf(reached, 'Hello').first), false);
    client.catchUp();
    assert.equal(drained, 1);
    client.isSlow = true;
    client.hangUp();
    assert.equal(drained, 2);
    assert.equal(responder.write(Buffer.from(': more\n\n')), true);
  });

  test('is kept although it says that it is not stored: there is no other way to it', async () => {
    const { client, responder, world } = await begin({ store: false });
    await (responder as Admitting).admitted();
    assert.equal(world.store.kept.size, 1);
    assert.equal(client.body.status, 'queued');
  });
});
