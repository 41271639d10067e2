import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createEphemeris } from '../ephemeris/ephemeris.ts';
import { degrees360 } from '../time/angles.ts';
import { julianDate } from '../time/calendar.ts';
import { instantFromTt, instantFromUt, instantFromUtc } from '../time/instant.ts';
import type { Instant } from '../types.ts';
import {
  bodyStations,
  type DailyEvent,
  dailyEvent,
  elongation,
  findCrossings,
  findZeros,
  lunarEclipseAt,
  lunarEclipses,
  moonPhases,
  solarEclipseAt,
  solarEclipses,
} from './index.ts';

const ephemeris = createEphemeris();
const MINUTE = 1 / 1440;
const SECOND = MINUTE / 60;

const near = (actual: number, expected: number, tolerance: number, what = ''): void => {
  const isNear = Math.abs(actual - expected) <= tolerance;
  assert.ok(isNear, `${what} ${actual} is not within ${tolerance} of ${expected}`);
};

const utc = (text: string): Instant => {
  const [year, month, day, hour = 0, minute = 0, second = 0] = text.split(/[-T:]/).map(Number);
  return instantFromUtc({ year: year!, month: month!, day: day!, hour, minute, second });
};

test('a search finds all crossings of a longitude that turns back', () => {
  // t − 20 sin(t/10) turns back at 6.85 and again at −6.85.
  const longitude = (t: number): number => degrees360(t - 20 * Math.sin(t / 10));
  const found = findCrossings(longitude, 3, { from: -40, to: 100, step: 4 });
  assert.equal(found.length, 3);
  assert.deepEqual(
    found.map((crossing) => crossing.isForward),
    [true, false, true],
  );
  for (const { jd } of found) near(longitude(jd), 3, 1e-7);
});

test('two crossings within one step are seen by the turn between them', () => {
  const parabola = (t: number): number => (t - 5.03) ** 2 - 0.01;
  const found = findZeros(parabola, { from: 0, to: 10, step: 1 });
  assert.equal(found.length, 2);
  near(found[0]!.jd, 4.93, 1e-7);
  near(found[1]!.jd, 5.13, 1e-7);
});

test('a search finds each whole turn of a steady motion, and nothing at the opposite point', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.5, max: 40, noNaN: true }),
      fc.double({ min: 0, max: 359.9, noNaN: true }),
      (speed, target) => {
        const turns = (1000 * speed) / 360;
        const found = findCrossings((t) => degrees360(speed * t), target, {
          ...{ from: 0, to: 1000, step: 3 },
        });
        assert.ok(Math.abs(found.length - turns) <= 1);
        for (const { jd } of found) {
          const apart = Math.abs(degrees360(speed * jd - target + 180) - 180);
          near(apart, 0, 1e-6);
        }
      },
    ),
  );
});

test('a search that would not end is refused', () => {
  assert.throws(() => findZeros(Math.sin, { from: 0, to: 10, step: 0 }), RangeError);
  assert.throws(() => findZeros(Math.sin, { from: 0, to: -10, step: 1 }), RangeError);
  assert.throws(() => findZeros(Math.sin, { from: 0, to: 1e9, step: 1e-3 }), RangeError);
});

test('Venus rises, culminates and sets at Boston as in Meeus, example 15.a', () => {
  const place = { latitude: 42.3333, longitude: -71.0833 };
  const day = julianDate({ year: 1988, month: 3, day: 20 });
  for (const [event, fraction] of [
    ['rise', 0.51766],
    ['transit', 0.8198],
    ['set', 0.1213],
  ] as const) {
    const after = instantFromUt(day);
    const found = dailyEvent(ephemeris, { body: 'venus', event, place, after });
    near(found!.jdUt, day + fraction, 10 * SECOND, event);
  }
});

test('Hindu sunrise has neither refraction nor disc, and is four minutes later at Delhi', () => {
  const query = {
    ...({ body: 'sun', event: 'rise' } as const),
    ...{ place: { latitude: 28.6139, longitude: 77.209 }, after: utc('2024-01-14T18:30') },
  };
  const almanac = dailyEvent(ephemeris, query)!;
  const hindu = dailyEvent(ephemeris, { ...query, rule: 'hindu' })!;
  // Published sunrise of Delhi on 15 January 2024: 07:15 Indian time.
  near(almanac.jdUt, utc('2024-01-15T01:45').jdUt, MINUTE);
  near((hindu.jdUt - almanac.jdUt) / MINUTE, 4.2, 0.3);
});

test('polar day and night have no sunrise', () => {
  const place = { latitude: 78.2, longitude: 15.6 };
  for (const [day, event] of [
    ['2024-06-21', 'rise'],
    ['2024-06-21', 'set'],
    ['2024-12-21', 'rise'],
  ] as const) {
    const found = dailyEvent(ephemeris, { body: 'sun', event, place, after: utc(day) });
    assert.equal(found, undefined, `${day} ${event}`);
  }
  const transit = { body: 'sun', event: 'transit', place, after: utc('2024-12-21') } as const;
  assert.ok(dailyEvent(ephemeris, transit));
});

test('daily events come in order: rise, transit, set, lower transit', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 2_378_500, max: 2_488_000, noNaN: true }),
      fc.double({ min: -60, max: 60, noNaN: true }),
      fc.double({ min: -180, max: 180, noNaN: true }),
      (jd, latitude, longitude) => {
        let at = instantFromUt(jd);
        const place = { latitude, longitude };
        const next = (event: DailyEvent): number => {
          const found = dailyEvent(ephemeris, { body: 'sun', event, place, after: at });
          assert.ok(found, `${event} after ${at.jdUt} at ${latitude}`);
          const days = found.jdUt - at.jdUt;
          at = found;
          return days;
        };
        next('rise');
        const whole = next('transit') + next('set') + next('lower_transit') + next('rise');
        near(whole, 1, 6 * MINUTE);
      },
    ),
    { numRuns: 60 },
  );
});

test('quarters of the Moon are those of Meeus, examples 49.a and 49.b', () => {
  const around = (jd: number) => ({ from: instantFromTt(jd - 2), to: instantFromTt(jd + 2) });
  const [newMoon] = moonPhases(ephemeris, around(2_443_192.65118));
  assert.equal(newMoon?.phase, 'new_moon');
  near(newMoon.at.jdTt, 2_443_192.65118, 20 * SECOND);
  const [last] = moonPhases(ephemeris, around(2_467_636.49186));
  assert.equal(last?.phase, 'last_quarter');
  near(last.at.jdTt, 2_467_636.49186, 20 * SECOND);
});

test('quarters follow each other and are where they say', () => {
  const found = moonPhases(ephemeris, { from: utc('1899-01-01'), to: utc('1904-01-01') });
  assert.equal(found.length, 247);
  for (const [i, { phase, at }] of found.entries()) {
    const wanted = { new_moon: 0, first_quarter: 90, full_moon: 180, last_quarter: 270 }[phase];
    near(Math.abs(degrees360(elongation(ephemeris, at) - wanted + 180) - 180), 0, 1e-6);
    const days = at.jdTt - (found[i - 1]?.at.jdTt ?? at.jdTt - 7);
    assert.ok(days > 6.3 && days < 8.5, `${days}`);
  }
});

test('Mercury stands still in 2024 when and where almanacs say', () => {
  // Widely published (UT): 1 April 22:14 at 27°13′ Aries, 25 April 12:54 at 15°58′ Aries, and so on.
  const rows = [
    ['2024-01-02T03:07', 'direct', 262.18],
    ['2024-04-01T22:14', 'retrograde', 27.22],
    ['2024-04-25T12:54', 'direct', 15.98],
    ['2024-08-05T04:56', 'retrograde', 154.1],
    ['2024-08-28T21:14', 'direct', 141.41],
    ['2024-11-26T02:42', 'retrograde', 262.67],
    ['2024-12-15T20:56', 'direct', 246.4],
  ] as const;
  const range = { from: utc('2024-01-01'), to: utc('2025-01-01') };
  const found = bodyStations(ephemeris, 'mercury', range);
  assert.equal(found.length, rows.length);
  for (const [i, [text, turns, longitude]] of rows.entries()) {
    assert.equal(found[i]?.turns, turns);
    near(found[i].at.jdUt, utc(text).jdUt, 2 * MINUTE, text);
    near(found[i].longitude, longitude, 0.01);
  }
  assert.deepEqual(bodyStations(ephemeris, 'sun', range), []);
});

test('solar eclipses of 2017 to 2026 are those of the Five Millennium Canon', () => {
  // Espenak and Meeus, NASA/TP-2006-214141: greatest eclipse (TT), kind, gamma, magnitude.
  const rows = [
    ['2017-08-21', 'total', 0.4367, 1.0306],
    ['2018-08-11', 'partial', 1.1476, 0.7368],
    ['2019-12-26', 'annular', 0.4135, 0.9701],
    ['2020-06-21', 'annular', 0.1209, 0.994],
    ['2021-12-04', 'total', -0.9526, 1.0367],
    ['2023-04-20', 'hybrid', -0.3952, 1.0132],
    ['2024-04-08', 'total', 0.3431, 1.0566],
    ['2025-03-29', 'partial', 1.0405, 0.9376],
    ['2026-08-12', 'total', 0.8977, 1.0386],
  ] as const;
  const found = solarEclipses(ephemeris, { from: utc('2017-01-01'), to: utc('2027-01-01') });
  assert.equal(found.length, 22);
  for (const [text, kind, gamma, magnitude] of rows) {
    const day = utc(text).jdUt;
    const eclipse = found.find(({ at }) => at.jdUt >= day && at.jdUt < day + 1);
    assert.equal(eclipse?.kind, kind, text);
    near(eclipse.gamma, gamma, 0.0003, text);
    near(eclipse.magnitude, magnitude, 0.001, text);
  }
  const american = found.find(({ at }) => at.jdUt > utc('2024-04-01').jdUt)!;
  near(american.at.jdUt, utc('2024-04-08T18:17:21').jdUt, 10 * SECOND);
  near(american.greatest.latitude, 25.3, 0.1);
  near(american.greatest.longitude, -104.1, 0.1);
});

test('the solar eclipse of April 2024 is total at Dallas and cannot be seen from Delhi', () => {
  const range = { from: utc('2024-04-01'), to: utc('2024-05-01') };
  const eclipse = solarEclipses(ephemeris, range)[0]!;
  const dallas = solarEclipseAt(ephemeris, eclipse, { latitude: 32.7767, longitude: -96.797 });
  assert.equal(dallas.kind, 'total');
  assert.ok(dallas.isVisible && dallas.obscuration === 1);
  // NASA's page of that eclipse: partial from 12:23 CDT, totality 13:40 to 13:44, end 15:02.
  near(dallas.begin!.jdUt, utc('2024-04-08T17:23').jdUt, MINUTE);
  near(dallas.centralBegin!.jdUt, utc('2024-04-08T18:40:40').jdUt, MINUTE / 2);
  near(dallas.centralEnd!.jdUt, utc('2024-04-08T18:44:30').jdUt, MINUTE / 2);
  near(dallas.end!.jdUt, utc('2024-04-08T20:02:40').jdUt, MINUTE / 2);
  const delhi = solarEclipseAt(ephemeris, eclipse, { latitude: 28.6, longitude: 77.2 });
  assert.equal(delhi.isVisible, false);
});

test('lunar eclipses are those of the Five Millennium Canon', () => {
  // Espenak and Meeus, NASA/TP-2009-214172: greatest eclipse (UT), kind, umbral, penumbral magnitude.
  const rows = [
    ['2018-01-31T13:29:50', 'total', 1.3155, 2.2941],
    ['2018-07-27T20:21:44', 'total', 1.6087, 2.6792],
    ['2019-07-16T21:30:44', 'partial', 0.6531, 1.7037],
    ['2020-01-10T19:10:02', 'penumbral', -0.1159, 0.8955],
    ['2022-11-08T10:59:11', 'total', 1.3589, 2.4143],
    ['2025-09-07T18:11:43', 'total', 1.3619, 2.344],
  ] as const;
  const found = lunarEclipses(ephemeris, { from: utc('2017-01-01'), to: utc('2027-01-01') });
  assert.equal(found.length, 22);
  for (const [text, kind, umbral, penumbral] of rows) {
    const moment = utc(text).jdUt;
    const eclipse = found.find(({ at }) => Math.abs(at.jdUt - moment) < 1);
    assert.equal(eclipse?.kind, kind, text);
    near(eclipse.at.jdUt, moment, 15 * SECOND, text);
    near(eclipse.umbralMagnitude, umbral, 0.001, text);
    near(eclipse.penumbralMagnitude, penumbral, 0.001, text);
  }
});

test('the contacts of a total lunar eclipse are in order, and are seen where the Moon is up', () => {
  const range = { from: utc('2022-11-01'), to: utc('2022-12-01') };
  const eclipse = lunarEclipses(ephemeris, range)[0]!;
  const { contacts } = eclipse;
  const times = [
    contacts.penumbralBegin,
    contacts.partialBegin!,
    contacts.totalBegin!,
    eclipse.at,
    contacts.totalEnd!,
    contacts.partialEnd!,
    contacts.penumbralEnd,
  ].map((at) => at.jdUt);
  assert.deepEqual(times, [...times].sort());
  // NASA: total from 10:16:39 to 11:41:37 UT.
  near(times[2]!, utc('2022-11-08T10:16:39').jdUt, 15 * SECOND);
  near(times[4]!, utc('2022-11-08T11:41:37').jdUt, 15 * SECOND);
  const tokyo = lunarEclipseAt(ephemeris, eclipse, { latitude: 35.7, longitude: 139.7 });
  assert.ok(tokyo.isVisible && tokyo.seenContacts.includes('totalBegin'));
  const london = lunarEclipseAt(ephemeris, eclipse, { latitude: 51.5, longitude: 0 });
  assert.equal(london.isVisible, false);
  assert.deepEqual(london.seenContacts, []);
});
