import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createEphemeris } from '../../ephemeris/index.ts';
import { calendarTime, julianDate } from '../../time/index.ts';
import {
  angaKey,
  createPanchangSky,
  FESTIVALS,
  festivalsOf,
  findMuhurtas,
  lunarMonth,
  MASAS,
  MUHURTA_PURPOSES,
  panchangAt,
  panchangDay,
  sadeSati,
  signOf,
  VARAS,
  varaAt,
} from '../index.ts';

const sky = createPanchangSky(createEphemeris());
const DELHI = { latitude: 28.6139, longitude: 77.209 };
const IST = 5.5 / 24;
const midnight = (year: number, month: number, day: number): number =>
  julianDate({ year, month, day }) - IST;
const dayOf = (year: number, month: number, day: number) =>
  panchangDay(sky, { year, month, day, midnight: midnight(year, month, day) }, DELHI);
/** Minutes of Indian time from the date given, for comparing with printed times. */
const assertTime = (jdUt: number | undefined, expected: string, minutes: number): void => {
  const wanted = Date.parse(`${expected}+05:30`) / 86_400_000 + 2440587.5;
  const off = Math.abs((jdUt ?? 0) - wanted) * 1440;
  assert.ok(off <= minutes, `${off.toFixed(2)} minutes from ${expected}`);
};

const assertAdjoining = (list: readonly { readonly from: number; readonly to: number }[]): void => {
  for (const [index, span] of list.entries()) {
    assert.ok(span.to > span.from);
    if (index > 0) assert.equal(span.from, list[index - 1]?.to);
  }
};

/** Dates kept in Delhi, as the almanacs published them. */
const PUBLISHED: Readonly<Record<string, readonly string[]>> = {
  makar_sankranti: ['2021-01-14', '2022-01-14', '2023-01-15', '2024-01-15', '2025-01-14'],
  vasant_panchami: ['2021-02-16', '2022-02-05', '2023-01-26', '2024-02-14', '2025-02-02'],
  maha_shivaratri: ['2021-03-11', '2022-03-01', '2023-02-18', '2024-03-08', '2025-02-26'],
  holika_dahan: ['2021-03-28', '2022-03-17', '2023-03-07', '2024-03-24', '2025-03-13'],
  holi: ['2021-03-29', '2022-03-18', '2023-03-08', '2024-03-25', '2025-03-14'],
  ugadi: ['2021-04-13', '2022-04-02', '2023-03-22', '2024-04-09', '2025-03-30'],
  mesha_sankranti: ['2021-04-14', '2022-04-14', '2023-04-14', '2024-04-13', '2025-04-14'],
  rama_navami: ['2021-04-21', '2022-04-10', '2023-03-30', '2024-04-17', '2025-04-06'],
  hanuman_jayanti: ['2021-04-27', '2022-04-16', '2023-04-06', '2024-04-23', '2025-04-12'],
  akshaya_tritiya: ['2021-05-14', '2022-05-03', '2023-04-22', '2024-05-10', '2025-04-30'],
  buddha_purnima: ['2021-05-26', '2022-05-16', '2023-05-05', '2024-05-23', '2025-05-12'],
  guru_purnima: ['2021-07-24', '2022-07-13', '2023-07-03', '2024-07-21', '2025-07-10'],
  nag_panchami: ['2021-08-13', '2022-08-02', '2023-08-21', '2024-08-09', '2025-07-29'],
  raksha_bandhan: ['2021-08-22', '2022-08-11', '2023-08-30', '2024-08-19', '2025-08-09'],
  janmashtami: ['2021-08-30', '2022-08-18', '2023-09-06', '2024-08-26', '2025-08-15'],
  ganesh_chaturthi: ['2021-09-10', '2022-08-31', '2023-09-19', '2024-09-07', '2025-08-27'],
  anant_chaturdashi: ['2021-09-19', '2022-09-09', '2023-09-28', '2024-09-17', '2025-09-06'],
  sharad_navaratri: ['2021-10-07', '2022-09-26', '2023-10-15', '2024-10-03', '2025-09-22'],
  dussehra: ['2021-10-15', '2022-10-05', '2023-10-24', '2024-10-12', '2025-10-02'],
  dhanteras: ['2021-11-02', '2022-10-22', '2023-11-10', '2024-10-29', '2025-10-18'],
  diwali: ['2021-11-04', '2022-10-24', '2023-11-12', '2024-10-31', '2025-10-20'],
  bhai_dooj: ['2021-11-06', '2022-10-26', '2023-11-15', '2024-11-03', '2025-10-23'],
  kartik_purnima: ['2021-11-19', '2022-11-08', '2023-11-27', '2024-11-15', '2025-11-05'],
};

describe('festivals', () => {
  for (const year of [2021, 2022, 2023, 2024, 2025]) {
    it(`of ${year} fall on the days that were published`, () => {
      const days = year % 4 === 0 ? 366 : 365;
      const found = festivalsOf(sky, { newYear: midnight(year, 1, 1), days, place: DELHI });
      const dates = Object.fromEntries(
        found.map(({ key, dayOfYear }) => {
          const { month, day } = calendarTime(julianDate({ year, month: 1, day: 1 }) + dayOfYear);
          const two = (value: number): string => String(value).padStart(2, '0');
          return [key, `${year}-${two(month)}-${two(day)}`];
        }),
      );
      const expected = Object.entries(PUBLISHED).map(([key, list]) => [key, list[year - 2021]]);
      assert.deepEqual(dates, Object.fromEntries(expected));
    });
  }

  it('whose tithi meets its window on no day are kept on the day it begins', () => {
    // Akshaya Tritiya 2026 was published for 19 April: the tithi runs from 10:49 to 07:27 of the next day.
    const year = { newYear: midnight(2026, 1, 1), days: 365, place: DELHI };
    const found = festivalsOf(sky, year).find(({ key }) => key === 'akshaya_tritiya');
    assert.equal(found?.dayOfYear, 31 + 28 + 31 + 19 - 1);
    assertTime(found?.from, '2026-04-19T10:49:00', 2);
    assertTime(found?.to, '2026-04-20T07:27:00', 2);
  });

  it('are twenty and more, each checked', () => {
    assert.ok(FESTIVALS.length >= 20);
    assert.deepEqual([...FESTIVALS].sort(), Object.keys(PUBLISHED).sort());
  });
});

describe('the panchang of a day', () => {
  it('of Diwali 2024 in Delhi has the printed times to two minutes', () => {
    const day = dayOf(2024, 10, 31);
    assert.equal(day.vara, 'thursday');
    assertTime(day.course.sunrise, '2024-10-31T06:32:00', 2);
    assertTime(day.course.sunset, '2024-10-31T17:36:00', 2);
    assert.equal(day.atSunrise.tithi.key, 'chaturdashi');
    assert.equal(day.atSunrise.tithi.paksha, 'krishna');
    assertTime(day.atSunrise.tithi.to, '2024-10-31T15:52:00', 2);
    assertTime(day.tithis[1]?.to, '2024-11-01T18:16:00', 2);
    assert.equal(day.atSunrise.nakshatra.key, 'chitra');
    assertTime(day.atSunrise.nakshatra.to, '2024-11-01T00:45:00', 2);
    assert.equal(day.atSunrise.yoga.key, 'vishkambha');
    assert.deepEqual(
      day.karanas.map((karana) => karana.key),
      ['shakuni', 'chatushpada', 'naga'],
    );
    assert.deepEqual(day.month.amanta, { masa: 'ashvina', isAdhika: false });
    assert.deepEqual(day.month.purnimanta, { masa: 'kartika', isAdhika: false });
    const { shaka, vikram, vikramKartikadi, samvatsara } = day.samvat;
    assert.deepEqual([shaka, vikram, vikramKartikadi, samvatsara], [1946, 2081, 2080, 'krodhi']);
    // Thursday: the sixth eighth is Rahu's, the third Gulika's, the first Yama's.
    assertTime(day.periods.rahu_kalam.from, '2024-10-31T13:27:00', 2);
    assert.equal(day.periods.yamaganda.from, day.course.sunrise);
    assert.equal(day.choghadiyas[0]?.key, 'shubh');
    assert.equal(day.horas[0]?.lord, 'jupiter');
    assert.equal(day.horas[24 - 1]?.lord, 'sun');
  });

  it('begins a little later with the Hindu sunrise, whose disc is whole', () => {
    const { sunrises, sunsets } = dayOf(2024, 3, 20);
    const later = ((sunrises.hindu ?? 0) - (sunrises.upper_limb ?? 0)) * 1440;
    const earlier = ((sunsets.upper_limb ?? 0) - (sunsets.hindu ?? 0)) * 1440;
    assert.ok(later > 3 && later < 5 && earlier > 3 && earlier < 5, `${later} ${earlier}`);
  });

  it('has parts that meet without gaps, in every weekday and fortnight', () => {
    for (let day = 1; day <= 31; day++) {
      const found = dayOf(2023, 7, day);
      const { sunrise, sunset, nextSunrise } = found.course;
      assert.ok(sunrise < sunset && sunset < nextSunrise);
      for (const list of [found.tithis, found.nakshatras, found.yogas, found.karanas]) {
        assert.ok((list[0]?.from ?? 0) <= sunrise && (list.at(-1)?.to ?? 0) >= nextSunrise);
        assertAdjoining(list);
      }
      for (const list of [found.choghadiyas, found.horas]) {
        assert.equal(list[0]?.from, sunrise);
        assert.ok(Math.abs((list.at(-1)?.to ?? 0) - nextSunrise) < 1e-9);
      }
      assert.equal(found.choghadiyas.length, 16);
      assert.equal(found.horas.length, 24);
      assert.equal(new Set(found.horas.slice(0, 7).map((hora) => hora.lord)).size, 7);
    }
  });

  it('of a polar place is marked and has all its parts', () => {
    const place = { latitude: 78.22, longitude: 15.65 };
    const start = julianDate({ year: 2024, month: 6, day: 21 });
    const day = panchangDay(sky, { year: 2024, month: 6, day: 21, midnight: start }, place);
    assert.equal(day.isPolar, true);
    assert.equal(day.sunrises.upper_limb, null);
    assert.ok(day.tithis.length > 0);
  });

  it('of an instant agrees with the day that contains it', () => {
    const noon = midnight(2023, 7, 10) + 0.5;
    const at = panchangAt(sky, noon);
    const running = dayOf(2023, 7, 10).tithis.find(
      (tithi) => noon >= tithi.from && noon < tithi.to,
    );
    assert.equal(at.tithi.number, running?.number);
    assert.ok(Math.abs(at.tithi.to - (running?.to ?? 0)) * 86400 < 0.1);
  });
});

describe('the weekday of a moment', () => {
  it('changes at midnight by the clock and at sunrise by the sky', () => {
    // Sunday, 14 July 2024.
    const at = (hour: number) =>
      varaAt(sky, { jdUt: midnight(2024, 7, 14) + hour / 24, offsetSeconds: 19_800, place: DELHI });
    assert.deepEqual(at(-1), { civil: 'saturday', fromSunrise: 'saturday' });
    assert.deepEqual(at(1), { civil: 'sunday', fromSunrise: 'saturday' });
    assert.deepEqual(at(5.4), { civil: 'sunday', fromSunrise: 'saturday' });
    assert.deepEqual(at(5.7), { civil: 'sunday', fromSunrise: 'sunday' });
    assert.deepEqual(at(23.9), { civil: 'sunday', fromSunrise: 'sunday' });
  });

  it('is that of the day which has it, all through a month', () => {
    for (let day = 1; day <= 31; day++) {
      const { course, vara } = dayOf(1907, 12, day);
      const moment = { jdUt: course.sunset, offsetSeconds: 19_800, place: DELHI };
      assert.equal(varaAt(sky, moment).fromSunrise, vara);
    }
  });
});

describe('karanas', () => {
  it('are sixty, Kimstughna first, seven of them eight times', () => {
    const keys = Array.from({ length: 60 }, (_, index) => angaKey('karana', index + 1));
    assert.deepEqual(keys.slice(0, 3), ['kimstughna', 'bava', 'balava']);
    assert.deepEqual(keys.slice(56), ['vishti', 'shakuni', 'chatushpada', 'naga']);
    assert.equal(keys.filter((key) => key === 'vishti').length, 8);
  });
});

describe('lunar months', () => {
  it('have the adhika months of 2001 to 2029 and the kshaya month of 1983', () => {
    const adhika: string[] = [];
    for (let at = midnight(2001, 1, 15); at < midnight(2029, 12, 1); ) {
      const month = lunarMonth(sky, at);
      if (month.isAdhika) adhika.push(`${calendarTime(month.from).year} ${month.masa}`);
      at = month.to + 1;
    }
    assert.deepEqual(adhika, [
      '2001 ashvina',
      '2004 shravana',
      '2007 jyeshtha',
      '2010 vaishakha',
      '2012 bhadrapada',
      '2015 ashadha',
      '2018 jyeshtha',
      '2020 ashvina',
      '2023 shravana',
      '2026 jyeshtha',
      '2029 chaitra',
    ]);
    const kshaya: string[] = [];
    for (let at = midnight(1982, 6, 1); at < midnight(1983, 12, 1); ) {
      const month = lunarMonth(sky, at);
      if (month.kshaya) kshaya.push(month.kshaya);
      at = month.to + 1;
    }
    assert.deepEqual(kshaya, ['magha']);
  });

  it('follow each other in order', () => {
    let month = lunarMonth(sky, midnight(2020, 1, 1));
    for (let count = 0; count < 40; count++) {
      const next = lunarMonth(sky, month.to + 1);
      assert.ok(Math.abs(next.from - month.to) * 86400 < 1);
      assert.equal(next.index, month.isAdhika ? month.index : (month.index + 1) % 12);
      assert.equal(next.masa, MASAS[next.index]);
      month = next;
    }
  });
});

describe('Sade Sati', () => {
  it('of a Moon in Capricorn ran from January 2017 to March 2025 as Saturn moved', () => {
    const found = sadeSati(sky, 9, midnight(2010, 1, 1), midnight(2040, 1, 1));
    const [cycle] = found.cycles;
    assert.equal(found.cycles.length, 1);
    assertTime(cycle?.from, '2017-01-26T19:30:00', 60);
    assertTime(cycle?.to, '2025-03-29T21:45:00', 60);
    assert.deepEqual(
      cycle?.stays.map((stay) => stay.phase),
      ['rising', 'rising', 'peak', 'setting', 'peak', 'setting'],
    );
    for (const stay of cycle?.stays ?? []) {
      const sign = signOf(sky.longitude('saturn', (stay.from + stay.to) / 2));
      assert.equal(sign, { rising: 8, peak: 9, setting: 10, kantaka: 0, ashtama: 4 }[stay.phase]);
    }
    assert.deepEqual([...new Set(found.dhaiyas.map((stay) => stay.phase))].sort(), [
      'ashtama',
      'kantaka',
    ]);
    assert.throws(() => sadeSati(sky, 9, 10, 5), RangeError);
  });
});

describe('muhurta search', () => {
  const range = { midnight: midnight(2025, 2, 1), weekday: 6, days: 28, place: DELHI };

  it('finds stretches that meet every criterion, in order', () => {
    const found = findMuhurtas(sky, MUHURTA_PURPOSES.marriage, range);
    assert.ok(found.length > 3);
    const { tithis, nakshatras, varas } = MUHURTA_PURPOSES.marriage;
    for (const [index, muhurta] of found.entries()) {
      const { from, to } = muhurta;
      assert.ok(to - from >= 15 / 1440 - 1e-9);
      assert.ok((varas as readonly string[]).includes(muhurta.vara));
      for (const at of [from + 1e-5, (from + to) / 2, to - 1e-5]) {
        const now = panchangAt(sky, at);
        assert.ok((tithis as readonly number[]).includes(now.tithi.number));
        assert.ok((nakshatras as readonly number[]).includes(now.nakshatra.number));
        assert.notEqual(now.karana.key, 'vishti');
      }
      if (index > 0) assert.ok(from >= (found[index - 1]?.to ?? 0) - 1e-6);
    }
  });

  it('leaves out the months, the signs of the Sun and the burnt Jupiter that a marriage must not have', () => {
    const days = (month: number, day: number, count: number): number => {
      const start = { midnight: midnight(2025, month, day), weekday: 0, days: count };
      // Any weekday will do, so that only the season can forbid it.
      const criteria = { ...MUHURTA_PURPOSES.marriage, varas: VARAS };
      return findMuhurtas(sky, criteria, { ...range, ...start }).length;
    };
    assert.equal(days(3, 15, 29), 0, 'the Sun in Pisces');
    assert.ok(days(4, 15, 30) > 0, 'Vaishakha');
    assert.equal(days(6, 14, 22), 0, 'Jupiter burnt');
    assert.equal(days(7, 6, 92), 0, 'the four months');
    assert.ok(days(11, 15, 28) > 0, 'Margashirsha');
    assert.equal(days(12, 17, 14), 0, 'the Sun in Sagittarius');
  });

  it('is bounded', () => {
    assert.equal(findMuhurtas(sky, {}, { ...range, limit: 7 }).length, 7);
    for (const bad of [{ days: 0 }, { days: 93 }, { limit: 0 }, { limit: 201 }])
      assert.throws(() => findMuhurtas(sky, {}, { ...range, ...bad }), RangeError);
  });
});
