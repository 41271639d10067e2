import type { WindowSpan } from './types.ts';

/**
 * A sliding window is counted in this many parts. One more is always counted, the one that the
 * window's begin cuts, so a count is never too small and at least 100/101 of a limit is usable.
 */
export const PARTS = 100;

/** The length of the spans, milliseconds. */
export const SPAN_MS: Readonly<Record<WindowSpan, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};
