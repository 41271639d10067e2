import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MalformedJson, scanObject } from './scan.ts';

const WATCHED = new Set(['model', 'stream', 'messages']);

function scan(text: string) {
  return scanObject(Buffer.from(text), WATCHED);
}

function textOf(text: string, key: string): string | undefined {
  const bytes = Buffer.from(text);
  const span = scanObject(bytes, WATCHED).fields.get(key);
  return span && bytes.toString('utf8', span.start, span.end);
}

test('finds values whatever the white space around them', () => {
  assert.equal(textOf('{"model":"x"}', 'model'), '"x"');
  assert.equal(textOf(' {\n"model" : "x" \t} ', 'model'), '"x"');
  assert.equal(textOf('{"a":[1,{"model":"no"}],"model" : "x" , "b":{}}', 'model'), '"x"');
  assert.equal(textOf('{"stream":true,"n":1}', 'stream'), 'true');
});

test('a nested or quoted key of the same name is not taken for the field', () => {
  assert.equal(textOf('{"a":"\\"model\\":\\"no\\"","b":{"model":"no"}}', 'model'), undefined);
  assert.equal(textOf('{"messages":[{"content":"{\\"model\\":1}"}],"model":"x"}', 'model'), '"x"');
});

test('long strings with escaped quotes and backslashes end where they end', () => {
  for (const tail of ['', '\\\\', '\\"', '\\\\\\"', '\\\\\\\\', 'ü"'.slice(0, 1)]) {
    for (let pad = 55; pad < 75; pad++) {
      const text = `{"a":"${'x'.repeat(pad)}${tail}","model":"y"}`;
      assert.equal(textOf(text, 'model'), '"y"', text);
    }
  }
});

test('repeated watched keys and escaped keys are ambiguous, other repetitions are not', () => {
  assert.equal(scan('{"model":"a","model":"b"}').isAmbiguous, true);
  assert.equal(scan('{"mod\\u0065l":"a"}').isAmbiguous, true);
  assert.equal(scan('{"x":1,"x":2,"model":"a"}').isAmbiguous, false);
});

const MALFORMED = [
  '',
  ' ',
  '[]',
  '"text"',
  'null',
  '{',
  '{"a"',
  '{"a":',
  '{"a":1',
  '{"a":1,}',
  '{,}',
  '{"a" 1}',
  '{a:1}',
  "{'a':1}",
  '{"a":tru}',
  '{"a":01}',
  '{"a":+1}',
  '{"a":.5}',
  '{"a":1.}',
  '{"a":NaN}',
  '{"a":undefined}',
  '{"a":[1,]}',
  '{"a":[1 2]}',
  '{"a":{"b":1,}}',
  '{"a":"x}',
  '{"a":"x\\"}',
  '{"a":1}}',
  '{"a":1} x',
  '{"a":[}',
  '{"a":{]}',
  '{"a":-}',
  '{"a":1e}',
];

for (const text of MALFORMED) {
  test(`refuses ${JSON.stringify(text)}`, () => {
    assert.throws(() => scan(text), MalformedJson);
  });
}

test('refuses nesting beyond the limit without exhausting the stack', () => {
  assert.throws(() => scan(`{"a":${'['.repeat(100_000)}`), /Nested too deep/);
});

test('agrees with JSON.parse on every object that JSON.stringify can print', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (rest, model) => {
      const text = JSON.stringify({ ...rest, model });
      const printed = textOf(text, 'model');
      assert.deepEqual(JSON.parse(printed ?? 'undefined'), JSON.parse(text).model);
    }),
    { numRuns: 300 },
  );
});

test('accepts nothing outside of strings that JSON.parse refuses', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '1',
    'true',
    'null',
    ' ',
    '-0.5e3',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      const text = `{"model":${pieces.join('')}}`;
      let isValid = true;
      try {
        JSON.parse(text);
      } catch {
        isValid = false;
      }
      if (isValid) scan(text);
      else assert.throws(() => scan(text), MalformedJson);
    }),
    { numRuns: 3000 },
  );
});
