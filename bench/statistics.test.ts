import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median, paired, quantile, quiet, rotated, slope } from './statistics.ts';

test('the median is the middle value, or the mean of the middle two', () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 2, 3]), 2.5);
  assert.equal(median([7]), 7);
});

test('values that were not measured do not count, and none have no median', () => {
  assert.equal(median([Number.NaN, 5, Number.POSITIVE_INFINITY]), 5);
  assert.ok(Number.isNaN(median([])));
  assert.ok(Number.isNaN(quiet([])));
});

test('quartiles are interpolated between the neighbours', () => {
  assert.equal(quantile([1, 2, 3, 4, 5], 0.25), 2);
  assert.equal(quantile([1, 2, 3, 4], 0.75), 3.25);
});

test('quiet is the mean of the cheapest fifth, at least of one', () => {
  assert.equal(quiet([9, 1, 8, 3, 7, 9, 9, 9, 9, 9]), 2);
  assert.equal(quiet([5, 4]), 4);
});

test('comparisons stay inside a round: a slow round for both changes no ratio', () => {
  const ratios = paired([10, 50, 20], [20, 100, 40], (mine, other) => mine / other);
  assert.deepEqual(ratios, [0.5, 0.5, 0.5]);
});

test('a round that one of two targets did not have is not compared', () => {
  const ratios = paired([1, 2, 3], [1, 2], (mine, other) => mine / other);
  assert.deepEqual(ratios, [1, 1]);
});

test('over as many rounds as there are targets each goes first once', () => {
  const firsts = [0, 1, 2].map((round) => rotated(['a', 'b', 'c'], round)[0]);
  assert.deepEqual(firsts, ['a', 'b', 'c']);
  assert.deepEqual(rotated(['a', 'b', 'c'], 4), ['b', 'c', 'a']);
  assert.deepEqual(rotated([], 3), []);
});

test('the slope is the change per step, and a flat line has none', () => {
  assert.equal(slope([10, 12, 14, 16]), 2);
  assert.equal(slope([5, 5, 5]), 0);
  assert.ok(Number.isNaN(slope([5])));
});
