import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFailure } from '../../kernel/index.ts';
import {
  appendedBytes,
  readAsk,
  readChange,
  readItemSize,
  writeAsk,
  writeModels,
} from './client-events.ts';
import { errorEventText, eventIdOf, readEvent } from './event.ts';
import {
  causeOf,
  readDelta,
  readSpeechMark,
  readTold,
  readTranscript,
  responseIdOf,
  withoutCause,
} from './server-events.ts';

const eventOf = (event: object | string) =>
  readEvent(Buffer.from(typeof event === 'string' ? event : JSON.stringify(event)));
const parsed = (bytes: Buffer): unknown => JSON.parse(bytes.toString('utf8'));
const RATE = 48_000;

test('an event passes as it came, unknown fields and long numbers included', () => {
  const text = '{ "type":"x.y",\n "new":[1e999,{"a":12345678901234567890}], "event_id":"e" }';
  const event = eventOf(text);
  assert.equal(event.bytes.toString(), text);
  assert.equal(event.type, 'x.y');
  assert.equal(eventIdOf(event), 'e');
});

test('what two readers might see in two ways is printed anew', () => {
  for (const text of [
    '{"type":"session.update","type":"response.create"}',
    '{"type":"session.update","\\u0074ype":"response.create"}',
  ]) {
    const event = eventOf(text);
    assert.equal(event.type, 'response.create');
    assert.deepEqual(parsed(event.bytes), { type: 'response.create' });
  }
});

test('what is no event is refused in words that quote nothing of it', () => {
  for (const text of [
    '',
    'secret',
    '[1]',
    '{"type":"x"',
    '{"type":1}',
    '{"a":"type"}',
    '{"type":null}',
  ]) {
    assert.throws(
      () => eventOf(text),
      (error) => isFailure(error) && error.status === 400 && !error.message.includes('secret'),
      text,
    );
  }
  const control = eventOf('{"type":"response.create","response":{"a":"\u0001"}}');
  assert.throws(
    () => readAsk(control, RATE),
    (error) => isFailure(error),
  );
  assert.throws(() => readEvent(Buffer.from([0x7b, 0xff, 0x7d])), isFailure);
});

test('a wish for a response tells its bound, its voice, its place and what it brings along', () => {
  const event = eventOf({
    type: 'response.create',
    response: {
      conversation: 'none',
      max_output_tokens: 50,
      output_modalities: ['text'],
      instructions: 'x'.repeat(100),
      input: [
        {
          type: 'message',
          content: [
            { type: 'input_audio', audio: 'A'.repeat(64_000) },
            { type: 'input_image', image_url: `data:image/png;base64,${'A'.repeat(5_000)}` },
          ],
        },
      ],
    },
  });
  const ask = readAsk(event, RATE);
  assert.deepEqual(ask.facts, { outputBound: 50, isSpoken: false });
  assert.equal(ask.isApart, true);
  assert.equal(ask.size.audioSeconds, 1);
  assert.equal(ask.size.images, 1);
  assert.ok(ask.size.textBytes > 100 && ask.size.textBytes < 500, `${ask.size.textBytes}`);
  const bare = readAsk(eventOf({ type: 'response.create' }), RATE);
  assert.deepEqual(bare, {
    facts: {},
    isApart: false,
    size: { textBytes: 0, audioSeconds: 0, images: 0 },
  });
});

test('no bound, in any of its names', () => {
  const boundOf = (response: object) =>
    readAsk(eventOf({ type: 'response.create', response }), RATE).facts.outputBound;
  assert.equal(boundOf({ max_output_tokens: 'inf' }), null);
  assert.equal(boundOf({ max_response_output_tokens: 12 }), 12);
  assert.equal(boundOf({ max_output_tokens: -1 }), null);
  assert.equal(boundOf({}), undefined);
});

test('the wish goes on with an id and, where the balance says so, with a bound', () => {
  const event = eventOf(
    '{"type":"response.create","response":{"metadata":{"n":12345678901234567890}}}',
  );
  const edits = { eventId: 'event_1', outputBound: undefined, isBeta: false };
  assert.equal(
    writeAsk(event, edits).toString(),
    '{"type":"response.create","response":{"metadata":{"n":12345678901234567890}},"event_id":"event_1"}',
  );
  const bare = eventOf({ type: 'response.create' });
  const bounded = (isBeta: boolean) =>
    parsed(writeAsk(bare, { ...edits, outputBound: 99, isBeta }));
  assert.deepEqual(bounded(false), {
    ...{ type: 'response.create', event_id: 'event_1' },
    response: { max_output_tokens: 99 },
  });
  assert.deepEqual(bounded(true), {
    ...{ type: 'response.create', event_id: 'event_1' },
    response: { max_response_output_tokens: 99 },
  });
});

const TODAY = {
  type: 'realtime',
  model: 'm',
  instructions: 'Be brief.',
  tools: [{ type: 'function', name: 'f' }],
  output_modalities: ['audio'],
  max_output_tokens: 500,
  audio: {
    input: { format: { type: 'audio/pcmu' }, transcription: { model: 'ears', language: 'en' } },
    output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'v' },
  },
};
const BETA = {
  model: 'm',
  instructions: 'Be brief.',
  tools: [{ type: 'function', name: 'f' }],
  modalities: ['text', 'audio'],
  max_response_output_tokens: 500,
  input_audio_format: 'g711_ulaw',
  output_audio_format: 'pcm16',
  input_audio_transcription: { model: 'ears' },
};

test('a session is read in the words of today and of the beta', () => {
  for (const session of [TODAY, BETA]) {
    const { facts, transcription } = readChange(eventOf({ type: 'session.update', session }));
    assert.ok((facts.promptBytes ?? 0) > 40);
    assert.deepEqual(
      { ...facts, promptBytes: 0 },
      {
        ...{ promptBytes: 0, hasTools: true, outputBound: 500, isSpoken: true },
        ...{ inputRate: 8_000, outputRate: 48_000 },
      },
    );
    assert.equal(transcription, 'ears');
  }
});

test('what a change of the session does not name stays as it is', () => {
  const change = (session: unknown) => readChange(eventOf({ type: 'session.update', session }));
  assert.deepEqual(change({}), { facts: {}, transcription: undefined });
  assert.deepEqual(change(null), { facts: {}, transcription: undefined });
  assert.equal(change({ audio: { input: { transcription: null } } }).transcription, null);
  assert.equal(change({ input_audio_transcription: null }).transcription, null);
  assert.equal(change({ audio: { input: { transcription: {} } } }).transcription, undefined);
  assert.deepEqual(change({ output_modalities: ['text'] }).facts, { isSpoken: false });
});

test('models get other names where the session names them, and nowhere else', () => {
  const models = { model: 'deployment', transcription: 'ears-deployment' };
  const renamed = (session: unknown) =>
    parsed(writeModels(eventOf({ type: 'session.update', session }), models));
  const today = renamed(TODAY) as { session: typeof TODAY };
  assert.equal(today.session.model, 'deployment');
  assert.deepEqual(today.session.audio.input.transcription, {
    ...{ model: 'ears-deployment', language: 'en' },
  });
  assert.equal(today.session.audio.output.voice, 'v');
  const beta = renamed(BETA) as { session: typeof BETA };
  assert.deepEqual(beta.session.input_audio_transcription, { model: 'ears-deployment' });
  assert.deepEqual(renamed({ instructions: 'x' }), {
    ...{ type: 'session.update', session: { instructions: 'x' } },
  });
  assert.deepEqual(renamed(null), { type: 'session.update', session: null });
});

test('audio is measured without being decoded', () => {
  const audio = Buffer.alloc(4_800).toString('base64');
  assert.equal(appendedBytes(eventOf({ type: 'input_audio_buffer.append', audio })), 4_800);
  const item = { type: 'message', content: [{ type: 'input_text', text: 'Hello' }] };
  const size = readItemSize(eventOf({ type: 'conversation.item.create', item }), RATE);
  assert.equal(size.textBytes, JSON.stringify(item).length - 2);
  assert.equal(size.audioSeconds, 0);
});

test('a response is told by its beginning and its end', () => {
  const response = { id: 'resp_1', status: 'completed', conversation_id: null };
  const usage = { input_tokens: 3, output_tokens: 2 };
  const told = readTold(eventOf({ type: 'response.done', response: { ...response, usage } }));
  assert.deepEqual([told.id, told.status, told.isApart], ['resp_1', 'completed', true]);
  assert.equal(told.usage?.usage.output, 2);
  const begun = readTold(eventOf({ type: 'response.created', response: { id: 'resp_1' } }));
  assert.deepEqual([begun.isApart, begun.usage], [false, undefined]);
  assert.equal(readTold(eventOf({ type: 'response.created' })).id, '');
});

test('deltas are text or audio, in every name that they have', () => {
  const delta = (type: string, text: string) =>
    readDelta(eventOf({ type, delta: text, response_id: 'r' }));
  for (const name of [
    'output_text',
    'text',
    'output_audio_transcript',
    'function_call_arguments',
  ]) {
    assert.deepEqual(delta(`response.${name}.delta`, 'ä"b'), { text: 'ä"b', audioBytes: 0 });
  }
  for (const name of ['output_audio', 'audio']) {
    assert.deepEqual(delta(`response.${name}.delta`, 'AAAA'), { text: '', audioBytes: 3 });
  }
  assert.equal(delta('response.output_text.done', 'x'), undefined);
  assert.equal(responseIdOf(eventOf({ type: 'x', response_id: 'r' })), 'r');
  assert.equal(responseIdOf(eventOf({ type: 'x', response_id: 7 })), undefined);
});

test('an error names the event that caused it, unless that had no name', () => {
  const event = eventOf({ type: 'error', error: { code: 'c', event_id: 'mine' } });
  assert.equal(causeOf(event), 'mine');
  assert.deepEqual(parsed(withoutCause(event)), {
    ...{ type: 'error', error: { code: 'c', event_id: null } },
  });
  assert.equal(causeOf(eventOf({ type: 'error' })), undefined);
  const detail = { type: 't', code: 'c', message: 'm', param: null };
  assert.deepEqual(JSON.parse(errorEventText(detail, { eventId: 'e', causedBy: undefined })), {
    ...{ type: 'error', event_id: 'e', error: { ...detail, event_id: null } },
  });
});

test('speech has a beginning, an end and a transcript', () => {
  const began = { type: 'input_audio_buffer.speech_started', item_id: 'i', audio_start_ms: 100 };
  assert.deepEqual(readSpeechMark(eventOf(began)), { itemId: 'i', atMs: 100 });
  const ended = { type: 'input_audio_buffer.speech_stopped', item_id: 'i', audio_end_ms: 900 };
  assert.deepEqual(readSpeechMark(eventOf(ended)), { itemId: 'i', atMs: 900 });
  const type = 'conversation.item.input_audio_transcription.completed';
  const told = readTranscript(eventOf({ type, item_id: 'i', transcript: 'Hi' }));
  assert.deepEqual([told.itemId, told.text], ['i', 'Hi']);
});
