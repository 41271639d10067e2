import type { Nanodollars } from '@meridian/core/kernel';
import type { Balance, CreditCard, LedgerStore } from '@meridian/core/ledger';
import type { Row } from '../database.ts';
import type { Ask } from './ask.ts';
import { amountOf, flagOf, numberOf, only, textOf, timeOf } from './cells.ts';

// One statement, hence one snapshot of pots, leases and cards.
const BALANCES_SQL = `
  select p.account_id, p.balance, p.leased, p.overdraft, p.closed_to is not null as is_closed,
    coalesce((select sum(spent) from leases where pot_id = p.id), 0)::int8 as spent,
    c.id, c.amount, c.remaining, c.reference, c.granted_at, c.expires_at
  from pots p left join credit_cards c on c.account_id = p.account_id and c.remaining > 0
  where p.period = 0 and p.account_id = any ($1)
  order by p.account_id, c.expires_at, c.id`;

function cardOf(row: Row, remaining: bigint): CreditCard {
  return {
    id: amountOf(row, 'id'),
    amount: amountOf(row, 'amount') as Nanodollars,
    remaining: remaining as Nanodollars,
    reference: textOf(row, 'reference'),
    grantedAt: timeOf(row, 'granted_at'),
    expiresAt: timeOf(row, 'expires_at'),
  };
}

/** The cards of one account, less what leases have spent: that comes off the first to expire. */
function cardsOf(rows: readonly Row[], spent: bigint): CreditCard[] {
  const cards: CreditCard[] = [];
  let left = spent;
  for (const row of rows) {
    if (row.id === null) continue;
    const remaining = amountOf(row, 'remaining');
    const isUsedUp = left >= remaining;
    const part = isUsedUp ? remaining : left;
    left -= part;
    if (!isUsedUp) cards.push(cardOf(row, remaining - part));
  }
  return cards;
}

function balanceOf(accountId: number, rows: readonly Row[]): Balance {
  const row = rows[0] ?? {};
  const spent = amountOf(row, 'spent');
  const balance = amountOf(row, 'balance');
  const leased = amountOf(row, 'leased');
  const overdraft = amountOf(row, 'overdraft');
  return {
    accountId,
    settled: (balance - overdraft - spent) as Nanodollars,
    free: (balance - leased) as Nanodollars,
    overdraft: overdraft as Nanodollars,
    held: (leased - spent) as Nanodollars,
    isClosed: flagOf(row, 'is_closed'),
    cards: cardsOf(rows, spent),
  };
}

/** What others want to know about the books. */
export function createReads(ask: Ask): Pick<LedgerStore, 'balances' | 'monthSpent' | 'verify'> {
  return {
    async balances(accountIds) {
      const rows = await ask({
        operation: 'balances',
        sql: BALANCES_SQL,
        parameters: [accountIds],
      });
      const byAccount = Map.groupBy(rows, (row) => numberOf(row, 'account_id'));
      return Array.from(byAccount, ([accountId, own]) => balanceOf(accountId, own));
    },
    async monthSpent({ accountId, period }) {
      const sql = 'select ledger_month_spent($1, $2) as spent';
      const row = only(
        await ask({ operation: 'monthSpent', sql, parameters: [accountId, period] }),
      );
      return amountOf(row, 'spent') as Nanodollars;
    },
    async verify() {
      const sql = `select rule, subject, expected::text, stored::text
        from ledger_discrepancies order by rule, subject limit 1000`;
      const rows = await ask({ operation: 'verify', sql });
      return rows.map((row) => ({
        rule: textOf(row, 'rule'),
        subject: textOf(row, 'subject'),
        expected: amountOf(row, 'expected'),
        stored: amountOf(row, 'stored'),
      }));
    },
  };
}
