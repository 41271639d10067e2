import { formatDollars, invalid } from '../kernel/index.ts';
import type { RateLimits } from './account.ts';
import { type Allowlist, applyTokens, firstOutside, type TokenKind } from './allowlist.ts';
import { parseLimit } from './amounts.ts';
import { readOwnerSettings } from './owner-settings.ts';
import { applyModelLimits, type LimitsInput } from './rule-maps.ts';
import { originTokens, resourceTokens } from './token-kinds.ts';

/** A list as it is written: tokens, or an object whose null values remove entries. */
export type ResourcesInput = string | Readonly<Record<string, object | null>>;

/** What the owner may open at most: the lists of its path, root first. */
export type ResourceBounds = readonly Allowlist[];

/** How a written list meets the one that is stored. */
export interface ResourcesWrite {
  /** What errors call it. */
  readonly param: string;
  readonly written: ResourcesInput;
  /** Text adds to the stored list rather than replacing it. */
  readonly isMerging: boolean;
  readonly bounds: ResourceBounds;
}

/** The owner's list of endpoints after a write: null = unrestricted. Throws a 400. */
export function changeResources(stored: unknown, write: ResourcesWrite): Allowlist {
  const { param, written, isMerging, bounds } = write;
  const kind: TokenKind = { ...resourceTokens, param };
  const { resources: current } = readOwnerSettings({ RESOURCES: stored });
  const list =
    typeof written === 'string'
      ? applyText(isMerging ? current : null, written, kind)
      : applyPaths(current, written, kind);
  const outside = firstOutside(list, bounds, kind);
  if (outside === undefined) return list;
  throw invalid(param, `${param}: ${outside} is not within what the account itself may use.`);
}

/** The origins of web pages that may read answers, after a write: null = all. Throws a 400. */
export function changeOrigins(
  stored: unknown,
  { param, written, isMerging }: Omit<ResourcesWrite, 'bounds'>,
): Allowlist {
  const kind: TokenKind = { ...originTokens, param };
  const { allowOrigins: current } = readOwnerSettings({ ALLOW_ORIGINS: stored });
  return typeof written === 'string'
    ? applyText(isMerging ? current : null, written, kind)
    : applyPaths(current, written, kind);
}

function applyText(current: Allowlist, written: string, kind: TokenKind): Allowlist {
  if (written.trim() !== '') return applyTokens(current, written, kind);
  throw invalid(
    kind.param,
    `${kind.param}: an empty list says nothing; '*' allows all, '-*' none.`,
  );
}

function applyPaths(
  current: Allowlist,
  written: Readonly<Record<string, object | null>>,
  kind: TokenKind,
): Allowlist {
  let list = current;
  for (const [path, value] of Object.entries(written)) {
    if (/[\s,]/.test(path) || path.startsWith('-')) {
      throw invalid(
        kind.param,
        `${kind.param}: ${JSON.stringify(path.slice(0, 80))} is not valid.`,
      );
    }
    const isThere: boolean = list?.includes(path) ?? false;
    if (value !== null) list = applyTokens(list, path, kind);
    else if (isThere) list = applyTokens(list, `-${path}`, kind);
  }
  return list;
}

/** The owner's limits of models after an object was merged into them, or JSON text replaced them. */
export function replaceModelLimits(
  stored: unknown,
  written: LimitsInput,
  param: string,
): Readonly<Record<string, RateLimits>> {
  const current = typeof written === 'string' ? {} : storedLimits(stored);
  return applyModelLimits(current, written, param);
}

/** The same, but that text is merged too: `-model` removes, `*` clears. */
export function mergeModelLimits(
  stored: unknown,
  written: LimitsInput,
  param: string,
): Readonly<Record<string, RateLimits>> {
  return applyModelLimits(storedLimits(stored), written, param);
}

function storedLimits(stored: unknown): Readonly<Record<string, RateLimits>> {
  return Object.fromEntries(readOwnerSettings({ MODEL_LIMITS: stored }).modelLimits);
}

/** A threshold of balances in shown dollars, as it is stored; throws a 400. */
export function readThreshold(param: string, written: number | string): string {
  return formatDollars(parseLimit(param, written));
}
