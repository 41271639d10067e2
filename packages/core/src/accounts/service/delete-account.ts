import type { AccountDeleted } from '@meridian/contract';
import {
  Failure,
  type Nanodollars,
  nanodollars,
  notFound,
  sum,
  unscale,
  ZERO,
} from '../../kernel/index.ts';
import { type Account, lastOf, ROOT_ID } from '../account.ts';
import { parseIdentifier } from '../identifiers.ts';
import { relationTo } from '../permissions.ts';
import type { AccountsUnit, CloseOrder } from '../ports.ts';
import { shown } from '../view.ts';
import { viewParent } from './answers.ts';
import {
  type AccountsServiceDeps,
  type Actor,
  DAY_MS,
  operation,
  requireAccount,
  requirePath,
} from './context.ts';

/** Accounts that one request may delete. */
const DELETED_MAX = 1_000;
/** Shown dollars of the parent. */
const FEE = nanodollars(200_000_000n);
const REFUND_VALIDITY_DAYS = 180;

/** What closing each account means; the fee is the same in its parent's shown dollars. */
function closeOrders(doomed: readonly Account[], parent: Account): readonly CloseOrder[] {
  const accounts = new Map([parent, ...doomed].map((each) => [each.id, each]));
  return doomed.map(({ id, parentId }) => {
    const heir = accounts.get(parentId ?? parent.id) ?? parent;
    return {
      accountId: id,
      heir: heir.id,
      fee: unscale(FEE, heir.rates),
      validMs: REFUND_VALIDITY_DAYS * DAY_MS,
    };
  });
}

/** The account with everything below it, the deepest first. */
async function subtreeOf(
  { store }: AccountsServiceDeps,
  target: Account,
  isCascade: boolean,
): Promise<readonly Account[]> {
  const descendants = await store.descendants(target.dna, DELETED_MAX);
  if (descendants.length > 0 && !isCascade) {
    throw new Failure('conflict', {
      message: 'The account has subaccounts; delete them first or pass ?cascade=true.',
    });
  }
  if (descendants.length >= DELETED_MAX) {
    throw new Failure('conflict', {
      message: `More than ${DELETED_MAX} accounts would be deleted; delete parts of it first.`,
    });
  }
  return [...descendants, target];
}

function requireDeletable(actor: Actor, target: Account): void {
  const relation = relationTo(actor.policy, target);
  if (relation === 'none') throw notFound('Account');
  if (relation === 'above') return;
  throw new Failure('permission_denied', { message: 'You may not delete your own account.' });
}

interface Deletion {
  readonly actor: Actor;
  readonly parent: Account;
  /** The deepest first, the account that was named last. */
  readonly doomed: readonly Account[];
  readonly orders: readonly CloseOrder[];
}

/** Closes the books and removes the accounts; returns what the last one refunded. */
async function close(unit: AccountsUnit, deletion: Deletion): Promise<Nanodollars> {
  const { actor, parent, doomed, orders } = deletion;
  const ids = [parent.id, ...doomed.map(({ id }) => id)];
  const locked = await unit.lock(ids);
  const target = doomed.at(-1);
  const below = target ? await unit.countDescendants(target.dna) : 0;
  if (locked.length !== ids.length || below !== doomed.length - 1) {
    throw new Failure('conflict', { message: 'The subaccounts have just changed; try again.' });
  }
  let refunded = ZERO;
  for (const order of orders) refunded = await unit.funds.closeAccount(order);
  for (const account of doomed) {
    await unit.record(operation(actor, 'delete_user', account, { Name: [account.name, null] }));
    await unit.remove(account.id);
  }
  return refunded;
}

/** Deletes an account, with `isCascade` its descendants too; each refunds its parent. */
export async function deleteAccount(
  deps: AccountsServiceDeps,
  actor: Actor,
  identifier: string,
  { isCascade }: { readonly isCascade: boolean },
): Promise<AccountDeleted> {
  const { filter, selects } = parseIdentifier(identifier);
  if (selects !== 'one') throw notFound('Account');
  const target = await requireAccount(deps.store, actor, filter);
  requireDeletable(actor, target);
  const doomed = await subtreeOf(deps, target, isCascade);
  const parent = lastOf((await requirePath(deps.store, target.parentId ?? ROOT_ID)).accounts);
  const orders = closeOrders(doomed, parent);
  let refunded = await deps.store.change((unit) => close(unit, { actor, parent, doomed, orders }));
  for (const { id } of doomed) deps.onChange(id);
  for (const order of orders) {
    const more = await deps.books.finishClosing(order);
    if (order.accountId === target.id) refunded = sum(refunded, more);
  }
  return {
    Action: 'delete',
    Parent: await viewParent(deps, target, actor),
    User: {
      ID: target.id,
      Name: target.name,
      Refund: shown(refunded, parent.rates),
      Deleted: doomed.map(({ id }) => id),
    },
  };
}
