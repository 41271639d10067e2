import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_USAGE } from '../neutral/usage.ts';
import { createCacheCounts } from './cache-counts.ts';

const add = createCacheCounts('usage');
const CACHED = { ...NO_USAGE, cacheRead: 7, cacheWrite5m: 2, cacheWrite1h: 1 };
const COUNTS = '"cache_creation_tokens":3,"cache_read_tokens":7,';

test('the counts stand first in the usage, whatever stands around it', () => {
  for (const [before, after] of [
    ['{"é":"\u00fc","usage":{', '"prompt_tokens":10}}'],
    ['data: {"message":{"usage" : {', ' "input_tokens" : 0}}}\n\n'],
    ['{"text":"\\"usage\\":{","usage":{', '"output_tokens":1}}'],
  ]) {
    assert.equal(add(Buffer.from(before! + after), CACHED).toString(), before! + COUNTS + after);
  }
});

test('the very buffer passes where there is nothing to tell', () => {
  const usage = Buffer.from('{"usage":{"prompt_tokens":10}}');
  assert.equal(add(usage, undefined), usage);
  assert.equal(add(usage, { ...NO_USAGE, input: 10 }), usage);
  const told = Buffer.from('{"usage":{"prompt_tokens":10,"cache_read_tokens":7}}');
  assert.equal(add(told, CACHED), told);
  const none = Buffer.from('data: {"choices":[]}\n\n');
  assert.equal(add(none, CACHED), none);
});

test('what only is called so stays as it is', () => {
  const tool = '{"parameters":{"properties":{"usage":{"type":"string"}}}}';
  assert.equal(add(Buffer.from(tool), CACHED).toString(), tool);
});
