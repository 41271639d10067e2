import type { SettleBatch, SettleRow } from '@meridian/core/ledger';
import type { Parameter } from '../database.ts';
import type { Dictionaries } from './dictionaries.ts';
import { flagsOf } from './record-flags.ts';

const BOOK_TAIL = 2;
const BOOK_MINT = 5;
const INT_MAX = 2_147_483_647;
const SMALL_MAX = 32_767;

/** Reads one field of a record. */
type Cell = (row: SettleRow) => string | number | bigint | null;

/** Fields that are written as nothing where they are 0 or null, as most are in most records. */
interface SparseCell {
  readonly sparse: Cell;
}

function whole(value: number): number {
  return Math.min(INT_MAX, Math.max(0, Math.round(value)));
}

/**
 * A column of sparse cells: empty where no record has any, because the shorter of several unnested
 * arrays are filled up with NULL.
 */
function sparseColumn(rows: readonly SettleRow[], cell: Cell): string {
  for (const row of rows) {
    const value = cell(row);
    if (value !== 0 && value !== null) return column(rows, cell);
  }
  return '{}';
}

/** One column of the batch as the text of a PostgreSQL array; no cell needs quoting. */
function column(rows: readonly SettleRow[], cell: Cell): string {
  let text = '{';
  for (let i = 0; i < rows.length; i++) {
    const value = cell(rows[i] as SettleRow);
    text += i === 0 ? (value ?? 'NULL') : `,${value ?? 'NULL'}`;
  }
  return `${text}}`;
}

function list(values: readonly (number | bigint)[]): string {
  return `{${values.join(',')}}`;
}

/** The statement that `settleParameters` are for. */
export const SETTLE_SQL = `select is_repeated, late_pots from ledger_settle($1, $2, ${Array.from(
  { length: 36 },
  (_, i) => `$${i + 3}`,
).join(', ')})`;

function cellsOf({
  models,
  surfaces,
  prices,
  budgetSets,
}: Dictionaries): readonly (Cell | SparseCell)[] {
  return [
    ({ record }) => record.id,
    ({ record }) => record.accountId,
    ({ day }) => day,
    ({ record }) => Math.round(record.startedAt),
    ({ record }) => record.cost,
    ({ record }) => record.factor,
    ({ record }) => record.rates,
    ({ record }) => models.get(record.modelAsked) ?? null,
    ({ record }) => models.get(record.modelUsed) ?? null,
    ({ record }) => prices.get(record.price) ?? null,
    ({ record }) => whole(record.durationMs),
    ({ record }) => (record.firstByteMs === null ? null : whole(record.firstByteMs)),
    { sparse: ({ record }) => record.namedKeyId },
    { sparse: ({ record }) => record.providerKeyId },
    {
      sparse: ({ budgetSet }) => (budgetSet === '' ? null : (budgetSets.get(budgetSet) ?? null)),
    },
    { sparse: ({ record }) => record.usage.input },
    { sparse: ({ record }) => record.usage.cacheRead },
    { sparse: ({ record }) => record.usage.cacheWrite5m },
    { sparse: ({ record }) => record.usage.cacheWrite1h },
    { sparse: ({ record }) => record.usage.inputAudio },
    { sparse: ({ record }) => record.usage.inputImage },
    { sparse: ({ record }) => record.usage.output },
    { sparse: ({ record }) => record.usage.reasoning },
    { sparse: ({ record }) => record.usage.outputAudio },
    { sparse: ({ record }) => record.usage.outputImage },
    { sparse: ({ record }) => record.usage.units },
    ({ record }) => surfaces.get(record.surface) ?? null,
    ({ record }) => Math.min(SMALL_MAX, record.attempts),
    ({ record }) => flagsOf(record),
  ];
}

/** Builds the parameters of a batch; every dictionary must know its entries. */
export function createSettleParameters(
  dictionaries: Dictionaries,
): (batch: SettleBatch) => Parameter[] {
  const cells = cellsOf(dictionaries);
  return ({ nodeId, key, rows, covered, direct, payers }) => [
    nodeId,
    key,
    ...cells.map((cell) =>
      typeof cell === 'function' ? column(rows, cell) : sparseColumn(rows, cell.sparse),
    ),
    list(covered.map(({ pot }) => pot)),
    list(covered.map(({ amount }) => amount)),
    list(direct.map(({ pot }) => pot)),
    list(direct.map(({ amount }) => amount)),
    list(payers.map(({ accountId }) => accountId)),
    list(payers.map(({ isUnlimited }) => (isUnlimited ? BOOK_MINT : BOOK_TAIL))),
    list(payers.map(({ amount }) => amount)),
  ];
}
