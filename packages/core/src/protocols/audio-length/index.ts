import type { ByteFile } from './bytes.ts';
import { flacSeconds } from './flac.ts';
import { mp3ByteRate, mp3Seconds } from './mp3.ts';
import { mp4Seconds } from './mp4.ts';
import { oggSeconds } from './ogg.ts';
import { wavByteRate, wavSeconds } from './wav.ts';
import { webmSeconds } from './webm.ts';

export type { ByteFile } from './bytes.ts';

type Measure = (file: ByteFile) => Promise<number | undefined>;

/** How files begin, and who reads them. */
const FORMATS: readonly (readonly [at: number, mark: string, measure: Measure])[] = [
  [8, 'WAVE', wavSeconds],
  [0, 'fLaC', flacSeconds],
  [0, 'OggS', oggSeconds],
  [4, 'ftyp', mp4Seconds],
  [0, '\x1a\x45\xdf\xa3', webmSeconds],
];

/** Samples of 16 bits, 24,000 a second, which is what speech without a header is. */
const PCM_BYTES_PER_SECOND = 48_000;

/**
 * How long an audio file plays, in seconds, by its own headers; undefined where they do not tell. A
 * bounded number of small pieces is read, wherever in the file they are.
 */
export async function audioSeconds(file: ByteFile): Promise<number | undefined> {
  const head = await file.read(0, 12);
  const known = FORMATS.find(
    ([at, mark]) => head.toString('latin1', at, at + mark.length) === mark,
  );
  return known ? known[2](file) : mp3Seconds(file);
}

/** How many bytes of a stream of audio play in a second; undefined where its beginning does not tell. */
export function bytesPerSecond(beginning: Buffer, contentType: string): number | undefined {
  if (beginning.toString('latin1', 8, 12) === 'WAVE') return wavByteRate(beginning);
  if (contentType.startsWith('audio/pcm')) return PCM_BYTES_PER_SECOND;
  return contentType.startsWith('audio/mpeg') ? mp3ByteRate(beginning) : undefined;
}
