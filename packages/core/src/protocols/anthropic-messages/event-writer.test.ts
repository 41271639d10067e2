import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AnswerEvent } from '../neutral/events.ts';
import type { Seal } from '../neutral/parts.ts';
import { NO_USAGE } from '../neutral/usage.ts';
import { clientMessage, eventsOf } from './answer-world.ts';
import { messagesClient } from './index.ts';

const SHOWN = { model: 'shown', requestId: 'r1', createdAt: 1 };

function streamed(events: readonly AnswerEvent[]): Record<string, unknown> {
  return clientMessage(stream(events));
}

function stream(events: readonly AnswerEvent[]): string {
  const writer = messagesClient.openWriter({ ...SHOWN, wantsUsage: true });
  return events.map((event) => writer.write(event)).join('') + writer.finish(undefined);
}

const at = (block: number) => ({ choice: 0, block });
const text = (block: number, value: string): AnswerEvent => ({
  kind: 'delta',
  ...at(block),
  text: value,
});
const close = (block: number): AnswerEvent => ({ kind: 'close', ...at(block) });
const openText = (block: number): AnswerEvent => ({
  kind: 'open',
  ...at(block),
  head: { type: 'text' },
});
const openThoughts = (block: number): AnswerEvent => ({
  kind: 'open',
  ...at(block),
  head: { type: 'reasoning' },
});
const openCall = (block: number, id: string): AnswerEvent => ({
  kind: 'open',
  ...at(block),
  head: { type: 'toolCall', id, name: 'f' },
});
const seal = (block: number, value: Seal): AnswerEvent => ({
  kind: 'note',
  ...at(block),
  note: { seal: value },
});

const RESPONSES: Seal = { origin: 'responses', data: 'gAAA', id: 'rs_1' };

describe('a streamed answer of another wire', () => {
  test('is told in the order that clients expect', () => {
    const events: AnswerEvent[] = [
      { kind: 'begin', id: 'chatcmpl-1', model: 'up', createdAt: 5, serviceTier: 'default' },
      openThoughts(0),
      text(0, 'hm'),
      seal(0, RESPONSES),
      close(0),
      openText(1),
      text(1, 'Hi'),
      close(1),
      { kind: 'stop', choice: 0, reason: 'stopSequence', stopSequence: 'END' },
      { kind: 'usage', usage: { ...NO_USAGE, input: 3, output: 4 }, isSuspicious: false },
      { kind: 'end' },
    ];
    const told = eventsOf(stream(events)).map((event) => {
      const delta = event.delta as { type?: string } | undefined;
      return `${event.type} ${event.index ?? ''} ${delta?.type ?? ''}`.trim();
    });
    assert.deepEqual(told, [
      'message_start',
      'content_block_start 0',
      'content_block_delta 0 thinking_delta',
      'content_block_delta 0 signature_delta',
      'content_block_stop 0',
      'content_block_start 1',
      'content_block_delta 1 text_delta',
      'content_block_stop 1',
      'message_delta',
      'message_stop',
    ]);
    const message = streamed(events);
    assert.equal(message.id, 'chatcmpl-1');
    assert.equal(message.stop_reason, 'stop_sequence');
    assert.equal(message.stop_sequence, 'END');
    const usage = message.usage as Record<string, unknown>;
    assert.deepEqual([usage.input_tokens, usage.output_tokens], [3, 4]);
    assert.equal(usage.service_tier, 'standard');
  });

  test('begins with the input that is known by then', () => {
    const usage = { ...NO_USAGE, input: 7 };
    const told = stream([
      { kind: 'begin', id: 'x', model: 'up', createdAt: 0 },
      { kind: 'usage', usage, isSuspicious: false },
      openText(0),
    ]);
    const [start] = eventsOf(told) as { message: { usage: { input_tokens: number } } }[];
    assert.equal(start?.message.usage.input_tokens, 7);
  });

  test('has its parallel calls one after the other', () => {
    const { content } = streamed([
      openText(0),
      openCall(1, 'c1'),
      text(0, 'I ask.'),
      openCall(2, 'c2'),
      text(2, '{"b":'),
      text(1, '{"a":'),
      close(0),
      text(2, '2}'),
      text(1, '1}'),
      close(2),
      close(1),
    ]);
    assert.deepEqual(content, [
      { type: 'text', text: 'I ask.' },
      { type: 'tool_use', id: 'c1', name: 'f', input: { a: 1 } },
      { type: 'tool_use', id: 'c2', name: 'f', input: { b: 2 } },
    ]);
  });

  test('ends what its upstream left open', () => {
    const { content, stop_reason: reason } = streamed([
      openText(0),
      text(0, 'a'),
      openCall(1, 'c1'),
    ]);
    assert.deepEqual(content, [
      { type: 'text', text: 'a' },
      { type: 'tool_use', id: 'c1', name: 'f', input: {} },
    ]);
    assert.equal(reason, 'end_turn');
  });

  test('is a message even when it is empty', () => {
    const { content, type } = streamed([]);
    assert.deepEqual(content, []);
    assert.equal(type, 'message');
  });

  test('keeps refusals, pictures and what was said', () => {
    const { content, stop_details: details } = streamed([
      { kind: 'open', ...at(0), head: { type: 'refusal' } },
      text(0, 'N'),
      text(0, 'o.'),
      close(0),
      { kind: 'open', ...at(1), head: { type: 'image', mediaType: 'image/png' } },
      text(1, 'QQ'),
      text(1, '=='),
      close(1),
      { kind: 'open', ...at(2), head: { type: 'audio', mediaType: 'audio/wav' } },
      text(2, 'UklG'),
      { kind: 'note', ...at(2), note: { transcript: 'Hi' } },
      close(2),
      { kind: 'open', ...at(3), head: { type: 'opaque', origin: 'gemini', value: {} } },
      close(3),
      openText(4),
      { kind: 'note', ...at(4), note: { logprobs: [] } },
      close(4),
      { kind: 'stop', choice: 0, reason: 'refusal' },
    ]);
    assert.deepEqual(content, [
      { type: 'text', text: 'No.' },
      { type: 'text', text: '![image](data:image/png;base64,QQ==)' },
      { type: 'text', text: 'Hi' },
      { type: 'text', text: '' },
    ]);
    assert.deepEqual(details, { type: 'refusal', category: null, explanation: 'No.' });
  });

  test('keeps redacted thoughts of its own wire', () => {
    const own: Seal = { origin: 'messages', data: 'xyz', id: 'redacted' };
    const { content } = streamed([openThoughts(0), seal(0, own), close(0)]);
    assert.deepEqual(content, [{ type: 'redacted_thinking', data: 'xyz' }]);
  });

  test('of a second choice is let go', () => {
    const other: AnswerEvent = { kind: 'open', choice: 1, block: 0, head: { type: 'text' } };
    const { content } = streamed([other, openText(0), text(0, 'a'), close(0)]);
    assert.deepEqual(content, [{ type: 'text', text: 'a' }]);
  });

  test('that breaks off ends with an error event', () => {
    const writer = messagesClient.openWriter({ ...SHOWN, wantsUsage: true });
    const error = { message: 'Too many.', code: 'rate_limit_exceeded', status: 429 };
    assert.equal(
      writer.write({ kind: 'error', error }),
      'event: error\ndata: {"type":"error","error":{"type":"rate_limit_error","message":"Too many."},"request_id":"r1"}\n\n',
    );
  });
});
