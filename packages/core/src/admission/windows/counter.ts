import { PARTS, SLOT_RETRY_MS, SPAN_MS } from './spans.ts';
import type { WindowSpan } from './types.ts';

/** The two times a counter lives in, milliseconds. */
export interface Moment {
  /** Never jumps; sliding windows go by it. */
  readonly monotonic: number;
  /** Wall clock; days go by it. */
  readonly wall: number;
}

/** The count of one window. `part` names the piece of time an amount was added in. */
export interface Counter {
  /** The count at a moment; forgets what has left the window. */
  used(at: Moment): number;
  /** Adds to the current part and returns it. Call `used` for the same moment first. */
  add(amount: number): number;
  /** Changes what was added in an earlier part; nothing happens once that part has left. */
  amend(part: number, delta: number): void;
  /** Milliseconds until the count is 0 if nothing is added; 0 when it is. */
  resetMs(at: Moment): number;
  /** Milliseconds until at least `amount` has left the count, at most the count itself. */
  freesMs(at: Moment, amount: number): number;
}

export function createCounter(span: WindowSpan): Counter {
  switch (span) {
    case 'day':
      return createDayCounter();
    case 'running':
      return createRunningCounter();
    default:
      return createSlidingCounter(SPAN_MS[span]);
  }
}

/** What is under way now; only `amend` takes away. */
function createRunningCounter(): Counter {
  let count = 0;
  return {
    used: () => count,
    add(amount) {
      count += amount;
      return 0;
    },
    amend(_part, delta) {
      count = Math.max(0, count + delta);
    },
    resetMs: () => 0,
    freesMs: () => SLOT_RETRY_MS,
  };
}

function createDayCounter(): Counter {
  let day = 0;
  let count = 0;
  const untilMidnight = (at: Moment): number => (day + 1) * SPAN_MS.day - at.wall;
  return {
    used(at) {
      const today = Math.floor(at.wall / SPAN_MS.day);
      // A wall clock set back must not give yesterday's allowance again.
      if (today > day) {
        day = today;
        count = 0;
      }
      return count;
    },
    add(amount) {
      count += amount;
      return day;
    },
    amend(part, delta) {
      if (part === day) count = Math.max(0, count + delta);
    },
    resetMs: (at) => (count === 0 ? 0 : untilMidnight(at)),
    freesMs: untilMidnight,
  };
}

const SLOTS = PARTS + 1;

function createSlidingCounter(lengthMs: number): Counter {
  const partMs = lengthMs / PARTS;
  const slots = new Float64Array(SLOTS);
  let current = 0;
  let count = 0;
  /** The latest part that anything was added in. */
  let latest = Number.NEGATIVE_INFINITY;

  const leavesMs = (part: number, at: Moment): number => (part + SLOTS) * partMs - at.monotonic;

  function forget(until: number): void {
    if (until - current >= SLOTS) {
      slots.fill(0);
      count = 0;
    } else {
      for (let part = current + 1; part <= until; part++) {
        const slot = part % SLOTS;
        count -= slots[slot] ?? 0;
        slots[slot] = 0;
      }
    }
    current = until;
  }

  return {
    used(at) {
      const now = Math.floor(at.monotonic / partMs);
      if (now > current) forget(now);
      return count;
    },
    add(amount) {
      const slot = current % SLOTS;
      slots[slot] = (slots[slot] ?? 0) + amount;
      count += amount;
      if (amount > 0) latest = current;
      return current;
    },
    amend(part, delta) {
      if (part <= current - SLOTS) return;
      const slot = part % SLOTS;
      const before = slots[slot] ?? 0;
      const after = Math.max(0, before + delta);
      slots[slot] = after;
      count += after - before;
      if (after > 0 && part > latest) latest = part;
    },
    resetMs: (at) => (count === 0 ? 0 : leavesMs(latest, at)),
    freesMs(at, amount) {
      let freed = 0;
      for (let part = current - PARTS; part <= current; part++) {
        freed += slots[((part % SLOTS) + SLOTS) % SLOTS] ?? 0;
        if (freed >= amount) return leavesMs(part, at);
      }
      return leavesMs(current, at);
    },
  };
}
