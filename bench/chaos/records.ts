import type { Balance, Discrepancy } from '@meridian/core/ledger';
import type { FreshDatabase } from '@meridian/testkit';
import { openBooks } from '../../tests/support/books.ts';

/** A usage record, as far as it is compared. */
export interface BookedRecord {
  /** The request id. */
  readonly id: string;
  readonly accountId: number;
  readonly providerKeyId: number;
  readonly attempts: number;
  /** Tokens. */
  readonly input: number;
  readonly output: number;
  /** Base nanodollars. */
  readonly cost: bigint;
  /** When the request came, milliseconds since 1970. */
  readonly startedAt: number;
  readonly outcome: 'complete' | 'aborted' | 'cut' | 'length';
}

/** The books at the end of a run. */
export interface BooksAtEnd {
  readonly records: readonly BookedRecord[];
  readonly balances: ReadonlyMap<number, Balance>;
  readonly discrepancies: readonly Discrepancy[];
}

/** Where the flags of a record say how it ended, and what. */
const OUTCOME_SHIFT = 2;
const OUTCOME_MASK = 3;
const OUTCOMES = ['complete', 'aborted', 'cut', 'length'] as const;

/** Reads everything past the nodes. */
export async function readBooks(
  database: FreshDatabase,
  accountIds: readonly number[],
): Promise<BooksAtEnd> {
  await using books = await openBooks(database);
  const rows = await books.database.query(
    `select id::text, account_id, provider_key_id, attempts, coalesce(input, 0) as input,
      coalesce(output, 0) as output, cost, flags,
      (extract(epoch from started_at) * 1000)::float8 as started_ms from usage_records`,
  );
  const balances = new Map<number, Balance>();
  for (const id of accountIds) balances.set(id, await books.balance(id));
  return {
    records: rows.map((row) => ({
      id: String(row.id),
      accountId: Number(row.account_id),
      providerKeyId: Number(row.provider_key_id),
      attempts: Number(row.attempts),
      input: Number(row.input),
      output: Number(row.output),
      cost: BigInt(String(row.cost)),
      startedAt: Number(row.started_ms),
      outcome: OUTCOMES[(Number(row.flags) >> OUTCOME_SHIFT) & OUTCOME_MASK] ?? 'complete',
    })),
    balances,
    discrepancies: await books.verify(),
  };
}
