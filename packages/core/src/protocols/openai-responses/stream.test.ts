import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { everySplit, fixture, fixtureNames } from '@meridian/testkit';
import { BrokenStream } from '../dialect.ts';
import type { AnswerEvent } from '../neutral/events.ts';
import { gatherAnswer } from '../neutral/testing/gather-answer.ts';
import { ResponsesReader } from './event-reader.ts';
import { responsesUpstream } from './index.ts';

const FOLDER = 'openai-responses';

function read(pieces: readonly Uint8Array[]): readonly AnswerEvent[] {
  const reader = new ResponsesReader();
  const events = pieces.flatMap((piece) => reader.push(Buffer.from(piece)));
  return [...events, ...reader.end()];
}

function readText(text: string): ReturnType<typeof gatherAnswer> {
  return gatherAnswer(read([Buffer.from(text)]));
}

function frame(event: object): string {
  return `data: ${JSON.stringify(event)}\n\n`;
}

const wholes = fixtureNames(FOLDER, 'json').filter((name) => !/^error-|^failed$/.test(name));

describe('a streamed answer says what the whole one says', () => {
  for (const name of wholes) {
    test(name, () => {
      const gathered = gatherAnswer(read([fixture(`${FOLDER}/${name}.sse`)]));
      const whole = responsesUpstream.decodeAnswer(fixture(`${FOLDER}/${name}.json`));
      assert.deepEqual(gathered.answer, whole);
      assert.ok(gathered.isStopped && gathered.isEnded);
      assert.equal(gathered.error, undefined);
    });
  }
});

describe('a stream reads the same whichever byte the network cuts it at', () => {
  for (const name of ['unicode', 'parallel-tool-calls', 'reasoning-and-cache', 'keep-alive']) {
    test(name, () => {
      const bytes = fixture(`${FOLDER}/${name}.sse`);
      const expected = read([bytes]);
      assert.ok(expected.length > 5);
      for (const pieces of everySplit(bytes)) assert.deepEqual(read(pieces), expected);
    });
  }

  test('with carriage returns', () => {
    const bytes = fixture(`${FOLDER}/text.sse`);
    const returns = Buffer.from(bytes.toString().replaceAll('\n', '\r\n'));
    assert.deepEqual(read([returns]), read([bytes]));
  });
});

describe('a stream that goes wrong', () => {
  test('reports the error event, and what came before it', () => {
    const { answer, error, isStopped } = readText(
      fixture(`${FOLDER}/error-in-stream.sse`).toString(),
    );
    assert.deepEqual(answer.choices[0]?.parts, [{ type: 'text', text: 'It began well' }]);
    assert.equal(isStopped, false);
    assert.equal(error?.code, 'rate_limit_exceeded');
    assert.equal(error?.status, 429);
  });

  test('reports a failed response as an error', () => {
    const { error, isStopped } = readText(fixture(`${FOLDER}/failed.sse`).toString());
    assert.equal(isStopped, false);
    assert.equal(error?.code, 'server_error');
    assert.equal(error?.message, 'Nothing could be generated.');
  });

  test('that is cut has neither a stop nor an end', () => {
    const events = read([fixture(`${FOLDER}/cut.sse`)]);
    assert.ok(!events.some(({ kind }) => kind === 'stop' || kind === 'end' || kind === 'error'));
    assert.ok(events.some(({ kind }) => kind === 'delta'));
  });

  test('is broken where an event is no JSON object', () => {
    for (const data of ['{"type":', 'nothing', '[]', '7']) {
      assert.throws(() => read([Buffer.from(`data: ${data}\n\n`)]), BrokenStream, data);
    }
  });

  test('is broken where it opens more parts than any answer has', () => {
    const item = (index: number): string =>
      frame({ type: 'response.output_item.done', output_index: index, item: { type: 'x' } });
    const many = Array.from({ length: 16_385 }, (_, index) => item(index)).join('');
    assert.throws(() => read([Buffer.from(many)]), BrokenStream);
  });
});

describe('servers that are less exact than OpenAI', () => {
  const response = { id: 'resp_1', model: 'm', created_at: 5, status: 'completed' };
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    content: [{ type: 'output_text', text: 'Hello' }],
  };

  test('may send nothing but the end', () => {
    const { answer } = readText(
      frame({ type: 'response.completed', response: { ...response, output: [message] } }),
    );
    assert.deepEqual(answer.choices[0]?.parts, [{ type: 'text', text: 'Hello' }]);
    assert.equal(answer.model, 'm');
    assert.equal(answer.choices[0]?.stop, 'end');
  });

  test('may leave out the events that open and close', () => {
    const delta = { type: 'response.output_text.delta', item_id: 'msg_1', output_index: 0 };
    const { answer, isEnded } = readText(
      frame({ ...delta, delta: 'Hel' }) +
        frame({ ...delta, delta: 'lo' }) +
        frame({ type: 'response.output_item.done', output_index: 0, item: message }) +
        frame({ type: 'response.completed', response: { ...response, output: [message] } }) +
        'data: [DONE]\n\n',
    );
    assert.deepEqual(answer.choices[0]?.parts, [{ type: 'text', text: 'Hello' }]);
    assert.ok(isEnded);
  });

  test('may tell items by id instead of place, and the rest of a text only when it is whole', () => {
    const call = { id: 'fc_1', type: 'function_call', call_id: 'c', name: 'f' };
    const added = { type: 'response.output_item.added', item: { ...call, arguments: '' } };
    const arrived = { type: 'response.function_call_arguments', item_id: 'fc_1' };
    const { answer } = readText(
      frame({ ...added, output_index: 3 }) +
        frame({ ...arrived, type: `${arrived.type}.delta`, delta: '{"a"' }) +
        frame({ ...arrived, type: `${arrived.type}.done`, arguments: '{"a":1}' }) +
        frame({
          type: 'response.output_item.done',
          output_index: 3,
          item: { ...call, arguments: '{"a":1}' },
        }) +
        frame({ type: 'response.completed', response: { ...response, output: [] } }),
    );
    assert.deepEqual(answer.choices[0]?.parts, [
      { type: 'toolCall', id: 'c', name: 'f', arguments: '{"a":1}' },
    ]);
    assert.equal(answer.choices[0]?.stop, 'toolCalls');
  });

  test('may send events, fields and nulls that nobody knows', () => {
    const { answer } = readText(
      frame({ type: 'response.moon.phase', output_index: null }) +
        frame({ type: 'keepalive', sequence_number: 3 }) +
        frame({ type: null }) +
        frame({ type: 'response.output_item.added', output_index: 0, item: null }) +
        frame({ type: 'response.content_part.added', output_index: 0, part: null }) +
        frame({ type: 'response.output_text.delta', output_index: 0, delta: null }) +
        frame({ type: 'response.output_item.done', output_index: 0, item: message, extra: {} }) +
        frame({ type: 'response.completed', response: { ...response, usage: null, output: null } }),
    );
    assert.deepEqual(answer.choices[0]?.parts, [{ type: 'text', text: 'Hello' }]);
    assert.equal(answer.usage, undefined);
  });

  test('may name the type of an event in its `event` line only', () => {
    const data = { response: { ...response, output: [message] } };
    const { isStopped } = readText(`event: response.completed\ndata: ${JSON.stringify(data)}\n\n`);
    assert.ok(isStopped);
  });
});
