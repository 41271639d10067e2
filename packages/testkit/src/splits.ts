import type { Random } from '@meridian/core/kernel';
import { createSeededRandom } from './seeded-random.ts';

/** Ways to cut into more than two pieces that are tried besides. */
const RANDOM_SPLITS = 50;

/** Pieces of a random cut; few enough to read when one fails. */
const PIECES_MAX = 8;

/** How the random cuts are drawn. */
export interface EverySplitOptions {
  /** Default 1; a failing test names the pieces, so the seed seldom matters. */
  readonly seed?: number;
  /** Random cuts; default 50. */
  readonly random?: number;
}

/**
 * Ways in which bytes can arrive: whole, in two pieces cut at each byte (inside UTF-8 sequences
 * too), one by one, and in a bounded number of random pieces. No piece is empty.
 */
export function* everySplit(
  source: Uint8Array | string,
  options: EverySplitOptions = {},
): Generator<readonly Uint8Array[]> {
  const bytes = Buffer.from(source);
  yield [bytes];
  for (let at = 1; at < bytes.length; at++) yield cut(bytes, [at]);
  if (bytes.length < 3) return;
  yield cut(
    bytes,
    Array.from({ length: bytes.length - 1 }, (_, at) => at + 1),
  );
  const random = createSeededRandom(options.seed ?? 1);
  for (let n = 0; n < (options.random ?? RANDOM_SPLITS); n++) {
    yield cut(bytes, randomPlaces(bytes.length, random));
  }
}

/** Two to seven different places inside, in order. */
function randomPlaces(length: number, random: Random): number[] {
  const wanted = 2 + Math.floor(random.fraction() * (PIECES_MAX - 2));
  const places = Array.from(
    { length: wanted },
    () => 1 + Math.floor(random.fraction() * (length - 1)),
  );
  return [...new Set(places)].sort((a, b) => a - b);
}

function cut(bytes: Buffer, places: readonly number[]): Uint8Array[] {
  const edges = [0, ...places, bytes.length];
  return edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
}
