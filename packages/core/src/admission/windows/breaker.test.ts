import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from '@meridian/testkit';
import { createBreaker } from './breaker.ts';

test('failures in a row open it, and one trial per second is let through until one succeeds', () => {
  const clock = createFakeClock();
  const breaker = createBreaker(clock);
  breaker.failed();
  breaker.failed();
  assert.equal(breaker.isOpen, false);
  breaker.failed();
  assert.deepEqual([breaker.isOpen, breaker.admit()], [true, false]);
  clock.advance(1_000);
  assert.deepEqual([breaker.admit(), breaker.admit()], [true, false]);
  breaker.succeeded();
  assert.deepEqual([breaker.isOpen, breaker.admit(), breaker.admit()], [false, true, true]);
});

test('what answers every other time opens it too', () => {
  const clock = createFakeClock();
  const breaker = createBreaker(clock);
  for (let i = 0; i < 9; i++) {
    breaker.succeeded();
    breaker.failed();
    clock.advance(10);
  }
  assert.equal(breaker.isOpen, false);
  breaker.succeeded();
  breaker.failed();
  assert.equal(breaker.isOpen, true);
});

test('a rare failure among many answers does not', () => {
  const clock = createFakeClock();
  const breaker = createBreaker(clock);
  for (let i = 0; i < 2_000; i++) {
    for (let k = 0; k < 5; k++) breaker.succeeded();
    breaker.failed();
    clock.advance(1);
    assert.equal(breaker.isOpen, false);
  }
});

test('failures of long ago do not count', () => {
  const clock = createFakeClock();
  const breaker = createBreaker(clock);
  for (let i = 0; i < 100; i++) {
    breaker.failed();
    breaker.succeeded();
    clock.advance(200);
  }
  assert.equal(breaker.isOpen, false);
});
