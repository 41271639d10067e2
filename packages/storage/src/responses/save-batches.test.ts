import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Parameter, Queries } from '../database.ts';
import { type ResponseRow, SaveBatches } from './save-batches.ts';

const LIMITS = { keptDays: 30, waitingBytesMax: 100 };

function row(id: string, bytes = 10): ResponseRow {
  return {
    accountId: 1,
    id,
    status: 'completed',
    isBackground: false,
    previousId: null,
    upstreamKey: null,
    itemIds: [],
    sealed: Buffer.alloc(bytes),
  };
}

/** A database that writes when it is told to. */
function createSlowDatabase() {
  const batches: string[][] = [];
  let write: () => void = () => undefined;
  const queries: Queries = {
    query(_text, parameters: readonly Parameter[] = []) {
      batches.push(parameters[1] as string[]);
      return new Promise((resolve) => {
        write = () => resolve([]);
      });
    },
  };
  return { queries, batches, write: () => write() };
}

test('what comes while a batch is written is the next batch', async () => {
  const { queries, batches, write } = createSlowDatabase();
  const saves = new SaveBatches(queries, LIMITS);
  const first = saves.add(row('a'));
  const others = ['b', 'c', 'd'].map((id) => saves.add(row(id)));
  assert.deepEqual(batches, [['a']]);
  write();
  await first;
  assert.deepEqual(batches, [['a'], ['b', 'c', 'd']]);
  write();
  await Promise.all(others);
});

test('the same response twice is two batches: the later one counts', async () => {
  const { queries, batches, write } = createSlowDatabase();
  const saves = new SaveBatches(queries, LIMITS);
  const first = saves.add(row('a'));
  const second = saves.add(row('b'));
  const third = saves.add(row('b'));
  write();
  await first;
  write();
  await second;
  write();
  await third;
  assert.deepEqual(batches, [['a'], ['b'], ['b']]);
});

test('more than memory has room for is refused until some is written', async () => {
  const { queries, write } = createSlowDatabase();
  const saves = new SaveBatches(queries, LIMITS);
  const first = saves.add(row('a', 60));
  const second = saves.add(row('b', 60));
  await assert.rejects(saves.add(row('c', 60)), RangeError);
  write();
  await first;
  const third = saves.add(row('d', 60));
  write();
  await second;
  write();
  await third;
});
