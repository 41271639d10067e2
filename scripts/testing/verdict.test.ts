import assert from 'node:assert/strict';
import { test } from 'node:test';
import { skipWithoutRedis } from '@meridian/testkit';
import { type Circumstances, judge, NEEDS_REDIS, type RunResult } from './verdict.ts';

const GREEN: RunResult = {
  passed: 3,
  failed: 0,
  skipped: [],
  files: ['a.test.ts', 'b.test.ts'],
  emptyFiles: [],
};
const USUAL: Circumstances = { leftovers: [], isRedisMissing: false, mayRedisBeMissing: false };
const SKIP = { file: 'a.test.ts', name: 'one', reason: 'no such machine' };
const ENTRY = { file: 'a.test.ts', test: 'one', reason: 'no such machine' };

test('a run without failures is green and counted', () => {
  const { isGreen, line, problems } = judge(GREEN, USUAL, []);
  assert.deepEqual(problems, []);
  assert.equal(line, '3 passed, 0 failed');
  assert.ok(isGreen);
});

test('a failure is red', () => {
  const { isGreen, line } = judge({ ...GREEN, failed: 2 }, USUAL, []);
  assert.equal(line, '3 passed, 2 failed');
  assert.ok(!isGreen);
});

test('a declared skip is counted and green; everything else about skips is red', () => {
  const skipped = { ...GREEN, skipped: [SKIP] };
  assert.equal(judge(skipped, USUAL, [ENTRY]).line, '3 passed, 0 failed, 1 skipped');
  assert.ok(judge(skipped, USUAL, [ENTRY]).isGreen);
  assert.match(judge(skipped, USUAL, []).problems[0]!, /'one' was skipped \(no such machine\)/);
  const silent = { ...GREEN, skipped: [{ ...SKIP, reason: '' }] };
  assert.match(judge(silent, USUAL, []).problems[0]!, /without a reason/);
  assert.ok(!judge(skipped, USUAL, [{ ...ENTRY, reason: 'another' }]).isGreen);
});

test('a declaration is stale when its file ran and the test was not skipped', () => {
  assert.match(judge(GREEN, USUAL, [ENTRY]).problems[0]!, /declared as skipped, but is not/);
  assert.ok(judge(GREEN, USUAL, [{ ...ENTRY, file: 'elsewhere.test.ts' }]).isGreen);
});

test('a run of nothing, an empty file and a leftover process are red', () => {
  assert.ok(!judge({ ...GREEN, passed: 0 }, USUAL, []).isGreen);
  assert.match(judge({ ...GREEN, emptyFiles: ['b.test.ts'] }, USUAL, []).problems[0]!, /no test/);
  const leftovers = { ...USUAL, leftovers: ['node server.ts'] };
  assert.match(judge(GREEN, leftovers, []).problems[0]!, /node server\.ts/);
});

test('a missing Redis is red until it is allowed; then its tests need no declaration', () => {
  const result = { ...GREEN, skipped: [{ ...SKIP, reason: NEEDS_REDIS }] };
  const missing = { ...USUAL, isRedisMissing: true };
  assert.match(judge(result, missing, []).problems[0]!, /Redis is missing/);
  assert.ok(judge(result, { ...missing, mayRedisBeMissing: true }, []).isGreen);
  assert.ok(!judge(result, USUAL, []).isGreen, 'Redis is there, so nothing may skip for it');
});

test('the reason that tests give where Redis is missing is the one that is known here', () => {
  const url = process.env.TEST_REDIS_URL;
  process.env.TEST_REDIS_URL = 'redis://here';
  assert.equal(skipWithoutRedis(), false);
  delete process.env.TEST_REDIS_URL;
  assert.equal(skipWithoutRedis(), NEEDS_REDIS);
  if (url !== undefined) process.env.TEST_REDIS_URL = url;
});
