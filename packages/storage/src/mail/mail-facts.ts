import { readOwnerSettings } from '@meridian/core/accounts';
import { formatDollars, type Millionths, scale } from '@meridian/core/kernel';
import type { AccountFact, MailFacts } from '@meridian/core/platform';
import type { Database, Row } from '../database.ts';

/** Of one look; mails of the others follow at the next. */
const ROWS_MAX = 10_000;
const IN_USE_DAYS = 31;
/** A limit counts as reached when less than this share of it is left: no hold fits any more. */
const HARD_LIMIT_REST = 100;

function fact(row: Row): AccountFact {
  return { accountId: Number(row.account_id), ownerId: Number(row.owner_id) };
}

function shown(amount: unknown, rates: unknown): bigint {
  return scale(amount as bigint, rates as Millionths);
}

/** What mails are about, read from the tables of accounts and of the ledger. */
export function createMailFacts({ database }: { readonly database: Database }): MailFacts {
  return {
    async limits(month) {
      // What counts against a limit is what the ledger counts: the account with all under its limit.
      const rows = await database.query(
        `select * from (
          select r.*, coalesce(r.hard_limit, 0)::int8 as hard, coalesce(r.soft_limit, 0)::int8 as soft,
            coalesce(p.allowance - p.balance + (
                select coalesce(sum(l.spent), 0) from leases l where l.pot_id = p.id),
              ledger_month_spent(r.account_id, $1))::int8 as spent
          from mail_readers r
            left join pots p on p.account_id = r.account_id and p.period = $1 and not p.is_dormant
          where (r.hard_limit is not null or r.soft_limit is not null)
            and (p.id is not null or exists (select from usage_subtree_rollups u
              where u.account_id = r.account_id and u.day between $1 * 100 and $1 * 100 + 99))
        ) s where spent > 0 and (
            soft_limit is not null and usage_shown(spent, rates) >= soft
            or hard_limit is not null and usage_shown(spent, rates) >= hard - hard / ${HARD_LIMIT_REST})
          limit $2`,
        [month, ROWS_MAX],
      );
      return rows.flatMap((row) => {
        const used = shown(row.spent, row.rates);
        const told = { ...fact(row), spent: formatDollars(used) };
        const [soft, hard] = [row.soft_limit, row.hard_limit] as (bigint | null)[];
        const isHard = hard != null && used >= hard - hard / BigInt(HARD_LIMIT_REST);
        return [
          ...(soft != null && used >= soft
            ? [{ ...told, cause: 'soft_limit' as const, limit: formatDollars(soft) }]
            : []),
          ...(isHard
            ? [{ ...told, cause: 'hard_limit' as const, limit: formatDollars(hard) }]
            : []),
        ];
      });
    },
    async lowBalances() {
      const rows = await database.query(
        `select r.*, s.value as threshold, (p.balance - p.overdraft - (
            select coalesce(sum(l.spent), 0) from leases l where l.pot_id = p.id))::int8 as settled
          from mail_readers r join pots p on p.account_id = r.account_id and p.period = 0
            left join owner_settings s on s.owner_id = r.owner_id and s.name = 'USER_MIN_BALANCE'
          where r.account_id <> 1 and exists (select from usage_totals t
            where t.account_id = r.account_id
              and t.day >= to_char(now() - $1 * interval '1 day', 'YYYYMMDD')::int4)`,
        [IN_USE_DAYS],
      );
      return rows
        .flatMap((row) => {
          const { userMinBalance } = readOwnerSettings(
            row.threshold === null ? {} : { USER_MIN_BALANCE: row.threshold },
          );
          const left = shown(row.settled, row.rates);
          if (left >= userMinBalance) return [];
          const threshold = formatDollars(userMinBalance);
          return [{ ...fact(row), balance: formatDollars(left), threshold }];
        })
        .slice(0, ROWS_MAX);
    },
    async expiring(days) {
      const rows = await database.query(
        `select r.account_id, r.owner_id, r.rates, sum(c.remaining)::int8 as amount,
            max(c.expires_at) as expires_at
          from mail_readers r join credit_cards c on c.account_id = r.account_id
            and c.remaining > 0 and c.expires_at > now()
            and c.expires_at < now() + $1 * interval '1 day'
          group by r.account_id, r.owner_id, r.rates limit $2`,
        [days, ROWS_MAX],
      );
      return rows.map((row) => ({
        ...fact(row),
        amount: formatDollars(shown(row.amount, row.rates)),
        expiresAt: (row.expires_at as Date).getTime(),
      }));
    },
    async events(hours) {
      const rows = await database.query(
        `select o.id, o.action, o.at, o.address, r.account_id, r.owner_id
          from operation_log o join mail_readers r on r.account_id = o.target_id
          where o.action in ('add_user', 'rotate_self', 'rotate_root') and o.status = 'success'
            and o.at > now() - $1 * interval '1 hour'
          order by o.id desc limit $2`,
        [hours, ROWS_MAX],
      );
      return rows.map((row) => ({
        ...fact(row),
        operationId: Number(row.id),
        action: row.action as string,
        at: (row.at as Date).getTime(),
        address: row.address as string | null,
      }));
    },
    async use(fromDay, toDay) {
      const rows = await database.query(
        `with readers as materialized (select account_id, owner_id from mail_readers)
          select r.account_id, r.owner_id, b.requests, b.shown
          from usage_bill((select array_agg(account_id) from readers), null, $1, $2) b
            join readers r on r.account_id = b.account where b.requests > 0`,
        [fromDay, toDay],
      );
      return rows.map((row) => ({
        ...fact(row),
        requests: Number(row.requests),
        cost: formatDollars(row.shown as bigint),
      }));
    },
  };
}
