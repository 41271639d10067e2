import type { LedgerStore, UsageRecord, UsageStore } from '@meridian/core/ledger';
import type { Database } from '../../database.ts';
import { createLedgerStore, createUsageStore } from '../index.ts';
import { batch } from './ledger-world.ts';

/** A record and the day (yyyymmdd) on which it was admitted. */
export interface Charged {
  readonly record: UsageRecord;
  readonly day: number;
}

/** What the world stands on; the tests bring it along. */
type Ground = AsyncDisposable & { readonly database: Database };

/** A tree of accounts whose usage a test writes itself, and folds when it likes. */
export interface UsageWorld<G extends Ground> extends AsyncDisposable {
  readonly accounts: G;
  readonly store: LedgerStore;
  readonly usage: UsageStore;
  /** One settlement; nobody's balance is asked. */
  charge(charged: readonly Charged[]): Promise<void>;
  /** Moves at most so many settlements into the roll-ups. */
  fold(settlements: number): Promise<void>;
}

/** Makes the world on an empty database. */
export async function usageWorld<G extends Ground>(accounts: G): Promise<UsageWorld<G>> {
  const { database } = accounts;
  const store = createLedgerStore(database);
  const { nodeId } = await store.register('usage');
  return {
    accounts,
    store,
    usage: createUsageStore(database),
    async charge(charged) {
      const [first] = charged;
      if (!first) return;
      const amounts = new Map<number, bigint>();
      for (const { record } of charged) {
        amounts.set(record.accountId, (amounts.get(record.accountId) ?? 0n) + record.cost);
      }
      await store.settle({
        ...batch({ nodeId, key: first.record.id, pot: 0 }, first.record),
        rows: charged.map((each) => ({ ...each, budgetSet: '' })),
        covered: [],
        payers: [...amounts].map(([accountId, amount]) => ({
          accountId,
          isUnlimited: true,
          amount,
        })),
      });
    },
    async fold(settlements) {
      await database.query('select ledger_fold_usage($1)', [settlements]);
    },
    [Symbol.asyncDispose]: () => accounts[Symbol.asyncDispose](),
  };
}
