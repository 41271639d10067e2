import { crc32 } from 'node:zlib';

/** Providers cache beginnings of 1,024 tokens and more; shorter requests have nothing to find again. */
const BEGINNING_BYTES = 4_096;

/** A number for a text; not for secrets. */
export function hashText(text: string): number {
  return crc32(text);
}

/**
 * What requests of an account with the same beginning share. They are sent to the same key while it
 * can be had, because providers keep prompt caches by key; undefined for short requests.
 */
export function affinityOf(accountId: number, body: Buffer): number | undefined {
  if (body.length < BEGINNING_BYTES) return undefined;
  // A checksum in native code takes a microsecond; a loop over the bytes took thirty.
  return crc32(body.subarray(0, BEGINNING_BYTES), accountId);
}
