import { type ByteFile, plausible } from './bytes.ts';

const CHUNKS_MAX = 64;
const CHUNK_HEAD_BYTES = 8;
const FIRST_CHUNK = 12;
/** Where the chunk that describes the samples has: samples and bytes of a second, bytes of a block. */
const SAMPLE_RATE_AT = 4;
const BYTE_RATE_AT = 8;
const BLOCK_BYTES_AT = 12;
const FORMAT_BYTES = 14;

/** WAV: the size of its samples by how many bytes a second has. */
export async function wavSeconds(file: ByteFile): Promise<number | undefined> {
  let perSecond = 0;
  let at = FIRST_CHUNK;
  for (let n = 0; n < CHUNKS_MAX && at + CHUNK_HEAD_BYTES <= file.length; n++) {
    const head = await file.read(at, CHUNK_HEAD_BYTES + 16);
    if (head.length < CHUNK_HEAD_BYTES) return undefined;
    const name = head.toString('latin1', 0, 4);
    const size = head.readUInt32LE(4);
    const start = at + CHUNK_HEAD_BYTES;
    if (name === 'fmt ') perSecond = rateIn(head, CHUNK_HEAD_BYTES);
    // A stream that did not know its length says more than there is.
    if (name === 'data') return rate(Math.min(size, file.length - start), perSecond);
    at = start + size + (size % 2);
  }
  return undefined;
}

/** Bytes of a second by the beginning of a WAV stream. */
export function wavByteRate(beginning: Buffer): number | undefined {
  const at = beginning.indexOf('fmt ', FIRST_CHUNK, 'latin1');
  const perSecond = at < 0 ? 0 : rateIn(beginning, at + CHUNK_HEAD_BYTES);
  return perSecond > 0 ? perSecond : undefined;
}

/** No more than the samples can be, whatever the file claims; 0 where it does not tell. */
function rateIn(bytes: Buffer, at: number): number {
  if (at + FORMAT_BYTES > bytes.length) return 0;
  const block = bytes.readUInt16LE(at + BLOCK_BYTES_AT);
  const perSecond = bytes.readUInt32LE(at + BYTE_RATE_AT);
  const most = bytes.readUInt32LE(at + SAMPLE_RATE_AT) * block;
  return most > 0 ? Math.min(perSecond, most) : perSecond;
}

function rate(bytes: number, perSecond: number): number | undefined {
  return perSecond > 0 ? plausible(bytes / perSecond) : undefined;
}
