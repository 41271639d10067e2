/** FNV-1a, 32 bits. */
const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

/** Providers cache beginnings of 1,024 tokens and more; shorter requests have nothing to find again. */
const BEGINNING_BYTES = 4_096;

/** A number for a text; not for secrets. */
export function hashText(text: string): number {
  return hashBytes(Buffer.from(text), OFFSET);
}

/**
 * What requests of an account with the same beginning share. They are sent to the same key while it
 * can be had, because providers keep prompt caches by key; undefined for short requests.
 */
export function affinityOf(accountId: number, body: Buffer): number | undefined {
  if (body.length < BEGINNING_BYTES) return undefined;
  return hashBytes(body.subarray(0, BEGINNING_BYTES), (OFFSET ^ accountId) >>> 0);
}

function hashBytes(bytes: Uint8Array, seed: number): number {
  let hash = seed;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, PRIME);
  return hash >>> 0;
}
