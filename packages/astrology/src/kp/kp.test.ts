import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createEphemeris } from '../ephemeris/index.ts';
import { houses, orientationAt } from '../houses/index.ts';
import { siderealChart } from '../sidereal-chart.ts';
import { instantFromUt } from '../time/instant.ts';
import { KP_GRAHAS, kpChart, rulingPlanets } from './chart.ts';
import { lordsAt, SUBS } from './subs.ts';

test('there are 249 subs, which follow each other without a gap around the whole zodiac', () => {
  assert.equal(SUBS.length, 249);
  SUBS.forEach((sub, index) => {
    assert.equal(sub.number, index + 1);
    assert.equal(sub.fromArcseconds, SUBS[index - 1]?.toArcseconds ?? 0);
    assert.ok(Number.isInteger(sub.fromArcseconds) && sub.toArcseconds > sub.fromArcseconds);
  });
  assert.equal(SUBS.at(-1)?.toArcseconds, 360 * 3600);
});

// The division is arithmetic: a sub is 800′ × years ÷ 120, so Ketu's in Ashwini ends at 0°46′40″.
test('well-known subs stand where the table of 249 puts them', () => {
  const rows = [
    [1, 'mars', 'ketu', 'ketu', 0, 0 * 3600 + 46 * 60 + 40],
    [2, 'mars', 'ketu', 'venus', 2800, 3 * 3600],
    [22, 'mars', 'sun', 'rahu', 28 * 3600 + 33 * 60 + 20 + 40 * 60, 30 * 3600],
    [23, 'venus', 'sun', 'rahu', 30 * 3600, 31 * 3600 + 13 * 60 + 20],
    [249, 'jupiter', 'mercury', 'saturn', 357 * 3600 + 53 * 60 + 20, 360 * 3600],
  ] as const;
  for (const [number, signLord, starLord, subLord, from, to] of rows) {
    const sub = SUBS[number - 1];
    assert.deepEqual(
      [sub?.signLord, sub?.starLord, sub?.subLord, sub?.fromArcseconds, sub?.toArcseconds],
      [signLord, starLord, subLord, from, to],
      `sub ${number}`,
    );
  }
});

test('a boundary belongs to the part that begins there, a hair before it to the one that ends', () => {
  for (const sub of SUBS) {
    assert.equal(lordsAt(sub.from).sub, sub.number);
    assert.equal(lordsAt(sub.to - 1e-7).sub, sub.number);
    assert.equal(lordsAt(sub.from).subLord, sub.subLord);
    assert.equal(lordsAt(sub.from).signLord, sub.signLord);
    assert.equal(lordsAt((sub.from + sub.to) / 2).starLord, sub.starLord);
  }
});

test('a sub that no sign boundary cuts begins with its own sub-sub', () => {
  for (const sub of SUBS.filter(({ from }) => from % 30 !== 0 || from % (40 / 3) === 0)) {
    assert.equal(lordsAt(sub.from).subSubLord, sub.subLord, `sub ${sub.number}`);
  }
});

const degrees = fc.double({ min: 0, max: 360, noNaN: true, maxExcluded: true });

test('every chart gives each house its significators, and each graha the same ones back', () => {
  fc.assert(
    fc.property(fc.array(degrees, { minLength: 9, maxLength: 9 }), degrees, (places, rising) => {
      const grahas = Object.fromEntries(KP_GRAHAS.map((graha, index) => [graha, places[index]]));
      const cusps = Array.from({ length: 12 }, (_, index) => (rising + index * 30) % 360);
      const chart = kpChart({ grahas: grahas as never, cusps });
      assert.equal(chart.planets.length, 9);
      assert.equal(
        chart.significators.reduce((sum, house) => sum + house.b.length, 0),
        9,
      );
      for (const planet of chart.planets) {
        for (const house of chart.significators) {
          assert.equal(house.a.includes(planet.graha), planet.signifies.a.includes(house.house));
          assert.equal(house.b.includes(planet.graha), planet.signifies.b.includes(house.house));
          assert.equal(house.c.includes(planet.graha), planet.signifies.c.includes(house.house));
          assert.equal(house.d.includes(planet.graha), planet.signifies.d.includes(house.house));
        }
        assert.ok(planet.sub >= 1 && planet.sub <= 249);
      }
    }),
    { numRuns: 300 },
  );
});

test('ruling planets name each lord once, the star lord of the ascendant first', () => {
  const ruling = rulingPlanets({ ascendant: 0.5, moon: 45, dayLord: 'saturn' });
  assert.equal(ruling.strongestFirst[0], 'ketu');
  assert.deepEqual([...new Set(ruling.strongestFirst)], ruling.strongestFirst);
  assert.ok(ruling.strongestFirst.includes('saturn'));
});

test('a thousand random births: nine grahas in twelve houses with lords that agree with the 249', () => {
  const ephemeris = createEphemeris();
  const births = fc.record({
    jd: fc.double({ min: 2_378_500, max: 2_488_000, noNaN: true }),
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  });
  fc.assert(
    fc.property(births, ({ jd, latitude, longitude }) => {
      const [at, place] = [instantFromUt(jd), { latitude, longitude }];
      const cast = siderealChart(ephemeris, { at, place, ayanamsa: 'kp' });
      const { cusps } = houses(orientationAt(at, place, ephemeris), { system: 'placidus' });
      const grahas = Object.fromEntries(
        KP_GRAHAS.map((graha) => [graha, cast.grahas[graha].longitude]),
      );
      const chart = kpChart({
        grahas: grahas as never,
        cusps: cusps.map((cusp) => cusp - cast.ayanamsa),
      });
      for (const point of [...chart.cusps, ...chart.planets]) {
        assert.ok(point.longitude >= 0 && point.longitude < 360);
        assert.ok(point.house >= 1 && point.house <= 12);
        const sub = SUBS[point.sub - 1];
        assert.deepEqual(
          [point.signLord, point.starLord, point.subLord],
          [sub?.signLord, sub?.starLord, sub?.subLord],
        );
      }
    }),
    { numRuns: 1000 },
  );
});
