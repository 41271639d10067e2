import { matchesGlob } from '../kernel/index.ts';
import type { Policy } from './policy.ts';
import type { KeyHolder } from './ports.ts';

/** Who is behind a secret key. */
export interface Principal {
  readonly accountId: number;
  /** null for the account's own key. */
  readonly namedKeyId: number | null;
  readonly policy: Policy;
  /** Whether the account and the scopes of the key allow an endpoint. */
  allowsEndpoint(path: string): boolean;
}

/** Puts a policy together with what concerns one key of the account. */
export function createPrincipal(
  policy: Policy,
  { namedKeyId, scopes }: Pick<KeyHolder, 'namedKeyId' | 'scopes'>,
): Principal {
  return {
    accountId: policy.accountId,
    namedKeyId,
    policy,
    allowsEndpoint: (path) =>
      policy.allowsEndpoint(path) &&
      (scopes === null || scopes.some((pattern) => matchesGlob(pattern, path))),
  };
}
