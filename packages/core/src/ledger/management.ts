import { type Clock, divideHalfUp, type Nanodollars } from '../kernel/index.ts';
import type { OnLedgerEvent } from './events.ts';
import { type LedgerStore, StoreFault, type Transfer } from './store.ts';
import type { Balance, Discrepancy, Party } from './types.ts';
import { REFUND_LIFE_MS } from './upkeep.ts';

const DAY_MS = 86_400_000;
const DAYS_MAX = 365;
const DAYS_DEFAULT = 365;
const FEE_PERCENT = 5n;
const ASK_AGAIN_MS = 5;
const ASK_AGAIN_MAX_MS = 160;
const DOUBLINGS_MAX = 10;
const REFERENCE_LENGTH_MAX = 200;

/** A grant of credit; amounts in base nanodollars. */
export interface Grant {
  readonly from: Party;
  readonly to: Party;
  readonly amount: Nanodollars;
  /** Validity of the new card in days, a fraction allowed, from 0 (exclusive) to 365. Default 365. */
  readonly days?: number;
  readonly reference: string;
  /** The same key again is a no-op. */
  readonly key: string;
  /** Who gets 5 % of the amount, paid by `from` besides: the parent of a deeper descendant. */
  readonly feeTo?: Party;
  /** The settled balance that `from` must keep (`UserMinBalance`). */
  readonly minimumLeft?: Nanodollars;
}

/** Credit taken back from a child: its cards keep their expiry. */
export interface TakeBack {
  readonly from: Party;
  readonly to: Party;
  readonly amount: Nanodollars;
  readonly reference: string;
  readonly key: string;
}

/** Why credit did not move; nothing was changed, but for `unavailable`: repeat it with the same key. */
export interface MovementRefusal {
  readonly refused:
    | 'insufficient_balance'
    | 'below_minimum'
    | 'no_wallet'
    | 'key_reused'
    | 'unavailable';
  /** What could be moved at most. */
  readonly free: Nanodollars;
}

export interface MovementDone {
  /** The key had been used for the same movement before. */
  readonly isRepeated: boolean;
}

/** The end of an account's wallet. */
export interface AccountClosing {
  readonly accountId: number;
  /** Who gets the rest. */
  readonly heir: Party;
  /** Taken off the rest, never more than there is ($0.20 of the parent's shown dollars). */
  readonly fee: Nanodollars;
}

export interface ClosingDone {
  readonly refunded: Nanodollars;
  readonly fee: Nanodollars;
  /** Bound by running requests; what they leave of it goes to the heir later. */
  readonly held: Nanodollars;
}

/** What the accounts room does with credit. Refusals are values. */
export interface LedgerManagement {
  /** Lets an account hold credit; again is a no-op. */
  openAccount(accountId: number): Promise<void>;
  grant(grant: Grant): Promise<MovementDone | MovementRefusal>;
  takeBack(takeBack: TakeBack): Promise<MovementDone | MovementRefusal>;
  /** Closes the wallet for good; the rest less the fee goes to the heir, valid for 180 days. */
  closeAccount(closing: AccountClosing): Promise<ClosingDone | MovementRefusal>;
  /** Sets this month's limit in base nanodollars at once; null lifts it. */
  setBudget(accountId: number, limit: Nanodollars | null): Promise<void>;
  /** Undefined for an account without a wallet. */
  balance(accountId: number): Promise<Balance | undefined>;
  /** Those of the accounts that have a wallet, in no order. */
  balances(accountIds: readonly number[]): Promise<readonly Balance[]>;
  /** What counts against the account's limit of this month (UTC), or would if it had one. */
  spentThisMonth(accountId: number): Promise<Nanodollars>;
  /** Compares the books with every projection; empty when all sums agree. */
  verify(): Promise<readonly Discrepancy[]>;
}

export interface ManagementDeps {
  readonly store: LedgerStore;
  readonly clock: Clock;
  readonly waitMaxMs: number;
  readonly currentMonth: () => number;
  readonly onEvent: OnLedgerEvent;
  /** Asks this node's own lease of a wallet to answer a recall. */
  readonly onRecall: (accountId: number, seq: number) => void;
}

interface Asking {
  readonly unanswered: number;
  readonly question: number;
}

const NOTHING_FREE = 0n as Nanodollars;
const UNAVAILABLE: MovementRefusal = { refused: 'unavailable', free: NOTHING_FREE };

const REFUSED = {
  short: 'insufficient_balance',
  minimum: 'below_minimum',
  noWallet: 'no_wallet',
  keyReused: 'key_reused',
} as const;

function checkAmount(amount: bigint, reference: string): void {
  if (amount <= 0n) throw new RangeError('an amount must be positive');
  if (reference.length > REFERENCE_LENGTH_MAX) throw new RangeError('the reference is too long');
}

function lifeOf(days: number): number {
  if (!(days > 0 && days <= DAYS_MAX)) throw new RangeError(`days must be in (0, ${DAYS_MAX}]`);
  return Math.max(1, Math.round(days * DAY_MS));
}

/**
 * Repeats a call until no node owes an answer about idle leases; undefined when that takes too long.
 * A call whose outcome is unknown is repeated as it was: all of them are idempotent.
 */
async function persist<T extends Asking>(
  { clock, waitMaxMs, onRecall, onEvent }: ManagementDeps,
  accountId: number,
  call: (question: number) => Promise<T>,
): Promise<T | undefined> {
  const deadlineMs = clock.monotonic() + waitMaxMs;
  let question = 0;
  for (let attempt = 0; ; attempt++) {
    try {
      const answer = await call(question);
      if (answer.unanswered === 0) return answer;
      question = answer.question;
      onRecall(accountId, question);
    } catch (error) {
      if (!(error instanceof StoreFault) || error.isDefinite) throw error;
      onEvent({ kind: 'storeFault', operation: 'movement', error });
    }
    const pauseMs = Math.min(
      ASK_AGAIN_MAX_MS,
      ASK_AGAIN_MS * 2 ** Math.min(attempt, DOUBLINGS_MAX),
    );
    if (clock.monotonic() + pauseMs >= deadlineMs) return undefined;
    await new Promise<void>((resolve) => void clock.after(pauseMs, resolve));
  }
}

async function move(
  deps: ManagementDeps,
  transfer: Omit<Transfer, 'question'>,
): Promise<MovementDone | MovementRefusal> {
  const answer = await persist(deps, transfer.from.accountId, (question) =>
    deps.store.transfer({ ...transfer, question }),
  );
  if (!answer) return UNAVAILABLE;
  const { status } = answer;
  if (status === 'done' || status === 'repeated') return { isRepeated: status === 'repeated' };
  return { refused: REFUSED[status], free: answer.free as Nanodollars };
}

async function close(
  deps: ManagementDeps,
  { accountId, heir, fee }: AccountClosing,
): Promise<ClosingDone | MovementRefusal> {
  const order = { accountId, heir: heir.accountId, fee, lifeMs: REFUND_LIFE_MS };
  const answer = await persist(deps, accountId, (question) =>
    deps.store.close({ ...order, question }),
  );
  if (!answer) return UNAVAILABLE;
  if (answer.status === 'noWallet') return { refused: 'no_wallet', free: NOTHING_FREE };
  return {
    refunded: answer.refunded as Nanodollars,
    fee: answer.fee as Nanodollars,
    held: answer.held as Nanodollars,
  };
}

function transferOf(grant: Grant): Omit<Transfer, 'question'> {
  const { from, to, amount, days = DAYS_DEFAULT, reference, key, feeTo, minimumLeft } = grant;
  checkAmount(amount, reference);
  const fee = divideHalfUp(amount * FEE_PERCENT, 100n);
  return {
    kind: 'grant',
    key,
    from,
    to,
    amount,
    fee: feeTo && fee > 0n ? { amount: fee, to: feeTo } : null,
    lifeMs: lifeOf(days),
    reference,
    minimumLeft: minimumLeft ?? null,
  };
}

/** Makes the management operations. */
export function createManagement(deps: ManagementDeps): LedgerManagement {
  const { store, currentMonth } = deps;
  return {
    openAccount: (accountId) => store.openWallet(accountId),
    grant: async (grant) => move(deps, transferOf(grant)),
    async takeBack(order) {
      checkAmount(order.amount, order.reference);
      return move(deps, {
        ...order,
        kind: 'takeBack',
        fee: null,
        lifeMs: null,
        minimumLeft: null,
      });
    },
    closeAccount: (closing) => close(deps, closing),
    setBudget: (accountId, limit) => store.setLimit({ accountId, period: currentMonth() }, limit),
    async balance(accountId) {
      const [balance] = await store.balances([accountId]);
      return balance;
    },
    balances: (accountIds) => store.balances(accountIds),
    spentThisMonth: (accountId) => store.monthSpent({ accountId, period: currentMonth() }),
    verify: () => store.verify(),
  };
}
