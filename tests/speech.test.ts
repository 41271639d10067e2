import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import {
  createGate,
  errorReply,
  type Handler,
  type RecordedRequest,
  speechEvents,
  speechReply,
  sseReply,
} from '@meridian/testkit';
import { atRest } from './support/at-rest.ts';
import { billed } from './support/billed.ts';
import { type ServedModel, type Service, startService } from './support/service.ts';

const PIECES = Array.from({ length: 40 }, (_, n) => Buffer.alloc(7_000 + n, n + 1));
const AUDIO = Buffer.concat(PIECES);
const INPUT = 'Die Flut steigt zweimal am Tag. 🌊';
const CHARACTERS = [...INPUT].length;

let service: Service;
const models = new Map<string, ServedModel>();

before(async () => {
  service = await startService({ env: { MERIDIAN_ENV_KEYS: 'off' } });
  for (const name of ['tts-1', 'gpt-4o-mini-tts']) {
    models.set(name, await service.addModel({ name, config: { default_price: undefined } }));
  }
});
after(async () => {
  for (const model of models.values()) await model[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

/** A model with this answer from now on. */
function answering(name: string, handler: Handler): ServedModel {
  const model = models.get(name)!;
  model.upstream.handle(handler);
  return model;
}

function lastAsked({ upstream }: ServedModel): RecordedRequest {
  return upstream.requests.at(-1)!;
}

async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

const TYPES = [
  ['mp3', 'audio/mpeg'],
  ['opus', 'audio/ogg'],
  ['aac', 'audio/aac'],
  ['flac', 'audio/flac'],
  ['wav', 'audio/wav'],
  ['pcm', 'audio/pcm'],
] as const;

describe('speech that is paid by the character', () => {
  for (const [response_format, type] of TYPES) {
    test(`comes as ${response_format}, byte for byte, and is paid by its characters`, async () => {
      const model = answering('tts-1', () => speechReply(PIECES, type));
      const { data: response, request_id: id } = await service
        .openai()
        .audio.speech.create({ model: 'tts-1', voice: 'nova', input: INPUT, response_format })
        .withResponse();
      assert.equal(response.headers.get('content-type'), type);
      assert.deepEqual(await bytesOf(response), AUDIO);
      const record = await service.usageOf(id);
      assert.deepEqual(billed(record.usage), { units: CHARACTERS });
      assert.deepEqual([record.usage_source, record.outcome], ['provider', 'complete']);
      assert.equal(record.endpoint, '/v1/audio/speech');
      assert.equal(Number(record.charge.cost_base), (CHARACTERS * 15) / 1_000_000);
      const asked = lastAsked(model);
      assert.equal(asked.path, '/v1/audio/speech');
      assert.deepEqual(asked.json(), {
        model: 'tts-1',
        voice: 'nova',
        input: INPUT,
        response_format,
      });
    });
  }

  test('leaves as it comes: the client hears the beginning while the rest is still spoken', async () => {
    const gate = createGate();
    answering('tts-1', () => speechReply([...PIECES.slice(0, 3), gate, ...PIECES.slice(3)]));
    const response = await service
      .openai()
      .audio.speech.create({ model: 'tts-1', voice: 'nova', input: INPUT });
    const reader = response.body!.getReader();
    const first = await reader.read();
    assert.ok((first.value?.length ?? 0) > 0);
    gate.open();
    const hash = createHash('sha256').update(first.value!);
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      hash.update(next.value);
    }
    assert.equal(hash.digest('hex'), createHash('sha256').update(AUDIO).digest('hex'));
  });

  test('that the upstream breaks off is broken off for the client, and paid', async () => {
    answering('tts-1', () => ({
      ...speechReply(PIECES),
      ending: 'reset',
    }));
    const { data: response, request_id: id } = await service
      .openai()
      .audio.speech.create({ model: 'tts-1', voice: 'nova', input: INPUT })
      .withResponse();
    await assert.rejects(bytesOf(response));
    const record = await service.usageOf(id);
    assert.equal(record.outcome, 'cut');
    assert.deepEqual(billed(record.usage), { units: CHARACTERS });
  });

  test('that nobody listens to any more stops at the upstream, and is paid', async () => {
    const model = answering('tts-1', () => speechReply(endlessly(PIECES)));
    const stop = new AbortController();
    const { data: response, request_id: id } = await service
      .openai()
      .audio.speech.create({ model: 'tts-1', voice: 'nova', input: INPUT }, { signal: stop.signal })
      .withResponse();
    await response.body!.getReader().read();
    stop.abort();
    await lastAsked(model).aborted;
    const record = await service.usageOf(id);
    assert.deepEqual([record.outcome, billed(record.usage)], ['aborted', { units: CHARACTERS }]);
  });

  test('waits at the upstream while the client does not read', async () => {
    const model = answering('tts-1', () => speechReply(endlessly([Buffer.alloc(1024 * 1024)])));
    const response = await service
      .openai()
      .audio.speech.create({ model: 'tts-1', voice: 'nova', input: INPUT });
    const asked = lastAsked(model);
    // What fits between upstream and client is in kernel buffers; more never leaves.
    const stalled = await atRest(() => asked.sentBytes);
    assert.ok(stalled < 64 * 1024 * 1024, `${stalled}`);
    await response.body!.cancel();
    await asked.aborted;
  });

  test('may be asked for as events also of a model that knows none', async () => {
    const model = answering('tts-1', () => speechReply(PIECES));
    const { api } = service.world.account;
    const body = { model: 'tts-1', voice: 'nova', input: INPUT, stream_format: 'sse' };
    const answer = await api.request('POST', '/v1/audio/speech', { body });
    assert.equal(answer.headers.get('content-type'), 'text/event-stream; charset=utf-8');
    const events = dataOf(answer.text);
    assert.deepEqual(audioIn(events), AUDIO);
    assert.equal(events.at(-1)?.type, 'speech.audio.done');
    assert.ok(!lastAsked(model).body.includes('stream_format'));
  });
});

describe('speech that is paid by the token', () => {
  const usage = { input_tokens: 14, output_tokens: 101, total_tokens: 115 };

  test('is asked for as events, which alone tell the tokens, and comes as audio', async () => {
    const model = answering('gpt-4o-mini-tts', () => sseReply(speechEvents(PIECES, usage)));
    const { data: response, request_id: id } = await service
      .openai()
      .audio.speech.create({ model: 'gpt-4o-mini-tts', voice: 'onyx', input: INPUT })
      .withResponse();
    assert.equal(response.headers.get('content-type'), 'audio/mpeg');
    assert.deepEqual(await bytesOf(response), AUDIO);
    const record = await service.usageOf(id);
    assert.deepEqual(billed(record.usage), { input: 14, outputAudio: 101 });
    assert.equal(record.usage_source, 'provider');
    assert.equal(record.charge.cost_base, '0.0012204');
    assert.equal((lastAsked(model).json() as { stream_format?: string }).stream_format, 'sse');
  });

  test('passes as events, byte for byte, where the client wants events', async () => {
    const model = answering('gpt-4o-mini-tts', () => sseReply(speechEvents(PIECES, usage)));
    const { api } = service.world.account;
    const body = { model: 'gpt-4o-mini-tts', voice: 'onyx', input: INPUT, stream_format: 'sse' };
    const answer = await api.request('POST', '/v1/audio/speech', { body });
    assert.equal(answer.text, lastAsked(model).sentText);
    const record = await service.usageOf(answer.headers.get('x-request-id'));
    assert.deepEqual(billed(record.usage), { input: 14, outputAudio: 101 });
  });

  test('is estimated, and says so, where the upstream tells no tokens', async () => {
    answering('gpt-4o-mini-tts', () => speechReply(PIECES));
    const { data: response, request_id: id } = await service
      .openai()
      .audio.speech.create({ model: 'gpt-4o-mini-tts', voice: 'onyx', input: INPUT })
      .withResponse();
    assert.deepEqual(await bytesOf(response), AUDIO);
    const record = await service.usageOf(id);
    assert.equal(record.usage_source, 'estimate');
    assert.ok(record.usage.outputAudio! > 20 && record.usage.outputAudio! < 200);
    assert.ok(record.usage.input! > 5 && record.usage.input! < 40);
  });
});

test('a voice goes by the name that the model has for it; a model’s own names pass', async () => {
  await using model = await service.addModel({ name: 'canopylabs/orpheus-v1-english' });
  model.upstream.handle(() => speechReply(PIECES, 'audio/wav'));
  for (const [voice, own] of [
    ['alloy', 'hannah'],
    ['echo', 'austin'],
    ['fable', 'daniel'],
    ['onyx', 'troy'],
    ['nova', 'autumn'],
    ['shimmer', 'diana'],
    ['troy', 'troy'],
  ]) {
    const response = await service
      .openai()
      .audio.speech.create({ model: model.name, voice: voice!, input: 'x' });
    await bytesOf(response);
    assert.equal((lastAsked(model).json() as { voice?: string }).voice, own);
  }
});

test('a request without a model takes the owner’s, which the owner can set', async () => {
  const { api } = service.world.account;
  const { root } = service.world;
  const body = { input: 'x', voice: 'nova' };
  for (const name of ['tts-1', 'gpt-4o-mini-tts']) {
    await root.call('PUT', '/x-config', { DEFAULT_SPEECH_MODEL: name });
    const model = answering(name, () => speechReply(PIECES));
    const asked = model.upstream.requests.length;
    const answer = await api.request('POST', '/v1/audio/speech', { body });
    assert.equal(answer.status, 200);
    assert.equal(model.upstream.requests.length, asked + 1);
    assert.equal((lastAsked(model).json() as { model?: string }).model, name);
  }
  await root.call('DELETE', '/x-config', { keys: ['DEFAULT_SPEECH_MODEL'] });
});

test('an upstream that fails before it speaks is replaced by the next', async () => {
  await using bad = await service.addModel({ name: 'spoken-model' });
  await using good = await service.addModel({ name: 'spoken-model' });
  bad.upstream.handle(() => errorReply(500));
  good.upstream.handle(() => speechReply(PIECES));
  for (let n = 0; n < 8 && bad.upstream.requests.length === 0; n++) {
    const response = await service
      .openai()
      .audio.speech.create({ model: 'spoken-model', voice: 'nova', input: 'x' });
    assert.deepEqual(await bytesOf(response), AUDIO);
  }
  assert.equal(bad.upstream.requests.length, 1);
});

const refusals: readonly (readonly [why: string, body: object, param: string])[] = [
  ['a text of more than 4096 characters', { input: 'x'.repeat(4_097), voice: 'nova' }, 'input'],
  ['no text', { voice: 'nova' }, 'input'],
  ['no voice', { input: 'x' }, 'voice'],
  ['a speed beyond what there is', { input: 'x', voice: 'nova', speed: 4.5 }, 'speed'],
  ['an unknown format', { input: 'x', voice: 'nova', response_format: 'midi' }, 'response_format'],
];
for (const [why, body, param] of refusals) {
  test(`${why} is refused, and names the field`, async () => {
    const { api } = service.world.account;
    const answer = await api.request('POST', '/v1/audio/speech', {
      body: { model: 'tts-1', ...body },
    });
    assert.equal(answer.status, 400, answer.text);
    assert.equal(answer.json<{ error: { param: string } }>().error.param, param);
  });
}

test('4096 characters are spoken, however many bytes they have', async () => {
  answering('tts-1', () => speechReply(PIECES));
  const input = '🌊'.repeat(4_096);
  const { data: response, request_id: id } = await service
    .openai()
    .audio.speech.create({ model: 'tts-1', voice: 'nova', input })
    .withResponse();
  await bytesOf(response);
  assert.deepEqual(billed((await service.usageOf(id)).usage), { units: 4_096 });
});

function* endlessly(pieces: readonly Buffer[]): Generator<Buffer> {
  for (;;) yield* pieces;
}

interface SpeechEvent {
  readonly type?: string;
  readonly audio?: string;
}

function dataOf(text: string): SpeechEvent[] {
  return text
    .split('\n\n')
    .filter((event) => event.startsWith('data: '))
    .map((event) => JSON.parse(event.slice(6)) as SpeechEvent);
}

function audioIn(events: readonly SpeechEvent[]): Buffer {
  return Buffer.concat(events.map(({ audio = '' }) => Buffer.from(audio, 'base64')));
}
