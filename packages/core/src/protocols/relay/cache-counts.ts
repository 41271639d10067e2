import type { Usage } from '../neutral/usage.ts';

/** The names that every dialect has here for the tokens of a prompt that a cache wrote or gave. */
const MARK = '"cache_read_tokens"';
/** One of them stands in every usage, and in nothing else that is called so. */
const COUNTS = /"(?:prompt_tokens|input_tokens|output_tokens|promptTokenCount)"/;
/** Within so many characters of its beginning. */
const COUNTS_WITHIN = 2_000;

/** Finds the usage objects of a wire in bytes that pass, and adds the counts of the cache to them. */
export type CacheCounts = (bytes: Buffer, usage: Usage | undefined) => Buffer;

/**
 * Adds `cache_creation_tokens` and `cache_read_tokens` to what is called `field` in an answer or in
 * events, as every dialect has them. The same buffer where the cache had no part in it, or where the
 * upstream tells them itself. Inside of strings quotes are escaped, so that only fields match.
 */
export function createCacheCounts(field: string): CacheCounts {
  const name = Buffer.from(JSON.stringify(field));
  const begins = new RegExp(`${JSON.stringify(field)}\\s*:\\s*\\{`, 'g');
  return (bytes, usage) => {
    if (usage === undefined) return bytes;
    const written = usage.cacheWrite5m + usage.cacheWrite1h;
    if (written + usage.cacheRead === 0 || !bytes.includes(name)) return bytes;
    // One character for each byte: whatever they say, they come out as they were.
    const text = bytes.toString('latin1');
    if (text.includes(MARK)) return bytes;
    const counts = `"cache_creation_tokens":${written},${MARK}:${usage.cacheRead},`;
    const told = text.replaceAll(begins, (begin, at: number) => {
      const inside = at + begin.length;
      return COUNTS.test(text.slice(inside, inside + COUNTS_WITHIN)) ? begin + counts : begin;
    });
    return Buffer.from(told, 'latin1');
  };
}
