import { type ByteFile, plausible } from './bytes.ts';

const BOXES_MAX = 256;
const HEAD_BYTES = 16;

interface Box {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** MP4 and M4A: the header of the movie tells its length. */
export async function mp4Seconds(file: ByteFile): Promise<number | undefined> {
  const movie = await find(file, 'moov', { start: 0, end: file.length });
  const header = movie && (await find(file, 'mvhd', movie));
  if (!header) return undefined;
  const told = await readTimes(file, header.start);
  if (told === undefined) return undefined;
  if (told.length > 0) return plausible(told.length / told.perSecond);
  // In pieces, as recorders write it: the whole may be told beside.
  const extension = await find(file, 'mvex', movie);
  const whole = extension && (await find(file, 'mehd', extension));
  if (!whole) return undefined;
  const bytes = await file.read(whole.start, 12);
  if (bytes.length < 12) return undefined;
  const isLong = bytes.readUInt8(0) === 1;
  const length = isLong ? Number(bytes.readBigUInt64BE(4)) : bytes.readUInt32BE(4);
  return plausible(length / told.perSecond);
}

async function readTimes(
  file: ByteFile,
  start: number,
): Promise<{ readonly perSecond: number; readonly length: number } | undefined> {
  const bytes = await file.read(start, 32);
  if (bytes.length < 32) return undefined;
  const isLong = bytes.readUInt8(0) === 1;
  const perSecond = bytes.readUInt32BE(isLong ? 20 : 12);
  const length = isLong ? Number(bytes.readBigUInt64BE(24)) : bytes.readUInt32BE(16);
  return perSecond > 0 ? { perSecond, length: isUnknown(length) ? 0 : length } : undefined;
}

function isUnknown(length: number): boolean {
  return length === 0xffff_ffff || length >= 2 ** 63;
}

async function find(
  file: ByteFile,
  name: string,
  within: Pick<Box, 'start' | 'end'>,
): Promise<Box | undefined> {
  let at = within.start;
  for (let n = 0; n < BOXES_MAX && at + 8 <= within.end; n++) {
    const box = await readBox(file, at, within.end);
    if (!box) return undefined;
    if (box.name === name) return box;
    at = box.end;
  }
  return undefined;
}

async function readBox(file: ByteFile, at: number, endMax: number): Promise<Box | undefined> {
  const head = await file.read(at, HEAD_BYTES);
  if (head.length < 8) return undefined;
  const short = head.readUInt32BE(0);
  const isLong = short === 1 && head.length === HEAD_BYTES;
  const headBytes = isLong ? 16 : 8;
  const told = isLong ? Number(head.readBigUInt64BE(8)) : short;
  const size = short === 0 ? endMax - at : told;
  if (size < headBytes || at + size > endMax) return undefined;
  return { name: head.toString('latin1', 4, 8), start: at + headBytes, end: at + size };
}
