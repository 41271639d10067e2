import type { Nanodollars } from '../kernel/index.ts';
import { type Ask, freeOf, type Lease } from './lease.ts';
import type { Hold, HoldRefusal, Payer } from './types.ts';

/** The period of a wallet. */
export const WALLET = 0;

const NOTHING_FREE = 0n as Nanodollars;

/** A hold with the leases that it binds, wallet first. Ends once. */
export class LeasedHold implements Hold {
  readonly payer: Payer;
  readonly leases: readonly Lease[];
  readonly nodeId: number;
  /** UTC day (yyyymmdd) of admission: a charge after midnight counts in that day and its month. */
  readonly day: number;
  amount: Nanodollars;
  isEnded = false;

  constructor(
    payer: Payer,
    amount: Nanodollars,
    at: { readonly leases: readonly Lease[]; readonly nodeId: number; readonly day: number },
  ) {
    this.payer = payer;
    this.amount = amount;
    this.leases = at.leases;
    this.nodeId = at.nodeId;
    this.day = at.day;
  }
}

/** What a new hold of `amount` asks of its i-th pot: the wallet, then the months of the budgets. */
export function askOf(payer: Payer, i: number, amount: bigint): Ask {
  const budget = i === 0 ? undefined : payer.budgets[i - 1];
  if (budget) return { amount, minimum: null, limit: budget.limit };
  return { amount, minimum: payer.minimumSettled, limit: null };
}

/**
 * The same for a hold that grows. `UserApiBalance` is a condition of a call, not of its answer, and
 * the limit that this call began with may have been changed since.
 */
export function growthOf(_payer: Payer, _i: number, by: bigint): Ask {
  return { amount: by, minimum: null, limit: null };
}

/** The refusal of a pot that has too little. */
export function refusalOf(lease: Lease): HoldRefusal {
  return {
    refused: lease.period === WALLET ? 'insufficient_balance' : 'spending_cap_reached',
    accountId: lease.accountId,
    free: freeOf(lease),
  };
}

/** The refusal when the store cannot tell. */
export function unavailable(payer: Payer): HoldRefusal {
  return { refused: 'unavailable', accountId: payer.accountId, free: NOTHING_FREE };
}
