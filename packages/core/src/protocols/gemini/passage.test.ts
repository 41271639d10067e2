import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { everySplit, fixture, fixtureNames } from '@meridian/testkit';
import { withoutCacheCounts } from '../relay/testing/without-counts.ts';
import { gemini } from './index.ts';

const FOLDER = 'gemini';
const OPTIONS = { wantsUsage: true, shownModel: undefined, requestId: 'r', createdAt: 1 };

function pass(pieces: readonly Uint8Array[], shownModel?: string) {
  const tap = gemini.openStream({ ...OPTIONS, shownModel });
  const out = pieces.flatMap((piece) => tap.push(Buffer.from(piece)) ?? []);
  const last = tap.end();
  if (last) out.push(last);
  const early = Buffer.concat(out);
  return { tap, early, all: Buffer.concat([early, tap.takeTail()]) };
}

describe('where both sides speak the same', () => {
  for (const name of fixtureNames(FOLDER, 'sse')) {
    test(`${name} passes as the bytes that came`, () => {
      const bytes = fixture(`${FOLDER}/${name}.sse`);
      const { all, tap } = pass([bytes]);
      assert.equal(withoutCacheCounts(all), bytes.toString());
      const isWhole = !['cut', 'error-in-stream'].includes(name);
      assert.equal(tap.isComplete, isWhole);
      assert.equal(tap.error !== undefined, name === 'error-in-stream');
    });
  }

  test('the end waits for the charge, whatever the split', () => {
    const bytes = fixture(`${FOLDER}/text.sse`);
    for (const pieces of everySplit(bytes)) {
      const { early, all, tap } = pass(pieces);
      assert.ok(all.equals(bytes));
      assert.ok(early.includes('turns') && !early.includes('finishReason'));
      assert.deepEqual(tap.usage?.usage.output, 6);
    }
  });

  test('the model is shown under the name that was asked for', () => {
    const { all } = pass([fixture(`${FOLDER}/text.sse`)], 'mine');
    assert.ok(all.includes('"modelVersion":"mine"') && !all.includes('gemini-3.8-flash'));
    const whole = gemini.readWhole(fixture(`${FOLDER}/text.json`), 'mine');
    assert.equal(JSON.parse(whole?.body.toString() ?? '').modelVersion, 'mine');
    assert.equal(whole?.usage?.usage.output, 6);
  });

  test('a stream that credit ended stops for its length', () => {
    const tap = gemini.openStream(OPTIONS);
    tap.push(fixture(`${FOLDER}/cut.sse`));
    const ending = JSON.parse(tap.endForLength(9, 3).toString().slice('data: '.length));
    assert.equal(ending.candidates[0].finishReason, 'MAX_TOKENS');
    assert.equal(ending.usageMetadata.totalTokenCount, 12);
    assert.equal(ending.responseId, 'tXt1aKf0B4eQxN8P1dLqiQ');
  });

  test('text for counting, and an error as an event', () => {
    assert.equal(
      gemini.textOfAnswer(fixture(`${FOLDER}/tool-call.json`)),
      'get_weather{"city":"Porto","units":"metric"}',
    );
    assert.equal(gemini.errorEvent({ error: {} }).toString(), 'data: {"error":{}}\r\n\r\n');
  });
});
