import { bestMatch } from '../kernel/index.ts';
import type {
  WindowRequest,
  WindowScope,
  WindowSpan,
  WindowSpec,
  WindowUnit,
} from './windows/types.ts';

/** The limits of an account, key or model; a missing one is no limit. */
export interface RateLimits {
  readonly rpm?: number;
  readonly rph?: number;
  readonly rpd?: number;
  readonly tpm?: number;
  readonly tph?: number;
  readonly tpd?: number;
  /** Requests under way at once. */
  readonly concurrency?: number;
}

/** The name of one of the limits. */
export type LimitName = keyof RateLimits;

/** What is set explicitly on one account. */
export interface LimitScope {
  readonly accountId: number;
  readonly limits: RateLimits;
  /** Model or pattern → its limits. */
  readonly modelLimits: ReadonlyMap<string, RateLimits>;
}

/** What rate limits read of an account's effective policy. Compared by identity for memos. */
export interface RatePolicy {
  readonly accountId: number;
  readonly ownerId: number;
  /** The account and its ancestors below the owner that set something, nearest first. */
  readonly limitScopes: readonly LimitScope[];
  /** The owner's limits: defaults for each account, not a shared pot. */
  readonly ownerLimits: Omit<LimitScope, 'accountId'>;
  /** What is set on the key that asks, counted for it alone. */
  readonly keyLimits?: RateLimits;
  /** The plan: null none, 0 pay-as-you-go, 1 growth, 2 scale, 3 dedicated, 4 enterprise. */
  readonly tier: number | null;
}

/** What limits call the model of a request. Compared by identity for memos. */
export interface ModelNames {
  /** Names of the model after mapping: canonical first, then as spelled. */
  readonly resolved: readonly string[];
  /** Names of the model that the client asked for, where a mapping changed it; else empty. */
  readonly requested: readonly string[];
}

/** What is counted. */
export interface LimitSubject extends ModelNames {
  /** Identity of the API key, for the limits that count per key. */
  readonly keyId: string;
}

/** The limits: what they count, and over which span. */
export const LIMIT_DIMENSIONS: readonly {
  readonly name: LimitName;
  readonly unit: WindowUnit;
  readonly span: WindowSpan;
}[] = [
  { name: 'rpm', unit: 'requests', span: 'minute' },
  { name: 'rph', unit: 'requests', span: 'hour' },
  { name: 'rpd', unit: 'requests', span: 'day' },
  { name: 'tpm', unit: 'tokens', span: 'minute' },
  { name: 'tph', unit: 'tokens', span: 'hour' },
  { name: 'tpd', unit: 'tokens', span: 'day' },
  { name: 'concurrency', unit: 'slots', span: 'running' },
];

/** Limits of the plans by tier, per API key; an enterprise's are agreed one by one. */
export const PLAN_LIMITS: readonly RateLimits[] = [
  { rpm: 60, tpm: 100_000 },
  { rpm: 300, tpm: 500_000 },
  { rpm: 1_000, tpm: 2_000_000 },
  { rpm: 5_000, tpm: 10_000_000 },
  {},
];

type Dimension = (typeof LIMIT_DIMENSIONS)[number];
type Rule = readonly [pattern: string, limits: RateLimits];

/** All windows of a request, with distinct ids. */
export function windowsFor(policy: RatePolicy, subject: LimitSubject): readonly WindowSpec[] {
  const windows = new Map<string, WindowSpec>();
  const add = (window: WindowSpec | undefined): void => {
    if (window) windows.set(window.id, window);
  };
  const path = pathOf(policy);
  for (const dimension of LIMIT_DIMENSIONS) {
    for (const [i, scope] of path.entries()) {
      add(scopeWindow(policy, path.slice(i), { subject, dimension, isOwn: i === 0 }));
      add(modelWindow(policy, scope, requestedRule(policy, path, i, subject), dimension));
    }
    const plan = policy.tier === null ? undefined : PLAN_LIMITS[policy.tier];
    for (const [kind, limits] of [['plan', plan] as const, ['key', policy.keyLimits] as const]) {
      add(perKeyWindow(policy, { kind, keyId: subject.keyId, limits }, dimension));
    }
  }
  return [...windows.values()];
}

/** The claims of a request on its windows. `tokens` is the estimate. */
export function claims(windows: readonly WindowSpec[], tokens: number): WindowRequest[] {
  return windows.map((window) => ({ window, amount: window.unit === 'tokens' ? tokens : 1 }));
}

/** The account first, also when it sets nothing itself. */
function pathOf(policy: RatePolicy): readonly LimitScope[] {
  const { accountId, limitScopes } = policy;
  if (limitScopes[0]?.accountId === accountId) return limitScopes;
  return [{ accountId, limits: {}, modelLimits: new Map() }, ...limitScopes];
}

/** The scope's own limit for the model asked for; the owner's default for the account itself. */
function requestedRule(
  policy: RatePolicy,
  path: readonly LimitScope[],
  index: number,
  subject: LimitSubject,
): Rule | undefined {
  const own = findRule(path[index]?.modelLimits ?? new Map(), subject.requested);
  if (own || index > 0) return own;
  const isSet = path.some((scope) => findRule(scope.modelLimits, subject.requested));
  return isSet ? undefined : findRule(policy.ownerLimits.modelLimits, subject.requested);
}

interface ScopeQuestion {
  readonly subject: LimitSubject;
  readonly dimension: Dimension;
  /** Whether the first scope is the account that asks; the owner's defaults are for it alone. */
  readonly isOwn: boolean;
}

/** The window of the first scope, in one dimension, for the mapped model. */
function scopeWindow(
  policy: RatePolicy,
  scopes: readonly LimitScope[],
  { subject, dimension, isOwn }: ScopeQuestion,
): WindowSpec | undefined {
  const [scope, ...ancestors] = scopes;
  if (!scope) return undefined;
  const { name } = dimension;
  const ruleOf = (from: Omit<LimitScope, 'accountId'>): Rule | undefined => {
    const rule = findRule(from.modelLimits, subject.resolved);
    return rule?.[1][name] === undefined ? undefined : rule;
  };
  const ownRule = ruleOf(scope);
  if (ownRule) return modelWindow(policy, scope, ownRule, dimension);
  // An ancestor's limit for the model is counted there, for its whole subtree.
  if (ancestors.some(ruleOf)) return undefined;
  const defaultRule = isOwn ? ruleOf(policy.ownerLimits) : undefined;
  if (defaultRule) return modelWindow(policy, scope, defaultRule, dimension);
  const inherits = isOwn && !scopes.some(({ limits }) => limits[name] !== undefined);
  const limit = inherits ? policy.ownerLimits.limits[name] : scope.limits[name];
  if (limit === undefined) return undefined;
  const { accountId } = scope;
  return spec(policy, { limit, dimension, scope: { kind: 'account', accountId } }, `${accountId}`);
}

function modelWindow(
  policy: RatePolicy,
  { accountId }: LimitScope,
  rule: Rule | undefined,
  dimension: Dimension,
): WindowSpec | undefined {
  const limit = rule?.[1][dimension.name];
  if (!rule || limit === undefined) return undefined;
  const scope = { kind: 'model', accountId, model: rule[0] } as const;
  return spec(policy, { limit, dimension, scope }, `${accountId}:${rule[0]}`);
}

interface PerKeyLimits {
  readonly kind: 'plan' | 'key';
  readonly keyId: string;
  readonly limits: RateLimits | undefined;
}

function perKeyWindow(
  policy: RatePolicy,
  { kind, keyId, limits }: PerKeyLimits,
  dimension: Dimension,
): WindowSpec | undefined {
  const limit = limits?.[dimension.name];
  if (limit === undefined) return undefined;
  const scope = { kind, accountId: policy.accountId } as const;
  return spec(policy, { limit, dimension, scope }, keyId);
}

interface SpecParts {
  readonly limit: number;
  readonly dimension: Dimension;
  readonly scope: WindowScope;
}

function spec(policy: RatePolicy, parts: SpecParts, name: string): WindowSpec {
  const { limit, dimension, scope } = parts;
  const { unit, span } = dimension;
  const id = `${dimension.name}:${scope.kind}:${name}`;
  return { id, ownerId: policy.ownerId, unit, span, limit, scope };
}

/** The rule for a model under any of its names: exact before pattern, longer before shorter. */
function findRule(
  rules: ReadonlyMap<string, RateLimits>,
  names: readonly string[],
): Rule | undefined {
  let best: Rule | undefined;
  for (const name of names) {
    const exact = rules.get(name);
    if (exact) return [name, exact];
    const rule = bestMatch(rules, name);
    if (rule && (!best || rule[0].length > best[0].length)) best = rule;
  }
  return best;
}
