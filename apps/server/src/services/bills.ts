import { type BillQuery, PAGE_SIZE_MAX } from '@meridian/contract';
import { type AccountLabel, type AccountSelector, selectAccounts } from '@meridian/core/accounts';
import { type Clock, invalid, nanodollars } from '@meridian/core/kernel';
import type { UsageBill, UsageStore, UsageSubject } from '@meridian/core/ledger';
import type { BillReport } from '../routes/x/bill-report.ts';
import type { BillService } from '../routes/x/get-bill.ts';
import { type BillDays, billDays, dayNumber } from './bill-days.ts';

/** What bills are made of. */
export interface BillDeps {
  readonly usage: Pick<UsageStore, 'bill'>;
  readonly selector: AccountSelector;
  readonly clock: Pick<Clock, 'now'>;
}

function totalOf({ accounts }: UsageBill): BillReport['total'] {
  return {
    requests: accounts.reduce((total, { requests }) => total + requests, 0),
    cost: nanodollars(accounts.reduce((total, { cost }) => total + cost, 0n)),
    shown: nanodollars(accounts.reduce((total, { shown }) => total + shown, 0n)),
  };
}

/** The dearest first, then the busiest, then the oldest account. */
function ranked({ accounts }: UsageBill): UsageBill['accounts'] {
  return accounts.toSorted((a, b) => {
    if (a.shown !== b.shown) return a.shown < b.shown ? 1 : -1;
    return b.requests - a.requests || a.accountId - b.accountId;
  });
}

function labelOf(labels: ReadonlyMap<number, AccountLabel>, id: number): AccountLabel {
  return labels.get(id) ?? { id, name: String(id), email: '' };
}

/** Makes bills from roll-ups and what is not rolled up yet. */
export function createBillService({ usage, selector, clock }: BillDeps): BillService {
  async function report(
    subject: UsageSubject,
    { start, end }: BillDays,
    { page = 1, size = PAGE_SIZE_MAX }: Pick<BillQuery, 'page' | 'size'>,
  ): Promise<BillReport> {
    const bill = await usage.bill(subject, dayNumber(start), dayNumber(end));
    const shares = ranked(bill).slice((page - 1) * size, page * size);
    const labels = await selector.labels(shares.map(({ accountId }) => accountId));
    return {
      start,
      end,
      total: totalOf(bill),
      days: bill.days,
      users: shares.map(({ accountId, ...used }) => ({
        ...used,
        account: labelOf(labels, accountId),
      })),
      usersTotal: bill.accounts.length,
      page,
      size,
    };
  }

  return {
    async report({ accountId, policy }, query) {
      const days = billDays(query, clock.now());
      const user = query.user ?? query.u;
      if ((query.u ?? user) !== user) throw invalid('u', 'u: It says something else than user.');
      const subject =
        user === undefined
          ? { subtreeOf: accountId }
          : await selectAccounts(selector, policy.dna, user);
      return report(subject, days, query);
    },
    ownReport: async ({ accountId }, query) =>
      report({ accountIds: [accountId] }, billDays(query, clock.now()), {}),
  };
}
