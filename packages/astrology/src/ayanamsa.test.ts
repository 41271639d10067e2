import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AYANAMSAS, ayanamsaAt } from './ayanamsa.ts';
import { createEphemeris } from './ephemeris/ephemeris.ts';
import { siderealChart } from './sidereal-chart.ts';
import { degrees180 } from './time/angles.ts';
import { julianDate } from './time/calendar.ts';
import { instantFromTt } from './time/instant.ts';
import type { Ayanamsa } from './types.ts';

const ephemeris = createEphemeris();
const ARCSECOND = 1 / 3600;

const near = (actual: number, expected: number, tolerance: number, what = ''): void => {
  const isNear = Math.abs(actual - expected) <= tolerance;
  assert.ok(isNear, `${what} ${actual} is not within ${tolerance} of ${expected}`);
};

test('Lahiri is 23°15′00.658″ with nutation on 21 March 1956, as the Indian ephemeris defines it', () => {
  // Indian Astronomical Ephemeris from 1985 on; the precession of its time differs by 0.14″.
  const at = instantFromTt(julianDate({ year: 1956, month: 3, day: 21 }));
  near(ayanamsaAt('lahiri', at, ephemeris).true, 23 + 15 / 60 + 0.658 / 3600, 0.2 * ARCSECOND);
});

test('Fagan and Bradley stand at 24°02′31.36″ in 1950, Raman at 21°00′52″ in 1900', () => {
  // Newcomb's precession, with which they were set, differs from today's by 0.4″ and 0.8″ there.
  const y1950 = instantFromTt(2_433_282.423);
  near(ayanamsaAt('fagan_bradley', y1950, ephemeris).mean, 24.0420444, 0.5 * ARCSECOND);
  const y1900 = instantFromTt(2_415_020);
  near(ayanamsaAt('raman', y1900, ephemeris).mean, 21.0144444, 1 * ARCSECOND);
});

test('true Chitra puts Spica, 23°50′28″ of Libra at J2000, at 180°', () => {
  const { mean } = ayanamsaAt('true_chitra', instantFromTt(2_451_545), ephemeris);
  // Spica: 203°50′29″ of mean J2000 longitude without aberration, which is 20″ at most.
  near(mean, 23 + 50 / 60 + 29 / 3600, 21 * ARCSECOND);
});

test('ayanamsas grow by the precession, and nutation is the difference of true and mean', () => {
  for (const which of AYANAMSAS) {
    const [a, b] = [1900, 2000].map((year) => {
      return ayanamsaAt(which, instantFromTt(julianDate({ year, month: 1, day: 1 })), ephemeris);
    });
    const grown = (b!.mean - a!.mean) * 3600;
    // Spica's own motion adds 3″ in a century to True Chitra.
    near(grown, 5028, which === 'true_chitra' ? 6 : 1, which);
    near((a!.true - a!.mean) * 3600, 17.3 * Math.sin((-259.2 * Math.PI) / 180), 2.5, which);
  }
});

test('a sidereal chart is the tropical one less the ayanamsa', () => {
  const at = instantFromTt(2_460_000.25);
  const place = { latitude: 28.6139, longitude: 77.209 };
  for (const ayanamsa of ['lahiri', 'kp'] satisfies Ayanamsa[]) {
    const chart = siderealChart(ephemeris, { at, place, ayanamsa, node: 'true' });
    const moon = ephemeris.position('moon', at);
    near(degrees180(chart.grahas.moon.longitude + chart.ayanamsa - moon.longitude), 0, 1e-9);
    near(degrees180(chart.grahas.ketu.longitude - chart.grahas.rahu.longitude), -180, 1e-9);
    near(chart.ayanamsa, ayanamsaAt(ayanamsa, at, ephemeris).true, 1e-12);
  }
});

test('the mean node is retrograde always, the true node by its speed', () => {
  const place = { latitude: 0, longitude: 0 };
  const charts = Array.from({ length: 60 }, (_, i) => instantFromTt(2_460_000 + i)).map((at) => ({
    mean: siderealChart(ephemeris, { at, place }).grahas.rahu,
    true: siderealChart(ephemeris, { at, place, node: 'true' }).grahas.rahu,
  }));
  assert.ok(charts.every((chart) => chart.mean.isRetrograde));
  assert.ok(charts.every((chart) => chart.true.isRetrograde === chart.true.speed < 0));
  assert.ok(charts.some((chart) => !chart.true.isRetrograde));
});
