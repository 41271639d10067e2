import { type AccountListQuery, type AccountView, PAGE_SIZE_MAX } from '@meridian/contract';
import { notFound } from '../../kernel/index.ts';
import { type Account, isOnPath } from '../account.ts';
import { parseIdentifier } from '../identifiers.ts';
import type { AccountFilter, Paged } from '../ports.ts';
import { viewAccount } from '../view.ts';
import type { AccountsServiceDeps, Actor } from './context.ts';

/** One page of accounts, with what the paging headers tell. */
export interface AccountPage extends Paged<AccountView> {
  readonly page: number;
  readonly size: number;
}

/** Whether a list shows direct children (`/x-users`) or all descendants (`/x-dna`). */
export type Depth = 'children' | 'descendants';

/** Views of accounts of one subtree, in their order. */
export async function viewAccounts(
  { store, books }: AccountsServiceDeps,
  accounts: readonly Account[],
): Promise<readonly AccountView[]> {
  if (accounts.length === 0) return [];
  const ids = accounts.map(({ id }) => id);
  const [paths, balances, usage, children] = await Promise.all([
    store.readPaths(accounts),
    books.balances(ids),
    books.usageTotals(ids),
    store.countChildren(ids),
  ]);
  return accounts.flatMap(({ id }) => {
    const path = paths.get(id);
    if (!path) return [];
    const parts = { balance: balances.get(id), usage: usage.get(id), children: children.get(id) };
    return [viewAccount({ path, ...parts })];
  });
}

function queryFilter(query: AccountListQuery): AccountFilter {
  const { id, name, email, level, dna } = query;
  return {
    ...(id !== undefined && { id }),
    ...(name !== undefined && { name }),
    ...(email !== undefined && { email }),
    ...(dna !== undefined && { dna }),
    ...(level !== undefined && { fields: [{ field: 'level', value: level }] }),
  };
}

/** Lists accounts below the acting one. */
export async function listAccounts(
  deps: AccountsServiceDeps,
  actor: Actor,
  depth: Depth,
  query: AccountListQuery,
): Promise<AccountPage> {
  return page(deps, actor, { ...depthFilter(actor, depth), ...queryFilter(query) }, query);
}

function depthFilter({ policy }: Actor, depth: Depth): AccountFilter {
  return depth === 'children' ? { childrenOf: policy.accountId } : {};
}

async function page(
  deps: AccountsServiceDeps,
  actor: Actor,
  filter: AccountFilter,
  query: AccountListQuery,
): Promise<AccountPage> {
  const { page: number = 1, size = PAGE_SIZE_MAX } = query;
  const { entries, total } = await deps.store.list(actor.policy.dna, filter, {
    page: number,
    size,
  });
  return { entries: await viewAccounts(deps, entries), total, page: number, size };
}

/**
 * What an identifier names: one account (the acting one or any below it), or the accounts that a
 * filter (`L2`) or a DNA path selects. Not found where an account is meant and there is none.
 */
export async function readAccounts(
  deps: AccountsServiceDeps,
  actor: Actor,
  depth: Depth,
  asked: { readonly identifier: string; readonly query: AccountListQuery },
): Promise<AccountPage> {
  const { filter, selects } = parseIdentifier(asked.identifier);
  if (selects === 'one') {
    const account = await deps.store.find(actor.policy.dna, filter);
    if (!account) throw notFound('Account');
    return { entries: await viewAccounts(deps, [account]), total: 1, page: 1, size: 1 };
  }
  if (filter.dna !== undefined && !isOnPath(actor.policy.dna, filter.dna)) {
    throw notFound('Account');
  }
  const conditions = queryFilter(asked.query);
  const fields = [...(conditions.fields ?? []), ...(filter.fields ?? [])];
  return page(
    deps,
    actor,
    { ...depthFilter(actor, depth), ...conditions, ...filter, fields },
    asked.query,
  );
}
