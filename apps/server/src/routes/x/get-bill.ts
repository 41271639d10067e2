import { type BillQuery, type OwnBillQuery, usageRoutes } from '@meridian/contract';
import { CSV_TYPE, csvHeaders, wantsCsv } from '../../edge/management/csv.ts';
import { pageAnswer } from '../../edge/management/paging.ts';
import {
  type Answer,
  type Call,
  type Caller,
  type ServedRoute,
  serve,
} from '../../edge/management/served-route.ts';
import { type BillReport, toBill, toBillCsv } from './bill-report.ts';

/** Bills of accounts. */
export interface BillService {
  /** Throws `not_found` when the query names nobody whom the caller may see. */
  report(caller: Caller, query: BillQuery): Promise<BillReport>;
  /** The caller's own usage alone. */
  ownReport(caller: Caller, query: OwnBillQuery): Promise<BillReport>;
}

/** `GET /x-bill`, and `GET /dashboard/bill` with its older name. */
export function getBill(bills: BillService): readonly ServedRoute[] {
  const { getOwnBill, getOwnBillAlias } = usageRoutes;
  return [
    serve(usageRoutes.getBill, async (call) =>
      answer(call, await bills.report(call.caller, call.query)),
    ),
    ...[getOwnBill, getOwnBillAlias].map((route) =>
      serve(route, async (call) => answer(call, await bills.ownReport(call.caller, call.query))),
    ),
  ];
}

function answer(call: Call<unknown, OwnBillQuery, unknown>, report: BillReport): Answer {
  const { start, end, page, size, usersTotal } = report;
  if (!wantsCsv(call, call.query.format)) {
    return pageAnswer(toBill(report), { page, size, total: usersTotal });
  }
  return {
    status: 200,
    body: toBillCsv(report),
    contentType: CSV_TYPE,
    headers: csvHeaders(`bill-${start}-${end}`),
  };
}
