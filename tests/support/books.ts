import type { Balance, Discrepancy } from '@meridian/core/ledger';
import { createLedgerStore, createPostgres, type Database, openEmbedded } from '@meridian/storage';
import type { FreshDatabase } from '@meridian/testkit';

/** A usage record, as far as the tests of money read it. */
export interface BookedCharge {
  /** The request id. */
  readonly id: string;
  readonly accountId: number;
  readonly input: number;
  readonly output: number;
  /** Base nanodollars. */
  readonly cost: bigint;
}

/** A server's ledger, read past the server. */
export interface Books extends AsyncDisposable {
  readonly database: Database;
  charges(): Promise<readonly BookedCharge[]>;
  balance(accountId: number): Promise<Balance>;
  /** What nodes have leased of wallets and months, spent or not. */
  leaseCount(): Promise<number>;
  /** Where the sums disagree. */
  verify(): Promise<readonly Discrepancy[]>;
}

/** Opens the books; the embedded kind only while no server has it. */
export async function openBooks({ url, folder }: FreshDatabase): Promise<Books> {
  const database =
    url === null
      ? await openEmbedded({ dataDir: folder })
      : await createPostgres({ url, poolSize: 2 });
  const store = createLedgerStore(database);
  return {
    database,
    async charges() {
      const rows = await database.query(
        `select id::text, account_id, coalesce(input, 0) as input, coalesce(output, 0) as output,
          cost from usage_records`,
      );
      return rows.map((row) => ({
        id: String(row.id),
        accountId: Number(row.account_id),
        input: Number(row.input),
        output: Number(row.output),
        cost: BigInt(String(row.cost)),
      }));
    },
    async balance(accountId) {
      const [balance] = await store.balances([accountId]);
      if (!balance) throw new Error(`Account ${accountId} has no wallet.`);
      return balance;
    },
    async leaseCount() {
      const [row] = await database.query('select count(*)::int4 as leases from leases');
      return Number(row?.leases);
    },
    verify: () => store.verify(),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}
