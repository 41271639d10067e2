import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OwnBillQuery } from '@meridian/contract';
import { billDays, monthToDate } from './bill-days.ts';

const NOW = Date.UTC(2026, 10, 22, 23, 59, 59, 999);

describe('the days of a bill', () => {
  const cases: readonly (readonly [OwnBillQuery, string, string])[] = [
    [{}, '2026-11-01', '2026-11-22'],
    [{ date: '2026-02-03' }, '2026-02-03', '2026-02-03'],
    [{ d: '2026-02-03', date: '2026-02-03' }, '2026-02-03', '2026-02-03'],
    [{ start: '2025-01-01', end: '2025-01-31' }, '2025-01-01', '2025-01-31'],
    [{ s: '2026-11-20' }, '2026-11-20', '2026-11-22'],
    [{ e: '2026-10-05' }, '2026-10-01', '2026-10-05'],
    [{ days: 1 }, '2026-11-22', '2026-11-22'],
    [{ days: 30 }, '2026-10-24', '2026-11-22'],
    [{ days: 366 }, '2025-11-22', '2026-11-22'],
    [{ days: 3, end: '2024-03-01' }, '2024-02-28', '2024-03-01'],
    [{ days: 3, start: '2025-02-27' }, '2025-02-27', '2025-03-01'],
    [{ start: '2024-01-01', end: '2024-12-31' }, '2024-01-01', '2024-12-31'],
  ];
  for (const [query, start, end] of cases) {
    it(`${JSON.stringify(query)} are ${start} to ${end}`, () => {
      assert.deepEqual(billDays(query, NOW), { start, end });
    });
  }

  const refused: readonly (readonly [OwnBillQuery, string])[] = [
    [{ date: '2026-01-01', d: '2026-01-02' }, 'd'],
    [{ start: '2026-01-01', s: '2026-01-02' }, 's'],
    [{ date: '2026-01-01', days: 3 }, 'date'],
    [{ date: '2026-01-01', e: '2026-01-01' }, 'date'],
    [{ start: '2026-01-01', end: '2026-01-02', days: 2 }, 'days'],
    [{ start: '2026-01-02', end: '2026-01-01' }, 'start'],
    [{ start: '2026-11-23' }, 'start'],
    [{ start: '2025-01-01', end: '2026-01-02' }, 'start'],
  ];
  for (const [query, param] of refused) {
    it(`${JSON.stringify(query)} are refused`, () => {
      assert.throws(
        () => billDays(query, NOW),
        (error: { detail?: { param?: string } }) => error.detail?.param === param,
      );
    });
  }
});

describe('the month so far', () => {
  const cases: readonly (readonly [number, string, string])[] = [
    [Date.UTC(2026, 11, 1) - 1, '2026-11-01', '2026-11-30'],
    [Date.UTC(2026, 11, 1), '2026-12-01', '2026-12-01'],
    [Date.UTC(2027, 0, 1) - 1, '2026-12-01', '2026-12-31'],
    [Date.UTC(2027, 0, 1), '2027-01-01', '2027-01-01'],
    [Date.UTC(2028, 1, 29, 23, 59), '2028-02-01', '2028-02-29'],
  ];
  for (const zone of ['UTC', 'America/New_York', 'Asia/Tokyo']) {
    it(`turns with the first millisecond of UTC, in ${zone} too`, (t) => {
      const before = process.env.TZ;
      t.after(() => {
        if (before === undefined) delete process.env.TZ;
        else process.env.TZ = before;
      });
      process.env.TZ = zone;
      for (const [now, start, end] of cases) assert.deepEqual(monthToDate(now), { start, end });
      const [lastOfNovember] = cases[0] ?? assert.fail();
      assert.deepEqual(billDays({}, lastOfNovember), { start: '2026-11-01', end: '2026-11-30' });
    });
  }
});
