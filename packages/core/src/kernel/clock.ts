/** Cancels a timer; calling it twice does no harm. */
export type Cancel = () => void;

/** Time as a port: rooms below the edge take it as an argument, tests drive it by hand. */
export interface Clock {
  /** Wall clock, milliseconds since 1970 UTC. */
  now(): number;
  /** A clock that never jumps, in milliseconds; only differences mean anything. */
  monotonic(): number;
  /** Calls back once after `delayMs`; the timer does not keep the process alive. */
  after(delayMs: number, callback: () => void): Cancel;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

const DAY_MS = 86_400_000;

/** Start of the UTC day of `atMs`, in milliseconds. */
export function utcDay(atMs: number): number {
  return atMs - (((atMs % DAY_MS) + DAY_MS) % DAY_MS);
}

/** The UTC month of `atMs` as yyyymm, e.g. 202611. */
export function utcMonth(atMs: number): number {
  const date = new Date(atMs);
  return date.getUTCFullYear() * 100 + date.getUTCMonth() + 1;
}

/** Milliseconds since 1970 at which the UTC month after `atMs` begins. */
export function nextUtcMonth(atMs: number): number {
  const date = new Date(atMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}
