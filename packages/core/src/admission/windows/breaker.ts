import type { Clock } from '../../kernel/index.ts';

/** Failures in a row that open the breaker. */
const FAILURES_MAX = 3;
/** Failures in one span that open it where half of all answers or more are failures. */
const FAILURES_MAX_PER_SPAN = 10;
const SPAN_MS = 1_000;
/** How long nothing is asked before the next trial, milliseconds. */
const OPEN_MS = 1_000;

/** Keeps requests from waiting for something that is away. One trial at a time finds out its return. */
export interface Breaker {
  readonly isOpen: boolean;
  /** Whether this call may go through; while open, one call per second may. */
  admit(): boolean;
  succeeded(): void;
  failed(): void;
}

/** Opens after failures in a row, and where something answers now and then but fails as often. */
export function createBreaker(clock: Clock): Breaker {
  let inARow = 0;
  let isOpen = false;
  let nextTrial = 0;
  let span = { since: Number.NEGATIVE_INFINITY, failures: 0, successes: 0 };

  function spanNow(): typeof span {
    const now = clock.monotonic();
    if (now - span.since >= SPAN_MS) span = { since: now, failures: 0, successes: 0 };
    return span;
  }

  return {
    get isOpen() {
      return isOpen;
    },
    admit() {
      if (!isOpen) return true;
      const now = clock.monotonic();
      if (now < nextTrial) return false;
      nextTrial = now + OPEN_MS;
      return true;
    },
    succeeded() {
      spanNow().successes++;
      inARow = 0;
      isOpen = false;
    },
    failed() {
      const { failures, successes } = spanNow();
      span.failures = failures + 1;
      inARow++;
      const isOften = span.failures >= FAILURES_MAX_PER_SPAN && span.failures >= successes;
      if (inARow < FAILURES_MAX && !isOften) return;
      isOpen = true;
      nextTrial = clock.monotonic() + OPEN_MS;
    },
  };
}
