import type { Account, AccountChange, RateLimits } from '@meridian/core/accounts';
import type { Millionths, Nanodollars } from '@meridian/core/kernel';
import type { Parameter, Row } from '../database.ts';

type Write = (value: never) => Parameter;

const asIs: Write = (value) => value;
const asJson: Write = (value) => JSON.stringify(value);

/** Column by field, and how its value is written. The limits of a row are columns too. */
const COLUMNS: Readonly<Record<Exclude<keyof AccountChange, 'limits'>, readonly [string, Write]>> =
  {
    name: ['name', asIs],
    alias: ['alias', asIs],
    email: ['email', asIs],
    billingEmail: ['billing_email', asIs],
    status: ['status', asIs],
    isOwner: ['is_owner', asIs],
    level: ['level', asIs],
    gear: ['gear', asIs],
    role: ['role', asIs],
    tier: ['tier', asIs],
    factor: ['factor', asIs],
    rates: ['rates', asIs],
    hardLimit: ['hard_limit', asIs],
    softLimit: ['soft_limit', asIs],
    modelLimits: ['model_limits', asJson],
    modelMapper: ['model_mapper', asJson],
    allowIps: ['allow_ips', asIs],
    allowModels: ['allow_models', asIs],
    allowLevels: ['allow_levels', asIs],
    resources: ['resources', asIs],
    childLimit: ['child_limit', asIs],
    autoQuota: ['auto_quota', asIs],
  };

const LIMIT_COLUMNS = ['rpm', 'rph', 'rpd', 'tpm', 'tph', 'tpd', 'concurrency'] as const;

/** The columns that make an account, of the table alias `a`. */
export const ACCOUNT_COLUMNS = [
  'id',
  'parent_id',
  'dna',
  ...Object.values(COLUMNS).map(([column]) => column),
  ...LIMIT_COLUMNS,
  'key_tail',
  'created_at',
  'updated_at',
]
  .map((column) => `a.${column}`)
  .join(', ');

/** What a change writes: columns and their values. */
export function changedColumns(change: AccountChange): (readonly [string, Parameter])[] {
  const written = Object.entries(COLUMNS).flatMap(([field, [column, write]]) => {
    const value = change[field as keyof typeof COLUMNS];
    return value === undefined ? [] : [[column, write(value as never)] as const];
  });
  const { limits } = change;
  if (!limits) return written;
  return [...written, ...LIMIT_COLUMNS.map((name) => [name, limits[name] ?? null] as const)];
}

function toNumber(value: unknown): number | null {
  return value === null ? null : Number(value);
}

function toLimits(row: Row): RateLimits {
  const set = LIMIT_COLUMNS.filter((name) => row[name] !== null);
  return Object.fromEntries(set.map((name) => [name, Number(row[name])]));
}

/** An account from a row with `ACCOUNT_COLUMNS`. */
export function toAccount(row: Row): Account {
  return {
    id: Number(row.id),
    parentId: toNumber(row.parent_id),
    dna: row.dna as string,
    name: row.name as string,
    alias: row.alias as string,
    email: row.email as string,
    billingEmail: row.billing_email as string | null,
    status: row.status as boolean,
    isOwner: row.is_owner as boolean,
    level: row.level as number | null,
    gear: row.gear as number,
    role: row.role as number,
    tier: row.tier as number | null,
    factor: row.factor as Millionths | null,
    rates: row.rates as Millionths,
    hardLimit: row.hard_limit as Nanodollars | null,
    softLimit: row.soft_limit as Nanodollars | null,
    limits: toLimits(row),
    modelLimits: row.model_limits as Account['modelLimits'],
    modelMapper: row.model_mapper as Account['modelMapper'],
    allowIps: row.allow_ips as string[] | null,
    allowModels: row.allow_models as string[] | null,
    allowLevels: row.allow_levels as number[] | null,
    resources: row.resources as string[] | null,
    childLimit: row.child_limit as number | null,
    autoQuota: row.auto_quota as boolean,
    keyTail: row.key_tail as string,
    createdAt: (row.created_at as Date).getTime(),
    updatedAt: (row.updated_at as Date).getTime(),
  };
}
