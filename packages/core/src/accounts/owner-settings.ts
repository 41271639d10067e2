import { type Nanodollars, parseDollars } from '../kernel/index.ts';
import { RATE_DIMENSIONS, type RateDimension, type RateLimits } from './account.ts';
import type { Allowlist } from './allowlist.ts';
import type { OwnerSettingValues } from './ports.ts';

/** What of an owner's configuration decides about accounts. */
export interface OwnerSettings {
  readonly resources: Allowlist;
  /** Origins of web pages that may read answers; null = all. */
  readonly allowOrigins: Allowlist;
  /** Defaults for every account of the owner. */
  readonly modelLimits: ReadonlyMap<string, RateLimits>;
  /** Shown dollars: below it API calls are refused. */
  readonly userApiBalance: Nanodollars;
  /** Shown dollars: a grant may not leave the giver below it. */
  readonly userMinBalance: Nanodollars;
}

const USER_API_BALANCE = 500_000_000n as Nanodollars;
const USER_MIN_BALANCE = 1_000_000_000n as Nanodollars;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toList(value: unknown): Allowlist {
  if (Array.isArray(value)) return value.filter((token) => typeof token === 'string');
  if (typeof value === 'string') return value.split(/[\s,]+/).filter(Boolean);
  return isRecord(value) ? Object.keys(value) : null;
}

function toDollars(value: unknown, fallback: Nanodollars): Nanodollars {
  if (typeof value !== 'number' && typeof value !== 'string') return fallback;
  const amount = parseDollars(value);
  return amount === undefined || amount < 0n ? fallback : amount;
}

/** Limits as they are stored, without what is not a limit. */
function toRateLimits(value: unknown): RateLimits {
  if (!isRecord(value)) return {};
  const limits: { [dimension in RateDimension]?: number } = {};
  for (const dimension of RATE_DIMENSIONS) {
    const limit = value[dimension];
    if (typeof limit === 'number' && Number.isSafeInteger(limit) && limit >= 0) {
      limits[dimension] = limit;
    }
  }
  return limits;
}

/** Reads an owner's stored configuration; what was never set has its default. */
export function readOwnerSettings(values: OwnerSettingValues): OwnerSettings {
  const { MODEL_LIMITS: modelLimits } = values;
  return {
    resources: toList(values.RESOURCES),
    allowOrigins: toList(values.ALLOW_ORIGINS),
    modelLimits: new Map(
      Object.entries(isRecord(modelLimits) ? modelLimits : {}).map(([model, limits]) => [
        model,
        toRateLimits(limits),
      ]),
    ),
    userApiBalance: toDollars(values.USER_API_BALANCE, USER_API_BALANCE),
    userMinBalance: toDollars(values.USER_MIN_BALANCE, USER_MIN_BALANCE),
  };
}
