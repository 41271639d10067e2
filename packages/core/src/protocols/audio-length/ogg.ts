import { type ByteFile, plausible } from './bytes.ts';

/** Whatever its header says, Opus counts in this rate. */
const OPUS_SAMPLES_PER_SECOND = 48_000;
const HEAD_BYTES = 4_096;
/** The largest page there is, twice: the last one may be without a place. */
const TAIL_BYTES = 2 * 65_307;
const PAGE_HEAD_BYTES = 27;
const GRANULE_AT = 6;
const SERIAL_AT = 14;
const NO_PLACE = 0xffff_ffff_ffff_ffffn;

interface Clock {
  readonly perSecond: number;
  /** Samples before the beginning. */
  readonly skipped: number;
}

/** Ogg: the last page tells how many samples came before its end. */
export async function oggSeconds(file: ByteFile): Promise<number | undefined> {
  const head = await file.read(0, HEAD_BYTES);
  const clock = clockOf(head);
  if (!clock || head.length < PAGE_HEAD_BYTES) return undefined;
  const tail = await file.read(Math.max(0, file.length - TAIL_BYTES), TAIL_BYTES);
  const samples = lastPlace(tail, head.readUInt32LE(SERIAL_AT));
  if (samples === undefined) return undefined;
  return plausible(Math.max(0, samples - clock.skipped) / clock.perSecond);
}

function clockOf(head: Buffer): Clock | undefined {
  const opus = head.indexOf('OpusHead', 0, 'latin1');
  if (opus >= 0 && opus + 12 <= head.length) {
    return { perSecond: OPUS_SAMPLES_PER_SECOND, skipped: head.readUInt16LE(opus + 10) };
  }
  const vorbis = head.indexOf('\x01vorbis', 0, 'latin1');
  if (vorbis < 0 || vorbis + 16 > head.length) return undefined;
  const perSecond = head.readUInt32LE(vorbis + 12);
  return perSecond > 0 ? { perSecond, skipped: 0 } : undefined;
}

/** Where the last page of a stream that has a place ends. */
function lastPlace(tail: Buffer, serial: number): number | undefined {
  let at = tail.lastIndexOf('OggS', undefined, 'latin1');
  while (at >= 0) {
    if (at + PAGE_HEAD_BYTES <= tail.length && tail.readUInt32LE(at + SERIAL_AT) === serial) {
      const place = tail.readBigUInt64LE(at + GRANULE_AT);
      if (place !== NO_PLACE) return Number(place);
    }
    at = at === 0 ? -1 : tail.lastIndexOf('OggS', at - 1, 'latin1');
  }
  return undefined;
}
