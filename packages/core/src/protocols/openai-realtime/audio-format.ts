import { fieldsOf, numberOf, stringOf } from '../json/values.ts';

/** Bytes per second of the audio of a session that says nothing else: 16 bits at 24 kHz. */
export const PCM_BYTES_PER_SECOND = 48_000;
const BYTES_PER_SAMPLE = 2;
const RATE_HZ_MIN = 8_000;
/** Telephone audio: 8 bits at 8 kHz. */
const G711_BYTES_PER_SECOND = 8_000;

/** The bytes of a second of audio in a format, by its name or as an object; undefined for none. */
export function bytesPerSecond(format: unknown): number | undefined {
  const name = stringOf(format) ?? stringOf(fieldsOf(format).type);
  if (name === undefined) return undefined;
  if (/g711|pcm[ua]$/.test(name)) return G711_BYTES_PER_SECOND;
  const rate = numberOf(fieldsOf(format).rate);
  if (rate === undefined || !(rate >= RATE_HZ_MIN)) return PCM_BYTES_PER_SECOND;
  return rate * BYTES_PER_SAMPLE;
}

/** The bytes that base64 text of so many characters stands for, at most. */
export function base64Bytes(chars: number): number {
  return Math.ceil((chars * 3) / 4);
}
