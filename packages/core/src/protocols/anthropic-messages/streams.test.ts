import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { everySplit, fixture, fixtureNames } from '@meridian/testkit';
import { BrokenStream } from '../dialect.ts';
import type { AnswerEvent } from '../neutral/events.ts';
import { clientMessage, gather } from './answer-world.ts';
import { messagesClient, messagesUpstream } from './index.ts';

const FOLDER = 'anthropic-messages';

function read(pieces: readonly Uint8Array[]): AnswerEvent[] {
  const reader = messagesUpstream.openReader();
  const events = pieces.flatMap((piece) => reader.push(Buffer.from(piece)));
  return [...events, ...reader.end()];
}

function write(events: readonly AnswerEvent[]): string {
  const writer = messagesClient.openWriter({
    model: 'shown',
    requestId: 'r1',
    createdAt: 1,
    wantsUsage: true,
  });
  const written = events.map((event) => writer.write(event)).join('');
  return written + writer.finish(undefined);
}

const whole = fixtureNames(FOLDER, 'json').filter((name) => !name.startsWith('error-'));
const streams = fixtureNames(FOLDER, 'sse');

describe('a stream is read alike whichever bytes the network splits it at', () => {
  for (const name of streams) {
    test(name, () => {
      const bytes = fixture(`${FOLDER}/${name}.sse`);
      const expected = gather(read([bytes]));
      for (const pieces of everySplit(bytes)) assert.deepEqual(gather(read(pieces)), expected);
      const windows = Buffer.from(bytes.toString().replaceAll('\n', '\r\n'));
      assert.deepEqual(gather(read([windows])), expected);
    });
  }
});

describe('a stream and a whole answer say the same', () => {
  for (const name of whole) {
    test(name, () => {
      const answer = messagesUpstream.decodeAnswer(fixture(`${FOLDER}/${name}.json`));
      const streamed = gather(read([fixture(`${FOLDER}/${name}.sse`)]));
      assert.ok(answer);
      assert.deepEqual(streamed.choice, answer.choices[0]);
      assert.deepEqual(streamed.usage, answer.usage);
      assert.equal(streamed.id, answer.id);
      assert.equal(streamed.model, answer.model);
      assert.equal(streamed.serviceTier, answer.serviceTier);
      assert.equal(streamed.hasEnded, true);
      assert.equal(streamed.isSuspicious, false);
    });
  }
});

describe('a stream that is read and written again adds up to the same message', () => {
  for (const name of whole) {
    test(name, () => {
      const events = read([fixture(`${FOLDER}/${name}.sse`)]);
      const message = clientMessage(write(events));
      const given = JSON.parse(fixture(`${FOLDER}/${name}.json`).toString());
      const refusal = given.stop_details?.explanation;
      const said = refusal === undefined ? [] : [{ type: 'text', text: refusal }];
      assert.deepEqual(message.content, [...given.content, ...said]);
      assert.equal(message.stop_reason, given.stop_reason);
      assert.equal(message.stop_sequence, given.stop_sequence);
      assert.equal(message.id, given.id);
      assert.equal(message.model, 'shown');
      const again = messagesUpstream.decodeAnswer(Buffer.from(JSON.stringify(message)));
      const first = messagesUpstream.decodeAnswer(fixture(`${FOLDER}/${name}.json`));
      assert.deepEqual(again?.usage, first?.usage);
    });
  }
});

describe('what goes wrong in a stream', () => {
  test('an error event is an error with the status that it stands for', () => {
    const { error, hasEnded } = gather(read([fixture(`${FOLDER}/error-in-stream.sse`)]));
    assert.deepEqual(error, {
      message: 'Too many are asking at once.',
      code: 'overloaded_error',
      status: 529,
    });
    assert.equal(hasEnded, false);
  });

  test('a cut stream has no stop and no end', () => {
    const events = read([fixture(`${FOLDER}/cut.sse`)]);
    assert.ok(!events.some(({ kind }) => kind === 'stop' || kind === 'end'));
    const text = events.map((event) => (event.kind === 'delta' ? event.text : '')).join('');
    assert.equal(text, 'Half an answer and');
  });

  test('an event that is not JSON breaks it', () => {
    assert.throws(() => read([Buffer.from('event: ping\ndata: {"type":\n\n')]), BrokenStream);
  });

  test('unknown events, fields, blocks and deltas do not', () => {
    const events = read([
      Buffer.from(
        [
          ': a comment',
          'data: {"type":"message_start"}',
          'data: null',
          'data: 7',
          'data: {"type":"weather_report","sunny":true}',
          'data: {"type":"content_block_start","index":0,"content_block":{"type":"dance","step":1}}',
          'data: {"type":"content_block_delta","index":0,"delta":{"type":"twirl"}}',
          'data: {"type":"content_block_stop","index":0}',
          'data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"hi"}}',
          'data: {"type":"content_block_delta","index":1,"delta":null}',
          'data: {"type":"content_block_delta","index":9,"delta":{"type":"input_json_delta"}}',
          'data: {"type":"content_block_stop","index":5}',
          'data: {"type":"message_delta","delta":{"stop_reason":"bored"},"usage":{"output_tokens":3}}',
          'data: {"type":"message_stop"}',
          '',
        ].join('\n\n'),
      ),
    ]);
    const { choice, usage } = gather(events);
    assert.deepEqual(choice, {
      index: 0,
      parts: [
        { type: 'opaque', origin: 'messages', value: { type: 'dance', step: 1 } },
        { type: 'text', text: 'hi' },
      ],
      stop: 'end',
    });
    assert.equal(usage?.output, 3);
  });

  test('too many blocks break it', () => {
    const block = (index: number) =>
      `data: {"type":"content_block_start","index":${index},"content_block":{"type":"text","text":""}}\n\n`;
    const flood = Array.from({ length: 10_001 }, (_, index) => block(index)).join('');
    assert.throws(() => read([Buffer.from(flood)]), BrokenStream);
  });
});

describe('a stream of another maker of this wire', () => {
  function streamOf(...events: readonly object[]): AnswerEvent[] {
    return read([Buffer.from(events.map((e) => `data: ${JSON.stringify(e)}\n\n`).join(''))]);
  }

  test('may give the whole input of a call at its beginning', () => {
    const call = { type: 'tool_use', id: 'c1', name: 'f', input: { a: 1 } };
    const { choice } = gather(
      streamOf(
        { type: 'content_block_start', index: 0, content_block: call },
        { type: 'content_block_stop', index: 0 },
        { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 1 } },
      ),
    );
    assert.deepEqual(choice.parts, [
      { type: 'toolCall', id: 'c1', name: 'f', arguments: '{"a":1}' },
    ]);
    assert.equal(choice.stop, 'toolCalls');
  });

  test('may leave its blocks open at the end', () => {
    const events = streamOf(
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'a' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'b' } },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
      { type: 'message_stop' },
    );
    assert.deepEqual(gather(events).choice.parts, [{ type: 'text', text: 'ab' }]);
    const kinds = events.map(({ kind }) => kind);
    assert.deepEqual(kinds, ['open', 'delta', 'delta', 'close', 'stop', 'end']);
  });

  test('tells its usage at the beginning, and later counts replace earlier ones', () => {
    const events = streamOf(
      { type: 'message_start', message: { usage: { input_tokens: 9, output_tokens: 1 } } },
      { type: 'message_delta', delta: {}, usage: { input_tokens: null, output_tokens: 5 } },
      { type: 'message_delta', delta: {}, usage: { output_tokens: 7, cache_read_input_tokens: 4 } },
    );
    const { usage } = gather(events);
    assert.equal(usage?.input, 9);
    assert.equal(usage?.output, 7);
    assert.equal(usage?.cacheRead, 4);
  });
});
