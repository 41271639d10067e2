import assert from 'node:assert/strict';
import { test } from 'node:test';
import { everySplit, fixture, fixtureNames } from '@meridian/testkit';
import { BrokenStream } from '../dialect.ts';
import { chatClient, chatUpstream } from '../openai-chat/index.ts';
import { createCacheCounts } from './cache-counts.ts';
import { PassTap } from './pass-tap.ts';
import { renameField } from './rename-field.ts';
import { withoutCacheCounts } from './testing/without-counts.ts';

const WIRE = {
  openReader: () => chatUpstream.openReader(),
  openWriter: chatClient.openWriter,
  renameFrame: renameField('model'),
  addCacheCounts: createCacheCounts('usage'),
};

function tapOf(shownModel?: string): PassTap {
  return new PassTap(WIRE, { wantsUsage: true, shownModel });
}

function chunk(choices: unknown, rest: object = {}): string {
  return `data: ${JSON.stringify({ id: 'a', model: 'own', choices, ...rest })}\n\n`;
}

function text(content: string, index = 0): string {
  return chunk([{ index, delta: { content }, finish_reason: null }]);
}

function stop(index = 0): string {
  return chunk([{ index, delta: {}, finish_reason: 'stop' }]);
}

const ROLE = chunk([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]);
const DONE = 'data: [DONE]\n\n';

function push(tap: PassTap, ...events: string[]): string | undefined {
  return tap.push(Buffer.from(events.join('')))?.toString();
}

function passAll(pieces: readonly Uint8Array[]): string {
  const tap = tapOf();
  const passed = pieces.map((piece) => tap.push(Buffer.from(piece)) ?? Buffer.alloc(0));
  const rest = tap.end() ?? Buffer.alloc(0);
  return Buffer.concat([...passed, rest, tap.takeTail()]).toString();
}

for (const name of fixtureNames('openai-chat', 'sse')) {
  test(`${name}: the bytes pass as they came`, () => {
    const bytes = fixture(`openai-chat/${name}.sse`);
    assert.equal(withoutCacheCounts(passAll([bytes])), bytes.toString());
  });
}

for (const name of ['keep-alive', 'unicode', 'error-in-stream']) {
  test(`${name}: the bytes pass as they came, however they are cut`, () => {
    const bytes = fixture(`openai-chat/${name}.sse`);
    for (const pieces of everySplit(bytes, { random: 5 })) {
      assert.equal(passAll(pieces), bytes.toString());
    }
  });
}

test('nothing passes before the first content', () => {
  const tap = tapOf();
  assert.equal(push(tap, ': hello\n\n', ROLE), undefined);
  assert.equal(tap.isCommitted, false);
  assert.equal(push(tap, text('Hi')), `: hello\n\n${ROLE}${text('Hi')}`);
  assert.equal(tap.isCommitted, true);
});

test('an opening that never ends counts as content', () => {
  const tap = tapOf();
  const comment = `: ${'x'.repeat(100_000)}\n\n`;
  push(tap, comment, comment);
  assert.equal(tap.isCommitted, false);
  assert.equal(push(tap, comment)?.length, 3 * comment.length);
});

test('everything from the first stop on waits for the tail', () => {
  const tap = tapOf();
  const usage = chunk([], { usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 } });
  assert.equal(push(tap, ROLE, text('Hi'), stop(), usage, DONE), ROLE + text('Hi'));
  assert.equal(tap.isDone, true);
  assert.equal(tap.isComplete, true);
  assert.equal(tap.usage?.usage.input, 3);
  assert.equal(tap.takeTail().toString(), stop() + usage + DONE);
});

test('content behind a stop frees it: another answer goes on', () => {
  const tap = tapOf();
  assert.equal(push(tap, text('A'), text('B', 1), stop()), text('A') + text('B', 1));
  assert.equal(tap.isComplete, true);
  assert.equal(push(tap, text('b', 1)), stop() + text('b', 1));
  assert.equal(tap.isComplete, false);
  assert.equal(push(tap, stop(1), DONE), undefined);
  assert.equal(tap.takeTail().toString(), stop(1) + DONE);
});

test('an answer in one event waits as a whole, and leaves as the tail', () => {
  const tap = tapOf();
  const whole = chunk([{ index: 0, delta: { content: 'All' }, finish_reason: 'stop' }]);
  assert.equal(push(tap, whole), undefined);
  assert.equal(tap.isCommitted, false);
  assert.equal(tap.isComplete, true);
  assert.equal(tap.takeTail().toString(), whole);
});

test('an error waits, and nothing is read behind it', () => {
  const tap = tapOf();
  const error = 'data: {"error":{"message":"No","code":"x"}}\n\n';
  assert.equal(push(tap, text('Hi'), error, text('more')), text('Hi'));
  assert.deepEqual(tap.error, { message: 'No', type: 'x', code: 'x' });
  assert.equal(tap.isComplete, false);
  assert.equal(tap.takeTail().toString(), error + text('more'));
});

test('a hidden name is replaced in every event that names the model', () => {
  const tap = tapOf('asked');
  const out = (push(tap, ROLE, text('"model":"own"'), stop()) ?? '') + tap.takeTail();
  assert.equal(out.match(/"model":"asked"/g)?.length, 3);
  assert.ok(!out.includes('"model":"own"'));
  assert.ok(out.includes('\\"model\\":\\"own\\"'), 'text is left alone');
});

test('an answer stopped for its length ends in the same wire, open calls closed', () => {
  const tap = tapOf('asked');
  const call = { index: 0, id: 'c1', type: 'function', function: { name: 'f', arguments: '{' } };
  push(tap, ROLE, chunk([{ index: 0, delta: { tool_calls: [call] }, finish_reason: null }]));
  const ending = tap.endForLength(10, 4).toString();
  assert.match(ending, /^data: \{"id":"a".*"model":"asked".*"finish_reason":"length"/);
  assert.match(ending, /"prompt_tokens":10,"completion_tokens":4.*\[DONE\]\n\n$/s);
  assert.ok(!ending.includes('tool_calls'));
});

test('an answer that had ended is not stopped again', () => {
  const tap = tapOf();
  push(tap, text('Hi'), stop());
  assert.equal(tap.endForLength(1, 1).toString(), stop());
});

test('what is kept back is bounded', () => {
  const tap = tapOf();
  push(tap, text('Hi'), stop());
  const comment = Buffer.from(`: ${'x'.repeat(16 * 1024 * 1024)}\n\n`);
  assert.throws(() => {
    for (let n = 0; n < 8; n++) tap.push(comment);
  }, BrokenStream);
});
