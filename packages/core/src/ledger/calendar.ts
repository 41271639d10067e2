import { type Clock, utcDay } from '../kernel/index.ts';

const DAY_MS = 86_400_000;

/** The UTC calendar by the store's clock, so that all nodes change the month at the same moment. */
export interface Calendar {
  /** Today as yyyymmdd. */
  today(): number;
  /** Takes over the store's time of a reply to a call that was sent at `sentAtMs` of the wall clock. */
  adjust(storeMs: number, sentAtMs: number): void;
}

/** Makes a calendar that runs on the node's own clock until it is adjusted. */
export function createCalendar(clock: Clock): Calendar {
  let offsetMs = 0;
  let dayStartMs = Number.NaN;
  let day = 0;
  return {
    today() {
      const nowMs = clock.now() + offsetMs;
      if (!(nowMs >= dayStartMs && nowMs < dayStartMs + DAY_MS)) {
        dayStartMs = utcDay(nowMs);
        const date = new Date(dayStartMs);
        day = (date.getUTCFullYear() * 100 + date.getUTCMonth() + 1) * 100 + date.getUTCDate();
      }
      return day;
    },
    adjust(storeMs, sentAtMs) {
      offsetMs = storeMs - (sentAtMs + clock.now()) / 2;
    },
  };
}

/** The month (yyyymm) of a day (yyyymmdd). */
export function monthOf(day: number): number {
  return Math.trunc(day / 100);
}
