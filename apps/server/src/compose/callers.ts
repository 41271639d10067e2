import { type Directory, keyDigest, type Principal } from '@meridian/core/accounts';
import type { PermitPolicy } from '@meridian/core/admission';
import { wrongKey } from '../edge/credentials.ts';
import type { Visitor } from '../edge/hot/serve-inference.ts';
import type { OwnerRoutings } from './owner-routings.ts';

/** Finds out who is behind a key. */
export interface Callers {
  /** At once where the key is known, else from the store. Throws `invalid_api_key`. */
  principal(key: string): Principal | Promise<Principal>;
  /** The same as the pipeline sees it. */
  caller(key: string): Visitor | Promise<Visitor>;
}

export interface CallersDeps {
  readonly directory: Directory;
  /** A principal's owner is loaded before its first request is planned. */
  readonly routings: Pick<OwnerRoutings, 'ensure'>;
}

export function createCallers({ directory, routings }: CallersDeps): Callers {
  const known = new WeakMap<Principal, Visitor>();

  function callerOf(principal: Principal): Visitor {
    const found = known.get(principal);
    if (found) return found;
    const caller = visitorOf(principal);
    known.set(principal, caller);
    return caller;
  }

  async function load(digest: string): Promise<Principal> {
    const principal = await directory.load(digest);
    if (!principal) throw wrongKey();
    await routings.ensure(principal.policy.ownerId);
    return principal;
  }

  function principal(key: string): Principal | Promise<Principal> {
    const digest = keyDigest(key);
    return directory.lookup(digest) ?? load(digest);
  }

  return {
    principal,
    caller(key) {
      const found = principal(key);
      return found instanceof Promise ? found.then(callerOf) : callerOf(found);
    },
  };
}

/** Identity of an API key for the limits that a plan gives each key. */
export function keyIdOf({
  accountId,
  namedKeyId,
}: Pick<Principal, 'accountId' | 'namedKeyId'>): string {
  return namedKeyId === null ? `a${accountId}` : `k${namedKeyId}`;
}

/** What a principal may do, as the checks of admission ask for it. */
function permitsOf(principal: Principal): PermitPolicy {
  const { isEnabled, allowsAddress } = principal.policy;
  return { isEnabled, allowsAddress, allowsEndpoint: principal.allowsEndpoint };
}

/** A principal as the pipeline and browsers meet it. */
export function visitorOf(principal: Principal): Visitor {
  const { policy, accountId, namedKeyId } = principal;
  return {
    accountId,
    namedKeyId,
    keyId: keyIdOf(principal),
    payer: policy.payer,
    permits: permitsOf(principal),
    limits: policy.limits,
    routing: policy,
    factor: policy.factor,
    rates: policy.rates,
    allowedOrigins: policy.allowedOrigins,
  };
}
