import type { LeasedHold } from './leased-hold.ts';
import type { PotAmount, SettleBatch, SettleRow } from './store.ts';
import type { Budget, UsageRecord } from './types.ts';

/** A charge on its way to the store. */
export interface Charge {
  readonly hold: LeasedHold;
  readonly record: UsageRecord;
  /** What the hold's leases cover, in their order. */
  readonly covered: readonly bigint[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

function add(sums: Map<number, bigint>, key: number, amount: bigint): void {
  if (amount > 0n) sums.set(key, (sums.get(key) ?? 0n) + amount);
}

function ascending(sums: ReadonlyMap<number, bigint>): PotAmount[] {
  const amounts: PotAmount[] = [];
  for (const [pot, amount] of sums) amounts.push({ pot, amount });
  return amounts.sort((a, b) => a.pot - b.pot);
}

function budgetSetOf(budgets: readonly Budget[]): string {
  if (budgets.length < 2) return budgets[0] ? String(budgets[0].accountId) : '';
  return budgets
    .map(({ accountId }) => accountId)
    .sort((a, b) => a - b)
    .join();
}

function rowOf({ hold, record }: Charge): SettleRow {
  const { day, payer } = hold;
  return { record, day, budgetSet: budgetSetOf(payer.budgets) };
}

/** Sums up charges of one node; `isDirect` charges the pots instead of the leases. */
export function batchOf(
  charges: readonly Charge[],
  at: { readonly nodeId: number; readonly key: string; readonly isDirect: boolean },
): SettleBatch {
  const covered = new Map<number, bigint>();
  const direct = new Map<number, bigint>();
  const payers = new Map<number, { accountId: number; isUnlimited: boolean; amount: bigint }>();
  for (const { hold, record, covered: parts } of charges) {
    const { payer, leases } = hold;
    for (let i = 0; i < leases.length; i++) {
      const pot = leases[i]?.pot ?? 0;
      const part = at.isDirect ? 0n : (parts[i] ?? 0n);
      add(covered, pot, part);
      add(direct, pot, record.cost - part);
    }
    const sum = payers.get(payer.accountId);
    if (sum) sum.amount += record.cost;
    else {
      const { accountId, isUnlimited } = payer;
      payers.set(accountId, { accountId, isUnlimited, amount: record.cost });
    }
  }
  return {
    nodeId: at.nodeId,
    key: at.key,
    rows: charges.map(rowOf),
    covered: ascending(covered),
    direct: ascending(direct),
    payers: [...payers.values()],
  };
}
