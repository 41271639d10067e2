import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { RealtimeTokens } from '@meridian/testkit';
import { addVoice, bucketsOf, chargesOf, meet, type VoiceModel } from './support/realtime.ts';
import { type Service, startService } from './support/service.ts';

const SPOKEN: RealtimeTokens = {
  inputText: 30,
  cachedText: 10,
  inputAudio: 40,
  cachedAudio: 15,
  outputText: 12,
  outputAudio: 60,
};
/** (20 × 4 + 25 × 32 + 25 × 0.4 + 12 × 16 + 60 × 64) millionths. */
const SPOKEN_COST = '0.004922';

let service: Service;
let voice: VoiceModel;
before(async () => {
  service = await startService();
  voice = await addVoice(service, { models: ['ears'] });
});
after(async () => {
  await voice?.[Symbol.asyncDispose]();
  await service?.[Symbol.asyncDispose]();
});

const newAccount = (CreditGranted = 10) => service.world.addAccount({ CreditGranted });

describe('a session of OpenAI’s own client', () => {
  test('a written answer passes as it is, and its usage is what is billed', async () => {
    const account = await newAccount();
    const { client, session } = await meet(service, voice, account.api.key);
    using _ = client;
    assert.equal(session.path, `/v1/realtime?model=${voice.name}`);
    assert.equal(session.headers.authorization, `Bearer ${voice.secret}`);
    client.send({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] },
    });
    client.send({ type: 'response.create', response: { output_modalities: ['text'] } });
    const asked = await session.next('response.create');
    assert.deepEqual(asked.response, { output_modalities: ['text'] });
    session.answer('resp_1', { text: ['Hel', 'lo'], usage: { inputText: 20, outputText: 7 } });
    const done = await client.next('response.done');
    assert.equal((done.response as { id: string }).id, 'resp_1');
    assert.deepEqual(
      client.events.map(({ type }) => type),
      [
        'session.created',
        'response.created',
        'response.output_item.added',
        'response.output_text.delta',
        'response.output_text.delta',
        'response.done',
      ],
    );
    // The charge is durable before the client sees the end.
    const [charge] = await chargesOf(service, account.id, 1);
    assert.deepEqual(bucketsOf(charge), { input: 20, output: 7 });
    assert.equal(charge?.charge.cost, '0.000192');
    assert.equal((await account.view()).Balance, 9.999808);
  });

  test('a spoken one is billed by what of it is text, audio and cached', async () => {
    const account = await newAccount();
    const { client, session } = await meet(service, voice, account.api.key);
    using _ = client;
    const audio = Buffer.alloc(4_800).toString('base64');
    client.send({ type: 'input_audio_buffer.append', audio });
    client.send({ type: 'input_audio_buffer.commit' });
    assert.equal((await session.next('input_audio_buffer.append')).audio, audio);
    session.send({ type: 'input_audio_buffer.committed', item_id: 'item_1', event_id: 'e1' });
    client.send({ type: 'response.create' });
    await session.next('response.create');
    const piece = Buffer.alloc(2_400, 7);
    session.answer('resp_1', { text: ['Hi'], audio: [piece, piece], usage: SPOKEN });
    await client.next('response.done');
    const heard = client.events.filter(({ type }) => type === 'response.output_audio.delta');
    assert.deepEqual(
      heard.map(({ delta }) => delta),
      [piece.toString('base64'), piece.toString('base64')],
    );
    const [charge] = await chargesOf(service, account.id, 1);
    assert.equal(charge?.charge.cost, SPOKEN_COST);
    assert.deepEqual(bucketsOf(charge), {
      ...{ input: 20, inputAudio: 25, cacheRead: 25, output: 12, outputAudio: 60 },
    });
  });

  test('each response is charged apart, what the upstream begins by itself too', async () => {
    const account = await newAccount();
    const { client, session } = await meet(service, voice, account.api.key);
    using _ = client;
    client.send({ type: 'response.create' });
    await session.next('response.create');
    session.answer('resp_1', { text: ['a'], usage: { inputText: 10, outputText: 1 } });
    await client.next('response.done');
    session.answer('resp_2', { text: ['b'], usage: { inputText: 20, outputText: 2 } });
    await client.next('response.done');
    const charges = await chargesOf(service, account.id, 2);
    assert.deepEqual(charges.map(bucketsOf), [
      { input: 10, output: 1 },
      { input: 20, output: 2 },
    ]);
    assert.deepEqual(new Set(charges.map(({ endpoint }) => endpoint)), new Set(['realtime']));
  });

  test('a transcript is charged by the price of the model that writes it', async () => {
    const account = await newAccount();
    const { client, session } = await meet(service, voice, account.api.key);
    using _ = client;
    const transcription = { model: 'ears' };
    client.send({
      type: 'session.update',
      session: { type: 'realtime', audio: { input: { transcription } } },
    });
    await session.next('session.update');
    const type = 'conversation.item.input_audio_transcription.completed';
    session.send({
      ...{ type, event_id: 'e', item_id: 'item_1', content_index: 0, transcript: 'Hello' },
      usage: {
        ...{ type: 'tokens', total_tokens: 22, input_tokens: 20, output_tokens: 2 },
        input_token_details: { text_tokens: 0, audio_tokens: 20 },
      },
    });
    assert.equal((await client.next(type)).transcript, 'Hello');
    const [charge] = await chargesOf(service, account.id, 1);
    assert.equal(charge?.model, 'ears');
    // The price of the key, which has all its models: 20 × 32 + 2 × 16.
    assert.equal(charge.charge.cost, '0.000672');
  });

  test('a cancelled response is charged by what its end tells', async () => {
    const account = await newAccount();
    const { client, session } = await meet(service, voice, account.api.key);
    using _ = client;
    client.send({ type: 'response.create' });
    await session.next('response.create');
    session.begin('resp_1');
    session.stream('resp_1', { text: ['a'], usage: {} });
    await client.next('response.output_text.delta');
    client.send({ type: 'response.cancel', response_id: 'resp_1' });
    const cancel = await session.next('response.cancel');
    assert.equal(cancel.response_id, 'resp_1');
    const usage = { inputText: 10, outputText: 3 };
    session.finish('resp_1', { usage, status: 'cancelled' });
    await client.next('response.done');
    const [charge] = await chargesOf(service, account.id, 1);
    assert.deepEqual(bucketsOf(charge), { input: 10, output: 3 });
    assert.equal(charge?.outcome, 'aborted');
  });
});

describe('a client that leaves in the middle of a response', () => {
  const leaveMidway = async (key: string) => {
    const { client, session } = await meet(service, voice, key);
    client.send({ type: 'response.create' });
    await session.next('response.create');
    session.begin('resp_1');
    session.stream('resp_1', { text: ['some words'], usage: {} });
    await client.next('response.output_text.delta');
    client[Symbol.dispose]();
    const cancel = await session.next('response.cancel');
    assert.equal(cancel.response_id, 'resp_1');
    return session;
  };

  test('pays what the end of the response tells', async () => {
    const account = await newAccount();
    const session = await leaveMidway(account.api.key);
    session.finish('resp_1', { usage: { inputText: 9, outputText: 4 }, status: 'cancelled' });
    const [charge] = await chargesOf(service, account.id, 1);
    assert.deepEqual(bucketsOf(charge), { input: 9, output: 4 });
    assert.equal(charge?.usage_source, 'provider');
    assert.equal((await session.closed).code, 1000);
  });

  test('pays what was generated where the upstream tells nothing any more', async () => {
    const account = await newAccount();
    const session = await leaveMidway(account.api.key);
    const [charge] = await chargesOf(service, account.id, 1);
    assert.equal(charge?.usage_source, 'estimate');
    assert.equal(charge.outcome, 'aborted');
    assert.equal(charge.usage.output, 2);
    await session.closed;
  });
});

describe('a session whose caller runs out of something', () => {
  test('gets an error event, and goes on after a grant', async () => {
    const account = await newAccount(2);
    const { client, session } = await meet(service, voice, account.api.key);
    using _ = client;
    const dear = { inputText: 100, outputAudio: 30_000 };
    client.send({ type: 'response.create' });
    await session.next('response.create');
    session.answer('resp_1', { text: ['a'], usage: dear });
    await client.next('response.done');
    assert.ok((await account.view()).Balance < 0.5);
    client.send({ type: 'response.create', event_id: 'mine' });
    const { error } = (await client.next('error')) as { error?: Record<string, unknown> };
    assert.equal(error?.type, 'insufficient_balance');
    assert.equal(error.event_id, 'mine');
    assert.equal(session.received.length, 1);
    await service.world.root.call('PUT', `/x-users/${account.id}`, { CreditGranted: 5 });
    // The ledger repeats a refusal for 75 ms before it looks again.
    await setTimeout(150);
    client.send({ type: 'response.create' });
    await session.next('response.create');
    session.answer('resp_2', { text: ['b'], usage: { outputText: 1 } });
    await client.next('response.done');
    assert.equal((await chargesOf(service, account.id, 2)).length, 2);
  });

  test('what the upstream begins by itself is cancelled, and not charged', async () => {
    const account = await newAccount(2);
    const { client, session } = await meet(service, voice, account.api.key);
    using _ = client;
    client.send({ type: 'response.create' });
    await session.next('response.create');
    session.answer('resp_1', { text: ['a'], usage: { outputAudio: 30_000 } });
    await client.next('response.done');
    session.begin('resp_2');
    await client.next('error');
    assert.equal((await session.next('response.cancel')).response_id, 'resp_2');
    session.stream('resp_2', { text: ['free?'], usage: {} });
    session.finish('resp_2', { usage: { outputText: 2 }, status: 'cancelled' });
    await client.next('response.done');
    assert.ok(!JSON.stringify(client.events.slice(-3)).includes('free?'));
    assert.equal((await chargesOf(service, account.id, 1)).length, 1);
  });

  test('a rate limit refuses one response, not the session', async () => {
    const account = await service.world.addAccount({ CreditGranted: 10, RPM: 1 });
    const { client, session } = await meet(service, voice, account.api.key);
    using _ = client;
    client.send({ type: 'response.create' });
    await session.next('response.create');
    session.answer('resp_1', { text: ['a'], usage: { outputText: 1 } });
    await client.next('response.done');
    client.send({ type: 'response.create' });
    const { error } = (await client.next('error')) as { error?: Record<string, unknown> };
    assert.equal(error?.code, 'rate_limit_exceeded');
    client.send({ type: 'input_audio_buffer.clear' });
    await session.next('input_audio_buffer.clear');
  });

  test('a disabled account gets no further response', async () => {
    const account = await newAccount();
    const { client, session } = await meet(service, voice, account.api.key);
    using _ = client;
    await service.world.root.call('PUT', `/x-users/${account.id}`, { Status: false });
    client.send({ type: 'response.create' });
    const { error } = (await client.next('error')) as { error?: Record<string, unknown> };
    assert.equal(error?.code, 'account_disabled');
    assert.equal(session.received.length, 0);
  });
});
