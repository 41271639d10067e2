import type { RatePolicy } from '../admission/index.ts';
import {
  type Millionths,
  matchesGlob,
  type Nanodollars,
  ONE,
  unscale,
  ZERO,
} from '../kernel/index.ts';
import type { Budget, Payer } from '../ledger/index.ts';
import { type Account, inherited, lastOf, ownerOf } from './account.ts';
import { createAddressMatcher } from './addresses.ts';
import type { Allowlist } from './allowlist.ts';
import { type OwnerSettings, readOwnerSettings } from './owner-settings.ts';
import type { AccountPath, OwnerSettingValues } from './ports.ts';

/** Everything that a request of an account needs to know of the tree, resolved once. */
export interface Policy {
  readonly accountId: number;
  readonly dna: string;
  /** The ids from root to the account. */
  readonly path: readonly number[];
  /** The nearest owner, the account itself included. */
  readonly ownerId: number;
  readonly isRoot: boolean;
  readonly isOwner: boolean;
  /** False when the account or an ancestor is disabled. */
  readonly isEnabled: boolean;
  readonly role: number;
  /** Shown = base × rates. */
  readonly rates: Millionths;
  readonly factor: Millionths;
  /** Key-pool level where no rule decides; 0 = none. */
  readonly level: number;
  readonly tier: number | null;
  /** Mappings of the account and of its ancestors below the owner, nearest first. */
  readonly modelMappers: readonly ReadonlyMap<string, string>[];
  /** One list of globs per account on the path that has one; each must match. */
  readonly allowModels: readonly (readonly string[])[];
  /** The accounts that the entries of the two lists above are of, in the same order. */
  readonly sources: {
    readonly modelMappers: readonly number[];
    readonly allowModels: readonly number[];
  };
  /** The levels that may be reached; undefined = all. */
  readonly allowLevels: ReadonlySet<number> | undefined;
  /** What the ledger must know of the account as a payer. */
  readonly payer: Payer;
  /** Base: a grant may not leave the account below it. */
  readonly minimumLeft: Nanodollars;
  /** The rate limits of the account, of its ancestors below the owner, and the owner's defaults. */
  readonly limits: RatePolicy;
  /** The owner's configuration as it is stored. */
  readonly ownerSettings: OwnerSettingValues;
  /** The origins whose pages may read answers, by the owner's choice. */
  readonly allowedOrigins: '*' | readonly string[];
  allowsModel(name: string): boolean;
  allowsEndpoint(path: string): boolean;
  /** The client's address as text, IPv4 or IPv6. */
  allowsAddress(address: string): boolean;
  allowsLevel(level: number): boolean;
}

function isList<T>(list: readonly T[] | null): list is readonly T[] {
  return list !== null;
}

function matchesAll(lists: readonly (readonly string[])[]): (text: string) => boolean {
  if (lists.length === 0) return () => true;
  return (text) => lists.every((list) => list.some((pattern) => matchesGlob(pattern, text)));
}

function intersectLevels(lists: readonly (readonly number[])[]): ReadonlySet<number> | undefined {
  const [first, ...others] = lists;
  if (!first) return undefined;
  return new Set(first.filter((level) => others.every((list) => list.includes(level))));
}

function budgetsOf(accounts: readonly Account[]): readonly Budget[] {
  return accounts.flatMap(({ id, hardLimit, rates }) =>
    hardLimit === null ? [] : [{ accountId: id, limit: unscale(hardLimit, rates) }],
  );
}

function ratePolicyOf(parts: {
  readonly below: readonly Account[];
  readonly account: Account;
  readonly owner: Account;
  readonly settings: OwnerSettings;
  readonly tier: number | null;
}): RatePolicy {
  const { below, account, owner, settings, tier } = parts;
  return {
    accountId: account.id,
    ownerId: owner.id,
    tier,
    limitScopes: below.toReversed().map(({ id, limits, modelLimits }) => ({
      accountId: id,
      limits,
      modelLimits: new Map(Object.entries(modelLimits)),
    })),
    ownerLimits: { limits: owner.limits, modelLimits: settings.modelLimits },
  };
}

/** Folds a path root → account into what is effective for the account. Pure. */
export function foldPolicy({ accounts, ownerSettings }: AccountPath): Policy {
  const account = lastOf(accounts);
  const owner = ownerOf(accounts);
  const settings = readOwnerSettings(ownerSettings);
  const fromOwner = accounts.slice(accounts.indexOf(owner));
  const upwards = fromOwner.toReversed();
  // The account's own rules count even where it is the owner itself.
  const below = owner === account ? [account] : fromOwner.slice(1);
  const isRoot = account.parentId === null;
  const { rates } = account;
  const tier = inherited(upwards, (each) => each.tier);
  const mapping = below
    .toReversed()
    .filter(({ modelMapper }) => Object.keys(modelMapper).length > 0);
  const allowing = accounts.filter(({ allowModels: list }) => isList(list));
  const allowModels = allowing.map(({ allowModels: list }) => list).filter(isList);
  const allowLevels = intersectLevels(accounts.map(({ allowLevels: list }) => list).filter(isList));
  const endpoints: readonly Allowlist[] = [
    ...accounts.map(({ resources }) => resources),
    settings.resources,
  ];
  const addresses = accounts
    .map(({ allowIps }) => allowIps)
    .filter(isList)
    .map(createAddressMatcher);
  return {
    accountId: account.id,
    dna: account.dna,
    path: accounts.map(({ id }) => id),
    ownerId: owner.id,
    isRoot,
    isOwner: account === owner,
    isEnabled: accounts.every(({ status }) => status),
    role: account.role,
    rates,
    factor: inherited(upwards, ({ factor }) => factor) ?? ONE,
    level: inherited(upwards, ({ level }) => level) ?? 0,
    tier,
    modelMappers: mapping.map(({ modelMapper }) => new Map(Object.entries(modelMapper))),
    allowModels,
    sources: {
      modelMappers: mapping.map(({ id }) => id),
      allowModels: allowing.map(({ id }) => id),
    },
    allowLevels,
    payer: {
      accountId: account.id,
      isUnlimited: isRoot,
      minimumSettled: isRoot ? ZERO : unscale(settings.userApiBalance, rates),
      budgets: budgetsOf(below),
    },
    minimumLeft: isRoot ? ZERO : unscale(settings.userMinBalance, rates),
    limits: ratePolicyOf({ below, account, owner, settings, tier }),
    ownerSettings,
    allowedOrigins: settings.allowOrigins ?? '*',
    allowsModel: matchesAll(allowModels),
    allowsEndpoint: matchesAll(endpoints.filter(isList)),
    allowsAddress: (address) => addresses.every((matches) => matches(address)),
    allowsLevel: (level) => allowLevels === undefined || allowLevels.has(level),
  };
}
