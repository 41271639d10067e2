import {
  type Clock,
  Failure,
  isFailure,
  type Nanodollars,
  notFound,
  type Random,
} from '../../kernel/index.ts';
import { type Account, ROOT_ID } from '../account.ts';
import { foldPolicy, type Policy } from '../policy.ts';
import type {
  AccountBooks,
  AccountFilter,
  AccountPath,
  AccountsStore,
  Operation,
} from '../ports.ts';

/** What the service of accounts is made of. */
export interface AccountsServiceDeps {
  readonly store: AccountsStore;
  readonly books: AccountBooks;
  readonly random: Random;
  readonly clock: Pick<Clock, 'now'>;
  /** Called when a change is durable, before the answer: this node forgets what it knew. */
  readonly onChange: (accountId: number) => void;
}

/** Who is asking. */
export interface Actor {
  readonly policy: Policy;
  /** Whether the key that acts may do less, or for a shorter time, than the account's own. */
  readonly isLimited?: boolean;
  /** The end of the account's own key, where that acts: it must be its key still. */
  readonly keyTail?: string | undefined;
  /** Address of the client, for the operation log. */
  readonly address: string | null;
  /** Unique per write that may be repeated (`Idempotency-Key`): credit moves once per key. */
  readonly writeKey?: string;
}

/** Throws unless the key that acts is the account's own or as good: keys come from such only. */
export function requireFullKey({ isLimited = false }: Actor): void {
  if (!isLimited) return;
  throw new Failure('permission_denied', {
    message: 'A key with limits of its own cannot make, replace or revoke keys.',
  });
}

/** A day, in milliseconds. */
export const DAY_MS = 86_400_000;
const CREDIT_VALIDITY_DAYS = 365;
const MOVEMENT_KEY_CHARS = 32;
const GATHERING_ATTEMPTS_MAX = 3;

/** The path of an account as the store has it now. */
export async function requirePath(store: AccountsStore, accountId: number): Promise<AccountPath> {
  const path = await store.readPath(accountId);
  if (!path) throw notFound('Account');
  return path;
}

/** The acting account's policy as it is now, not as it is remembered. */
export async function freshPolicy(
  store: AccountsStore,
  actor: Actor,
): Promise<{ readonly path: AccountPath; readonly policy: Policy }> {
  const path = await requirePath(store, actor.policy.accountId);
  return { path, policy: foldPolicy(path) };
}

/** The one account within the acting account's subtree that a filter names. */
export async function requireAccount(
  store: AccountsStore,
  actor: Actor,
  filter: AccountFilter,
): Promise<Account> {
  const account = await store.find(actor.policy.dna, filter);
  if (!account) throw notFound('Account');
  return account;
}

/** How long granted credit is valid, in milliseconds. */
export function validityMs(days: number = CREDIT_VALIDITY_DAYS): number {
  return Math.max(1, Math.round(days * DAY_MS));
}

/** What names a movement of credit for ever. */
export function movementKey({ random }: AccountsServiceDeps, { writeKey }: Actor): string {
  return writeKey === undefined
    ? `move:${random.alphanumeric(MOVEMENT_KEY_CHARS)}`
    : `write:${writeKey}`;
}

/** A line of the operation log. */
export function operation(
  actor: Actor,
  action: string,
  target: Account,
  changes: Operation['changes'],
): Operation {
  return {
    action,
    operatorId: actor.policy.accountId,
    targetId: target.id,
    targetDna: target.dna,
    address: actor.address,
    status: 'success',
    changes,
  };
}

function isShort(error: unknown): boolean {
  return isFailure(error) && error.code === 'insufficient_balance';
}

/**
 * Runs a change that moves credit out of an account. Nodes may hold idle parts of it, which are
 * called back first; one may take some again before the change runs, hence the repetitions.
 */
export async function withCredit<T>(
  { books }: AccountsServiceDeps,
  giver: { readonly accountId: number; readonly amount: Nanodollars },
  attempt: () => Promise<T>,
): Promise<T> {
  const isLimited = giver.accountId !== ROOT_ID && giver.amount > 0n;
  for (let left = GATHERING_ATTEMPTS_MAX; ; left--) {
    const isFree = isLimited && (await books.gather(giver.accountId, giver.amount));
    try {
      return await attempt();
    } catch (error) {
      if (!isShort(error) || !isFree || left === 1) throw error;
    }
  }
}
