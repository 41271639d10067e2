import { matchesGlob } from '../kernel/index.ts';
import { lastOf } from './account.ts';
import type { Policy } from './policy.ts';
import type { KeyHolder, KeyScopes } from './ports.ts';

/** Who is behind a secret key. */
export interface Principal {
  readonly accountId: number;
  /** null for the account's own key. */
  readonly namedKeyId: number | null;
  /** Of the account, narrowed to what the key may. */
  readonly policy: Policy;
  /** Milliseconds since 1970 from which on the key is nobody's; null = never. */
  readonly validUntil: number | null;
  /** Whether the key may do less, or for a shorter time, than the account's own. */
  readonly isLimited: boolean;
  /** The end of the account's own key, where that was presented. */
  readonly keyTail: string | undefined;
  /** Whether the account and the scopes of the key allow an endpoint. */
  allowsEndpoint(path: string): boolean;
}

/** Puts a policy together with what concerns one key of the account. */
export function createPrincipal(
  policy: Policy,
  { accounts, namedKeyId, scopes, validUntil }: KeyHolder,
): Principal {
  const endpoints = scopes?.endpoints ?? null;
  const isOwnKey = namedKeyId === null && validUntil === null;
  return {
    accountId: policy.accountId,
    namedKeyId,
    policy: scopes === null ? policy : narrowed(policy, scopes),
    validUntil,
    isLimited: validUntil !== null || (scopes !== null && isNarrow(scopes)),
    keyTail: isOwnKey ? lastOf(accounts).keyTail : undefined,
    allowsEndpoint: (path) =>
      policy.allowsEndpoint(path) &&
      (endpoints === null || endpoints.some((pattern) => matchesGlob(pattern, path))),
  };
}

function isNarrow({ endpoints, models, limits }: KeyScopes): boolean {
  return endpoints !== null || models !== null || Object.keys(limits).length > 0;
}

/** The policy of an account as one of its named keys has it. */
function narrowed(policy: Policy, { models, limits }: KeyScopes): Policy {
  const { sources, accountId } = policy;
  return {
    ...policy,
    ...(Object.keys(limits).length > 0 && { limits: { ...policy.limits, keyLimits: limits } }),
    ...(models !== null && {
      allowModels: [...policy.allowModels, models],
      sources: { ...sources, allowModels: [...sources.allowModels, accountId] },
      allowsModel: (name) =>
        policy.allowsModel(name) && models.some((pattern) => matchesGlob(pattern, name)),
    }),
  };
}
