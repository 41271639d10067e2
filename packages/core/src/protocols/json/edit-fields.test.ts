import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editFields } from './edit-fields.ts';
import { scanObject } from './scan.ts';

const WATCHED = new Set(['a', 'b', 'c']);

function edited(text: string, changes: Readonly<Record<string, unknown>>): string {
  const body = Buffer.from(text);
  return editFields(body, scanObject(body, WATCHED), changes).toString();
}

const cases: readonly (readonly [text: string, changes: object, after: string])[] = [
  ['{"a": 1.0, "x":[1e3]}', { a: 2 }, '{"a": 2, "x":[1e3]}'],
  ['{ "x":1.0}', { a: 'y', b: true }, '{"a":"y","b":true, "x":1.0}'],
  ['{}', { a: null }, '{"a":null}'],
  ['{"x":12345678901234567890,"a":1,"b":2}', { a: undefined }, '{"x":12345678901234567890,"b":2}'],
  ['{"x":1.0}', { a: undefined }, '{"x":1.0}'],
];

for (const [text, changes, after] of cases) {
  test(`${text} with ${JSON.stringify(changes)} is ${after}`, () => {
    assert.equal(edited(text, changes as never), after);
  });
}

test('a body in which nothing changes is the same buffer', () => {
  const body = Buffer.from('{"a":"ü"}');
  assert.equal(editFields(body, scanObject(body, WATCHED), { a: 'ü', b: undefined }), body);
});
