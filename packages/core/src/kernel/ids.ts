import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 4096;
const UUID_RANDOM_BYTES = 10;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
/** The byte of the variant: the bits 10, then six random ones. */
const VARIANTS = HEX.slice(0x80, 0xc0);

/**
 * A generator of UUIDs of version 7 (RFC 9562): they sort by time, so that inserts stay at the end
 * of the index. Random bytes are drawn in blocks because one draw per id costs more than the id.
 */
export function createUuidV7(now: () => number): () => string {
  const pool = Buffer.alloc(POOL_BYTES);
  let used = POOL_BYTES;
  let lastMs = Number.NaN;
  let prefix = '';
  const hex = (i: number): string => HEX[pool[used + i] as number] as string;
  return () => {
    if (used + UUID_RANDOM_BYTES > POOL_BYTES) {
      randomFillSync(pool);
      used = 0;
    }
    const atMs = Math.trunc(now());
    if (atMs !== lastMs) {
      const time = atMs.toString(16).padStart(12, '0');
      prefix = `${time.slice(0, 8)}-${time.slice(8)}-7`;
      lastMs = atMs;
    }
    const variant = VARIANTS[(pool[used] as number) & 0x3f] as string;
    const id =
      `${prefix}${hex(1).slice(1)}${hex(2)}-${variant}${hex(3)}` +
      `-${hex(4)}${hex(5)}${hex(6)}${hex(7)}${hex(8)}${hex(9)}`;
    used += UUID_RANDOM_BYTES;
    return id;
  };
}
