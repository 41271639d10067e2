import type { Nanodollars } from '@meridian/core/kernel';
import type { UsageStore, UsageSum } from '@meridian/core/ledger';
import type { Queries } from '../database.ts';
import { amountOf, numberOf } from './cells.ts';
import { readBill } from './usage-bills.ts';
import { readPage } from './usage-pages.ts';
import { recordOf, recordsSql } from './usage-rows.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const FIND_SQL = `${recordsSql('usage_records')}
  where u.id = $1 and ($2 or u.account_id = any ($3::int4[]))`;

const DAY = `to_char(clock_timestamp() at time zone 'UTC', 'YYYYMMDD')::int4`;
const SUMS = {
  today: `${DAY}, ${DAY}`,
  thisMonth: `${DAY} / 100 * 100, ${DAY}`,
  ever: '0, 99991231',
} as const;

/** Reads usage on either kind of database. */
export function createUsageStore(queries: Queries): UsageStore {
  async function sums(
    period: keyof typeof SUMS,
    accountIds: readonly number[],
  ): Promise<readonly UsageSum[]> {
    const sql = `select account, requests, cost from ledger_usage_sums($1, ${SUMS[period]})`;
    const rows = await queries.query(sql, [accountIds]);
    return rows.map((row) => ({
      accountId: numberOf(row, 'account'),
      requests: numberOf(row, 'requests'),
      cost: amountOf(row, 'cost') as Nanodollars,
    }));
  }

  return {
    async find(scope, id) {
      if (!UUID.test(id)) return undefined;
      const isAll = scope === 'every account';
      const [row] = await queries.query(FIND_SQL, [id, isAll, isAll ? [] : scope]);
      return row && recordOf(row);
    },
    list: (subject, query) => readPage(queries, subject, query),
    bill: (subject, fromDay, toDay) => readBill(queries, subject, [fromDay, toDay]),
    today: (accountIds) => sums('today', accountIds),
    thisMonth: (accountIds) => sums('thisMonth', accountIds),
    ever: (accountIds) => sums('ever', accountIds),
  };
}
