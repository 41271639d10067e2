import { BILL_DAYS_MAX, type OwnBillQuery } from '@meridian/contract';
import { invalid, utcDay } from '@meridian/core/kernel';

/** A day, in milliseconds. */
export const DAY_MS = 86_400_000;

/** The days of a bill, YYYY-MM-DD, inclusive. */
export interface BillDays {
  readonly start: string;
  readonly end: string;
}

type DayName = 'date' | 'start' | 'end';

function dayMs(query: OwnBillQuery, name: DayName, short: 'd' | 's' | 'e'): number | undefined {
  const day = query[name] ?? query[short];
  if ((query[short] ?? day) !== day) {
    throw invalid(short, `${short}: It says something else than ${name}.`);
  }
  return day === undefined ? undefined : Date.parse(day);
}

function firstOfMonth(atMs: number): number {
  const date = new Date(atMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}

/** The UTC day of a moment, YYYY-MM-DD. */
export function isoDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** `2026-11-22` → 20261122. */
export function dayNumber(date: string): number {
  return Number(date.replaceAll('-', ''));
}

/** The days of the month so far, UTC. */
export function monthToDate(nowMs: number): BillDays {
  return { start: isoDay(firstOfMonth(nowMs)), end: isoDay(nowMs) };
}

/** Which days a query means; the current month without any. Throws a 400 for what makes no sense. */
export function billDays(query: OwnBillQuery, nowMs: number): BillDays {
  const date = dayMs(query, 'date', 'd');
  const start = dayMs(query, 'start', 's');
  const end = dayMs(query, 'end', 'e');
  const { days } = query;
  if (date !== undefined) {
    if (start !== undefined || end !== undefined || days !== undefined) {
      throw invalid('date', 'date: Not together with start, end or days.');
    }
    return { start: isoDay(date), end: isoDay(date) };
  }
  if (days !== undefined && start !== undefined && end !== undefined) {
    throw invalid('days', 'days: Not together with both start and end.');
  }
  const spanMs = days === undefined ? undefined : (days - 1) * DAY_MS;
  const fromStart = start !== undefined && spanMs !== undefined ? start + spanMs : undefined;
  const last = end ?? fromStart ?? utcDay(nowMs);
  const first = start ?? (spanMs === undefined ? firstOfMonth(last) : last - spanMs);
  if (first > last) throw invalid('start', 'start: It is after the end.');
  if (last - first >= BILL_DAYS_MAX * DAY_MS) {
    throw invalid('start', `start: A bill covers at most ${BILL_DAYS_MAX} days.`);
  }
  return { start: isoDay(first), end: isoDay(last) };
}
