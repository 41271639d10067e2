import { type Nanodollars, ZERO } from '../kernel/index.ts';
import type { LedgerManagement } from '../ledger/index.ts';
import { ROOT_ID } from './account.ts';
import type { AccountBooks } from './ports.ts';

/** What the ledger's tables tell besides balances; absent accounts have nothing. */
export interface LedgerDesk extends Pick<AccountBooks, 'usageTotals' | 'gather'> {
  /** Everything that was ever granted, base nanodollars. */
  granted(accountIds: readonly number[]): Promise<ReadonlyMap<number, Nanodollars>>;
}

/** What the accounts room asks of the ledger. */
export function createLedgerBooks(
  management: Pick<LedgerManagement, 'balances' | 'closeAccount'>,
  desk: LedgerDesk,
): AccountBooks {
  return {
    async balances(accountIds) {
      const [balances, granted] = await Promise.all([
        management.balances(accountIds),
        desk.granted(accountIds),
      ]);
      return new Map(
        balances.map(({ accountId, settled, cards }) => [
          accountId,
          {
            balance: settled,
            granted: granted.get(accountId) ?? ZERO,
            cards: cards.map((card) => ({ ...card, balance: card.remaining })),
          },
        ]),
      );
    },
    usageTotals: (accountIds) => desk.usageTotals(accountIds),
    gather: (accountId, amount) => desk.gather(accountId, amount),
    async finishClosing({ accountId, heir, fee }) {
      const outcome = await management.closeAccount({
        accountId,
        heir: { accountId: heir, isUnlimited: heir === ROOT_ID },
        fee,
      });
      return 'refunded' in outcome ? outcome.refunded : ZERO;
    },
  };
}
