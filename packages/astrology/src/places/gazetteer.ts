import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { foldName } from './fold.ts';

/** A place that can be searched for. GeoNames data, CC BY 4.0, see NOTICE. */
export interface GazetteerPlace {
  readonly name: string;
  /** ISO 3166-1, two letters. */
  readonly country: string;
  /** English name of the state or province; empty if unknown. */
  readonly region: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly population: number;
  /** IANA time zone. */
  readonly zone: string;
}

/** What to search for. */
export interface PlaceQuery {
  /** The beginning of a name in any known spelling; a country or region may follow a comma. */
  readonly text: string;
  /** ISO 3166-1, two letters. */
  readonly country?: string;
  /** 1 to 50; 10 if absent. */
  readonly limit?: number;
}

/** Places of the world with more than 1,000 people. */
export interface Gazetteer {
  readonly size: number;
  /** Places whose name or other spelling begins so, the most populous first. */
  search(query: PlaceQuery): GazetteerPlace[];
}

const FILE = new URL('../../data/places.txt.br', import.meta.url);
const LIMIT_MAX = 50;
const TEXT_MAX = 100;

/** Bytes of the data file on disk; it unpacks to 12.5 MB of text. */
export const GAZETTEER_BYTES = 4_561_504;

/**
 * Reads the data file: 4.6 MB, some 40 MB of memory once open. Call it once, when a place is first asked for.
 * The file holds a head line, a line for each place by population, and a line for each spelling in code unit order.
 */
export async function openGazetteer(): Promise<Gazetteer> {
  const unpack = promisify(brotliDecompress);
  const lines = (await unpack(await readFile(FILE))).toString('utf8').split('\n');
  const head = JSON.parse(lines[0] ?? '') as { zones: readonly string[]; places: number };
  return {
    size: head.places,
    search: (query) => search({ lines, head }, query),
  };
}

interface Opened {
  readonly lines: readonly string[];
  readonly head: { readonly zones: readonly string[]; readonly places: number };
}

function search(opened: Opened, { text, country, limit = 10 }: PlaceQuery): GazetteerPlace[] {
  if (text.length > TEXT_MAX) throw new RangeError(`text must be at most ${TEXT_MAX} characters`);
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) {
    throw new RangeError(`limit must be a whole number from 1 to ${LIMIT_MAX}`);
  }
  const [first = '', ...within] = text.split(',');
  const prefix = foldName(first);
  if (prefix === '') return [];
  const found: GazetteerPlace[] = [];
  for (const number of [...numbersOf(opened, prefix)].sort((a, b) => a - b)) {
    const place = placeOf(opened, number);
    if (country !== undefined && place.country !== country.toUpperCase()) continue;
    if (!within.every((part) => isWithin(place, foldName(part)))) continue;
    found.push(place);
    if (found.length === limit) break;
  }
  return found;
}

/** The numbers of all places with a spelling that begins so. */
function numbersOf({ lines, head }: Opened, prefix: string): ReadonlySet<number> {
  const numbers = new Set<number>();
  for (let line = firstSpelling(lines, head.places + 1, prefix); line < lines.length; line++) {
    const text = lines[line] ?? '';
    if (!text.startsWith(prefix)) break;
    for (const number of text.slice(text.indexOf('\t') + 1).split(',')) numbers.add(Number(number));
  }
  return numbers;
}

/** The first line from a given one on that is not before a text. */
function firstSpelling(lines: readonly string[], from: number, prefix: string): number {
  let [low, high] = [from, lines.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((lines[middle] ?? '') < prefix) low = middle + 1;
    else high = middle;
  }
  return low;
}

function placeOf({ lines, head }: Opened, number: number): GazetteerPlace {
  const [name = '', country = '', region = '', latitude, longitude, population, zone] = (
    lines[number + 1] ?? ''
  ).split('\t');
  return {
    ...{ name, country, region },
    ...{ latitude: Number(latitude), longitude: Number(longitude), population: Number(population) },
    zone: head.zones[Number(zone)] ?? 'UTC',
  };
}

const countryNames = new Intl.DisplayNames(['en'], { type: 'region' });

function isWithin(place: GazetteerPlace, folded: string): boolean {
  if (folded === '') return true;
  const names = [place.region, countryNames.of(place.country) ?? ''];
  return (
    folded === place.country.toLowerCase() ||
    names.some((name) => foldName(name).startsWith(folded))
  );
}
