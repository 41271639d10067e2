import type { AccountView } from '@meridian/contract';
import type { AccountsService } from '@meridian/core/accounts';
import { notFound } from '@meridian/core/kernel';
import { actorOf, type CallContext } from '../../edge/management/served-route.ts';

/** The caller's own account as the API shows it. */
export async function ownAccount(
  accounts: Pick<AccountsService, 'read'>,
  call: CallContext,
): Promise<AccountView> {
  const identifier = String(call.caller.accountId);
  const { entries } = await accounts.read(actorOf(call), 'children', { identifier, query: {} });
  const [own] = entries;
  if (own === undefined) throw notFound('Account');
  return own;
}
