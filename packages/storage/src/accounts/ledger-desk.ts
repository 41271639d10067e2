import type { LedgerDesk } from '@meridian/core/accounts';
import { type Clock, Failure, type Nanodollars } from '@meridian/core/kernel';
import type { Queries } from '../database.ts';

const FIRST_DAY = 0;
const LAST_DAY = 99_991_231;
const GATHERING_MS_MAX = 10_000;
const PAUSE_MS_MIN = 5;
const PAUSE_MS_MAX = 160;

/** What accounts ask of the ledger's tables besides movements. */
export function createLedgerDesk(queries: Queries, clock: Clock): LedgerDesk {
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => void clock.after(ms, resolve));

  return {
    async usageTotals(accountIds) {
      // The newest running total has everything that is folded, whatever the number of days.
      const rows = await queries.query(
        `select m.id as account, coalesce(t.requests, 0) + coalesce(u.requests, 0) as requests,
            (coalesce(t.cost, 0) + coalesce(u.cost, 0))::int8 as cost
          from unnest($1::int4[]) m(id)
            left join lateral (
              select requests, cost from usage_totals where account_id = m.id
              order by day desc limit 1) t on true
            left join (
              select account_id, sum(requests) as requests, sum(cost) as cost
              from usage_tail($1::int4[], $2, $3) group by account_id) u on u.account_id = m.id
          where t.requests is not null or u.requests is not null`,
        [accountIds, FIRST_DAY, LAST_DAY],
      );
      return new Map(
        rows.map(({ account, requests, cost }) => [
          Number(account),
          { requests: Number(requests), cost: cost as Nanodollars },
        ]),
      );
    },
    async granted(accountIds) {
      // A card's own amount grows when others are merged into it; its first posting tells the grant.
      const rows = await queries.query(
        `select c.account_id, sum(p.amount)::int8 as granted
          from credit_cards c
            join ledger_tx t on t.id = c.tx_id and t.kind = 5
            join postings p on p.account_id = c.account_id and p.tx_id = c.tx_id
              and p.card_id = c.id and p.amount > 0
          where c.account_id = any ($1) group by c.account_id`,
        [accountIds],
      );
      return new Map(rows.map((row) => [Number(row.account_id), row.granted as Nanodollars]));
    },
    async gather(accountId, amount) {
      const deadlineMs = clock.monotonic() + GATHERING_MS_MAX;
      let question = 0;
      for (let pauseMs = PAUSE_MS_MIN; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX)) {
        const [row] = await queries.query(
          'select free, unanswered, seq from ledger_gather($1, $2, $3)',
          [accountId, amount, question],
        );
        if ((row?.free as bigint) >= amount) return true;
        if (Number(row?.unanswered) === 0) return false;
        if (clock.monotonic() + pauseMs > deadlineMs) break;
        question = Number(row?.seq);
        await pause(pauseMs);
      }
      throw new Failure('service_unavailable', {
        message: 'Credit of the account is in use on a node that does not answer; try again.',
        retryAfterSeconds: 5,
      });
    },
  };
}
