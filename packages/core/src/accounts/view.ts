import type { AccountView } from '@meridian/contract';
import {
  type Millionths,
  type Nanodollars,
  scale,
  toDollars,
  toNumber,
  ZERO,
} from '../kernel/index.ts';
import {
  type Account,
  inherited,
  lastOf,
  ownerOf,
  RATE_DIMENSIONS,
  RATE_FIELDS,
  type RateDimension,
  type RateLimits,
} from './account.ts';
import { allowlistText } from './allowlist.ts';
import { ownFields } from './fields.ts';
import { readOwnerSettings } from './owner-settings.ts';
import { foldPolicy } from './policy.ts';
import type { AccountBalance, AccountPath, UsageTotals } from './ports.ts';

/** What an account's view is made of; what is unknown counts as nothing. */
export interface ViewParts {
  readonly path: AccountPath;
  readonly balance: AccountBalance | undefined;
  readonly usage: UsageTotals | undefined;
  readonly children: number | undefined;
}

/** An amount in an account's own dollars: shown = base × Rates. */
export function shown(amount: Nanodollars, rates: Millionths): number {
  return toDollars(scale(amount, rates));
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** The limits that hold where an account has none: of the nearest ancestor up to the owner. */
function effectiveLimits(upwards: readonly Account[]): Readonly<Record<string, number | null>> {
  const of = (dimension: RateDimension): readonly [string, number | null] => [
    RATE_FIELDS[dimension],
    inherited(upwards, ({ limits }) => limits[dimension] ?? null),
  ];
  return Object.fromEntries(RATE_DIMENSIONS.map(of));
}

/** The rules that are effective, the nearest account's over those of its ancestors and owner. */
function mergedRules<T>(layers: readonly Readonly<Record<string, T>>[]): Record<string, T> {
  return Object.fromEntries(layers.flatMap((layer) => Object.entries(layer)));
}

function textRecord(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  const entries = Object.entries(value).filter(([, to]) => typeof to === 'string');
  return Object.fromEntries(entries);
}

function money({ balance, usage }: ViewParts, rates: Millionths) {
  const cards = balance?.cards ?? [];
  return {
    CreditUsed: shown(usage?.cost ?? ZERO, rates),
    CreditBalance: cards.map((card) => ({
      amount: shown(card.amount, rates),
      balance: shown(card.balance, rates),
      reference: card.reference,
      granted_at: iso(card.grantedAt),
      expires_at: iso(card.expiresAt),
    })),
    CreditGranted: shown(balance?.granted ?? ZERO, rates),
    Balance: shown(balance?.balance ?? ZERO, rates),
  };
}

/** An account as the API shows it: settings as they are effective, figures in its own dollars. */
export function viewAccount(parts: ViewParts): AccountView {
  const { accounts, ownerSettings } = parts.path;
  const policy = foldPolicy(parts.path);
  const owner = ownerOf(accounts);
  const fromOwner = accounts.slice(accounts.indexOf(owner));
  const below = fromOwner.length > 1 ? fromOwner.slice(1) : fromOwner;
  const upwards = accounts.toReversed();
  const account = lastOf(accounts);
  const settings = readOwnerSettings(ownerSettings);
  const limitLayers: Readonly<Record<string, RateLimits>>[] = [
    Object.fromEntries(settings.modelLimits),
    ...below.map((each) => each.modelLimits),
  ];
  return {
    ID: account.id,
    DNA: account.dna,
    ...ownFields(account),
    Level: policy.level,
    Tier: policy.tier,
    Factor: toNumber(policy.factor),
    ...effectiveLimits(fromOwner.toReversed()),
    ...money(parts, account.rates),
    ModelLimits: mergedRules(limitLayers) as AccountView['ModelLimits'],
    ModelMapper: mergedRules([
      textRecord(ownerSettings.MODEL_MAPPER),
      ...below.map(({ modelMapper }) => modelMapper),
    ]),
    AllowIPs: allowlistText(inherited(upwards, ({ allowIps }) => allowIps)),
    AllowModels: allowlistText(inherited(upwards, ({ allowModels }) => allowModels)),
    AllowLevels: allowlistText(inherited(upwards, ({ allowLevels }) => allowLevels)),
    Resources: allowlistText(
      inherited(upwards, ({ resources }) => resources) ?? settings.resources,
    ),
    Child: parts.children ?? 0,
    Requests: parts.usage?.requests ?? 0,
    PartialKey: account.keyTail,
    SecretKey: '***',
    CreatedAt: iso(account.createdAt),
    UpdatedAt: iso(account.updatedAt),
  };
}
