import type { Failure } from '../kernel/index.ts';
import { checkAddress } from './checks/address.ts';
import { checkEndpoint } from './checks/endpoint.ts';
import { checkStatus } from './checks/status.ts';

/** What the checks ask of an account and its key. */
export interface PermitPolicy {
  /** False when the account or an ancestor is disabled. */
  readonly isEnabled: boolean;
  allowsAddress(address: string): boolean;
  allowsEndpoint(path: string): boolean;
}

/** What the checks read of a request. */
export interface PermitRequest {
  /** The caller's IP address, behind trusted proxies the forwarded one. */
  readonly address: string;
  /** The route's path without a trailing slash, e.g. `/v1/chat/completions`. */
  readonly endpoint: string;
}

/** The order in which a request is refused. The model is checked by routing, which maps its name. */
const CHECKS = [checkStatus, checkAddress, checkEndpoint] as const;

/** The first failure, or undefined when the request may go on. */
export function permit(policy: PermitPolicy, request: PermitRequest): Failure | undefined {
  for (const check of CHECKS) {
    const failure = check(policy, request);
    if (failure) return failure;
  }
  return undefined;
}
