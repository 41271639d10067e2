// The astrology bench: npm run bench:astrology [-- charts]. One core, another random birth each time.
import { statSync } from 'node:fs';
import {
  BODIES,
  createEphemeris,
  degrees180,
  houses,
  type Instant,
  instantFromUt,
  orientationAt,
  type Place,
  siderealChart,
  vedic,
} from '@meridian/astrology';
import { createSeededRandom } from '@meridian/testkit';
import { coord, elliptic, moonposition, nutation, planetposition, pluto, solar } from 'astronomia';
import data from 'astronomia/data';
import { Body, Ecliptic, GeoVector, MakeTime } from 'astronomy-engine';

const WARM_UP = 150;
const FIRST_UT = 2_415_021;
const DAYS = 73_000;
const DASHA_LEVELS = 3;
const DEGREES = 180 / Math.PI;

interface Birth {
  readonly at: Instant;
  readonly place: Place;
}

/** Longitudes in degrees of Sun to Pluto. */
type Sky = (birth: Birth) => readonly number[];

const TEN = ['sun', 'moon', 'mercury', 'venus', 'mars', 'jupiter', 'saturn', 'uranus'] as const;
const ALL = [...TEN, 'neptune', 'pluto'] as const;

function ours(): Sky {
  const ephemeris = createEphemeris();
  return ({ at }) => ALL.map((body) => ephemeris.position(body, at).longitude);
}

function astronomyEngine(): Sky {
  const bodies = ALL.map(
    (name) => Body[`${name.charAt(0).toUpperCase()}${name.slice(1)}` as 'Sun'],
  );
  return ({ at }) => {
    const time = MakeTime(at.jdUt - 2_451_545);
    return bodies.map((body) => Ecliptic(GeoVector(body, time, true)).elon);
  };
}

function naiveAstronomia(): Sky {
  const planet = (name: string) => new planetposition.Planet(data[name] ?? {});
  const earth = planet('earth');
  const planets = ALL.slice(2, 9).map(planet);
  return ({ at }) => {
    const jde = at.jdTt;
    const obliquity = nutation.meanObliquity(jde) + (nutation.nutation(jde)[1] ?? 0);
    const dwarf = pluto.astrometric(jde, earth);
    const places = [
      solar.apparentVSOP87(earth, jde),
      moonposition.position(jde),
      ...planets.map((body) => elliptic.position(body, earth, jde).toEcliptic(obliquity)),
      new coord.Equatorial(dwarf.ra, dwarf.dec).toEcliptic(obliquity),
    ];
    return places.map(({ lon }) => lon * DEGREES);
  };
}

/** Everything of a natal chart: twelve bodies with speeds, houses, sixteen vargas, dasha, yogas. */
function natalChart(): (birth: Birth) => unknown {
  const ephemeris = createEphemeris();
  return ({ at, place }) => {
    const positions = BODIES.map((body) => ephemeris.position(body, at));
    const placidus = houses(orientationAt(at, place, ephemeris), { system: 'placidus' });
    const chart = siderealChart(ephemeris, { at, place });
    const vargas = vedic.PARASHARI_VARGAS.map((division) => vedic.varga(chart, division));
    const dasha = vedic.vimshottari(chart).tree(DASHA_LEVELS);
    const yogas = vedic.yogasOf(chart);
    return [positions, placidus, vargas, dasha, yogas];
  };
}

function milliseconds(run: (birth: Birth) => unknown, births: readonly Birth[]): string {
  for (const birth of births.slice(0, WARM_UP)) run(birth);
  const times = births.map((birth) => {
    const start = performance.now();
    run(birth);
    return performance.now() - start;
  });
  times.sort((a, b) => a - b);
  const at = (share: number): string => {
    return (times[Math.floor(times.length * share)] ?? Number.NaN).toFixed(3).padStart(8);
  };
  return `${at(0.5)} ${at(0.95)}`;
}

/** Largest difference of longitudes to ours, arc-seconds: of models, of delta-T, of equinoxes. */
function apart(sky: Sky, births: readonly Birth[]): string {
  const own = ours();
  const sizes = births.slice(0, 200).flatMap((birth) => {
    const expected = own(birth);
    return sky(birth).map((longitude, i) => Math.abs(degrees180(longitude - (expected[i] ?? 0))));
  });
  return (Math.max(...sizes) * 3600).toFixed(1).padStart(9);
}

const random = createSeededRandom(7);
const births = Array.from({ length: Number(process.argv[2] ?? 1000) }, (): Birth => {
  const latitude = random.fraction() * 120 - 60;
  const longitude = random.fraction() * 360 - 180;
  return { at: instantFromUt(FIRST_UT + random.fraction() * DAYS), place: { latitude, longitude } };
});

const firstStart = performance.now();
ours()(births[0] as Birth);
const firstMs = performance.now() - firstStart;
const rows: readonly [name: string, run: Sky][] = [
  ['@meridian/astrology, with speeds', ours()],
  ['astronomy-engine', astronomyEngine()],
  ['astronomia, used naively', naiveAstronomia()],
];
console.log(`${births.length} births, 1900 to 2099; milliseconds     median      95 %   apart ″`);
for (const [name, run] of rows) {
  const line = `Sun to Pluto: ${name}`.padEnd(49);
  console.log(`${line}${milliseconds(run, births)} ${apart(run, births)}`);
}
console.log(
  `${'full natal chart: @meridian/astrology'.padEnd(49)}${milliseconds(natalChart(), births)}`,
);
const size = statSync(new URL('../packages/astrology/data/ephemeris.bin', import.meta.url)).size;
console.log(
  `ephemeris data: ${size} bytes, read with the first position, which took ${firstMs.toFixed(1)} ms`,
);
