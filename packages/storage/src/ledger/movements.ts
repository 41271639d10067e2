import type { LedgerStore, Party, Transfer } from '@meridian/core/ledger';
import type { Row } from '../database.ts';
import type { Ask } from './ask.ts';
import { amountOf, numberOf, only } from './cells.ts';

const KIND = { grant: 5, takeBack: 6 } as const;

const TRANSFER_STATUS = ['done', 'repeated', 'short', 'minimum', 'noWallet', 'keyReused'] as const;

const TRANSFER_SQL = `select * from ledger_transfer(
  $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`;

function sideOf({ accountId, isUnlimited }: Party): string {
  return isUnlimited ? `${accountId}*` : String(accountId);
}

/** What makes two movements the same, so that a key cannot be used for another one. */
function memoOf({ kind, from, to, amount, fee, lifeMs }: Transfer): string {
  const paid = fee ? `${fee.amount}>${sideOf(fee.to)}` : '';
  return [kind, `${sideOf(from)}>${sideOf(to)}`, amount, paid, lifeMs ?? ''].join(' ');
}

function transferParameters(transfer: Transfer) {
  const { kind, key, from, to, amount, fee, lifeMs, reference, minimumLeft, question } = transfer;
  return [
    ...[KIND[kind], key, memoOf(transfer)],
    ...[from.accountId, from.isUnlimited, to.accountId, to.isUnlimited, amount],
    ...[fee?.amount ?? 0n, fee?.to.accountId ?? null, fee?.to.isUnlimited ?? false],
    ...[lifeMs, reference, minimumLeft, question],
  ];
}

function askingOf(row: Row) {
  return { unanswered: numberOf(row, 'unanswered'), question: numberOf(row, 'seq') };
}

/** Credit between accounts. */
export function createMovements(
  ask: Ask,
): Pick<LedgerStore, 'openWallet' | 'transfer' | 'close' | 'setLimit'> {
  return {
    async openWallet(accountId) {
      await ask({ operation: 'open', sql: 'select ledger_open($1)', parameters: [accountId] });
    },
    async transfer(transfer) {
      const parameters = transferParameters(transfer);
      const row = only(await ask({ operation: transfer.kind, sql: TRANSFER_SQL, parameters }));
      return {
        status: TRANSFER_STATUS[numberOf(row, 'status') - 1] ?? 'keyReused',
        free: amountOf(row, 'free'),
        settled: amountOf(row, 'settled'),
        ...askingOf(row),
      };
    },
    async close({ accountId, heir, fee, lifeMs, question }) {
      const row = only(
        await ask({
          operation: 'close',
          sql: 'select * from ledger_close($1, $2, $3, $4, $5)',
          parameters: [accountId, heir, fee, lifeMs, question],
        }),
      );
      const status = numberOf(row, 'status');
      return {
        status: status === 1 ? 'done' : status === 3 ? 'asked' : 'noWallet',
        refunded: amountOf(row, 'refunded'),
        fee: amountOf(row, 'fee'),
        held: amountOf(row, 'held'),
        ...askingOf(row),
      };
    },
    async setLimit({ accountId, period }, limit) {
      const operation = 'setLimit';
      if (limit === null) {
        const sql = 'select ledger_lift_limit($1, $2)';
        await ask({ operation, sql, parameters: [accountId, period] });
      } else {
        const sql = 'select ledger_set_limit($1, $2, $3)';
        await ask({ operation, sql, parameters: [accountId, period, limit] });
      }
    },
  };
}
