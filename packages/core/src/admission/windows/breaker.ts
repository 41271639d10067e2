import type { Clock } from '../../kernel/index.ts';

/** Failures in a row that open the breaker. */
const FAILURES_MAX = 3;
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

export function createBreaker(clock: Clock): Breaker {
  let failures = 0;
  let isOpen = false;
  let nextTrial = 0;
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
      failures = 0;
      isOpen = false;
    },
    failed() {
      failures++;
      if (failures < FAILURES_MAX) return;
      isOpen = true;
      nextTrial = clock.monotonic() + OPEN_MS;
    },
  };
}
