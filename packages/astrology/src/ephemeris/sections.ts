import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';

/**
 * The file of numbers that the ephemeris reads: little-endian 64-bit floats. First the count of
 * sections, then for each its key, start and length, then their numbers.
 */
export type Sections = ReadonlyMap<number, Float64Array>;

/** Planets in the order of VSOP87; the index is part of section keys. */
export const PLANETS = [
  'mercury',
  'venus',
  'earth',
  'mars',
  'jupiter',
  'saturn',
  'uranus',
  'neptune',
] as const;

/** A planet with a VSOP87 series. */
export type Planet = (typeof PLANETS)[number];

/** Keys of sections. Coordinates are 0 longitude, 1 latitude, 2 distance. */
export const sectionKey = {
  vsop: (planet: number, coordinate: number, power: number): number =>
    planet * 100 + coordinate * 10 + power,
  correction: (planet: number, coordinate: number): number => 1000 + planet * 10 + coordinate,
  /** Coefficients of the longitude of the Moon, else as `correction`. */
  moonCorrection: 1900,
  pluto: 2000,
  moon: (coordinate: number, power: number): number => 3000 + coordinate * 10 + power,
  moonMeanLongitude: 3100,
};

/** First and last Julian date (TT) that the fitted tables cover: 1795-01-01 and 2105-01-01. */
export const FITTED_FROM = 2_376_670.5;
/** See `FITTED_FROM`. */
export const FITTED_TO = 2_489_895.5;

/** Reads sections from bytes. */
function readSections(bytes: Uint8Array): Sections {
  const numbers = toFloats(bytes);
  const count = numbers[0] ?? 0;
  const sections = new Map<number, Float64Array>();
  for (let i = 0; i < count; i += 1) {
    const [key = 0, start = 0, length = 0] = numbers.subarray(1 + i * 3, 4 + i * 3);
    sections.set(key, numbers.subarray(start, start + length));
  }
  return sections;
}

/** Bytes of sections, the inverse of `readSections`. */
export function writeSections(sections: Sections): Uint8Array {
  const header = [sections.size];
  let start = 1 + sections.size * 3;
  for (const [key, numbers] of sections) {
    header.push(key, start, numbers.length);
    start += numbers.length;
  }
  const floats = Float64Array.from([...header, ...[...sections.values()].flatMap((s) => [...s])]);
  return new Uint8Array(floats.buffer);
}

/** Loads the ephemeris data that belongs to this package. */
export function loadSections(): Sections {
  return readSections(readFileSync(new URL('../../data/ephemeris.bin', import.meta.url)));
}

function toFloats(bytes: Uint8Array): Float64Array {
  // A copy, so that the floats begin at a multiple of eight.
  const copy = bytes.slice();
  if (endianness() === 'BE') copyReversed(copy);
  return new Float64Array(copy.buffer, 0, Math.floor(copy.byteLength / 8));
}

function copyReversed(bytes: Uint8Array): void {
  for (let i = 0; i + 8 <= bytes.length; i += 8) bytes.subarray(i, i + 8).reverse();
}
