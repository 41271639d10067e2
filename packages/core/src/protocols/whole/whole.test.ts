import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { scanObject } from '../json/scan.ts';
import { NO_USAGE, type Usage } from '../neutral/usage.ts';
import { readInputUsage } from './input-usage.ts';
import { readPassedAnswer } from './passed-answer.ts';
import { withFieldNames, withModel } from './whole-call.ts';

const WATCHED = new Set(['model']);

function renamed(text: string, model: string): string {
  const body = Buffer.from(text);
  return withModel(body, scanObject(body, WATCHED), model).toString();
}

describe('the model of a body', () => {
  test('is replaced, inserted, or left with all bytes', () => {
    const body = Buffer.from('{ "model" : "a", "x":1 }');
    assert.equal(withModel(body, scanObject(body, WATCHED), 'a'), body);
    assert.equal(renamed('{ "model" : "a", "x":1e3 }', 'b"ü'), '{ "model" : "b\\"ü", "x":1e3 }');
    assert.equal(renamed('{"x":1}', 'b'), '{"model":"b","x":1}');
    assert.equal(renamed('{ }', 'b'), '{"model":"b" }');
    assert.equal(renamed('{"model":null}', 'b'), '{"model":"b"}');
  });

  test('stays as it is while other fields get other names, digits and all', () => {
    const names = new Map([
      ['dimensions', 'output_dimension'],
      ['encoding_format', null],
    ]);
    const body = '{"model":"m","dimensions":3,"encoding_format":"float","id":12345678901234567890}';
    assert.equal(
      withFieldNames(Buffer.from(body), names).toString(),
      '{"model":"m","output_dimension":3,"id":12345678901234567890}',
    );
  });
});

const usages: readonly (readonly [wire: unknown, buckets: Partial<Usage> | undefined])[] = [
  [{ prompt_tokens: 8, total_tokens: 8 }, { input: 8 }],
  [{ total_tokens: 8 }, { input: 8 }],
  [
    { prompt_tokens: 141, completion_tokens: 3, total_tokens: 144 },
    { input: 141, output: 3 },
  ],
  [
    { completion_tokens: 3, total_tokens: 144 },
    { input: 141, output: 3 },
  ],
  // More in the total than in the prompt is no reasoning where nothing is written.
  [{ prompt_tokens: 8, total_tokens: 20 }, { input: 8 }],
  [
    { total_tokens: 1_290, text_tokens: 10, image_tokens: 1_280 },
    { input: 10, inputImage: 1_280 },
  ],
  [{ text_tokens: 4, image_tokens: 0 }, { input: 4 }],
  [{ input_tokens: 5 }, { input: 5 }],
  [
    { prompt_tokens: 5, prompt_tokens_details: { cached_tokens: 4 } },
    { input: 1, cacheRead: 4 },
  ],
  [{ prompt_tokens: 0, total_tokens: 0 }, undefined],
  [{}, undefined],
  [null, undefined],
  [undefined, undefined],
  ['8', undefined],
];

test('a usage of reading is read in every vendor’s words; zeros and nothing are none', () => {
  for (const [wire, buckets] of usages) {
    const read = readInputUsage(wire);
    const expected = buckets && { usage: { ...NO_USAGE, ...buckets }, isSuspicious: false };
    assert.deepEqual(read, expected, JSON.stringify(wire));
  }
  assert.equal(readInputUsage({ prompt_tokens: -4 })?.isSuspicious, true);
  assert.equal(readInputUsage({ prompt_tokens: 'many' })?.isSuspicious, true);
});

test('an answer passes as it came but for the model’s name; anything else is none', () => {
  const body = Buffer.from('{"data": [1.0], "model":"own","usage":{"total_tokens":2}}');
  assert.equal(readPassedAnswer(body, 'data', undefined)?.body, body);
  const shown = readPassedAnswer(body, 'data', 'asked');
  assert.equal(
    shown?.body.toString(),
    '{"data": [1.0], "model":"asked","usage":{"total_tokens":2}}',
  );
  assert.equal(shown?.usage?.usage.input, 2);
  for (const wrong of [
    '',
    '{',
    '[]',
    'null',
    '{"error":{}}',
    '{"data":[],"usage":{"a":"\u0001"}}',
  ]) {
    assert.equal(readPassedAnswer(Buffer.from(wrong), 'data', undefined), undefined, wrong);
  }
});
