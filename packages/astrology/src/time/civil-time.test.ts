import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calendarTime } from './calendar.ts';
import { createCivilTime, createZoneOffsets } from './civil-time.ts';
import { instantFromUtc } from './instant.ts';
import { fixedOffset } from './zone-offset.ts';

const civilTime = createCivilTime();

function read(text: string, zone: string, longitude?: number) {
  const [year, month, day, hour, minute] = text.split(/\D/).map(Number);
  const local = { year: year!, month: month!, day: day!, hour: hour!, minute: minute! };
  return civilTime(local, { zone, ...(longitude === undefined ? {} : { longitude }) });
}

test('offsets have their history', () => {
  const rows: [local: string, zone: string, offset: string][] = [
    ['1942-09-15T12:00', 'Asia/Kolkata', '+06:30'],
    ['1941-12-01T12:00', 'Asia/Kolkata', '+06:30'],
    ['1950-06-01T12:00', 'Asia/Kolkata', '+05:30'],
    ['1905-06-01T12:00', 'Asia/Kolkata', '+05:21:10'],
    ['1850-06-01T12:00', 'Asia/Kolkata', '+05:53:28'],
    ['1880-06-01T12:00', 'America/New_York', '-04:56:02'],
    ['1915-06-01T12:00', 'Europe/Dublin', '-00:25:21'],
    ['1960-06-01T12:00', 'Africa/Monrovia', '-00:44:30'],
    ['2024-07-01T12:00', 'Europe/London', '+01:00'],
  ];
  for (const [local, zone, offset] of rows) {
    const moment = read(local, zone);
    assert.deepEqual([moment.kind, moment.offset], ['unique', offset], `${zone} ${local}`);
  }
});

test('a time that the clock showed twice is read as the first and reported', () => {
  for (const [local, zone, first, second] of [
    ['2024-10-27T01:30', 'Europe/London', '+01:00', '+00:00'],
    ['1945-10-14T23:30', 'Asia/Kolkata', '+06:30', '+05:30'],
  ] as const) {
    const moment = read(local, zone);
    assert.equal(moment.kind, 'ambiguous');
    assert.equal(moment.offset, first);
    assert.equal(moment.otherReading?.offset, second);
    assert.match(moment.warnings[0] ?? '', /twice/);
  }
});

test('a time that the clock skipped is read as so much later and reported', () => {
  const london = read('2024-03-31T01:30', 'Europe/London');
  assert.equal(london.kind, 'missing');
  assert.equal(calendarTime(london.at.jdUt).hour, 1);
  assert.equal(london.otherReading?.offset, '+01:00');
  const apia = read('2011-12-30T12:00', 'Pacific/Apia');
  assert.deepEqual([apia.kind, apia.offset], ['missing', '-10:00']);
  assert.equal(calendarTime(apia.at.jdUt).day, 30);
});

test('the edges of a change belong to the right side', () => {
  assert.equal(read('2024-03-31T00:59', 'Europe/London').kind, 'unique');
  assert.equal(read('2024-03-31T01:00', 'Europe/London').kind, 'missing');
  assert.equal(read('2024-03-31T02:00', 'Europe/London').kind, 'unique');
  assert.equal(read('2024-10-27T01:00', 'Europe/London').kind, 'ambiguous');
  assert.equal(read('2024-10-27T02:00', 'Europe/London').kind, 'unique');
});

test('fixed offsets and local mean time need no zone data', () => {
  assert.equal(fixedOffset('+04:51'), 17_460);
  assert.equal(fixedOffset('UTC+5:53:20'), 21_200);
  assert.equal(fixedOffset('-3'), -10_800);
  assert.equal(fixedOffset('+0530'), 19_800);
  assert.equal(fixedOffset('Z'), 0);
  for (const bad of ['+25:00', '+05:75', 'Asia/Kolkata', '5', '']) {
    assert.equal(fixedOffset(bad), undefined, bad);
  }
  const mean = read('1900-01-01T12:00', 'LMT', 77.2);
  assert.deepEqual([mean.kind, mean.offset], ['local_mean', '+05:08:48']);
  assert.equal(read('1900-01-01T12:00', '+04:51').kind, 'fixed');
});

test('unknown zones and dates that do not exist are refused by name', () => {
  assert.throws(() => read('2024-01-01T00:00', 'Mars/Olympus'), /^RangeError: zone must/);
  assert.throws(() => read('2023-02-29T00:00', 'Asia/Kolkata'), /^RangeError: day must/);
  assert.throws(() => read('2024-01-01T00:00', 'LMT'), /longitude/);
});

test('the offset of a zone at an instant is known', () => {
  const offsets = createZoneOffsets();
  const summer = instantFromUtc({ year: 2024, month: 7, day: 1 });
  assert.equal(offsets('America/New_York', summer), -14_400);
  assert.equal(offsets('+05:30', summer), 19_800);
});
