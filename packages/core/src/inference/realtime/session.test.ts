import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import {
  createFakeClock,
  type FakeClock,
  type RealtimeTokens,
  responseCreated,
  responseDeltas,
  responseDone,
} from '@meridian/testkit';
import { nanodollars } from '../../kernel/index.ts';
import { settled } from '../pipeline-world.ts';
import {
  CALLER,
  createSessionWorld,
  DEPLOYMENT,
  MODEL,
  SECRET,
  type SessionWorld,
} from './testing/session-world.ts';

const CREATE = { type: 'response.create' };
const USAGE: RealtimeTokens = { inputText: 20, inputAudio: 10, outputText: 5, outputAudio: 50 };
/** 20 × 4 + 10 × 32 + 5 × 16 + 50 × 64, in microdollars. */
const COST = 3_680_000n;
const done = (id: string, more: object = {}) => responseDone(id, { usage: USAGE, ...more });
const [, delta = {}] = responseDeltas('a', { text: ['Hello'], usage: {} });

let clock: FakeClock;
let world: SessionWorld;
beforeEach(() => {
  clock = createFakeClock();
  world = createSessionWorld(clock);
});

const lastShown = () => world.shown[world.shown.length - 1];

describe('a response that the client asks for', () => {
  test('is held before it goes on, and charged by its usage before its end is shown', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    world.ledger.commit = promise;
    await world.client(CREATE);
    assert.equal(world.ledger.open.size, 1);
    assert.deepEqual(world.news().sent, ['response.create']);
    await world.upstream(responseCreated('a'));
    await world.upstream(delta);
    assert.deepEqual(world.news().shown, ['response.created', 'response.output_text.delta']);
    await world.upstream(done('a'));
    assert.deepEqual(world.news().shown, []);
    resolve();
    await settled();
    assert.deepEqual(world.news().shown, ['response.done']);
    const [record] = world.ledger.records;
    assert.equal(record?.cost, COST);
    assert.equal(record.surface, 'realtime');
    assert.deepEqual(
      [record.modelAsked, record.modelUsed, record.providerKeyId, record.outcome, record.source],
      [MODEL, MODEL, 7, 'complete', 'provider'],
    );
    assert.equal(world.ledger.open.size, 0);
    world.session.drain();
    assert.deepEqual(world.ends, ['stopping']);
  });

  test('each has a record of its own, also of two at once', async () => {
    await world.client({ ...CREATE, response: { conversation: 'none' } });
    await world.client(CREATE);
    await world.upstream(responseCreated('a', null));
    await world.upstream(responseCreated('b'));
    await world.upstream(done('b', { usage: { outputText: 1 } }));
    await world.upstream(done('a', { usage: { outputText: 2 }, conversation: null }));
    assert.deepEqual(
      world.ledger.records.map(({ usage }) => usage.output),
      [1, 2],
    );
    const ids = new Set(world.ledger.records.map(({ id }) => id));
    assert.equal(ids.size, 2);
    assert.ok(!ids.has('session'));
  });

  test('is refused with an error that names its event; the session goes on', async () => {
    world.ledger.free = 10n;
    await world.client({ ...CREATE, event_id: 'mine' });
    assert.deepEqual(world.news(), { shown: ['error'], sent: [] });
    const { error, event_id } = lastShown()!;
    assert.equal(error?.code, 'insufficient_balance');
    assert.equal(error.event_id, 'mine');
    assert.match(String(event_id), /^event_/);
    assert.equal(world.ledger.open.size, 0);
    world.ledger.free = 1_000_000_000n;
    await world.client(CREATE);
    assert.deepEqual(world.news().sent, ['response.create']);
    assert.deepEqual(world.ends, []);
  });

  test('that the upstream refuses gives its hold back, and an id of ours is not shown', async () => {
    await world.client(CREATE);
    await world.client({ ...CREATE, event_id: 'mine' });
    const [ours] = world.sent.map(({ event_id }) => event_id);
    await world.upstream({ type: 'error', event_id: 'e', error: { event_id: ours, code: 'x' } });
    assert.equal(lastShown()?.error?.event_id, null);
    assert.equal(world.ledger.open.size, 1);
    await world.upstream({ type: 'error', event_id: 'e', error: { event_id: 'mine', code: 'x' } });
    assert.equal(lastShown()?.error?.event_id, 'mine');
    assert.equal(world.ledger.open.size, 0);
    assert.deepEqual(world.ledger.records, []);
  });

  test('that the upstream never begins gives its hold back after a while', async () => {
    await world.client(CREATE);
    clock.advance(29_000);
    world.session.look();
    assert.equal(world.ledger.open.size, 1);
    clock.advance(2_000);
    world.session.look();
    assert.equal(world.ledger.open.size, 0);
  });

  test('holds what it is bounded to, and is refused where that is too much', async () => {
    await world.client({ ...CREATE, response: { max_output_tokens: 10 } });
    const [hold] = [...world.ledger.open];
    // 256 tokens that frame a conversation at 4, and 10 at 64 dollars per million.
    const [least, most] = [256_000n * 4n + 10_000n * 64n, 400_000n * 4n + 10_000n * 64n];
    assert.ok(hold!.amount >= least && hold!.amount <= most, `${hold?.amount}`);
    world.ledger.free = 500_000n;
    await world.client({ ...CREATE, response: { max_output_tokens: 10 } });
    assert.equal(lastShown()?.error?.code, 'insufficient_balance');
  });

  test('without a bound gets the one that the balance dictates', async () => {
    world.ledger.free = 30_000_000n;
    await world.client(CREATE);
    const { response } = world.sent[0] as { response?: { max_output_tokens?: number } };
    const bound = response?.max_output_tokens ?? 0;
    assert.ok(bound > 300 && bound < 469, `${bound}`);
    assert.ok(world.ledger.free < 64_000n);
  });

  test('in the beta gets it under its old name', async () => {
    world = createSessionWorld(clock, true);
    world.ledger.free = 30_000_000n;
    await world.client(CREATE);
    const { response } = world.sent[0] as { response?: object };
    assert.deepEqual(Object.keys(response ?? {}), ['max_response_output_tokens']);
  });

  test('a written one holds no speech', async () => {
    const heldFor = async (output_modalities: string[]): Promise<bigint> => {
      world = createSessionWorld(clock);
      await world.client({ ...CREATE, response: { output_modalities } });
      return [...world.ledger.open][0]!.amount;
    };
    const [spoken, written] = [await heldFor(['audio']), await heldFor(['text'])];
    // One letter of the wish, too, is a token at most.
    assert.equal(spoken - written, BigInt(4_096 * (64_000 - 16_000) + 4_000));
  });

  test('more than a session may have at once are refused', async () => {
    world.ledger.free = 10_000_000_000n;
    for (let i = 0; i < 16; i++) await world.client(CREATE);
    assert.equal(world.news().sent.length, 16);
    await world.client(CREATE);
    assert.equal(lastShown()?.error?.code, 'rate_limit_exceeded');
    assert.equal(world.ledger.open.size, 16);
  });
});

describe('a response that the upstream begins', () => {
  test('is held as it begins and charged as it ends', async () => {
    await world.upstream(responseCreated('a'));
    assert.equal(world.ledger.open.size, 1);
    await world.upstream(done('a'));
    assert.equal(world.ledger.records[0]?.cost, COST);
  });

  test('is stopped where it is refused: nothing of it is shown, nothing is charged', async () => {
    world.ledger.free = 0n;
    await world.upstream(responseCreated('a'));
    assert.deepEqual(world.news(), {
      shown: ['response.created', 'error'],
      sent: ['response.cancel'],
    });
    assert.equal(world.sent[0]?.response_id, 'a');
    await world.upstream(delta);
    assert.deepEqual(world.news().shown, []);
    await world.upstream(done('a', { status: 'cancelled' }));
    assert.deepEqual(world.news().shown, ['response.done']);
    assert.deepEqual(world.ledger.records, []);
    world.session.drain();
    assert.deepEqual(world.ends, ['stopping']);
  });

  test('five refused ones in a row end the session; one that is paid begins the row anew', async () => {
    const refused = async (id: string): Promise<void> => {
      world.ledger.free = 0n;
      await world.upstream(responseCreated(id));
      await world.upstream(done(id, { status: 'cancelled' }));
    };
    for (const id of ['a', 'b', 'c', 'd']) await refused(id);
    world.ledger.free = 1_000_000_000n;
    await world.upstream(responseCreated('e'));
    await world.upstream(done('e'));
    for (const id of ['f', 'g', 'h', 'i']) await refused(id);
    assert.deepEqual(world.ends, []);
    await refused('j');
    assert.deepEqual(world.ends, ['refused']);
  });

  test('an end without a beginning is charged all the same', async () => {
    await world.upstream(done('a'));
    assert.equal(world.ledger.records[0]?.cost, COST);
    assert.deepEqual(world.news().shown, ['response.done']);
  });

  test('a beginning that is told twice is one', async () => {
    await world.upstream(responseCreated('a'));
    await world.upstream(responseCreated('a'));
    await world.upstream(done('a'));
    assert.equal(world.ledger.records.length, 1);
    assert.equal(world.ledger.open.size, 0);
  });
});

describe('a caller who has changed', () => {
  const refusedWith = async (): Promise<string | undefined> => {
    await world.client(CREATE);
    assert.equal(world.sent.length, 0);
    assert.equal(world.ledger.open.size, 0);
    return lastShown()?.error?.code;
  };

  test('a disabled account gets no further response', async () => {
    world.caller = { ...CALLER, permits: { ...CALLER.permits, isEnabled: false } };
    assert.equal(await refusedWith(), 'account_disabled');
  });

  test('nor does an address or an endpoint that is not allowed any more', async () => {
    world.caller = { ...CALLER, permits: { ...CALLER.permits, allowsAddress: () => false } };
    assert.equal(await refusedWith(), 'address_not_allowed');
    world.caller = { ...CALLER, permits: { ...CALLER.permits, allowsEndpoint: () => false } };
    assert.equal(await refusedWith(), 'endpoint_not_allowed');
  });

  test('nor does a revoked key', async () => {
    world.caller = undefined;
    assert.equal(await refusedWith(), 'invalid_api_key');
  });

  test('nor one whose models were taken away', async () => {
    world.caller = { ...CALLER, routing: { ...CALLER.routing, allowModels: [['other']] } };
    assert.equal(await refusedWith(), 'model_not_allowed');
  });

  test('a rate limit counts each response, and says when the next one fits', async () => {
    const limits = { accountId: 2, limits: { rpm: 1 }, modelLimits: new Map() };
    world.caller = { ...CALLER, limits: { ...CALLER.limits, limitScopes: [limits] } };
    await world.client(CREATE);
    await world.upstream(responseCreated('a'));
    await world.upstream(done('a'));
    await world.client(CREATE);
    assert.equal(lastShown()?.error?.code, 'rate_limit_exceeded');
    assert.match(lastShown()?.error?.message ?? '', /1 requests per minute.*Try again in \d+ s/);
    clock.advance(61_000);
    await world.client(CREATE);
    assert.equal(world.sent.length, 2);
  });

  test('tokens count by what was used', async () => {
    const limits = { accountId: 2, limits: { tpm: 2_000 }, modelLimits: new Map() };
    world.caller = { ...CALLER, limits: { ...CALLER.limits, limitScopes: [limits] } };
    const bounded = { ...CREATE, response: { max_output_tokens: 900 } };
    for (const id of ['a', 'b', 'c']) {
      await world.client(bounded);
      await world.upstream(responseCreated(id));
      await world.upstream(done(id, { usage: { inputText: 10, outputText: 40 } }));
    }
    assert.equal(world.ledger.records.length, 3);
    await world.client({ ...CREATE, response: { max_output_tokens: 1_999 } });
    assert.equal(lastShown()?.error?.code, 'rate_limit_exceeded');
  });
});

describe('a response that outgrows its hold', () => {
  const audioFor = (seconds: number) =>
    responseDeltas('a', { audio: [Buffer.alloc(48_000 * seconds)], usage: {} })[1]!;

  test('grows it in steps', async () => {
    await world.upstream(responseCreated('a'));
    const before = world.ledger.free;
    // 4,096 tokens are 204.8 seconds of speech.
    await world.upstream(audioFor(204));
    assert.equal(world.ledger.free, before);
    await world.upstream(audioFor(1));
    assert.equal(before - world.ledger.free, BigInt(1_024 * 64_000));
    assert.equal(world.sent.length, 0);
  });

  test('is stopped where the balance ends, and charged as delivered', async () => {
    await world.upstream(responseCreated('a'));
    world.ledger.free = 0n;
    await world.upstream(audioFor(200));
    world.news();
    await world.upstream(audioFor(10));
    assert.deepEqual(world.news(), { shown: ['error'], sent: ['response.cancel'] });
    assert.equal(lastShown()?.error?.code, 'insufficient_balance');
    await world.upstream(audioFor(10));
    assert.deepEqual(world.news().shown, []);
    await world.upstream(done('a', { status: 'cancelled' }));
    assert.deepEqual(world.news().shown, ['response.done']);
    assert.equal(world.ledger.records[0]?.outcome, 'length');
    assert.equal(world.ledger.records[0]?.cost, COST);
  });

  test('our own cancellation that comes too late disturbs nobody', async () => {
    world.ledger.free = 0n;
    await world.upstream(responseCreated('a'));
    const cause = world.sent[0]?.event_id;
    world.news();
    await world.upstream({ type: 'error', event_id: 'e', error: { code: 'x', event_id: cause } });
    assert.deepEqual(world.news().shown, []);
  });
});

describe('the end of a session', () => {
  test('a client that leaves stops its response, whose last words are charged', async () => {
    await world.client(CREATE);
    await world.upstream(responseCreated('a'));
    await world.upstream(delta);
    const closed = world.session.close('client');
    await settled();
    assert.equal(world.sent[1]?.type, 'response.cancel');
    await world.upstream(done('a', { status: 'cancelled' }));
    await closed;
    assert.equal(world.ledger.records[0]?.cost, COST);
    assert.equal(world.ledger.records[0]?.outcome, 'aborted');
    assert.equal(world.ledger.records[0]?.source, 'provider');
    assert.deepEqual(world.endings, ['ok']);
  });

  test('without last words it is charged by what came of it', async () => {
    await world.client({
      type: 'conversation.item.create',
      item: { type: 'message', content: [{ type: 'input_text', text: 'x'.repeat(400) }] },
    });
    await world.client(CREATE);
    await world.upstream(responseCreated('a'));
    await world.upstream(delta);
    for (const event of responseDeltas('a', { audio: [Buffer.alloc(96_000)], usage: {} })) {
      await world.upstream(event);
    }
    const closed = world.session.close('client');
    await settled();
    assert.equal(world.ledger.records.length, 0);
    clock.advance(3_000);
    await closed;
    const [record] = world.ledger.records;
    assert.deepEqual([record?.source, record?.outcome], ['estimate', 'aborted']);
    // The tokenizer of these tests counts characters; two seconds are 40 tokens.
    assert.deepEqual([record?.usage.output, record?.usage.outputAudio], [5, 40]);
    assert.ok(record!.usage.input > 90 && record!.usage.input < 150, `${record?.usage.input}`);
    assert.equal(world.ledger.open.size, 0);
  });

  test('a response that the upstream begins only then is stopped too', async () => {
    await world.client(CREATE);
    const closed = world.session.close('client');
    await settled();
    await world.upstream(responseCreated('a'));
    assert.equal(world.sent[1]?.type, 'response.cancel');
    await world.upstream(done('a', { status: 'cancelled', usage: { inputText: 3 } }));
    await closed;
    assert.equal(world.ledger.records[0]?.usage.input, 3);
  });

  test('nothing was generated: nothing is charged', async () => {
    await world.client(CREATE);
    await world.upstream(responseCreated('a'));
    await world.client(CREATE);
    await world.session.close('upstream');
    assert.deepEqual(world.ledger.records, []);
    assert.equal(world.ledger.open.size, 0);
  });

  test('an upstream that breaks off is charged as delivered, at once, and its key is told', async () => {
    await world.upstream(responseCreated('a'));
    await world.upstream(delta);
    await world.session.close('lost');
    assert.equal(world.ledger.records[0]?.outcome, 'cut');
    assert.equal((world.endings[0] as { cause: string }).cause, 'network');
  });

  test('an upstream that leaves while last words are waited for ends the waiting', async () => {
    await world.upstream(responseCreated('a'));
    await world.upstream(delta);
    const closed = world.session.close('client');
    await settled();
    void world.session.close('upstream');
    await closed;
    assert.equal(world.ledger.records[0]?.source, 'estimate');
    assert.equal(clock.pendingTimers, 0);
  });

  test('a response that is still to be admitted is not begun any more', async () => {
    const admitted = Promise.withResolvers<void>();
    const { hold } = world.ledger;
    world.ledger.hold = ((...args: Parameters<typeof hold>) =>
      admitted.promise.then(() => hold.apply(world.ledger, args))) as never;
    await world.client(CREATE);
    const closed = world.session.close('client');
    await settled();
    admitted.resolve();
    await closed;
    await settled();
    assert.equal(world.ledger.open.size, 0);
    assert.ok(!world.news().sent.includes('response.create'));
  });

  test('a stop lets running responses end, begins none, and asks for the end then', async () => {
    await world.client(CREATE);
    await world.upstream(responseCreated('a'));
    world.session.drain();
    await world.client(CREATE);
    assert.equal(lastShown()?.error?.code, 'service_unavailable');
    assert.deepEqual(world.ends, []);
    await world.upstream(done('a'));
    assert.deepEqual(world.ends, ['stopping']);
    assert.equal(world.ledger.records.length, 1);
  });

  test('a stop ends a session in which nothing runs at once', () => {
    world.session.drain();
    assert.deepEqual(world.ends, ['stopping']);
  });

  test('a charge that cannot be written ends the session, the end of the response unseen', async () => {
    await world.client(CREATE);
    await world.upstream(responseCreated('a'));
    world.ledger.commit = Promise.reject(new Error('no database'));
    world.ledger.commit.catch(() => undefined);
    await world.upstream(done('a'));
    assert.deepEqual(world.ends, ['fault']);
    assert.ok(!world.news().shown.includes('response.done'));
    assert.equal(world.unexpected.length, 1);
  });
});

describe('what passes', () => {
  test('unknown events in both directions, byte for byte', async () => {
    await world.client('{ "type" : "new.client.event", "n": 1 }');
    await world.upstream('{ "type" : "new.server.event", "n": 1 }');
    assert.deepEqual(world.news(), { shown: ['new.server.event'], sent: ['new.client.event'] });
  });

  test('no secret of the upstream, in whatever event it stands', async () => {
    await world.upstream({ type: 'x', text: `my key is ${SECRET}` });
    const masked = `${SECRET.slice(0, 6)}***${SECRET.slice(-4)}`;
    await world.upstream({ type: 'error', event_id: 'e', error: { message: `bad key ${masked}` } });
    const text = JSON.stringify(world.shown);
    assert.ok(!text.includes(SECRET) && !text.includes(masked), text);
  });

  test('an event that is none is refused, one of the upstream is passed on', async () => {
    await world.client('what?');
    assert.equal(lastShown()?.error?.code, 'invalid_json');
    assert.equal(world.sent.length, 0);
    await world.upstream('{"type":5}');
    assert.deepEqual(lastShown(), { type: 5 });
  });

  test('the session’s model has the name of each side', async () => {
    const session = { model: DEPLOYMENT, instructions: 'x' };
    await world.upstream({ type: 'session.created', session });
    assert.deepEqual(lastShown()?.session, { model: MODEL, instructions: 'x' });
    await world.client({
      type: 'session.update',
      session: { model: 'anything', type: 'realtime' },
    });
    assert.deepEqual(world.sent[0]?.session, { model: DEPLOYMENT, type: 'realtime' });
  });

  test('the hold grows with the conversation, and by what its usage tells', async () => {
    const heldNow = async (): Promise<bigint> => {
      const before = world.ledger.free;
      await world.client({ ...CREATE, response: { max_output_tokens: 1 } });
      await world.upstream({
        type: 'error',
        error: { event_id: world.sent[world.sent.length - 1]?.event_id },
      });
      const held = before - world.ledger.free;
      world.ledger.free = before;
      return held;
    };
    const empty = await heldNow();
    const text = 'x'.repeat(10_000);
    const item = { type: 'message', content: [{ type: 'input_text', text }] };
    await world.client({ type: 'conversation.item.create', item });
    const longer = await heldNow();
    assert.ok(longer - empty >= 40_000_000n, 'a token per byte at most');
    await world.client(CREATE);
    await world.upstream(responseCreated('a'));
    await world.upstream(done('a', { usage: { inputText: 2_000, outputText: 10 } }));
    const told = await heldNow();
    assert.equal(told - empty, 2_010n * 4_000n);
    const audio = Buffer.alloc(48_000 * 10).toString('base64');
    await world.client({ type: 'input_audio_buffer.append', audio });
    const heard = await heldNow();
    assert.ok(heard - told >= 10n * 10n * 32_000n, 'ten tokens per second of audio at least');
    assert.ok(heard - told < 700n * 32_000n);
  });

  test('no conversation is longer than the context of its model', async () => {
    const text = 'x'.repeat(100_000);
    const item = { type: 'message', content: [{ type: 'input_text', text }] };
    await world.client({ type: 'conversation.item.create', item });
    await world.client({ ...CREATE, response: { max_output_tokens: 1 } });
    const [hold] = [...world.ledger.open];
    assert.equal(hold?.amount, nanodollars(32_000n * 4_000n + 64_000n));
  });
});
