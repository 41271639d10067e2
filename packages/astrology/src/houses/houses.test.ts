import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createEphemeris } from '../ephemeris/ephemeris.ts';
import { altitude } from '../sky/equatorial.ts';
import { DEGREES, degrees180, degrees360, RADIANS } from '../time/angles.ts';
import { instantFromUtc } from '../time/instant.ts';
import { ascensionalDifference, declinationOf, type Orientation } from './angles-of-place.ts';
import { HOUSE_SYSTEMS, houseOf, houses, orientationAt } from './houses.ts';

const near = (actual: number, expected: number, tolerance: number, what = ''): void => {
  const isNear = Math.abs(actual - expected) <= tolerance;
  assert.ok(isNear, `${what} ${actual} is not within ${tolerance} of ${expected}`);
};

const orientations = (latitudeMax: number) =>
  fc.record({
    ramc: fc.double({ min: 0, max: 360, noNaN: true }),
    obliquity: fc.double({ min: 23.4, max: 23.5, noNaN: true }),
    latitude: fc.double({ min: -latitudeMax, max: latitudeMax, noNaN: true }),
  });

/** Right ascension in degrees of a point of the ecliptic. */
function rightAscensionOf(longitude: number, obliquity: number): number {
  const [l, e] = [longitude * RADIANS, obliquity * RADIANS];
  return degrees360(Math.atan2(Math.sin(l) * Math.cos(e), Math.cos(l)) * DEGREES);
}

function altitudeOf(longitude: number, { ramc, obliquity, latitude }: Orientation): number {
  const point = {
    rightAscension: rightAscensionOf(longitude, obliquity),
    declination: declinationOf(longitude, obliquity),
  };
  return altitude(point, ramc, latitude);
}

test('the ascendant is on the horizon and rises, the midheaven is on the meridian', () => {
  fc.assert(
    fc.property(orientations(66), (sky) => {
      const { ascendant, midheaven } = houses(sky, { system: 'equal' });
      near(altitudeOf(ascendant, sky), 0, 1e-5);
      assert.ok(altitudeOf(ascendant, { ...sky, ramc: sky.ramc + 0.01 }) > 0);
      near(degrees180(rightAscensionOf(midheaven, sky.obliquity) - sky.ramc), 0, 1e-8);
    }),
  );
});

test('cusps are opposite in pairs and go round once, in every system at every latitude', () => {
  fc.assert(
    fc.property(orientations(90), fc.constantFrom(...HOUSE_SYSTEMS), (sky, system) => {
      const { cusps } = houses(sky, { system });
      assert.equal(cusps.length, 12);
      for (const [i, cusp] of cusps.entries()) {
        assert.ok(cusp >= 0 && cusp < 360, `${system} ${cusp}`);
        near(Math.abs(degrees180(cusps[(i + 6) % 12]! - cusp)), 180, 1e-6);
      }
      if (Math.abs(sky.latitude) > 66) return;
      const widths = cusps.map((cusp, i) => degrees360(cusps[(i + 1) % 12]! - cusp));
      near(
        widths.reduce((sum, width) => sum + width),
        360,
        1e-6,
        system,
      );
    }),
    { numRuns: 1000 },
  );
});

test('quadrant systems begin with the ascendant and have the midheaven tenth', () => {
  fc.assert(
    fc.property(orientations(66), (sky) => {
      for (const system of [
        ...(['placidus', 'koch', 'porphyry', 'regiomontanus', 'campanus', 'alcabitius'] as const),
      ]) {
        const { cusps, ascendant, midheaven } = houses(sky, { system });
        near(degrees180(cusps[0]! - ascendant), 0, 1e-9, system);
        near(degrees180(cusps[9]! - midheaven), 0, 1e-9, system);
      }
    }),
  );
});

test('cusps of Placidus have done a third and two thirds of their own semi-arcs', () => {
  fc.assert(
    fc.property(orientations(66), (sky) => {
      const { cusps } = houses(sky, { system: 'placidus' });
      for (const [house, thirds] of [
        [11, 1],
        [12, 2],
      ] as const) {
        const cusp = cusps[house - 1]!;
        const declination = declinationOf(cusp, sky.obliquity);
        const semiArc = 90 + ascensionalDifference(declination, sky.latitude);
        const hours = degrees180(rightAscensionOf(cusp, sky.obliquity) - sky.ramc);
        near(hours, (semiArc * thirds) / 3, 1e-6, `house ${house}`);
      }
    }),
  );
});

test('at the equator the systems of space and time divide alike', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 360, noNaN: true }), (ramc) => {
      const sky = { ramc, obliquity: 23.44, latitude: 0 };
      const expected = houses(sky, { system: 'placidus' }).cusps;
      for (const system of ['koch', 'regiomontanus', 'campanus', 'alcabitius'] as const) {
        const { cusps } = houses(sky, { system });
        for (const [i, cusp] of cusps.entries()) {
          near(degrees180(cusp - expected[i]!), 0, 1e-7, system);
        }
      }
    }),
  );
});

test('whole signs begin at signs of the zodiac that is asked for', () => {
  const sky = { ramc: 100, obliquity: 23.44, latitude: 28.6 };
  const tropical = houses(sky, { system: 'whole_sign' });
  assert.equal(tropical.cusps[0]! % 30, 0);
  const sidereal = houses(sky, { system: 'whole_sign', zodiacStart: 24.2 });
  near(degrees360(sidereal.cusps[0]! - 24.2) % 30, 0, 1e-9);
  assert.equal(houseOf(sidereal.ascendant, sidereal.cusps), 1);
});

test('a house of Sripati begins half way between two cusps of Porphyry', () => {
  const sky = { ramc: 200, obliquity: 23.44, latitude: 40 };
  const [middles, starts] = (['porphyry', 'sripati'] as const).map((system) => {
    return houses(sky, { system }).cusps;
  });
  for (const [i, start] of starts!.entries()) {
    const next = starts![(i + 1) % 12]!;
    assert.ok(degrees360(middles![i]! - start) < degrees360(next - start));
    near(degrees180(start - middles![(i + 11) % 12]!), degrees180(middles![i]! - start), 1e-9);
  }
});

test('Placidus and Koch give Porphyry with a flag where some of the ecliptic never rises', () => {
  for (const latitude of [67, -70, 89.9, 90, -90]) {
    for (const system of ['placidus', 'koch'] as const) {
      for (const ramc of [0, 45, 123.4, 270, 359]) {
        const found = houses({ ramc, obliquity: 23.44, latitude }, { system });
        assert.equal(found.system, 'porphyry');
        assert.equal(found.fallbackFrom, system);
        assert.ok(found.cusps.every(Number.isFinite));
      }
    }
  }
  assert.equal(
    houses({ ramc: 45, obliquity: 23.44, latitude: 66 }, { system: 'placidus' }).fallbackFrom,
    undefined,
  );
});

test('every longitude is in exactly one house', () => {
  fc.assert(
    fc.property(
      orientations(90),
      fc.constantFrom(...HOUSE_SYSTEMS),
      fc.double({ min: 0, max: 359.999, noNaN: true }),
      (sky, system, longitude) => {
        const { cusps } = houses(sky, { system });
        const house = houseOf(longitude, cusps);
        assert.ok(house >= 1 && house <= 12);
        const [from, to] = [cusps[house - 1]!, cusps[house % 12]!];
        assert.ok(degrees360(longitude - from) <= degrees360(to - from));
      },
    ),
  );
});

test('the sky over a place turns by its longitude', () => {
  const ephemeris = createEphemeris();
  const at = instantFromUtc({ year: 1987, month: 4, day: 10, hour: 19, minute: 21 });
  const greenwich = orientationAt(at, { latitude: 0, longitude: 0 }, ephemeris);
  // Meeus, example 12.b: mean sidereal time 128.7378734°; the nutation adds −0.23 s.
  near(greenwich.ramc, 128.7378734 - 0.2317 / 240, 0.0001);
  const delhi = orientationAt(at, { latitude: 28.6, longitude: 77.2 }, ephemeris);
  near(degrees180(delhi.ramc - greenwich.ramc), 77.2, 1e-9);
});
