import { type ByteFile, plausible } from './bytes.ts';

/** The mark, the head of the first block, and what it says of the stream. */
const HEAD_BYTES = 4 + 4 + 34;
const RATE_AT = 18;

/** FLAC: the first block tells how many samples there are, and how many a second has. */
export async function flacSeconds(file: ByteFile): Promise<number | undefined> {
  const head = await file.read(0, HEAD_BYTES);
  if (head.length < HEAD_BYTES) return undefined;
  const perSecond = head.readUIntBE(RATE_AT, 3) >> 4;
  const samples = (head.readUInt8(RATE_AT + 3) & 0x0f) * 2 ** 32 + head.readUInt32BE(RATE_AT + 4);
  return perSecond > 0 && samples > 0 ? plausible(samples / perSecond) : undefined;
}
