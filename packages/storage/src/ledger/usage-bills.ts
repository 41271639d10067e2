import type { Nanodollars } from '@meridian/core/kernel';
import type { UsageBill, UsageFigures, UsageSubject } from '@meridian/core/ledger';
import type { Queries, Row } from '../database.ts';
import { amountOf, numberOf, textOf } from './cells.ts';
import { subjectParameters } from './usage-pages.ts';

const BILL_SQL = `
  select b.*, m.name from usage_bill($1::int4[], $2::int4, $3::int4, $4::int4) b
    left join models m on m.id = b.model
  order by b.bill_day, m.name collate "C"`;

function figuresOf(row: Row): UsageFigures {
  return {
    requests: numberOf(row, 'requests'),
    cost: amountOf(row, 'cost') as Nanodollars,
    shown: amountOf(row, 'shown') as Nanodollars,
  };
}

/** Usage of some days (yyyymmdd, inclusive) by day and model, and by account. */
export async function readBill(
  queries: Queries,
  subject: UsageSubject,
  [fromDay, toDay]: readonly [number, number],
): Promise<UsageBill> {
  const rows = await queries.query(BILL_SQL, [...subjectParameters(subject), fromDay, toDay]);
  return {
    days: rows
      .filter((row) => row.bill_day !== null)
      .map((row) => ({
        ...figuresOf(row),
        day: numberOf(row, 'bill_day'),
        model: textOf(row, 'name'),
        prompt: numberOf(row, 'prompt'),
        cached: numberOf(row, 'cached'),
        completion: numberOf(row, 'completion'),
      })),
    accounts: rows
      .filter((row) => row.account !== null)
      .map((row) => ({ ...figuresOf(row), accountId: numberOf(row, 'account') })),
  };
}
