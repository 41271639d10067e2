import type { Millionths, Nanodollars } from '../kernel/index.ts';

/** Root's id; it is the only account without a parent. */
export const ROOT_ID = 1;

/** The limits: requests or tokens, per minute, hour or UTC day, and requests at once. */
export const RATE_DIMENSIONS = ['rpm', 'rph', 'rpd', 'tpm', 'tph', 'tpd', 'concurrency'] as const;

/** One of the limits. */
export type RateDimension = (typeof RATE_DIMENSIONS)[number];

/** The limits by the names of the API's fields. */
export const RATE_FIELDS = {
  rpm: 'RPM',
  rph: 'RPH',
  rpd: 'RPD',
  tpm: 'TPM',
  tph: 'TPH',
  tpd: 'TPD',
  concurrency: 'Concurrency',
} as const satisfies Readonly<Record<RateDimension, string>>;

/** Limits by dimension, whole numbers ≥ 0; an absent one does not limit. */
export type RateLimits = { readonly [dimension in RateDimension]?: number };

/** What can be set on an account: its own values only, nothing inherited. */
export interface AccountValues {
  readonly name: string;
  readonly alias: string;
  readonly email: string;
  readonly billingEmail: string | null;
  /** False disables the account and its whole subtree. */
  readonly status: boolean;
  /** Owns key pools and routing for its subtree. */
  readonly isOwner: boolean;
  /** Key-pool level; null = inherited, 0 = none. */
  readonly level: number | null;
  /** 0 for root, greater for everybody else. */
  readonly gear: number;
  /** Console role: 0 member, 1 manager, 2 admin. */
  readonly role: number;
  /** Plan: 0 pay-as-you-go, 1 growth, 2 scale, 3 dedicated, 4 enterprise; null = inherited. */
  readonly tier: number | null;
  /** Price multiplier set by the platform; null = inherited. */
  readonly factor: Millionths | null;
  /** Shown = base × rates; absolute, at least the parent's. */
  readonly rates: Millionths;
  /** Shown dollars per calendar month, UTC. */
  readonly hardLimit: Nanodollars | null;
  readonly softLimit: Nanodollars | null;
  readonly limits: RateLimits;
  /** Model or glob → limits that replace the general ones for it. */
  readonly modelLimits: Readonly<Record<string, RateLimits>>;
  /** Model or glob → model. */
  readonly modelMapper: Readonly<Record<string, string>>;
  /** Allowlists: null = unrestricted, empty = everything denied (addresses: loopback only). */
  readonly allowIps: readonly string[] | null;
  readonly allowModels: readonly string[] | null;
  readonly allowLevels: readonly number[] | null;
  /** Globs of endpoint paths. */
  readonly resources: readonly string[] | null;
  /** The most direct children; null = any number. */
  readonly childLimit: number | null;
  /** Raises the monthly limits with each recharge. */
  readonly autoQuota: boolean;
}

/** One account as it is stored. */
export interface Account extends AccountValues {
  readonly id: number;
  /** null for root. */
  readonly parentId: number | null;
  /** The ids from root to this account, e.g. `.1.42.`; an ancestor test is a prefix test. */
  readonly dna: string;
  /** The last 20 characters of the secret key. */
  readonly keyTail: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What a change of an account sets. */
export type AccountChange = Partial<AccountValues>;

/** The account that a path leads to. */
export function lastOf(path: readonly Account[]): Account {
  const account = path.at(-1);
  if (!account) throw new Error('a path of accounts begins with root');
  return account;
}

/** The ids on a DNA path, root first. */
export function pathIds(dna: string): number[] {
  return dna.split('.').filter(Boolean).map(Number);
}

/** Whether the first path is the second's or an ancestor's of it. */
export function isOnPath(dna: string, ofDna: string): boolean {
  return ofDna.startsWith(dna);
}

/** The owner of a path that begins with root: the nearest owner, the account itself included. */
export function ownerOf(path: readonly Account[]): Account {
  const owner = path.findLast(({ isOwner, parentId }) => isOwner || parentId === null);
  if (!owner) throw new Error('a path of accounts begins with root');
  return owner;
}

/** The first value that is set, walking upwards from an account. */
export function inherited<T>(
  upwards: readonly Account[],
  read: (account: Account) => T | null,
): T | null {
  for (const account of upwards) {
    const value = read(account);
    if (value !== null) return value;
  }
  return null;
}
