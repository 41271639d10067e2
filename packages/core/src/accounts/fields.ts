import { type Millionths, type Nanodollars, toDollars, toNumber } from '../kernel/index.ts';
import type { AccountValues } from './account.ts';
import { allowlistText } from './allowlist.ts';

/** Dollars as a JSON number. */
function dollars(amount: Nanodollars | null): number | null {
  return amount === null ? null : toDollars(amount);
}

function multiplier(by: Millionths | null): number | null {
  return by === null ? null : toNumber(by);
}

/** An account's own values under the names of the API, nothing inherited. */
export function ownFields(account: AccountValues) {
  const { limits } = account;
  return {
    Level: account.level,
    Gear: account.gear,
    Role: account.role,
    Tier: account.tier,
    Factor: multiplier(account.factor),
    Name: account.name,
    Alias: account.alias,
    Email: account.email,
    BillingEmail: account.billingEmail,
    Rates: toNumber(account.rates),
    HardLimit: dollars(account.hardLimit),
    SoftLimit: dollars(account.softLimit),
    AutoQuota: account.autoQuota,
    RPM: limits.rpm ?? null,
    RPH: limits.rph ?? null,
    RPD: limits.rpd ?? null,
    TPM: limits.tpm ?? null,
    TPH: limits.tph ?? null,
    TPD: limits.tpd ?? null,
    Concurrency: limits.concurrency ?? null,
    ModelLimits: account.modelLimits,
    ModelMapper: account.modelMapper,
    AllowIPs: allowlistText(account.allowIps),
    AllowModels: allowlistText(account.allowModels),
    AllowLevels: allowlistText(account.allowLevels),
    Resources: allowlistText(account.resources),
    ChildLimit: account.childLimit,
    Status: account.status,
    IsOwner: account.isOwner,
  };
}

/** Fields whose own values differ, as [before, after]; for the operation log. */
export function differences(
  before: AccountValues,
  after: AccountValues,
): Record<string, readonly [unknown, unknown]> {
  const old: Record<string, unknown> = ownFields(before);
  const entries = Object.entries(ownFields(after)).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(old[name]),
  );
  return Object.fromEntries(entries.map(([name, value]) => [name, [old[name], value] as const]));
}
