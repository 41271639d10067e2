const FIRST_MS = 250;
const MAX_MS = 30_000;
/** A worker that lived for so long was well: the next pause is the first again. */
const WELL_AFTER_MS = 60_000;

/** The pauses before workers are started again. */
export interface RestartPause {
  /** Milliseconds to wait after a worker that lived for so long has ended. */
  next(livedMs: number): number;
}

/** Doubles with each early end in a row, so that a broken start does not eat the machine. */
export function createRestartPause(): RestartPause {
  let early = 0;
  return {
    next(livedMs) {
      early = livedMs >= WELL_AFTER_MS ? 0 : early + 1;
      return early === 0 ? FIRST_MS : Math.min(MAX_MS, FIRST_MS * 2 ** (early - 1));
    },
  };
}
