import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom } from '@meridian/testkit';
import { Base64Joiner } from './base64.ts';

function join(pieces: readonly string[]): readonly string[] {
  const joiner = new Base64Joiner();
  const given = pieces.map((piece) => joiner.push(piece));
  return [...given, joiner.end()];
}

test('pieces that were cut anywhere, and pieces that were padded, come out whole', () => {
  const random = createSeededRandom(3);
  const below = (limit: number) => Math.floor(random.fraction() * limit);
  for (let round = 0; round < 300; round++) {
    const bytes = random.bytes(1 + below(60));
    const expected = bytes.toString('base64');
    const at = below(expected.length + 1);
    const half = below(bytes.length + 1);
    const ways = [
      [expected.slice(0, at), expected.slice(at)],
      [...expected],
      [bytes.toString('base64', 0, half), bytes.toString('base64', half)],
    ];
    for (const pieces of ways) {
      const joined = join(pieces);
      assert.equal(joined.join(''), expected);
      const alone = joined.map((piece) => Buffer.from(piece, 'base64'));
      assert.ok(Buffer.concat(alone).equals(bytes));
    }
  }
});
