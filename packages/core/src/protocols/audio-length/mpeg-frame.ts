/** The head of one frame of MPEG audio. */
export interface MpegFrame {
  readonly bytes: number;
  readonly samples: number;
  readonly samplesPerSecond: number;
  readonly bytesPerSecond: number;
  /** Where a table of the whole file would stand, from the frame's beginning. */
  readonly tableAt: number;
}

const KILOBITS_V1: Readonly<Record<number, readonly number[]>> = {
  1: [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  2: [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  3: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
};
const KILOBITS_V2: Readonly<Record<number, readonly number[]>> = {
  1: [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  3: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
/** By the two bits of the version: 2.5, none, 2, 1. */
const RATES: readonly (readonly number[])[] = [
  [11_025, 12_000, 8_000],
  [],
  [22_050, 24_000, 16_000],
  [44_100, 48_000, 32_000],
];
const VERSION_1 = 3;
const MONO = 3;
const HEAD_BYTES = 4;

/** Reads the head of a frame; undefined where there is none. */
export function readMpegFrame(bytes: Buffer, at: number): MpegFrame | undefined {
  if (at < 0 || at + HEAD_BYTES > bytes.length) return undefined;
  const head = bytes.readUInt32BE(at);
  if (head >>> 21 !== 0x7ff) return undefined;
  const version = (head >>> 19) & 3;
  const layer = 4 - ((head >>> 17) & 3);
  const table = (version === VERSION_1 ? KILOBITS_V1 : KILOBITS_V2)[layer];
  const kilobits = table?.[(head >>> 12) & 15] ?? 0;
  const samplesPerSecond = RATES[version]?.[(head >>> 10) & 3] ?? 0;
  if (kilobits === 0 || samplesPerSecond === 0) return undefined;
  const isMono = ((head >>> 6) & 3) === MONO;
  const samples = samplesOf(version, layer);
  const bytesPerSecond = (kilobits * 1_000) / 8;
  const slot = layer === 1 ? 4 : 1;
  const padding = ((head >>> 9) & 1) * slot;
  const length = Math.floor((samples * bytesPerSecond) / samplesPerSecond / slot) * slot + padding;
  return {
    bytes: length,
    samples,
    samplesPerSecond,
    bytesPerSecond,
    tableAt: HEAD_BYTES + sideBytes(version === VERSION_1, isMono),
  };
}

function samplesOf(version: number, layer: number): number {
  if (layer === 1) return 384;
  return layer === 3 && version !== VERSION_1 ? 576 : 1_152;
}

function sideBytes(isVersion1: boolean, isMono: boolean): number {
  if (isVersion1) return isMono ? 17 : 32;
  return isMono ? 9 : 17;
}
