import type { Millionths, Nanodollars } from '../kernel/index.ts';
import type { Account, AccountChange, AccountValues, RateLimits } from './account.ts';

/** A path of accounts, root first, with the settings of the owner that it ends under. */
export interface AccountPath {
  readonly accounts: readonly Account[];
  /** The owner's configuration, `/x-config` names → values. */
  readonly ownerSettings: OwnerSettingValues;
}

/** Configuration of an owner as it is stored, by its `/x-config` name. */
export type OwnerSettingValues = Readonly<Record<string, unknown>>;

/** Whom a key belongs to. */
export interface KeyHolder extends AccountPath {
  /** null for the account's own key. */
  readonly namedKeyId: number | null;
  /** null for keys that may do everything that their account may. */
  readonly scopes: KeyScopes | null;
  /** Milliseconds since 1970 from which on the key is nobody's; null = never. */
  readonly validUntil: number | null;
}

/** What a named key may be used for, within what its account may. */
export interface KeyScopes {
  /** Paths and globs; null = all. */
  readonly endpoints: readonly string[] | null;
  /** Names and globs of models after the user's mapping; null = all. */
  readonly models: readonly string[] | null;
  /** Of this key alone. */
  readonly limits: RateLimits;
}

/** A number that filters compare: own or inherited level, gear, role, tier, factor. */
export type FilterField = 'level' | 'gear' | 'role' | 'tier' | 'factor';

/** Which accounts a list shows; all conditions must hold. */
export interface AccountFilter {
  readonly id?: number;
  readonly name?: string;
  readonly email?: string;
  /** Not unique. */
  readonly alias?: string;
  /** The account with this path and all below it. */
  readonly dna?: string;
  /** Only direct children of this account. */
  readonly childrenOf?: number;
  readonly fields?: readonly { readonly field: FilterField; readonly value: number }[];
  /** Deleted accounts too; what they used stays. */
  readonly withDeleted?: boolean;
}

/** An account by name, deleted or not. */
export interface AccountLabel {
  readonly id: number;
  readonly name: string;
  readonly email: string;
}

/** What reports ask of the account tree. */
export interface AccountSelector {
  /** Ids within the asking account's subtree, itself included, ascending; at most `limit`. */
  select(scopeDna: string, filter: AccountFilter, limit: number): Promise<readonly number[]>;
  /** Names of accounts that the caller may see; those that never were are missing. */
  labels(accountIds: readonly number[]): Promise<ReadonlyMap<number, AccountLabel>>;
}

/** One page of a list, from 1. */
export interface Page {
  readonly page: number;
  readonly size: number;
}

/** Entries of one page and how many there are in all. */
export interface Paged<T> {
  readonly entries: readonly T[];
  readonly total: number;
}

/** A named key; its secret is not kept. */
export interface NamedKey {
  readonly id: number;
  readonly accountId: number;
  readonly name: string;
  readonly scopes: KeyScopes;
  /** Milliseconds since 1970; null = never. */
  readonly expiresAt: number | null;
  readonly keyTail: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

/** A secret key as it is stored: its SHA-256 in hexadecimal and its last 20 characters. */
export interface KeyImprint {
  readonly digest: string;
  readonly tail: string;
}

/** One line of the operation log: who did what to whom, from where. */
export interface Operation {
  readonly action: string;
  readonly operatorId: number;
  readonly targetId: number;
  /** Path of the target at the time. */
  readonly targetDna: string;
  /** Address of the client; null for the system itself. */
  readonly address: string | null;
  readonly status: 'success' | 'failure';
  /** Changed fields, secrets masked: name → [before, after]. */
  readonly changes: Readonly<Record<string, readonly [before: unknown, after: unknown]>>;
}

/** An operation as it was logged. */
export interface LoggedOperation extends Operation {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Names of both at present; of accounts that are gone, their last. */
  readonly operatorName: string;
  readonly targetName: string | null;
  /** Its place in the chain of hashes of the target's owner. */
  readonly chain: { readonly ownerId: number; readonly seq: number; readonly hash: string };
}

/** One thing that is wrong with the chains of the operation log. */
export interface LogBreak {
  /** What should be the case. */
  readonly rule: string;
  readonly ownerId: number | null;
  readonly seq: number | null;
  /** The line at fault; null where lines are missing. */
  readonly operationId: number | null;
}

/** The operation log; append-only. */
export interface OperationLog {
  /**
   * What was done to the viewer's subtree or by the viewer, the newest first. Addresses of operators
   * outside the viewer's subtree are null.
   */
  list(
    viewer: { readonly accountId: number; readonly dna: string },
    filter: {
      readonly action?: string;
      readonly targetId?: number;
      readonly status?: Operation['status'];
    },
    page: Page,
  ): Promise<Paged<LoggedOperation>>;
  /** Rebuilds every chain of hashes; empty where all of the log is as it was written. */
  verify(): Promise<readonly LogBreak[]>;
}

/** Credit that moves to a new card of another account. Amounts are base nanodollars > 0. */
export interface GrantOrder {
  /** Names this movement for ever: a second one of the same key does nothing. */
  readonly key: string;
  readonly from: number;
  readonly to: number;
  readonly amount: Nanodollars;
  /** How long the new card is valid, milliseconds. */
  readonly validMs: number;
  /** What must be left of the giver's balance afterwards. */
  readonly minimumLeft: Nanodollars;
  /** What the new card says of its origin. */
  readonly reference: string;
  /** Paid by the giver on top, to a third account (funding a deeper descendant). */
  readonly fee?: { readonly to: number; readonly amount: Nanodollars };
}

/** Credit that an ancestor takes back; its cards keep their expiry. */
export interface TakeBackOrder {
  readonly key: string;
  readonly from: number;
  readonly to: number;
  readonly amount: Nanodollars;
  readonly reference: string;
}

/** The end of an account's books: the rest, less the fee, goes to the heir. */
export interface CloseOrder {
  readonly accountId: number;
  readonly heir: number;
  /** At most this much is kept; never more than the rest. */
  readonly fee: Nanodollars;
  /** How long the refunded card is valid, milliseconds. */
  readonly validMs: number;
}

/**
 * Money movements of the account tree, as part of the same transaction as the change of the tree.
 * Root gives and takes without limit.
 */
export interface AccountFunds {
  /** Makes the books of a new account; repeating it does no harm. */
  openAccount(accountId: number): Promise<void>;
  /** Throws `insufficient_balance` when the giver has too little free credit. */
  grant(order: GrantOrder): Promise<void>;
  /** Throws `insufficient_balance` when there is less free credit, holds counted. */
  takeBack(order: TakeBackOrder): Promise<void>;
  /**
   * Nobody can hold credit of the account any more. What is free goes to the heir now, the rest as
   * running requests end. Returns what went at once.
   */
  closeAccount(order: CloseOrder): Promise<Nanodollars>;
}

/** One card of an account's balance, base nanodollars. */
export interface CreditCard {
  readonly amount: Nanodollars;
  readonly balance: Nanodollars;
  readonly reference: string;
  /** Milliseconds since 1970. */
  readonly grantedAt: number;
  readonly expiresAt: number;
}

/** How an account stands, base nanodollars. */
export interface AccountBalance {
  /** Settled balance less overdraft; negative when in debt. */
  readonly balance: Nanodollars;
  /** Everything ever granted. */
  readonly granted: Nanodollars;
  /** Cards with something left, the first to expire first. */
  readonly cards: readonly CreditCard[];
}

/** Everything an account has ever used. */
export interface UsageTotals {
  readonly requests: number;
  readonly cost: Nanodollars;
}

/** What is asked of the ledger outside a transaction. Absent accounts have nothing. */
export interface AccountBooks {
  balances(accountIds: readonly number[]): Promise<ReadonlyMap<number, AccountBalance>>;
  usageTotals(accountIds: readonly number[]): Promise<ReadonlyMap<number, UsageTotals>>;
  /**
   * Calls credit back that nodes have set aside but do not use, until `amount` is free or there is
   * no more. To be called before a transaction that moves credit. Whether `amount` is free.
   */
  gather(accountId: number, amount: Nanodollars): Promise<boolean>;
  /** After a closing transaction: moves what idle nodes still had; returns that. */
  finishClosing(order: CloseOrder): Promise<Nanodollars>;
}

/** A new account, before it has an id; only root has no parent. */
export interface NewAccount extends AccountValues {
  readonly parentId: number | null;
  readonly key: KeyImprint;
}

/** The account tree and its money within one transaction; every change is announced to all nodes. */
export interface AccountsUnit {
  readonly funds: AccountFunds;
  /**
   * Reads the accounts and keeps others from changing them until the end, ancestors first; those
   * that are not (or no longer) there are missing from the result.
   */
  lock(accountIds: readonly number[]): Promise<readonly Account[]>;
  /** Direct children that are not deleted. */
  countChildren(accountId: number): Promise<number>;
  countDescendants(dna: string): Promise<number>;
  /** The lowest `Rates` of its direct children; undefined without children. */
  lowestChildRates(accountId: number): Promise<Millionths | undefined>;
  /** Throws `conflict` naming Name or Email when it is taken. */
  insert(account: NewAccount): Promise<Account>;
  update(accountId: number, change: AccountChange): Promise<Account>;
  /** Ends the account: its keys stop working, its name and e-mail are free again. */
  remove(accountId: number): Promise<void>;
  insertNamedKey(
    accountId: number,
    key: Pick<NamedKey, 'name' | 'scopes' | 'expiresAt'> & KeyImprint,
  ): Promise<NamedKey>;
  /**
   * Gives the account another own key. The old one goes on working until `oldUntil` (milliseconds
   * since 1970), or not at all; an older one no longer. Throws `conflict` for a key that is in use.
   */
  replaceKey(accountId: number, key: KeyImprint, oldUntil: number | null): Promise<Account>;
  /** Named keys that are not revoked. */
  countNamedKeys(accountId: number): Promise<number>;
  /** The name of the revoked key; undefined when the account has no such key. */
  revokeNamedKey(accountId: number, namedKeyId: number): Promise<string | undefined>;
  record(operation: Operation): Promise<void>;
}

/** The stored account tree. Reads take the DNA of the asking account: others are not found. */
export interface AccountsStore {
  /** The path down to an account; undefined when there is no such account. */
  readPath(accountId: number): Promise<AccountPath | undefined>;
  /** The holder of the key with this digest (hexadecimal SHA-256). */
  readKeyHolder(digest: string): Promise<KeyHolder | undefined>;
  /** The account that matches within the asking account's subtree, itself included. */
  find(scopeDna: string, filter: AccountFilter): Promise<Account | undefined>;
  /** Accounts below the asking one, by id. */
  list(scopeDna: string, filter: AccountFilter, page: Page): Promise<Paged<Account>>;
  /** All descendants, the deepest first, at most `limit`. */
  descendants(scopeDna: string, limit: number): Promise<readonly Account[]>;
  /** The paths of several accounts of one subtree, by account id. */
  readPaths(accounts: readonly Account[]): Promise<ReadonlyMap<number, AccountPath>>;
  /** Direct children of several accounts, by account id; those without are missing. */
  countChildren(accountIds: readonly number[]): Promise<ReadonlyMap<number, number>>;
  listNamedKeys(accountId: number): Promise<readonly NamedKey[]>;
  /** Notes when named keys were last used, milliseconds since 1970 by key id. */
  touchNamedKeys(usedAt: ReadonlyMap<number, number>): Promise<void>;
  /** Runs `work` in one transaction. */
  change<T>(work: (unit: AccountsUnit) => Promise<T>): Promise<T>;
}
