import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Route } from '@meridian/contract';
import { Failure, type Secret } from '@meridian/core/kernel';
import type { AllowedOrigins } from '../cors.ts';
import { presentedKey } from '../credentials.ts';
import { requireMetricsToken } from './metrics-token.ts';
import type { Caller } from './served-route.ts';

/** Who may come in, and from where. */
export interface Access {
  /** The caller behind a key; throws `invalid_api_key`. */
  authenticate(key: string): Caller | Promise<Caller>;
  /** The client's address behind trusted proxies. */
  addressOf(request: IncomingMessage): string;
  /** The origins that the caller's owner lets browsers read answers from. */
  allowedOrigins(caller: Caller): AllowedOrigins;
  /** The headers that tell how the caller's rate limits stand; for what `/v1` answers. */
  limitHeaders?(caller: Caller): Promise<Readonly<Record<string, string>>>;
  /** When set, `/metrics` is only for its holders. */
  readonly metricsToken?: Secret;
}

/** Somebody at the door. */
export interface Visit {
  readonly route: Route;
  readonly headers: IncomingHttpHeaders;
  /** Path and query as they were sent. */
  readonly url: string;
  readonly address: string;
}

/** Lets a visitor in, or throws why not; undefined for routes that nobody has to be anybody for. */
export async function admit(access: Access, visit: Visit): Promise<Caller | undefined> {
  const { route, headers, url, address } = visit;
  if (route.auth === 'none') return undefined;
  if (route.auth === 'metrics') {
    requireMetricsToken(headers, access.metricsToken);
    return undefined;
  }
  const caller = await access.authenticate(presentedKey(headers, url));
  requirePermitted(caller, address, url.split('?', 1)[0] ?? '');
  return caller;
}

/** Disabled accounts, foreign addresses and keys for other purposes are turned away. */
function requirePermitted(caller: Caller, address: string, path: string): void {
  const { policy, namedKeyId } = caller;
  if (!policy.isEnabled) {
    throw new Failure('account_disabled', { message: 'The account is disabled.' });
  }
  if (!policy.allowsAddress(address)) {
    throw new Failure('address_not_allowed', {
      message: 'The account may not be used from this address.',
    });
  }
  if (namedKeyId !== null && !caller.allowsEndpoint(path)) {
    throw new Failure('endpoint_not_allowed', { message: 'This key is not for this endpoint.' });
  }
}
