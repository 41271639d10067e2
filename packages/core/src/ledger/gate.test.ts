import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGate } from './gate.ts';

test('a gate runs so many at once and lets the urgent go first, whenever they became so', async () => {
  const gate = createGate(2);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  let isBUrgent = false;
  const work = (name: string, isUrgent = () => false): Promise<void> =>
    gate.run(isUrgent, () => {
      begun.push(name);
      return new Promise((resolve) => ends.set(name, resolve));
    });
  const all = [work('x'), work('y'), work('a'), work('b', () => isBUrgent), work('c', () => true)];
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  await turn();
  assert.deepEqual(begun, ['x', 'y']);
  ends.get('x')?.();
  await turn();
  assert.deepEqual(begun, ['x', 'y', 'c']);
  isBUrgent = true;
  ends.get('y')?.();
  await turn();
  assert.deepEqual(begun, ['x', 'y', 'c', 'b']);
  for (const name of ['c', 'b']) ends.get(name)?.();
  await turn();
  ends.get('a')?.();
  await Promise.all(all);
});

test('work that fails gives its place back', async () => {
  const gate = createGate(1);
  await assert.rejects(
    gate.run(
      () => false,
      () => Promise.reject(new Error('no')),
    ),
    /no/,
  );
  assert.equal(
    await gate.run(
      () => false,
      async () => 7,
    ),
    7,
  );
});
