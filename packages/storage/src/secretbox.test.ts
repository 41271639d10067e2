import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { createSecretBox } from './secretbox.ts';

const key = randomBytes(32);
const box = createSecretBox(key);

test('what was sealed is opened again, for the same context only', () => {
  for (const text of ['sk-secret', '', 'ä😀'.repeat(1_000)]) {
    assert.equal(box.open(box.seal(text, 'here'), 'here'), text);
  }
  assert.throws(() => box.open(box.seal('sk-secret', 'here'), 'there'));
});

test('the secret is not to be seen, and no two seals are the same', () => {
  const [first, second] = [box.seal('sk-secret', 'x'), box.seal('sk-secret', 'x')];
  assert.ok(!first.includes('secret'));
  assert.notDeepEqual(first, second);
});

test('a seal that was changed anywhere does not open', () => {
  const sealed = box.seal('sk-secret', 'x');
  for (let i = 0; i < sealed.length; i++) {
    const changed = Buffer.from(sealed);
    changed[i]! ^= 1;
    assert.throws(() => box.open(changed, 'x'), `byte ${i}`);
  }
  for (let length = 0; length < sealed.length; length++) {
    assert.throws(() => box.open(sealed.subarray(0, length), 'x'), `${length} bytes`);
  }
});

test('another key is told apart from a broken seal', () => {
  const other = createSecretBox(randomBytes(32));
  assert.throws(() => other.open(box.seal('sk-secret', 'x'), 'x'), /another encryption key/);
});

test('a key of another length is refused', () => {
  for (const length of [0, 16, 31, 33]) {
    assert.throws(() => createSecretBox(randomBytes(length)), RangeError);
  }
});
