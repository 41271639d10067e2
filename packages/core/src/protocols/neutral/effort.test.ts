import assert from 'node:assert/strict';
import { test } from 'node:test';
import { budgetOfEffort, effortOfBudget, nearestEffort, readEffort } from './effort.ts';
import type { Effort } from './request.ts';

test('an effort takes its share of the output bound', () => {
  const budgets: readonly [Effort, number][] = [
    ['none', 0],
    ['minimal', 2_000],
    ['low', 4_000],
    ['medium', 10_000],
    ['high', 16_000],
    ['xhigh', 19_000],
    ['max', 19_000],
  ];
  for (const [effort, budget] of budgets) {
    assert.equal(budgetOfEffort(effort, 20_000), budget, effort);
  }
});

test('a budget is never below what vendors accept', () => {
  assert.equal(budgetOfEffort('minimal', 2_000), 1024);
  assert.equal(budgetOfEffort('none', 2_000), 0);
});

test('an effort survives the way through a budget and back', () => {
  for (const bound of [16_384, 64_000, undefined]) {
    for (const effort of ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const) {
      assert.equal(effortOfBudget(budgetOfEffort(effort, bound), bound), effort, `${bound}`);
    }
  }
});

test('a budget that leaves it to the model is no effort', () => {
  assert.equal(effortOfBudget(-1, 8_000), undefined);
  assert.equal(effortOfBudget(50_000, 8_000), 'xhigh');
});

test('an effort that is not on offer becomes the next lower one, else the lowest', () => {
  assert.equal(nearestEffort('max', ['low', 'medium', 'high']), 'high');
  assert.equal(nearestEffort('minimal', ['low', 'high']), 'low');
  assert.equal(nearestEffort('medium', ['low', 'high']), 'low');
  assert.equal(nearestEffort('minimal', ['none', 'low']), 'low');
  assert.equal(nearestEffort('none', ['low', 'high']), 'low');
  assert.equal(nearestEffort('high', []), undefined);
});

test('only the words of the scale are efforts', () => {
  assert.equal(readEffort('xhigh'), 'xhigh');
  for (const other of ['enormous', '', null, 3]) assert.equal(readEffort(other), undefined);
});
