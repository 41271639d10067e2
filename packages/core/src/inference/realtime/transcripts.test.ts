import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { createFakeClock, responseCreated, responseDone } from '@meridian/testkit';
import { settled } from '../pipeline-world.ts';
import { CALLER, createSessionWorld, type SessionWorld } from './testing/session-world.ts';

const COMPLETED = 'conversation.item.input_audio_transcription.completed';

let world: SessionWorld;
beforeEach(() => {
  world = createSessionWorld(createFakeClock());
});

const choose = (model: string | null) =>
  world.client({
    type: 'session.update',
    event_id: 'mine',
    session: { type: 'realtime', audio: { input: { transcription: model && { model } } } },
  });
const completed = (usage: unknown, item_id = 'i') =>
  world.upstream({ type: COMPLETED, item_id, transcript: 'Hello there', usage });
const lastShown = () => world.shown[world.shown.length - 1];

test('who transcribes is admitted, and named as the upstream knows it', async () => {
  await choose('ears');
  const { session } = world.sent[0] as { session?: object };
  assert.deepEqual(session, {
    ...{ type: 'realtime', audio: { input: { transcription: { model: 'deployment-of-ears' } } } },
  });
  await world.upstream({ type: 'session.updated', session });
  assert.deepEqual(lastShown()?.session, {
    ...{ type: 'realtime', audio: { input: { transcription: { model: 'ears' } } } },
  });
});

test('a model that the caller may not have is refused, and the session stays as it was', async () => {
  await choose('unknown-ears');
  assert.equal(world.sent.length, 0);
  assert.equal(lastShown()?.error?.event_id, 'mine');
  world.caller = { ...CALLER, routing: { ...CALLER.routing, allowModels: [['voice']] } };
  await choose('ears');
  assert.equal(lastShown()?.error?.code, 'model_not_allowed');
  assert.equal(world.sent.length, 0);
});

test('a transcript is charged by its tokens at the price of its model, before it is shown', async () => {
  await choose('ears');
  const { promise, resolve } = Promise.withResolvers<void>();
  world.ledger.commit = promise;
  const usage = {
    ...{ type: 'tokens', input_tokens: 48, output_tokens: 10 },
    input_token_details: { text_tokens: 8, audio_tokens: 40 },
  };
  await completed(usage);
  assert.deepEqual(world.news().shown, []);
  resolve();
  await settled();
  assert.deepEqual(world.news().shown, [COMPLETED]);
  const [record] = world.ledger.records;
  assert.equal(record?.cost, 8n * 2_000n + 40n * 6_000n + 10n * 10_000n);
  assert.deepEqual(
    [record.modelAsked, record.modelUsed, record.source, record.surface, record.providerKeyId],
    ['ears', 'ears', 'provider', 'realtime', 7],
  );
});

test('by its seconds where its model is paid by the minute', async () => {
  await choose('ears-by-the-minute');
  await completed({ type: 'duration', seconds: 9.5 });
  assert.equal(world.ledger.records[0]?.usage.units, 10);
  assert.equal(world.ledger.records[0]?.cost, 1_000_000n);
});

test('by what was heard here where the upstream tells nothing that its price meters', async () => {
  await choose('ears-by-the-minute');
  await world.upstream({
    ...{ type: 'input_audio_buffer.speech_started', item_id: 'i', audio_start_ms: 1_000 },
  });
  await world.upstream({
    ...{ type: 'input_audio_buffer.speech_stopped', item_id: 'i', audio_end_ms: 4_000 },
  });
  await world.upstream({ type: 'input_audio_buffer.committed', item_id: 'i' });
  await completed({ type: 'tokens', input_tokens: 30, output_tokens: 4 });
  await world.client({
    ...{ type: 'input_audio_buffer.append', audio: Buffer.alloc(48_000 * 6).toString('base64') },
  });
  await world.upstream({ type: 'input_audio_buffer.committed', item_id: 'j' });
  await completed(undefined, 'j');
  const told = world.ledger.records.map(({ usage, source }) => [usage.units, source]);
  assert.deepEqual(told, [
    [3, 'estimate'],
    [6, 'estimate'],
  ]);
  await choose('ears');
  await world.client({
    ...{ type: 'input_audio_buffer.append', audio: Buffer.alloc(48_000 * 2).toString('base64') },
  });
  await world.upstream({ type: 'input_audio_buffer.committed', item_id: 'k' });
  await completed({ type: 'duration', seconds: 2 }, 'k');
  const { usage, source } = world.ledger.records[2]!;
  assert.deepEqual([usage.inputAudio, usage.output, source], [20, 3, 'estimate']);
});

test('audio that was thrown away is not heard', async () => {
  await choose('ears-by-the-minute');
  const audio = Buffer.alloc(48_000 * 6).toString('base64');
  await world.client({ type: 'input_audio_buffer.append', audio });
  await world.client({ type: 'input_audio_buffer.clear' });
  await world.client({ type: 'input_audio_buffer.append', audio });
  await world.upstream({ type: 'input_audio_buffer.committed', item_id: 'i' });
  await completed(undefined);
  assert.equal(world.ledger.records[0]?.usage.units, 6);
});

test('one that the balance does not cover is not shown; the session goes on', async () => {
  await choose('ears');
  world.ledger.free = 10n;
  await completed({ type: 'tokens', input_tokens: 48, output_tokens: 10 });
  assert.deepEqual(world.news().shown, ['error']);
  assert.equal(lastShown()?.error?.code, 'insufficient_balance');
  assert.equal(world.ledger.open.size, 0);
  world.ledger.free = 1_000_000n;
  await completed({ type: 'tokens', input_tokens: 48, output_tokens: 10 });
  assert.deepEqual(world.news().shown, [COMPLETED]);
});

test('one that nobody chose is charged at the price of the session', async () => {
  await completed({ type: 'tokens', input_tokens: 10, output_tokens: 0 });
  assert.equal(world.ledger.records[0]?.modelUsed, 'voice');
  assert.equal(world.ledger.records[0]?.cost, 40_000n);
});

test('transcripts and responses are charged apart', async () => {
  await choose('ears');
  await world.upstream(responseCreated('a'));
  await completed({ type: 'tokens', input_tokens: 10, output_tokens: 0 });
  await world.upstream(responseDone('a', { usage: { inputText: 1 } }));
  assert.deepEqual(
    world.ledger.records.map(({ modelUsed, cost }) => [modelUsed, cost]),
    [
      ['ears', 20_000n],
      ['voice', 4_000n],
    ],
  );
});

test('nobody transcribes any more once the client says so', async () => {
  await choose('ears');
  await choose(null);
  await completed({ type: 'tokens', input_tokens: 10, output_tokens: 0 });
  assert.equal(world.ledger.records[0]?.modelUsed, 'voice');
});
