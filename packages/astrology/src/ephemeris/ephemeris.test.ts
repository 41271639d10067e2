import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { equatorialPlace, findZeros } from '../sky/index.ts';
import { degrees180 } from '../time/angles.ts';
import { julianDate } from '../time/calendar.ts';
import { instantFromTt } from '../time/instant.ts';
import type { Body } from '../types.ts';
import { BODIES, createEphemeris } from './ephemeris.ts';

const ephemeris = createEphemeris();

const near = (actual: number, expected: number, tolerance: number, what = ''): void => {
  const isNear = Math.abs(actual - expected) <= tolerance;
  assert.ok(isNear, `${what} ${actual} is not within ${tolerance} of ${expected}`);
};

/** Instants from 1800 to 2100. */
const instants = fc
  .double({ min: 2_378_497, max: 2_488_069, noNaN: true })
  .map((jdTt) => instantFromTt(jdTt));

test('Sun to Pluto are within 0.3″ of JPL DE440 from 1800 to 2100', () => {
  type Row = Record<string, [number, number, number]> & { jdTt: number };
  const url = new URL('fixtures/de440-apparent.json', import.meta.url);
  const { rows } = JSON.parse(readFileSync(url, 'utf8')) as { rows: Row[] };
  assert.equal(rows.length, 32);
  for (const { jdTt, ...bodies } of rows) {
    for (const [body, [longitude, latitude, distance]] of Object.entries(bodies)) {
      const found = ephemeris.position(body as Body, instantFromTt(jdTt));
      const what = `${body} at ${jdTt}`;
      near(degrees180(found.longitude - longitude) * 3600, 0, 0.3, what);
      near(found.latitude * 3600, latitude * 3600, 0.3, what);
      // The reference lets the Earth move during the Moon's light time: 38 km.
      near(found.distance, distance, distance * (body === 'moon' ? 1.2e-4 : 2e-6), what);
    }
  }
});

test('the Sun is where Meeus, example 25.b, has it', () => {
  const sun = ephemeris.position('sun', instantFromTt(2_448_908.5));
  near(sun.longitude * 3600, 199 * 3600 + 54 * 60 + 21.56, 0.1);
  near(sun.latitude * 3600, 0.72, 0.05);
  near(sun.distance, 0.99760853, 2e-7);
});

test('the Moon is where Meeus, example 47.a, has her, within the 10″ of his series', () => {
  const moon = ephemeris.position('moon', instantFromTt(2_448_724.5));
  near(moon.longitude, 133.167265, 10 / 3600);
  near(moon.latitude, -3.229126, 4 / 3600);
  near(moon.distance * 149_597_870.7, 368_409.7, 10);
});

test('Venus is where Meeus, example 33.a, has her', () => {
  const venus = equatorialPlace(ephemeris, 'venus', instantFromTt(2_448_976.5));
  near(venus.rightAscension * 240, 21 * 3600 + 4 * 60 + 41.454, 0.03);
  near(venus.declination * 3600, -(18 * 3600 + 53 * 60 + 16.84), 0.3);
});

test('the mean node passes the equinox on the days that Meeus, chapter 47, lists', () => {
  const days: [year: number, month: number, day: number][] = [
    [1913, 5, 27],
    [1950, 8, 17],
    [1969, 3, 29],
    [1987, 11, 8],
    [2006, 6, 19],
    [2025, 1, 29],
    [2062, 4, 22],
    [2099, 7, 13],
  ];
  for (const [year, month, day] of days) {
    const noon = instantFromTt(julianDate({ year, month, day, hour: 12 }));
    const { longitude } = ephemeris.position('mean_node', noon);
    near(degrees180(longitude), 0, 0.053, `${year}`);
  }
});

test('the Moon is at the true node when she crosses the ecliptic to the north', () => {
  const latitude = (jd: number): number => ephemeris.position('moon', instantFromTt(jd)).latitude;
  for (const from of [2_380_000, 2_415_020, 2_451_545, 2_487_000]) {
    const north = findZeros(latitude, { from, to: from + 300, step: 3 }).filter((z) => z.isForward);
    assert.equal(north.length, 11);
    for (const { jd } of north) {
      const at = instantFromTt(jd);
      const apart = ephemeris.longitude('moon', at) - ephemeris.longitude('true_node', at);
      // Light time moves the Moon by 0.7″, that is also along a node that is no part of light.
      near(degrees180(apart) * 3600, 0, 1.5, `node at ${jd}`);
    }
  }
});

test('the true node stays within 2° of the mean node, and on average upon it', () => {
  const apart = Array.from({ length: 800 }, (_, i) => {
    const at = instantFromTt(2_440_000 + i * 13.7);
    return degrees180(ephemeris.longitude('true_node', at) - ephemeris.longitude('mean_node', at));
  });
  assert.ok(apart.every((degrees) => Math.abs(degrees) < 2));
  near(apart.reduce((sum, degrees) => sum + degrees, 0) / apart.length, 0, 0.1);
});

test('a speed is the change of the longitude', () => {
  // Nutation is left out of the mean node's speed; the true node's rests on the Sun's torque alone.
  const tolerances: Partial<Record<Body, number>> = { mean_node: 1e-4, true_node: 1e-3 };
  fc.assert(
    fc.property(instants, fc.constantFrom(...BODIES), (at, body) => {
      const step = body === 'true_node' ? 0.02 : 0.01;
      const [before, after] = [-step, step].map((days) => {
        return ephemeris.longitude(body, instantFromTt(at.jdTt + days));
      });
      const change = degrees180(after! - before!) / (2 * step);
      near(ephemeris.position(body, at).speed, change, tolerances[body] ?? 2e-5, body);
    }),
    { numRuns: 400 },
  );
});

test('a thousand random instants give numbers in range for every body', () => {
  fc.assert(
    fc.property(instants, (at) => {
      for (const body of BODIES) {
        const { longitude, latitude, distance, speed } = ephemeris.position(body, at);
        assert.ok(longitude >= 0 && longitude < 360, `${body} ${longitude}`);
        assert.ok(Math.abs(latitude) < 20 && distance > 0.002 && distance < 60, body);
        assert.ok(Math.abs(speed) < 16, body);
        assert.equal(ephemeris.longitude(body, at), longitude);
      }
    }),
    { numRuns: 1000 },
  );
});

test('answers do not depend on what was asked before', () => {
  const [one, other] = [instantFromTt(2_451_545), instantFromTt(2_451_546)];
  const first = ephemeris.position('mars', one);
  ephemeris.position('moon', other);
  ephemeris.position('mars', other);
  assert.deepEqual(ephemeris.position('mars', one), first);
  assert.deepEqual(createEphemeris().position('mars', one), first);
});

test('times that the ephemeris does not cover are refused', () => {
  for (const jd of [2_377_000, 2_490_000, Number.NaN]) {
    assert.throws(() => ephemeris.position('sun', { jdTt: jd, jdUt: jd }), /^RangeError: .* 1800/);
  }
});

test('data are loaded on first use only, and once', () => {
  let loads = 0;
  const lazy = createEphemeris(() => {
    loads += 1;
    return new Map();
  });
  assert.equal(loads, 0);
  lazy.position('mean_node', instantFromTt(2_451_545));
  assert.equal(loads, 0);
  lazy.longitude('sun', instantFromTt(2_451_545));
  lazy.longitude('moon', instantFromTt(2_451_546));
  assert.equal(loads, 1);
});
