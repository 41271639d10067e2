import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Cancel, Clock } from '@meridian/core/kernel';

/** Monday, 2 November 2026, 12:00 UTC: the middle of a day, of a week and of a month's first days. */
export const FAKE_CLOCK_START_MS = Date.UTC(2026, 10, 2, 12);

/** Timers fired by one `advance` before it is taken for an endless loop. */
const FIRED_MAX = 1_000_000;

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A clock driven by hand. */
export interface FakeClock extends Clock {
  /** Moves time forward and fires the timers that fall due, in order, each at its own time. */
  advance(byMs: number): void;
  /** The same, with one turn of the event loop before, between and after the timers. */
  advanceAsync(byMs: number): Promise<void>;
  /** Moves the wall clock alone, as an operator or NTP would; no timer fires. */
  jumpWall(byMs: number): void;
  /** Timers that have neither fired nor been cancelled. */
  readonly pendingTimers: number;
}

/** Makes a clock that stands still at `startMs` (milliseconds since 1970) until it is advanced. */
export function createFakeClock(startMs: number = FAKE_CLOCK_START_MS): FakeClock {
  const timers = new Set<Timer>();
  let elapsedMs = 0;
  let wallOffsetMs = startMs;
  let created = 0;

  function nextDue(untilMs: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of timers) {
      if (timer.dueMs > untilMs) continue;
      const isEarlier =
        next === undefined ||
        timer.dueMs < next.dueMs ||
        (timer.dueMs === next.dueMs && timer.order < next.order);
      if (isEarlier) next = timer;
    }
    return next;
  }

  /** Fires the next due timer; false when there is none. */
  function step(untilMs: number): boolean {
    const timer = nextDue(untilMs);
    if (timer === undefined) return false;
    timers.delete(timer);
    elapsedMs = Math.max(elapsedMs, timer.dueMs);
    timer.callback();
    return true;
  }

  function targetOf(byMs: number): number {
    if (!(byMs >= 0)) throw new RangeError(`Time only moves forward, not by ${byMs} ms.`);
    return elapsedMs + byMs;
  }

  return {
    now: () => wallOffsetMs + elapsedMs,
    monotonic: () => elapsedMs,
    after(delayMs, callback): Cancel {
      const timer = { dueMs: elapsedMs + Math.max(0, delayMs), order: created++, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(byMs) {
      const untilMs = targetOf(byMs);
      for (let fired = 0; step(untilMs); fired++) failWhenEndless(fired);
      elapsedMs = Math.max(elapsedMs, untilMs);
    },
    async advanceAsync(byMs) {
      const untilMs = targetOf(byMs);
      await nextTurn();
      for (let fired = 0; step(untilMs); fired++) {
        failWhenEndless(fired);
        await nextTurn();
      }
      elapsedMs = Math.max(elapsedMs, untilMs);
      await nextTurn();
    },
    jumpWall(byMs) {
      wallOffsetMs += byMs;
    },
    get pendingTimers() {
      return timers.size;
    },
  };
}

function failWhenEndless(fired: number): void {
  if (fired >= FIRED_MAX) throw new Error(`More than ${FIRED_MAX} timers fired in one advance.`);
}
