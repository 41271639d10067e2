import type { Bill } from '@meridian/contract';
import type { AccountLabel } from '@meridian/core/accounts';
import { divideHalfUp, formatDollars, toDollars } from '@meridian/core/kernel';
import type { ModelDay, UsageFigures } from '@meridian/core/ledger';
import { toCsv } from '../../edge/management/csv.ts';

/** What some accounts used in some days; amounts in nanodollars. */
export interface BillReport {
  /** The first and the last day, YYYY-MM-DD. */
  readonly start: string;
  readonly end: string;
  readonly total: UsageFigures;
  /** By day, then by model. */
  readonly days: readonly ModelDay[];
  /** One page of the accounts with usage, the dearest first. */
  readonly users: readonly (UsageFigures & { readonly account: AccountLabel })[];
  readonly usersTotal: number;
  readonly page: number;
  readonly size: number;
}

const CSV_HEAD = [
  'date',
  'model',
  'requests',
  'prompt_tokens',
  'completion_tokens',
  'cached_tokens',
  'cost',
  'cost_base',
];

/** 20261122 → `2026-11-22`. */
function dateOf(day: number): string {
  return String(day).replace(/^(\d+)(\d\d)(\d\d)$/, '$1-$2-$3');
}

function costs({ shown, cost }: UsageFigures) {
  return { cost: toDollars(shown), cost_base: toDollars(cost) };
}

/** A share in percent with two decimals; of nothing there is none. */
function percentage(part: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Number(divideHalfUp(part * 10_000n, whole)) / 100;
}

function total<T>(lines: readonly T[], read: (line: T) => bigint): bigint {
  return lines.reduce((sum, line) => sum + read(line), 0n);
}

function count(lines: readonly ModelDay[], read: (line: ModelDay) => number): number {
  return lines.reduce((sum, line) => sum + read(line), 0);
}

function toDay(day: number, lines: readonly ModelDay[]): Bill['data'][number] {
  return {
    aggregation_timestamp: Date.parse(dateOf(day)) / 1_000,
    n_requests: count(lines, ({ requests }) => requests),
    n_context_tokens_total: count(lines, ({ prompt }) => prompt),
    n_generated_tokens_total: count(lines, ({ completion }) => completion),
    n_cached_tokens_total: count(lines, ({ cached }) => cached),
    cost: toDollars(total(lines, ({ shown }) => shown)),
    cost_base: toDollars(total(lines, ({ cost }) => cost)),
    usage_details: Object.fromEntries(
      lines.map((line) => {
        const { model, requests, prompt, completion, cached } = line;
        return [model, { requests, prompt, completion, cached, ...costs(line) }];
      }),
    ),
  };
}

/** A report as the API shows it. */
export function toBill({ start, end, total: all, days, users }: BillReport): Bill {
  const byDay = Map.groupBy(days, ({ day }) => day);
  return {
    object: 'list',
    start,
    end,
    data: Array.from(byDay, ([day, lines]) => toDay(day, lines)),
    total_usage: { requests: all.requests, ...costs(all) },
    usage_users: users.map(({ account, ...used }) => ({
      ...account,
      total_requests: used.requests,
      total_cost: toDollars(used.shown),
      total_cost_base: toDollars(used.cost),
      usage_analysis: {
        request_percentage: percentage(BigInt(used.requests), BigInt(all.requests)),
        cost_percentage: percentage(used.shown, all.shown),
      },
    })),
  };
}

/** A report as CSV: one line per day and model, amounts as exact decimals. */
export function toBillCsv({ days }: BillReport): string {
  return toCsv(
    CSV_HEAD,
    days.map(({ day, model, requests, prompt, completion, cached, shown, cost }) => [
      dateOf(day),
      model,
      requests,
      prompt,
      completion,
      cached,
      formatDollars(shown),
      formatDollars(cost),
    ]),
  );
}
