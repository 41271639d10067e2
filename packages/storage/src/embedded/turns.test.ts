import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTurns } from './turns.ts';

test('turns are taken one after the other, in order, high before normal', async () => {
  const turns = createTurns(10);
  const began: string[] = [];
  const first = await turns.take('normal');
  const waiting = (['a', 'b'] as const).map(async (name) => {
    const end = await turns.take('normal');
    began.push(name);
    end();
  });
  const urgent = ['c', 'd'].map(async (name) => {
    const end = await turns.take('high');
    began.push(name);
    end();
  });
  assert.deepEqual(began, []);
  first();
  await Promise.all([...waiting, ...urgent]);
  assert.deepEqual(began, ['c', 'd', 'a', 'b']);
});

test('ending a turn twice does not let two in', async () => {
  const turns = createTurns(10);
  const end = await turns.take('normal');
  end();
  end();
  await turns.take('normal');
  let isIn = false;
  void turns.take('normal').then(() => {
    isIn = true;
  });
  await new Promise(setImmediate);
  assert.equal(isIn, false);
});

test('whoever comes when too many wait is refused with 503, and the others still get in', async () => {
  const turns = createTurns(1);
  const end = await turns.take('normal');
  const waiting = turns.take('normal');
  await assert.rejects(turns.take('high'), { code: 'service_unavailable' });
  end();
  await waiting;
});

test('after a refusal nobody gets in, not even those who waited', async () => {
  const turns = createTurns(5);
  const end = await turns.take('normal');
  const waiting = turns.take('high');
  turns.refuse(new Error('closed'));
  await assert.rejects(waiting, /closed/);
  await assert.rejects(turns.take('normal'), /closed/);
  end();
});

test('the last turn comes after all that wait, and nobody after it', async () => {
  const turns = createTurns(5);
  const began: string[] = [];
  const first = await turns.take('normal');
  const waiting = turns.take('normal').then((end) => {
    began.push('waiting');
    end();
  });
  const last = turns.takeLast(new Error('closed')).then((end) => {
    began.push('last');
    end();
  });
  await assert.rejects(turns.take('high'), /closed/);
  await assert.rejects(turns.takeLast(new Error('again')), /closed/);
  first();
  await Promise.all([waiting, last]);
  assert.deepEqual(began, ['waiting', 'last']);
});
