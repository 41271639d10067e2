import { Failure } from '../../kernel/index.ts';
import type { PermitPolicy, PermitRequest } from '../permit.ts';

/** The endpoint must be open to the account and be in the scopes of the key. */
export function checkEndpoint(policy: PermitPolicy, request: PermitRequest): Failure | undefined {
  if (policy.allowsEndpoint(request.endpoint)) return undefined;
  return new Failure('endpoint_not_allowed', {
    message: `The endpoint ${request.endpoint} is not open to this account or key.`,
  });
}
