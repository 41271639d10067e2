import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createEphemeris } from '../ephemeris/index.ts';
import { siderealChart } from '../sidereal-chart.ts';
import { instantFromUtc } from '../time/index.ts';
import type { VedicChart } from '../types.ts';
import {
  arudhas,
  ashtakavarga,
  ashtottari,
  BINDU_TOTALS,
  charaKarakas,
  combustion,
  compoundRegard,
  dignityAt,
  drishtis,
  drishtiVirupas,
  GRAHAS,
  kaalSarp,
  looksAt,
  manglik,
  nakshatraOf,
  naturalRegard,
  PARASHARI_VARGAS,
  Reading,
  SEVEN,
  shadbala,
  signAngle,
  signAspects,
  signName,
  signOf,
  temporalRegard,
  vargaDegrees,
  vargaSign,
  vimshottari,
  yogini,
} from './index.ts';

const ephemeris = createEphemeris();
/** Jawaharlal Nehru: Allahabad, 14 November 1889, 23:06 local mean time, as B. V. Raman gives it. */
const nehru = siderealChart(ephemeris, {
  at: instantFromUtc({ year: 1889, month: 11, day: 14, hour: 17, minute: 38 }),
  place: { latitude: 25.45, longitude: 81.85 },
});
/** Mohandas Gandhi: Porbandar, 2 October 1869, 07:11:48 local mean time. */
const gandhi = siderealChart(ephemeris, {
  at: instantFromUtc({ year: 1869, month: 10, day: 2, hour: 2, minute: 33, second: 24 }),
  place: { latitude: 21.6417, longitude: 69.6293 },
});
const signs = (chart: VedicChart): Readonly<Record<string, string>> =>
  Object.fromEntries(
    GRAHAS.map((graha) => [graha, signName(signOf(chart.grahas[graha].longitude))]),
  );

describe('signs and nakshatras', () => {
  it('stand as the published charts of Nehru and Gandhi have them', () => {
    assert.equal(signName(signOf(nehru.ascendant)), 'cancer');
    assert.deepEqual(signs(nehru), {
      sun: 'scorpio',
      moon: 'cancer',
      mars: 'virgo',
      mercury: 'libra',
      jupiter: 'sagittarius',
      venus: 'libra',
      saturn: 'leo',
      rahu: 'gemini',
      ketu: 'sagittarius',
    });
    assert.equal(nakshatraOf(nehru.grahas.moon.longitude).nakshatra, 'ashlesha');
    assert.equal(signName(signOf(gandhi.ascendant)), 'libra');
    assert.deepEqual(signs(gandhi), {
      sun: 'virgo',
      moon: 'cancer',
      mars: 'libra',
      mercury: 'libra',
      jupiter: 'aries',
      venus: 'libra',
      saturn: 'scorpio',
      rahu: 'cancer',
      ketu: 'capricorn',
    });
  });

  it('begin exactly at their boundaries, whatever floating-point sums miss', () => {
    for (let part = 0; part < 108; part++) {
      const boundary = (part * 360) / 108;
      const { index, pada } = nakshatraOf(boundary);
      assert.equal(index * 4 + pada - 1, part);
      const before = nakshatraOf(boundary - 1e-9);
      assert.equal(before.index * 4 + before.pada - 1, (part + 107) % 108);
    }
    assert.equal(signOf(360 - 1e-14), 0);
    assert.equal(signOf(-1e-15), 0);
    assert.equal(signOf(29.999999999), 0);
  });

  it('are shown by floors that never leave the sign', () => {
    assert.deepEqual(signAngle(29.99999), { sign: 'aries', degrees: 29, minutes: 59, seconds: 59 });
    assert.deepEqual(signAngle(45.5), { sign: 'taurus', degrees: 15, minutes: 30, seconds: 0 });
  });
});

describe('vargas', () => {
  it('follow the rules of BPHS chapter 6 at both ends of every sign', () => {
    const names = (sign: number, division: number): string =>
      [0, 30 - 1e-6]
        .map((degrees) => signName(vargaSign(sign * 30 + degrees, division)).slice(0, 3))
        .join(' ');
    const expected: Readonly<Record<number, readonly string[]>> = {
      2: ['leo can', 'can leo'],
      3: ['ari sag', 'tau cap'],
      4: ['ari cap', 'tau aqu'],
      7: ['ari lib', 'sco tau'],
      9: ['ari sag', 'cap vir'],
      10: ['ari cap', 'cap lib'],
      12: ['ari pis', 'tau ari'],
      16: ['ari can', 'leo sco'],
      20: ['ari sco', 'sag can'],
      24: ['leo can', 'can gem'],
      27: ['ari gem', 'can vir'],
      30: ['ari lib', 'tau sco'],
      40: ['ari can', 'lib cap'],
      45: ['ari sag', 'leo ari'],
      60: ['ari pis', 'tau ari'],
    };
    for (const [division, [odd, even]] of Object.entries(expected)) {
      assert.equal(names(0, Number(division)), odd, `D${division} of Aries`);
      assert.equal(names(1, Number(division)), even, `D${division} of Taurus`);
    }
  });

  it('that begin anew in every sign give each sign the same length', () => {
    for (const division of [3, 4, 7, 9, 10, 12, 24, 27, 60]) {
      const counts = new Array<number>(12).fill(0);
      for (let part = 0; part < 12 * division; part++) {
        const sign = vargaSign(((part + 0.5) * 30) / division, division);
        counts[sign] = (counts[sign] ?? 0) + 1;
      }
      assert.deepEqual(counts, new Array(12).fill(division), `D${division}`);
    }
    for (const division of PARASHARI_VARGAS)
      assert.ok(vargaSign(359.9, division) >= 0 && vargaSign(359.9, division) < 12);
  });

  it('are exact at the boundaries of their parts', () => {
    for (const division of [9, 7, 27, 45, 60, 144])
      for (let part = 0; part < 12 * division; part++) {
        const start = (part * 360) / (12 * division);
        assert.equal(vargaSign(start, division), vargaSign(start + 1e-7, division));
      }
  });

  it('cut D30 where its lords change', () => {
    const lords = (base: number, cuts: readonly number[]): string =>
      cuts.map((cut) => signName(vargaSign(base + cut, 30)).slice(0, 3)).join(' ');
    assert.equal(
      lords(0, [4.99, 5, 9.99, 10, 17.99, 18, 24.99, 25]),
      'ari aqu aqu sag sag gem gem lib',
    );
    assert.equal(
      lords(30, [4.99, 5, 11.99, 12, 19.99, 20, 24.99, 25]),
      'tau vir vir pis pis cap cap sco',
    );
  });

  it('of other numbers are cyclic, and impossible numbers are refused', () => {
    assert.equal(vargaSign(31, 5), (1 * 5 + 0) % 12);
    assert.equal(vargaSign(45, 2, 'cyclic'), 3);
    assert.ok(Math.abs(vargaDegrees(10, 9) - 0) < 1e-9);
    for (const division of [0, 301, 1.5, Number.NaN])
      assert.throws(() => vargaSign(10, division), RangeError);
  });
});

describe('dignities, friendships, looks', () => {
  it('part Mercury in Virgo and the Moon in Taurus by degrees', () => {
    assert.equal(dignityAt('mercury', 150 + 14.9, 5), 'exalted');
    assert.equal(dignityAt('mercury', 150 + 15, 5), 'moolatrikona');
    assert.equal(dignityAt('mercury', 150 + 20, 5), 'own');
    assert.equal(dignityAt('moon', 30 + 2.9, 5), 'exalted');
    assert.equal(dignityAt('moon', 30 + 3, 5), 'moolatrikona');
    assert.equal(dignityAt('saturn', 5, 0), 'debilitated');
    assert.equal(dignityAt('sun', 15, 0), 'exalted');
  });

  it('make compound friendships of natural and temporal ones', () => {
    assert.equal(naturalRegard('jupiter', 'venus'), 'enemy');
    assert.equal(naturalRegard('venus', 'jupiter'), 'neutral');
    assert.deepEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
        .map((house) => temporalRegard(0, house - 1)[0])
        .join(''),
      'efffeeeeefff',
    );
    assert.equal(compoundRegard('friend', 'friend'), 'great_friend');
    assert.equal(compoundRegard('enemy', 'friend'), 'neutral');
    assert.equal(compoundRegard('neutral', 'enemy'), 'enemy');
    assert.equal(compoundRegard('enemy', 'enemy'), 'great_enemy');
  });

  it('give the special looks to Mars, Jupiter and Saturn only', () => {
    const houses = (graha: (typeof GRAHAS)[number]): number[] =>
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].filter((house) => looksAt(graha, 0, house - 1));
    assert.deepEqual(houses('mars'), [4, 7, 8]);
    assert.deepEqual(houses('jupiter'), [5, 7, 9]);
    assert.deepEqual(houses('saturn'), [3, 7, 10]);
    assert.deepEqual(houses('venus'), [7]);
    assert.equal(drishtiVirupas('sun', 0, 180), 60);
    assert.equal(drishtiVirupas('sun', 0, 90), 45);
    assert.equal(drishtiVirupas('saturn', 0, 60), 60);
    assert.equal(drishtiVirupas('jupiter', 0, 120), 60);
    assert.equal(drishtiVirupas('moon', 0, 20), 0);
    assert.deepEqual(signAspects(0), [4, 7, 10]);
    assert.deepEqual(signAspects(1), [3, 6, 9]);
    assert.deepEqual(signAspects(2), [5, 8, 11]);
    for (let sign = 0; sign < 12; sign++)
      for (const other of signAspects(sign)) assert.ok(signAspects(other).includes(sign));
    assert.ok(drishtis(nehru).every((look) => look.house >= 3 && look.house <= 10));
  });

  it('name the orb by which a graha is burnt', () => {
    const place = (longitude: number, isRetrograde: boolean) => ({ longitude, isRetrograde });
    assert.deepEqual(combustion('venus', place(359, true), 8), {
      isCombust: false,
      separation: 9,
      orb: 8,
    });
    assert.equal(combustion('venus', place(359, false), 8)?.isCombust, true);
    assert.equal(combustion('rahu', place(8, true), 8), null);
  });
});

describe('significators', () => {
  it('rank Nehru’s grahas by their degrees', () => {
    const { atma, amatya, dara } = charaKarakas(nehru);
    const degrees = SEVEN.map((graha) => [nehru.grahas[graha].longitude % 30, graha] as const).sort(
      (a, b) => b[0] - a[0],
    );
    assert.deepEqual([atma, amatya, dara], [degrees[0]?.[1], degrees[1]?.[1], degrees[6]?.[1]]);
    assert.equal(Object.keys(charaKarakas(nehru, 8)).length, 8);
    assert.equal(new Set(Object.values(charaKarakas(nehru, 8))).size, 8);
  });

  it('never put an arudha in its own house or the seventh from it', () => {
    for (const chart of [nehru, gandhi])
      for (const [index, sign] of arudhas(chart).entries()) {
        const house = (signOf(chart.ascendant) + index) % 12;
        assert.notEqual(sign, house);
        assert.notEqual(sign, (house + 6) % 12);
      }
  });
});

describe('dashas', () => {
  it('begin as the arc of the Moon says', () => {
    // Ashlesha belongs to Mercury, which has 17 years.
    const dasha = vimshottari(nehru);
    const { fraction } = nakshatraOf(nehru.grahas.moon.longitude);
    assert.equal(dasha.periods[0]?.key, 'mercury');
    assert.ok(Math.abs(dasha.balanceYears - 17 * (1 - fraction)) < 1e-9);
    assert.deepEqual(
      dasha.periods.map((period) => period.key),
      ['mercury', 'ketu', 'venus', 'sun', 'moon', 'mars', 'rahu', 'jupiter', 'saturn'],
    );
  });

  it('have the yogini and the ashtottari lord of the classics for each nakshatra', () => {
    const at = (nakshatra: number): VedicChart => ({
      ...nehru,
      grahas: {
        ...nehru.grahas,
        moon: { ...nehru.grahas.moon, longitude: ((nakshatra + 0.25) * 360) / 27 },
      },
    });
    assert.equal(yogini(at(0)).periods[0]?.key, 'bhramari');
    assert.equal(yogini(at(5)).periods[0]?.key, 'mangala');
    assert.equal(yogini(at(4)).periods[0]?.key, 'sankata');
    const lords = Array.from({ length: 27 }, (_, index) => ashtottari(at(index)).periods[0]?.key);
    assert.equal(
      lords.map((lord) => lord?.slice(0, 2)).join(' '),
      'ra ra ve ve ve su su su su mo mo mo ma ma ma ma me me me sa sa sa ju ju ju ra ra',
    );
  });

  it('take the length of the year that is asked for', () => {
    const [long, short] = [vimshottari(nehru, 365.25), vimshottari(nehru, 360)];
    const days = (dasha: typeof long): number =>
      (dasha.periods[8]?.to ?? 0) - (dasha.periods[0]?.from ?? 0);
    assert.ok(Math.abs(days(long) - 120 * 365.25) < 1e-6);
    assert.ok(Math.abs(days(short) - 120 * 360) < 1e-6);
    assert.throws(() => vimshottari(nehru, 12), RangeError);
  });

  it('find the five periods that run, each inside the one before', () => {
    for (const dasha of [vimshottari(nehru), yogini(nehru), ashtottari(nehru)]) {
      const path = dasha.running(nehru.at.jdUt + 10000);
      assert.deepEqual(
        path.map((period) => period.level),
        [1, 2, 3, 4, 5],
      );
      for (const [index, period] of path.entries()) {
        const outer = path[index - 1];
        if (outer) assert.ok(period.from >= outer.from && period.to <= outer.to);
      }
    }
    assert.deepEqual(vimshottari(nehru).running(0), []);
    assert.throws(() => vimshottari(nehru).tree(6), RangeError);
  });
});

describe('strengths', () => {
  it('sum the bindus to the classical totals', () => {
    for (const chart of [nehru, gandhi]) {
      const { bhinna, sarva, total } = ashtakavarga(chart);
      for (const graha of SEVEN)
        assert.equal(
          bhinna[graha].reduce((sum, bindus) => sum + bindus, 0),
          BINDU_TOTALS[graha],
        );
      assert.equal(total, 337);
      assert.equal(sarva.length, 12);
    }
  });

  it('measure shadbala where the answer is known by construction', () => {
    const at = (graha: (typeof SEVEN)[number], longitude: number): VedicChart => ({
      ...nehru,
      grahas: { ...nehru.grahas, [graha]: { ...nehru.grahas[graha], longitude } },
    });
    assert.ok(Math.abs(shadbala(at('jupiter', 95)).jupiter.sthana.uchcha - 60) < 1e-9);
    assert.ok(shadbala(at('jupiter', 275)).jupiter.sthana.uchcha < 1e-9);
    assert.ok(Math.abs(shadbala(at('jupiter', nehru.ascendant)).jupiter.dig - 60) < 1e-9);
    assert.ok(Math.abs(shadbala(at('saturn', nehru.ascendant)).saturn.dig) < 1e-9);
    const strengths = shadbala(nehru);
    assert.equal(strengths.sun.naisargika, 60);
    // Born on a Thursday night at Allahabad.
    assert.equal(strengths.jupiter.kala.dina, 45);
    for (const graha of SEVEN) {
      const { sthana, dig, kala, cheshta, naisargika, drik, total, rupas } = strengths[graha];
      const sum = sthana.total + dig + kala.total + cheshta + naisargika + drik;
      assert.ok(Math.abs(sum - total) < 1e-9 && Math.abs(total / 60 - rupas) < 1e-9);
    }
  });
});

describe('doshas', () => {
  it('find Mars from every basis', () => {
    const found = manglik(nehru);
    assert.deepEqual(
      found.bases.map(({ basis, house }) => [basis, house]),
      [
        ['lagna', 3],
        ['moon', 3],
        ['venus', 12],
      ],
    );
    assert.equal(found.isManglik, false);
    const ofGandhi = manglik(gandhi);
    assert.equal(ofGandhi.isManglik, true);
    assert.ok(ofGandhi.cancelledBy.includes('jupiter_touches_mars'));
    assert.equal(ofGandhi.isEffective, false);
  });

  it('find Kaal Sarp where all stand on one side, and its name by the house of Rahu', () => {
    const grahas = Object.fromEntries(
      GRAHAS.map((graha, index) => [graha, { ...nehru.grahas.sun, longitude: 100 + index * 10 }]),
    ) as Record<(typeof GRAHAS)[number], VedicChart['grahas']['sun']>;
    const sided: VedicChart = {
      ...nehru,
      ascendant: 95,
      grahas: {
        ...grahas,
        rahu: { ...nehru.grahas.rahu, longitude: 95 },
        ketu: { ...nehru.grahas.ketu, longitude: 275 },
      },
    };
    const found = kaalSarp(sided);
    assert.deepEqual([found.isPresent, found.direction, found.type], [true, 'udita', 'ananta']);
    assert.equal(kaalSarp(nehru).isPresent, false);
  });
});

it('a reading sees a benefic Mercury alone and a malefic one with malefics only', () => {
  const reading = new Reading(nehru);
  assert.equal(reading.isBenefic('mercury'), true);
  assert.equal(reading.benefics.length + reading.malefics.length, 9);
});
