import { Failure } from '../../kernel/index.ts';
import type { PermitPolicy } from '../permit.ts';

/** A disabled account, or one under a disabled ancestor, may do nothing. */
export function checkStatus(policy: PermitPolicy): Failure | undefined {
  if (policy.isEnabled) return undefined;
  return new Failure('account_disabled', { message: 'This account is disabled.' });
}
