import { Failure } from '../../kernel/index.ts';
import type { PermitPolicy, PermitRequest } from '../permit.ts';

/** The caller's address must be in the AllowIPs of every account on the path that has one. */
export function checkAddress(policy: PermitPolicy, request: PermitRequest): Failure | undefined {
  if (policy.allowsAddress(request.address)) return undefined;
  return new Failure('address_not_allowed', {
    message: 'Requests from this address are not allowed for this account.',
  });
}
