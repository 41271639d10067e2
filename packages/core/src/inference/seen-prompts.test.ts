import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../kernel/index.ts';
import { createSeenPrompts } from './seen-prompts.ts';

function world() {
  let nowMs = 0;
  const clock: Clock = { now: () => nowMs, monotonic: () => nowMs, after: () => () => undefined };
  const prompts = createSeenPrompts(clock);
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { prompts, pass };
}

test('a beginning counts as seen from the second time on, for its account and model', () => {
  const { prompts } = world();
  assert.equal(prompts.wasSeen(1, 'claude', 'a'), false);
  assert.equal(prompts.wasSeen(1, 'claude', 'a'), true);
  assert.equal(prompts.wasSeen(2, 'claude', 'a'), false);
  assert.equal(prompts.wasSeen(1, 'other', 'a'), false);
  assert.equal(prompts.wasSeen(1, 'claude', 'b'), false);
});

test('an hour after it was last seen a beginning is forgotten', () => {
  const { prompts, pass } = world();
  prompts.wasSeen(1, 'claude', 'a');
  pass(3_599_999);
  assert.equal(prompts.wasSeen(1, 'claude', 'a'), true);
  pass(3_600_000);
  assert.equal(prompts.wasSeen(1, 'claude', 'a'), false);
});

test('a flood of prompts drives out what was seen longest ago', () => {
  const { prompts } = world();
  prompts.wasSeen(1, 'claude', 'first');
  prompts.wasSeen(1, 'claude', 'second');
  for (let i = 0; i < 49_999; i++) prompts.wasSeen(1, 'claude', `other ${i}`);
  assert.equal(prompts.wasSeen(1, 'claude', 'second'), true);
  assert.equal(prompts.wasSeen(1, 'claude', 'first'), false);
});
