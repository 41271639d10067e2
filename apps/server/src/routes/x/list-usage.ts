import {
  type UsageEntry,
  type UsageList,
  type UsageListQuery,
  usageRoutes,
} from '@meridian/contract';
import { USAGE_BUCKETS } from '@meridian/core/protocols';
import { type Cell, CSV_TYPE, csvHeaders, toCsv, wantsCsv } from '../../edge/management/csv.ts';
import { type Caller, type ServedRoute, serve } from '../../edge/management/served-route.ts';

/** Lists of usage records. */
export interface UsageLister {
  /** Throws `not_found` when the query names nobody whom the caller may see. */
  list(caller: Caller, query: UsageListQuery): Promise<UsageList>;
}

const COLUMNS = [
  'id',
  'charged_at',
  'started_at',
  'account_id',
  'named_key_id',
  'model_asked',
  'model',
  'endpoint',
  'outcome',
  'usage_source',
  'streamed',
  'attempts',
  'duration_ms',
  'first_byte_ms',
  'cost',
  'cost_base',
  'price_source',
  'multiplier',
  'factor',
  'rates',
] as const satisfies readonly (keyof UsageEntry)[];

/** `GET /x-usage`. */
export function listUsage(usage: UsageLister): ServedRoute {
  return serve(usageRoutes.listUsage, async (call) => {
    const list = await usage.list(call.caller, call.query);
    if (!wantsCsv(call, call.query.format)) return { status: 200, body: list };
    return {
      status: 200,
      body: toCsv([...COLUMNS, ...USAGE_BUCKETS], list.data.map(cellsOf)),
      contentType: CSV_TYPE,
      headers: {
        ...csvHeaders('usage'),
        ...(list.next === null ? {} : { 'x-next-cursor': list.next }),
      },
    };
  });
}

function cellsOf(entry: UsageEntry): readonly Cell[] {
  return [
    ...COLUMNS.map((name) => entry[name]),
    ...USAGE_BUCKETS.map((bucket) => entry.usage[bucket] ?? 0),
  ];
}
