import {
  type MarginLine,
  type MarginQuery,
  type MarginReport,
  marginRoutes,
} from '@meridian/contract';
import { CSV_TYPE, csvHeaders, toCsv, wantsCsv } from '../../edge/management/csv.ts';
import { type Caller, type ServedRoute, serve } from '../../edge/management/served-route.ts';

/** Reports of revenue, cost and margin. */
export interface MarginService {
  /** Throws `permission_denied` to who is no owner, and `not_found`. */
  report(caller: Caller, query: MarginQuery): Promise<MarginReport>;
}

const COLUMNS = [
  'key',
  'name',
  'requests',
  'revenue',
  'revenue_shown',
  'cost',
  'margin',
  'requests_without_cost',
] as const satisfies readonly (keyof MarginLine)[];

/** `GET /x-margin`. */
export function getMargin(margins: MarginService): ServedRoute {
  return serve(marginRoutes.getMargin, async (call) => {
    const report = await margins.report(call.caller, call.query);
    if (!wantsCsv(call, call.query.format)) return { status: 200, body: report };
    const { by, start, end, data } = report;
    const rows = data.map((line) => COLUMNS.map((name) => line[name]));
    return {
      status: 200,
      body: toCsv([by, ...COLUMNS.slice(1)], rows),
      contentType: CSV_TYPE,
      headers: csvHeaders(`margin-${start}-${end}`),
    };
  });
}
