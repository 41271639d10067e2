import type { AccountUpdate, AccountUpdated, AccountView } from '@meridian/contract';
import { ZERO } from '../../kernel/index.ts';
import { type Account, isOnPath } from '../account.ts';
import { shown } from '../view.ts';
import type { AccountsServiceDeps, Actor } from './context.ts';
import { viewAccounts } from './read-accounts.ts';

/** The parent in an answer; its balance only for itself and those above it. */
export async function viewParent(
  { store, books }: AccountsServiceDeps,
  { parentId, id, dna }: Pick<Account, 'parentId' | 'id' | 'dna'>,
  { policy }: Actor,
): Promise<AccountUpdated['Parent']> {
  const isAbove = policy.accountId !== id && isOnPath(policy.dna, dna);
  if (parentId === null || !isAbove) return { ID: parentId ?? id };
  const parent = await store.find(policy.dna, { id: parentId });
  if (!parent) return { ID: parentId };
  const balance = (await books.balances([parentId])).get(parentId)?.balance ?? ZERO;
  return { ID: parentId, Name: parent.name, Balance: shown(balance, parent.rates) };
}

/** What a request set, as it stands now; always with the balance. */
export async function viewUpdates(
  deps: AccountsServiceDeps,
  account: Account,
  body: Partial<AccountUpdate>,
  more: readonly (keyof AccountView)[],
): Promise<Record<string, unknown>> {
  const [view] = await viewAccounts(deps, [account]);
  const stands: Readonly<Record<string, unknown>> = {
    ...view,
    ...(body.CreditGranted !== undefined && { CreditGranted: Number(body.CreditGranted) }),
    ...(body.Days !== undefined && { Days: body.Days }),
  };
  const names = new Set([...more, ...Object.keys(body), 'Balance']);
  return Object.fromEntries([...names].map((name) => [name, stands[name]]));
}
