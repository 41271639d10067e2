import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '@meridian/testkit';
import { openaiChat } from '../../protocols/index.ts';

const PROMPT_FILTER = 'prompt_filter_results';

/** What a client gets of a stream, and what is known of it in the end. */
function pass(name: string) {
  const bytes = fixture(`azure/${name}.sse`);
  const tap = openaiChat.openStream({ wantsUsage: true, shownModel: undefined });
  const firstEnd = bytes.indexOf('\n\n') + 2;
  const opening = tap.push(bytes.subarray(0, firstEnd));
  const isCommitted = tap.isCommitted;
  const rest = [tap.push(bytes.subarray(firstEnd)), tap.end(), tap.takeTail()];
  const text = [opening, ...rest].map((piece) => piece?.toString('utf8') ?? '').join('');
  return { text, isCommitted, tap, source: bytes.toString('utf8') };
}

for (const [name, prompt, completion] of [
  ['text', 12, 5],
  ['content-filter', 20, 3],
  ['asynchronous-filter', 12, 5],
] as const) {
  test(`${name}: Azure’s filter results reach the client, and the usage is read`, () => {
    const { text, tap, source } = pass(name);
    assert.equal(text, source);
    assert.ok(text.includes(PROMPT_FILTER));
    assert.equal(tap.isComplete, true);
    assert.equal(tap.error, undefined);
    assert.equal(tap.usage?.usage.input, prompt);
    assert.equal(tap.usage?.usage.output, completion);
  });

  test(`${name}: the filter’s result for the prompt is no content yet`, () => {
    assert.equal(pass(name).isCommitted, false);
  });
}
