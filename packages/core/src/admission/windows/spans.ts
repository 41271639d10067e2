import type { WindowSpan } from './types.ts';

/** The spans that are a length of time. */
export type TimeSpan = Exclude<WindowSpan, 'running'>;

/** Nobody knows when a running request ends: whoever is refused a slot is told to ask again then. */
export const SLOT_RETRY_MS = 1_000;

/**
 * A sliding window is counted in this many parts. One more is always counted, the one that the
 * window's begin cuts, so a count is never too small and at least 100/101 of a limit is usable.
 */
export const PARTS = 100;

/** The length of the spans of time, milliseconds. */
export const SPAN_MS: Readonly<Record<TimeSpan, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};
