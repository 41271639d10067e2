import { createUuidV7, type Nanodollars, ONE } from '@meridian/core/kernel';
import type {
  LeaseCall,
  LedgerStore,
  Party,
  Payer,
  SettleBatch,
  Transfer,
  UsageRecord,
} from '@meridian/core/ledger';
import type { Price } from '@meridian/core/metering';
import { NO_USAGE } from '@meridian/core/protocols';

export const ROOT: Party = { accountId: 1, isUnlimited: true };
export const DAY_MS = 86_400_000;

const PRICE: Price = { rates: {}, tiers: [], multiplier: ONE, source: 'test' };

const nextId = createUuidV7(Date.now);

export function party(accountId: number): Party {
  return { accountId, isUnlimited: accountId === ROOT.accountId };
}

export function payer(accountId: number, more: Partial<Payer> = {}): Payer {
  return {
    accountId,
    isUnlimited: accountId === ROOT.accountId,
    minimumSettled: 0n as Nanodollars,
    budgets: [],
    ...more,
  };
}

/** A record of `cost` with everything else plain. */
export function record(
  accountId: number,
  cost: bigint,
  more: Partial<UsageRecord> = {},
): UsageRecord {
  return {
    id: nextId(),
    accountId,
    namedKeyId: null,
    providerKeyId: null,
    modelAsked: 'asked',
    modelUsed: 'used',
    surface: 'chat',
    startedAt: Date.now(),
    durationMs: 12,
    firstByteMs: null,
    usage: { ...NO_USAGE, input: 7, output: 3 },
    source: 'provider',
    outcome: 'complete',
    streamed: false,
    attempts: 1,
    price: PRICE,
    factor: ONE,
    rates: ONE,
    cost: cost as Nanodollars,
    ...more,
  };
}

/** A lease call that asks for nothing. */
export function leaseCall(nodeId: number, accountId: number, more: Partial<LeaseCall>): LeaseCall {
  const nothing = { limit: null, back: 0n, need: 0n, want: 0n, answer: 0, question: 0 };
  return { nodeId, accountId, period: 0, turn: 1, isClosing: false, ...nothing, ...more };
}

/** A batch of one record, charged to one lease and, as far as `direct` says, past it. */
export function batch(
  at: { readonly nodeId: number; readonly key: string; readonly pot: number },
  charged: UsageRecord,
  direct = 0n,
): SettleBatch {
  const covered = charged.cost - direct;
  return {
    nodeId: at.nodeId,
    key: at.key,
    rows: [{ record: charged, day: 20261122, budgetSet: '' }],
    covered: covered > 0n ? [{ pot: at.pot, amount: covered }] : [],
    direct: direct > 0n ? [{ pot: at.pot, amount: direct }] : [],
    payers: [{ accountId: charged.accountId, isUnlimited: false, amount: charged.cost }],
  };
}

/** A grant of root's without fee, valid for a year. */
export function grantOf(to: number, amount: bigint, more: Partial<Transfer> = {}): Transfer {
  return {
    kind: 'grant',
    key: `test:${nextId()}`,
    from: ROOT,
    to: party(to),
    amount,
    fee: null,
    lifeMs: 365 * DAY_MS,
    reference: 'test',
    minimumLeft: null,
    question: 0,
    ...more,
  };
}

/** An account with credit. */
export async function fund(
  store: LedgerStore,
  accountId: number,
  amount: bigint,
  more: Partial<Transfer> = {},
): Promise<void> {
  await store.openWallet(accountId);
  if (amount === 0n) return;
  const { status } = await store.transfer(grantOf(accountId, amount, more));
  if (status !== 'done') throw new Error(`the grant is ${status}`);
}
