import assert from 'node:assert/strict';
import { test } from 'node:test';
import { everySplit, fixture } from '@meridian/testkit';
import type { AnswerEvent } from '../neutral/events.ts';
import { NO_USAGE } from '../neutral/usage.ts';
import { chatClient, chatUpstream } from '../openai-chat/index.ts';
import type { EventReader } from '../wire.ts';
import { TranslatedTap } from './translated-tap.ts';

const OPTIONS = { requestId: 'r1', createdAt: 1_790_000_000, wantsUsage: true };

function chatTap(): TranslatedTap {
  return new TranslatedTap({
    reader: chatUpstream.openReader(),
    openWriter: (model) => chatClient.openWriter({ ...OPTIONS, model: model || 'asked' }),
  });
}

/** A tap whose reader gives the events of a script, one list for each push. */
function scripted(...script: (readonly AnswerEvent[])[]): TranslatedTap {
  const steps = [...script];
  const reader: EventReader = { push: () => steps.shift() ?? [], end: () => [] };
  return new TranslatedTap({
    reader,
    openWriter: (model) => chatClient.openWriter({ ...OPTIONS, model: model || 'asked' }),
  });
}

const PIECE = Buffer.from('x');
const begin: AnswerEvent = { kind: 'begin', id: 'a', model: 'own', createdAt: 1 };
const open: AnswerEvent = { kind: 'open', choice: 0, block: 0, head: { type: 'text' } };
const stop: AnswerEvent = { kind: 'stop', choice: 0, reason: 'end' };

function say(text: string, choice = 0): AnswerEvent {
  return { kind: 'delta', choice, block: 0, text };
}

function finishes(bytes: Buffer): string[] {
  return [...bytes.toString().matchAll(/"finish_reason":"(\w+)"/g)].map(([, word]) => word ?? '');
}

test('nothing leaves before the first content, and then everything at once', () => {
  const tap = scripted([begin], [open], [say('Hi')]);
  assert.equal(tap.push(PIECE), undefined);
  assert.equal(tap.push(PIECE), undefined);
  assert.equal(tap.isCommitted, false);
  const first = tap.push(PIECE)?.toString() ?? '';
  assert.equal(tap.isCommitted, true);
  assert.match(first, /"role":"assistant".*"content":"Hi"/s);
});

test('the end and the usage wait for the tail', () => {
  const usage: AnswerEvent = {
    kind: 'usage',
    usage: { ...NO_USAGE, input: 5, output: 2 },
    isSuspicious: false,
  };
  const tap = scripted([begin, open, say('Hi'), stop, usage, { kind: 'end' }]);
  const passed = tap.push(PIECE) ?? Buffer.alloc(0);
  assert.deepEqual(finishes(passed), []);
  assert.equal(tap.isDone, true);
  assert.equal(tap.isComplete, true);
  assert.equal(tap.usage?.usage.output, 2);
  const tail = tap.takeTail().toString();
  assert.match(tail, /"finish_reason":"stop".*"completion_tokens":2.*\[DONE\]/s);
});

test('a later usage replaces an earlier one', () => {
  const used = (output: number): AnswerEvent => ({
    kind: 'usage',
    usage: { ...NO_USAGE, output },
    isSuspicious: output > 5,
  });
  const tap = scripted([begin, used(1)], [open, say('a')], [used(9), stop]);
  for (let n = 0; n < 3; n++) tap.push(PIECE);
  assert.deepEqual(tap.usage, { usage: { ...NO_USAGE, output: 9 }, isSuspicious: true });
});

test('a cut answer gets neither a stop nor an end marker', () => {
  const tap = scripted([begin, open, say('Half')]);
  tap.push(PIECE);
  tap.end();
  assert.equal(tap.isComplete, false);
  assert.equal(tap.takeTail().length, 0);
});

test('an error event is told as an error, ends the stream and leaves no stop', () => {
  const error: AnswerEvent = { kind: 'error', error: { message: 'Overloaded', status: 529 } };
  const tap = scripted([begin, open, say('Half')], [error, say('more'), stop]);
  tap.push(PIECE);
  assert.equal(tap.push(PIECE), undefined);
  assert.deepEqual(tap.error, { message: 'Overloaded', status: 529 });
  assert.equal(tap.isComplete, false);
  const tail = tap.takeTail().toString();
  assert.match(tail, /^data: \{"error":\{"message":"Overloaded"/);
  assert.ok(!tail.includes('[DONE]'));
});

test('an error before any content is seen before anything has left', () => {
  const tap = scripted([
    begin,
    { kind: 'error', error: { message: '', code: 'overloaded_error' } },
  ]);
  assert.equal(tap.push(PIECE), undefined);
  assert.equal(tap.isCommitted, false);
  assert.deepEqual(tap.error, {
    message: 'The upstream sent an error.',
    type: 'overloaded_error',
    code: 'overloaded_error',
  });
});

test('an answer stopped for its length ends every choice that runs', () => {
  const second: AnswerEvent = { kind: 'open', choice: 1, block: 0, head: { type: 'text' } };
  const tap = scripted([begin, open, say('one'), second, say('two', 1), stop]);
  tap.push(PIECE);
  assert.equal(tap.isComplete, false);
  const ending = tap.endForLength(7, 3);
  assert.deepEqual(finishes(ending), ['stop', 'length']);
  assert.match(ending.toString(), /"prompt_tokens":7,"completion_tokens":3.*\[DONE\]/s);
});

test('an upstream that ends without a reason ended the answer', () => {
  const tap = scripted([begin, open, say('Hi'), { kind: 'end' }]);
  tap.push(PIECE);
  assert.equal(tap.isComplete, true);
  assert.deepEqual(finishes(tap.takeTail()), ['stop']);
});

test('a stream without begin is written under the name that was asked for', () => {
  const tap = scripted([open, say('Hi')]);
  assert.match(tap.push(PIECE)?.toString() ?? '', /"id":"chatcmpl-r1".*"model":"asked"/);
});

test('an upstream that tells its name late does not change what was told', () => {
  const tap = scripted([open, say('Hi')], [begin, say('!'), stop]);
  const text = `${tap.push(PIECE)}${tap.push(PIECE)}${tap.takeTail()}`;
  assert.deepEqual(new Set(text.match(/"id":"[^"]+"/g)), new Set(['"id":"chatcmpl-r1"']));
});

test('what was generated is kept and estimated from above', () => {
  const call: AnswerEvent = {
    kind: 'open',
    choice: 0,
    block: 1,
    head: { type: 'toolCall', id: 'c', name: 'find' },
  };
  const tap = scripted([begin, open, say('Hello there')], [call]);
  tap.push(PIECE);
  tap.push(PIECE);
  assert.deepEqual(tap.generated(), { text: 'Hello therefind', factor: 1 });
  assert.equal(tap.tokensLikely, Math.ceil(15 / 3));
});

test('an image counts as an image, not by the length of its data', () => {
  const image: AnswerEvent = {
    kind: 'open',
    choice: 0,
    block: 0,
    head: { type: 'image', mediaType: 'image/png' },
  };
  const tap = scripted([begin, image, say('A'.repeat(1_000_000))]);
  tap.push(PIECE);
  assert.ok(tap.tokensLikely < 10_000);
  assert.equal(tap.generated().text, '');
});

test('a long answer is kept in part and extrapolated', () => {
  const tap = scripted(...Array.from({ length: 100 }, () => [open, say('x'.repeat(2_000))]));
  for (let n = 0; n < 100; n++) tap.push(PIECE);
  const { text, factor } = tap.generated();
  assert.ok(text.length <= 64 * 1024);
  assert.equal(Math.round(text.length * factor), 200_000);
});

test('a stream comes out the same however its bytes are cut', () => {
  const whole = pushAll(chatTap(), [fixture('openai-chat/parallel-tool-calls.sse')]);
  assert.match(whole, /"name":"get_time"/);
  for (const pieces of everySplit(fixture('openai-chat/parallel-tool-calls.sse'), { random: 20 })) {
    assert.equal(pushAll(chatTap(), pieces), whole);
  }
});

function pushAll(tap: TranslatedTap, pieces: Iterable<Uint8Array>): string {
  let out = '';
  for (const piece of pieces) out += tap.push(Buffer.from(piece)) ?? '';
  return out + (tap.end() ?? '') + tap.takeTail();
}
