import { type AccountFunds, ROOT_ID } from '@meridian/core/accounts';
import { Failure, type Nanodollars } from '@meridian/core/kernel';
import type { Party, Transfer } from '@meridian/core/ledger';
import type { Queries } from '../database.ts';
import { createMovements } from '../ledger/movements.ts';

/** Root mints what it gives. */
function party(accountId: number): Party {
  return { accountId, isUnlimited: accountId === ROOT_ID };
}

const REFUSALS = {
  short: ['insufficient_balance', 'The account has less free credit than that.'],
  minimum: ['insufficient_balance', 'The account would keep less than the required minimum.'],
  noWallet: ['conflict', 'An account of this movement is closed.'],
  keyReused: ['conflict', 'The key of this movement was used for another one.'],
} as const;

/** Movements of credit in the ledger, as part of the transaction that `queries` runs in. */
export function createAccountFunds(queries: Queries): AccountFunds {
  const ledger = createMovements(({ sql, parameters }) => queries.query(sql, parameters));

  async function move(transfer: Omit<Transfer, 'question'>): Promise<void> {
    const { status } = await ledger.transfer({ ...transfer, question: 0 });
    if (status === 'done' || status === 'repeated') return;
    const [code, message] = REFUSALS[status];
    throw new Failure(code, { message });
  }

  return {
    openAccount: (accountId) => ledger.openWallet(accountId),
    grant: ({ key, from, to, amount, validMs, minimumLeft, reference, fee }) =>
      move({
        kind: 'grant',
        key,
        from: party(from),
        to: party(to),
        amount,
        fee: fee ? { amount: fee.amount, to: party(fee.to) } : null,
        lifeMs: validMs,
        reference,
        minimumLeft: from === ROOT_ID ? null : minimumLeft,
      }),
    takeBack: ({ key, from, to, amount, reference }) =>
      move({
        kind: 'takeBack',
        key,
        from: party(from),
        to: party(to),
        amount,
        fee: null,
        lifeMs: null,
        reference,
        minimumLeft: null,
      }),
    async closeAccount({ accountId, heir, fee, validMs }) {
      const closing = { accountId, heir, fee, lifeMs: validMs, question: 0 };
      return (await ledger.close(closing)).refunded as Nanodollars;
    },
  };
}
