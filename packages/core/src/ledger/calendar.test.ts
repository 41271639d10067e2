import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from '@meridian/testkit';
import { createCalendar, monthOf } from './calendar.ts';

test('the day and the month change at midnight UTC of the store, whatever the own clock says', () => {
  const clock = createFakeClock(Date.UTC(2026, 10, 30, 23, 59, 50));
  const calendar = createCalendar(clock);
  assert.equal(calendar.today(), 20_261_130);
  calendar.adjust(clock.now() + 9_999, clock.now());
  assert.equal(calendar.today(), 20_261_130);
  clock.advance(1);
  assert.equal(calendar.today(), 20_261_201);
  assert.equal(monthOf(calendar.today()), 202_612);
  calendar.adjust(clock.now(), clock.now());
  assert.equal(calendar.today(), 20_261_130, 'also back');
});

test('half of the round trip counts', () => {
  const clock = createFakeClock(Date.UTC(2026, 0, 1));
  const calendar = createCalendar(clock);
  const sentAtMs = clock.now();
  clock.advance(1_000);
  calendar.adjust(sentAtMs + 499, sentAtMs);
  assert.equal(calendar.today(), 20_260_101);
  calendar.adjust(sentAtMs - 501, sentAtMs);
  assert.equal(calendar.today(), 20_251_231);
});
