import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ARCSECOND, DEGREES } from './angles.ts';
import { calendarTime, daysOfMonth, julianDate, weekday } from './calendar.ts';
import { deltaT, deltaTSeconds } from './delta-t.ts';
import { instantFromTt, instantFromUt, instantFromUtc, unixMs } from './instant.ts';
import { nutation } from './nutation.ts';
import { meanObliquity } from './precession.ts';
import { apparentSiderealTime, meanSiderealTime } from './sidereal.ts';

const near = (actual: number, expected: number, tolerance: number): void => {
  const isNear = Math.abs(actual - expected) <= tolerance;
  assert.ok(isNear, `${actual} is not within ${tolerance} of ${expected}`);
};

test('Julian dates are those of Meeus, Astronomical Algorithms, chapter 7', () => {
  const rows: [jd: number, year: number, month: number, day: number, hour?: number][] = [
    [2_451_545, 2000, 1, 1, 12],
    [2_451_179.5, 1999, 1, 1],
    [2_446_822.5, 1987, 1, 27],
    [2_446_966, 1987, 6, 19, 12],
    [2_447_187.5, 1988, 1, 27],
    [2_447_332, 1988, 6, 19, 12],
    [2_415_020.5, 1900, 1, 1],
    [2_305_447.5, 1600, 1, 1],
    [2_305_812.5, 1600, 12, 31],
  ];
  for (const [jd, year, month, day, hour = 0] of rows) {
    assert.equal(julianDate({ year, month, day, hour }), jd);
    assert.deepEqual(calendarTime(jd), { year, month, day, hour, minute: 0, second: 0 });
  }
});

test('a day of the week is that of Meeus, example 7.e', () => {
  assert.equal(weekday(2_434_923.5), 3);
  assert.equal(weekday(julianDate({ year: 2026, month: 11, day: 22 })), 0);
});

test('every calendar time from 1700 to 2200 survives the way to a Julian date and back', () => {
  const times = fc
    .record({ year: fc.integer({ min: 1700, max: 2200 }), month: fc.integer({ min: 1, max: 12 }) })
    .chain(({ year, month }) =>
      fc.record({
        year: fc.constant(year),
        month: fc.constant(month),
        day: fc.integer({ min: 1, max: daysOfMonth(year, month) }),
        hour: fc.integer({ min: 0, max: 23 }),
        minute: fc.integer({ min: 0, max: 59 }),
        second: fc.integer({ min: 0, max: 59 }),
      }),
    );
  fc.assert(
    fc.property(times, (time) => assert.deepEqual(calendarTime(julianDate(time)), { ...time })),
  );
});

test('a date that does not exist is refused with the name of its field', () => {
  const day = { year: 2023, month: 2, day: 28 };
  assert.throws(() => julianDate({ ...day, day: 29 }), /^RangeError: day must .* 1 to 28$/);
  assert.throws(() => julianDate({ ...day, month: 13 }), /^RangeError: month/);
  assert.throws(() => julianDate({ ...day, hour: 24 }), /^RangeError: hour/);
  assert.throws(() => julianDate({ ...day, minute: 60 }), /^RangeError: minute/);
  assert.throws(() => julianDate({ ...day, second: 60 }), /^RangeError: second/);
  assert.throws(() => julianDate({ ...day, year: Number.NaN }), /^RangeError: year/);
});

test('delta-T is the measured one, and its last value after the last measurement', () => {
  // The Astronomical Almanac, section K8.
  const rows: [year: number, seconds: number][] = [
    [1960, 33.15],
    [1970, 40.18],
    [1980, 50.54],
    [1990, 56.86],
    [2000, 63.83],
    [2010, 66.07],
    [2020, 69.36],
  ];
  for (const [year, seconds] of rows) {
    near(deltaTSeconds(julianDate({ year, month: 1, day: 1 })), seconds, 0.03);
  }
  near(deltaTSeconds(julianDate({ year: 1900, month: 1, day: 1 })), -1.98, 0.01);
  const later = julianDate({ year: 2060, month: 1, day: 1 });
  assert.deepEqual(deltaT(later), { seconds: 69.2, source: 'forecast' });
  assert.equal(deltaT(julianDate({ year: 2026, month: 9, day: 1 })).source, 'measured');
});

test('instants keep both scales consistent', () => {
  fc.assert(
    fc.property(fc.double({ min: 2_378_497, max: 2_488_070, noNaN: true }), (jd) => {
      const there = instantFromUt(jd);
      near(instantFromTt(there.jdTt).jdUt, jd, 1e-8);
    }),
  );
  const at = instantFromUtc({ year: 2026, month: 11, day: 22, hour: 13, minute: 5, second: 51 });
  assert.equal(unixMs(at), Date.UTC(2026, 10, 22, 13, 5, 51));
});

test('nutation and obliquity are those of Meeus, example 22.a', () => {
  // By IAU 1980, which differs from IAU 2000B by up to 0.02″.
  const { dpsi, deps } = nutation(2_446_895.5);
  near(dpsi / ARCSECOND, -3.788, 0.02);
  near(deps / ARCSECOND, 9.443, 0.02);
  near((meanObliquity(2_446_895.5) + deps) * DEGREES, 23 + 26 / 60 + 36.85 / 3600, 0.05 / 3600);
});

test('nutation is that of the check value in the ERFA library for IAU 2000B', () => {
  const { dpsi, deps } = nutation(2_400_000.5 + 53_736);
  near(dpsi, -9.63255229114836e-6, 1e-13);
  near(deps, 4.06319710662116e-5, 1e-13);
});

test('sidereal time is that of Meeus, examples 12.a and 12.b', () => {
  const midnight = instantFromUt(2_446_895.5);
  near(meanSiderealTime(midnight) * 3600, 197.693195 * 3600, 0.1);
  const apparent = apparentSiderealTime(midnight, nutation(midnight.jdTt));
  near(apparent * 240, 13 * 3600 + 10 * 60 + 46.1351, 0.01);
  near(meanSiderealTime(instantFromUt(2_446_896.30625)), 128.7378734, 0.00003);
});
