import { type ByteFile, plausible } from './bytes.ts';
import { type MpegFrame, readMpegFrame } from './mpeg-frame.ts';

const WINDOW_BYTES = 64 * 1_024;
const TAG_HEAD_BYTES = 10;
/** 320 kbit/s: no table makes a file shorter than it can be. */
const BYTES_PER_SECOND_MAX = 40_000;
const VBRI_AT = 36;
const HAS_FRAMES = 1;

/** MP3: a table of the whole file in its first frame, else the rate of its frames. */
export async function mp3Seconds(file: ByteFile): Promise<number | undefined> {
  const start = await tagBytes(file);
  const window = await file.read(start, WINDOW_BYTES);
  const at = firstFrame(window);
  const first = at === undefined ? undefined : readMpegFrame(window, at);
  if (at === undefined || !first) return undefined;
  const bytes = file.length - start - at;
  const frames = framesIn(window, at, first);
  if (frames !== undefined) {
    const told = (frames * first.samples) / first.samplesPerSecond;
    return plausible(Math.max(told, bytes / BYTES_PER_SECOND_MAX));
  }
  return plausible(bytes / averageRate(window, at));
}

/** Bytes of a second by the beginning of an MP3 stream. */
export function mp3ByteRate(beginning: Buffer): number | undefined {
  const at = firstFrame(beginning);
  return at === undefined ? undefined : readMpegFrame(beginning, at)?.bytesPerSecond;
}

/** The size of a tag in front, which may hold pictures. */
async function tagBytes(file: ByteFile): Promise<number> {
  const head = await file.read(0, TAG_HEAD_BYTES);
  if (head.length < TAG_HEAD_BYTES || head.toString('latin1', 0, 3) !== 'ID3') return 0;
  const size = [6, 7, 8, 9].reduce((sum, at) => sum * 128 + (head.readUInt8(at) & 0x7f), 0);
  return TAG_HEAD_BYTES + size;
}

/** The first place at which a frame stands that another one follows. */
function firstFrame(bytes: Buffer): number | undefined {
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const frame = readMpegFrame(bytes, at);
    if (!frame) continue;
    const next = at + frame.bytes;
    if (next + 4 > bytes.length || readMpegFrame(bytes, next)) return at;
  }
  return undefined;
}

function framesIn(bytes: Buffer, at: number, { tableAt }: MpegFrame): number | undefined {
  const table = at + tableAt;
  const name = bytes.toString('latin1', table, table + 4);
  if ((name === 'Xing' || name === 'Info') && table + 12 <= bytes.length) {
    const hasFrames = (bytes.readUInt32BE(table + 4) & HAS_FRAMES) !== 0;
    return hasFrames ? bytes.readUInt32BE(table + 8) : undefined;
  }
  const other = at + VBRI_AT;
  const isVbri = bytes.toString('latin1', other, other + 4) === 'VBRI';
  return isVbri && other + 18 <= bytes.length ? bytes.readUInt32BE(other + 14) : undefined;
}

/** Bytes of a second over the frames of a window. */
function averageRate(bytes: Buffer, from: number): number {
  let at = from;
  let seconds = 0;
  for (let frame = readMpegFrame(bytes, at); frame; frame = readMpegFrame(bytes, at)) {
    seconds += frame.samples / frame.samplesPerSecond;
    at += frame.bytes;
  }
  return (at - from) / seconds;
}
