import type { Random } from '@meridian/core/kernel';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A repeatable `Random` (the mulberry32 generator): the same seed gives the same sequence. */
export function createSeededRandom(seed: number): Random {
  let state = seed >>> 0;

  function fraction(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  const below = (limit: number): number => Math.floor(fraction() * limit);
  return {
    fraction,
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
    alphanumeric: (length) =>
      Array.from({ length }, () => ALPHABET[below(ALPHABET.length)] ?? 'A').join(''),
  };
}
