import assert from 'node:assert/strict';
import { test } from 'node:test';
import { everySplit } from './splits.ts';

const TEXT = 'data: {"a":"ü🌍"}\r\n\r\n';
const BYTES = Buffer.from(TEXT);

test('every split puts together the same bytes and has no empty piece', () => {
  for (const pieces of everySplit(TEXT)) {
    assert.equal(Buffer.concat([...pieces]).toString(), TEXT);
    assert.ok(pieces.every((piece) => piece.length > 0));
  }
});

test('there is a split at each single byte, also inside UTF-8 sequences, and one into bytes', () => {
  const splits = [...everySplit(TEXT)];
  const places = new Set(splits.filter((p) => p.length === 2).map(([head]) => head!.length));
  for (let at = 1; at < BYTES.length; at++) assert.ok(places.has(at), `at ${at}`);
  assert.ok(splits.some((pieces) => pieces.length === BYTES.length));
  assert.ok(splits.some((pieces) => pieces.length > 2 && pieces.length < BYTES.length));
});

test('the random splits are bounded and the same for the same seed', () => {
  const lengths = (seed: number): string =>
    JSON.stringify([...everySplit(TEXT, { seed })].map((pieces) => pieces.map((p) => p.length)));
  assert.equal(lengths(7), lengths(7));
  assert.notEqual(lengths(7), lengths(8));
  assert.equal([...everySplit(TEXT)].length, 1 + (BYTES.length - 1) + 1 + 50);
});

test('short inputs have no splits that do not exist', () => {
  assert.deepEqual(
    [...everySplit('')].map((pieces) => pieces.length),
    [1],
  );
  assert.deepEqual(
    [...everySplit('a')].map((pieces) => pieces.length),
    [1],
  );
  assert.deepEqual(
    [...everySplit('ab')].map((pieces) => pieces.length),
    [1, 2],
  );
});
