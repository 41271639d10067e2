import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom } from './seeded-random.ts';

test('the same seed gives the same sequence, another seed another', () => {
  const draw = (seed: number): unknown[] => {
    const random = createSeededRandom(seed);
    return [random.fraction(), random.alphanumeric(12), random.bytes(8).toString('hex')];
  };
  assert.deepEqual(draw(1), draw(1));
  assert.notDeepEqual(draw(1), draw(2));
});

test('fractions lie in [0, 1) and spread over it', () => {
  const random = createSeededRandom(42);
  const tenths = new Array<number>(10).fill(0);
  for (let n = 0; n < 10_000; n++) {
    const value = random.fraction();
    assert.ok(value >= 0 && value < 1);
    tenths[Math.floor(value * 10)]!++;
  }
  for (const count of tenths) assert.ok(count > 850 && count < 1_150, String(count));
});

test('texts and bytes have the asked length and alphabet', () => {
  const random = createSeededRandom(3);
  assert.match(random.alphanumeric(45), /^[A-Za-z0-9]{45}$/);
  assert.equal(random.bytes(32).length, 32);
});
