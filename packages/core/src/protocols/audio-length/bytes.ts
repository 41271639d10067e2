/** The bytes of a file, wherever they are. */
export interface ByteFile {
  readonly length: number;
  /** Up to `length` bytes from a place; fewer at the end of the file. */
  read(at: number, length: number): Promise<Buffer>;
}

/** A number of seconds that is believed; undefined for one that cannot be. */
export function plausible(seconds: number): number | undefined {
  return Number.isFinite(seconds) && seconds >= 0 && seconds <= SECONDS_MAX ? seconds : undefined;
}

/** Nobody records for longer into one upload. */
const SECONDS_MAX = 7 * 24 * 3_600;
