import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fixture, fixtureNames } from '@meridian/testkit';
import { withoutCacheCounts } from '../relay/testing/without-counts.ts';
import { anthropicMessages } from './index.ts';

const FOLDER = 'anthropic-messages';

describe('a stream between a client and an upstream of this wire', () => {
  for (const name of fixtureNames(FOLDER, 'sse')) {
    if (name === 'cut' || name === 'error-in-stream') continue;
    test(`${name} passes as the bytes that came`, () => {
      const bytes = fixture(`${FOLDER}/${name}.sse`);
      const tap = anthropicMessages.openStream({ wantsUsage: true, shownModel: undefined });
      const passed = [tap.push(bytes), tap.end(), tap.takeTail()].filter(
        (part) => part !== undefined,
      );
      assert.equal(withoutCacheCounts(Buffer.concat(passed)), bytes.toString());
      assert.equal(tap.isComplete, true);
      const body = fixture(`${FOLDER}/${name}.json`);
      assert.deepEqual(tap.usage, anthropicMessages.readWhole(body, undefined)?.usage);
    });
  }

  test('shows the name that was asked for', () => {
    const tap = anthropicMessages.openStream({ wantsUsage: true, shownModel: 'asked' });
    const passed = [tap.push(fixture(`${FOLDER}/text.sse`)), tap.takeTail()];
    const text = Buffer.concat(passed.filter((part) => part !== undefined)).toString();
    assert.ok(text.includes('"model":"asked"'));
    assert.ok(!text.includes('claude-sonnet-5-5'));
  });

  test('that is stopped for want of credit ends for its length', () => {
    const tap = anthropicMessages.openStream({ wantsUsage: true, shownModel: undefined });
    tap.push(fixture(`${FOLDER}/cut.sse`));
    const end = tap.endForLength(3, 2).toString();
    assert.match(end, /^event: content_block_stop\ndata: .*"index":0/);
    assert.match(end, /"stop_reason":"max_tokens"/);
    assert.match(end, /"input_tokens":3,.*"output_tokens":2/);
    assert.ok(end.endsWith('event: message_stop\ndata: {"type":"message_stop"}\n\n'));
  });

  test('that breaks off says so', () => {
    const tap = anthropicMessages.openStream({ wantsUsage: true, shownModel: undefined });
    tap.push(fixture(`${FOLDER}/error-in-stream.sse`));
    assert.equal(tap.isComplete, false);
    assert.equal((tap.error as { status?: number }).status, 529);
    assert.equal(tap.generated().text, 'Half an answer and');
  });
});

describe('a whole answer between a client and an upstream of this wire', () => {
  test('passes as the bytes that came, but for the name', () => {
    const body = fixture(`${FOLDER}/reasoning.json`);
    assert.equal(anthropicMessages.readWhole(body, undefined)?.body, body);
    const renamed = anthropicMessages.readWhole(body, 'asked')?.body.toString();
    assert.equal(renamed, body.toString().replace('"claude-sonnet-5-5"', '"asked"'));
  });

  test('has a text to count', () => {
    const text = anthropicMessages.textOfAnswer(fixture(`${FOLDER}/parallel-tool-calls.json`));
    assert.match(text, /^I ask for both cities\.get_weather\{"city":"Oslo"/);
  });

  test('is none where it is an error', () => {
    const body = fixture(`${FOLDER}/error-529-overloaded.json`);
    assert.equal(anthropicMessages.readWhole(body, undefined), undefined);
  });
});

test('an error is an event of its own', () => {
  const event = anthropicMessages.errorEvent({ type: 'error', error: {} }).toString();
  assert.equal(event, 'event: error\ndata: {"type":"error","error":{}}\n\n');
});
