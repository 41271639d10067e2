import type { AccountUpdate } from '@meridian/contract';
import { invalid, type Nanodollars, nanodollars } from '../kernel/index.ts';
import {
  type Account,
  type AccountChange,
  type AccountValues,
  RATE_DIMENSIONS,
  RATE_FIELDS,
  type RateLimits,
} from './account.ts';
import { type Allowlist, applyTokens, firstOutside, type TokenKind } from './allowlist.ts';
import { hardLimitFor, parseFactor, parseLimit, parseRates, softLimitFor } from './amounts.ts';
import { parseEmail, parseName } from './identifiers.ts';
import { applyMapper, applyModelLimits } from './rule-maps.ts';
import { addressTokens, levelTokens, modelTokens, resourceTokens } from './token-kinds.ts';

/** What the ancestors allow; a change must stay within it. */
export interface Bounds {
  /** root → parent; empty for root. */
  readonly ancestors: readonly Account[];
  /** The owner's own list of endpoints. */
  readonly ownerResources: Allowlist;
}

type Draft = { -readonly [field in keyof AccountChange]: AccountChange[field] };

function bounded(list: Allowlist, outer: readonly Allowlist[], kind: TokenKind): Allowlist {
  const outside = firstOutside(list, outer, kind);
  if (outside === undefined) return list;
  throw invalid(kind.param, `${kind.param}: ${outside} is not within what the parent may use.`);
}

function texts(levels: readonly number[] | null): Allowlist {
  return levels?.map(String) ?? null;
}

function changeLists(body: AccountUpdate, current: AccountValues, bounds: Bounds): Draft {
  const { ancestors } = bounds;
  const draft: Draft = {};
  if (body.AllowIPs !== undefined) {
    const list = applyTokens(current.allowIps, body.AllowIPs, addressTokens);
    draft.allowIps = bounded(
      list,
      ancestors.map(({ allowIps }) => allowIps),
      addressTokens,
    );
  }
  if (body.AllowModels !== undefined) {
    const list = applyTokens(current.allowModels, body.AllowModels, modelTokens);
    draft.allowModels = bounded(
      list,
      ancestors.map(({ allowModels }) => allowModels),
      modelTokens,
    );
  }
  if (body.Resources !== undefined) {
    const list = applyTokens(current.resources, body.Resources, resourceTokens);
    const outer = [...ancestors.map(({ resources }) => resources), bounds.ownerResources];
    draft.resources = bounded(list, outer, resourceTokens);
  }
  if (body.AllowLevels !== undefined) {
    const { AllowLevels: written } = body;
    const input = Array.isArray(written) ? written.map(String) : written;
    const list = applyTokens(texts(current.allowLevels), input, levelTokens);
    const outer = ancestors.map(({ allowLevels }) => texts(allowLevels));
    draft.allowLevels = bounded(list, outer, levelTokens)?.map(Number) ?? null;
  }
  return draft;
}

function changeLimits(body: AccountUpdate, current: AccountValues): Draft {
  const limits: { -readonly [dimension in keyof RateLimits]: RateLimits[dimension] } = {
    ...current.limits,
  };
  let isChanged = false;
  for (const dimension of RATE_DIMENSIONS) {
    const written = body[RATE_FIELDS[dimension]];
    if (written === undefined) continue;
    isChanged = true;
    if (written === null) delete limits[dimension];
    else limits[dimension] = written;
  }
  return {
    ...(isChanged && { limits }),
    ...(body.ModelLimits !== undefined && {
      modelLimits: applyModelLimits(current.modelLimits, body.ModelLimits),
    }),
    ...(body.ModelMapper !== undefined && {
      modelMapper: applyMapper(current.modelMapper, body.ModelMapper),
    }),
  };
}

function changeMoney(body: AccountUpdate, ancestors: readonly Account[]): Draft {
  const draft: Draft = {};
  if (body.Rates !== undefined) {
    const rates = parseRates('Rates', body.Rates);
    const parent = ancestors.at(-1);
    if (parent && rates < parent.rates) {
      throw invalid('Rates', 'Rates: it cannot be lower than the parent’s.');
    }
    draft.rates = rates;
  }
  if (body.HardLimit !== undefined) {
    draft.hardLimit = body.HardLimit === null ? null : parseLimit('HardLimit', body.HardLimit);
  }
  if (body.SoftLimit !== undefined) {
    draft.softLimit = body.SoftLimit === null ? null : parseLimit('SoftLimit', body.SoftLimit);
  }
  if (body.Factor !== undefined) {
    draft.factor = body.Factor === null ? null : parseFactor('Factor', body.Factor);
  }
  return draft;
}

function changeNames(body: AccountUpdate): Draft {
  const { BillingEmail: billing } = body;
  return {
    ...(body.Name !== undefined && { name: parseName(body.Name) }),
    ...(body.Email !== undefined && { email: parseEmail('Email', body.Email) }),
    ...(body.Alias !== undefined && { alias: body.Alias }),
    ...(billing !== undefined && {
      billingEmail: billing === null ? null : parseEmail('BillingEmail', billing),
    }),
  };
}

function changeStanding(body: AccountUpdate): Draft {
  return {
    ...(body.Level !== undefined && { level: body.Level }),
    ...(body.ChildLimit !== undefined && { childLimit: body.ChildLimit }),
    ...(body.AutoQuota !== undefined && { autoQuota: body.AutoQuota }),
    ...(body.Status !== undefined && { status: body.Status }),
    ...(body.Tier !== undefined && { tier: body.Tier }),
    ...(body.Role !== undefined && { role: body.Role }),
    ...(body.Gear !== undefined && { gear: body.Gear }),
    ...(body.IsOwner !== undefined && { isOwner: body.IsOwner }),
  };
}

/** What a request changes of an account; throws a 400 that names the field at fault. Pure. */
export function changeOf(
  body: AccountUpdate,
  current: AccountValues,
  bounds: Bounds,
): AccountChange {
  return {
    ...changeNames(body),
    ...changeMoney(body, bounds.ancestors),
    ...changeLimits(body, current),
    ...changeLists(body, current, bounds),
    ...changeStanding(body),
  };
}

/** Raises the monthly limits with a recharge, unless the request sets them itself. */
export function raisedQuota(
  current: AccountValues,
  change: AccountChange,
  credit: Nanodollars,
): AccountChange {
  if (!(change.autoQuota ?? current.autoQuota) || credit <= 0n) return {};
  const raise = hardLimitFor(credit);
  const { hardLimit, softLimit } = current;
  return {
    ...(change.hardLimit === undefined &&
      hardLimit !== null && { hardLimit: nanodollars(hardLimit + raise) }),
    ...(change.softLimit === undefined &&
      softLimit !== null && { softLimit: nanodollars(softLimit + softLimitFor(raise)) }),
  };
}
