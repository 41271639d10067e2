import type { AccountUpdate, AccountUpdated, AccountView } from '@meridian/contract';
import {
  divideHalfUp,
  Failure,
  invalid,
  isFailure,
  type Nanodollars,
  nanodollars,
  notFound,
  unscale,
  ZERO,
} from '../../kernel/index.ts';
import type { Account, AccountChange } from '../account.ts';
import { firstOutside } from '../allowlist.ts';
import { parseAmount, requireAmount } from '../amounts.ts';
import { type Bounds, changeOf, raisedQuota } from '../changes.ts';
import { differences } from '../fields.ts';
import { parseIdentifier } from '../identifiers.ts';
import { readOwnerSettings } from '../owner-settings.ts';
import { relationTo, requireWritable } from '../permissions.ts';
import type { Policy } from '../policy.ts';
import type { AccountPath, AccountsUnit } from '../ports.ts';
import { addressTokens } from '../token-kinds.ts';
import { viewParent, viewUpdates } from './answers.ts';
import {
  type AccountsServiceDeps,
  type Actor,
  freshPolicy,
  movementKey,
  operation,
  requireAccount,
  requirePath,
  validityMs,
  withCredit,
} from './context.ts';

/** Funding a deeper descendant directly pays this share of the amount to its parent: 5 %. */
const SKIPPED_PARENT_SHARE = 20n;

/** One update on its way: what was asked, by whom, of whom. */
interface Update {
  readonly deps: AccountsServiceDeps;
  readonly actor: Actor;
  /** The acting account's policy as it is now. */
  readonly policy: Policy;
  readonly body: AccountUpdate;
  readonly path: AccountPath;
  /** The same for every attempt. */
  readonly movement: string;
}

/** An account may only narrow its own address list. */
function requireTighter(policy: Policy, current: Account, change: AccountChange): void {
  const { allowIps } = change;
  if (allowIps === undefined || policy.accountId !== current.id || policy.isRoot) return;
  const isWider = allowIps === null && current.allowIps !== null;
  if (!isWider && firstOutside(allowIps, [current.allowIps], addressTokens) === undefined) return;
  throw new Failure('permission_denied', {
    message: 'AllowIPs: you may only narrow your own list.',
    param: 'AllowIPs',
  });
}

/** A validity is that of credit which is granted with it. */
function requireCredit({ Days, CreditGranted }: AccountUpdate): void {
  if (Days === undefined || CreditGranted !== undefined) return;
  throw invalid('Days', 'Days: it is the validity of credit; send CreditGranted with it.');
}

/** No child may have lower Rates than its parent. */
async function requireChildRates(
  unit: AccountsUnit,
  current: Account,
  { rates }: AccountChange,
): Promise<void> {
  if (rates === undefined || rates <= current.rates) return;
  const lowest = await unit.lowestChildRates(current.id);
  if (lowest === undefined || lowest >= rates) return;
  throw invalid('Rates', 'Rates: a subaccount has lower ones; raise those first.');
}

/** Moves the credit of an update; amounts are base. */
async function moveCredit(update: Update, unit: AccountsUnit, to: Account, amount: Nanodollars) {
  const { policy, movement } = update;
  const giver = policy.accountId;
  if (amount < 0n) {
    const reference = `taken back from account ${to.id}`;
    const order = {
      key: movement,
      from: to.id,
      to: giver,
      amount: nanodollars(-amount),
      reference,
    };
    await unit.funds.takeBack(order).catch((error: unknown) => {
      if (!isFailure(error) || error.code !== 'insufficient_balance') throw error;
      throw invalid('CreditGranted', 'CreditGranted: the account has less credit than that free.');
    });
    return;
  }
  const isDeeper = to.parentId !== null && to.parentId !== giver;
  const fee = nanodollars(divideHalfUp(amount, SKIPPED_PARENT_SHARE));
  await unit.funds.grant({
    key: movement,
    from: giver,
    to: to.id,
    amount,
    validMs: validityMs(update.body.Days),
    minimumLeft: policy.minimumLeft,
    reference: `granted by account ${giver}`,
    ...(isDeeper && fee > 0n && to.parentId !== null && { fee: { to: to.parentId, amount: fee } }),
  });
}

/** Base nanodollars that an update grants, negative to take back; by the Rates that it sets. */
function creditOf({ body }: Update, current: Account, change: AccountChange): Nanodollars {
  if (body.CreditGranted === undefined) return ZERO;
  const credit = parseAmount('CreditGranted', body.CreditGranted);
  return requireAmount('CreditGranted', unscale(credit, change.rates ?? current.rates));
}

function boundsOf(path: AccountPath): Bounds {
  return {
    ancestors: path.accounts.slice(0, -1),
    ownerResources: readOwnerSettings(path.ownerSettings).resources,
  };
}

async function apply(update: Update, unit: AccountsUnit, id: number): Promise<Account> {
  const { body, policy, actor } = update;
  const bounds = boundsOf(update.path);
  const parentId = bounds.ancestors.at(-1)?.id;
  const locked = await unit.lock(parentId === undefined ? [id] : [parentId, id]);
  const current = locked.find((account) => account.id === id);
  const parent = locked.find((account) => account.id === parentId);
  if (!current || parent?.id !== parentId) throw notFound('Account');
  const ancestors = parent ? [...bounds.ancestors.slice(0, -1), parent] : [];
  const written = changeOf(body, current, { ...bounds, ancestors });
  requireTighter(policy, current, written);
  await requireChildRates(unit, current, written);
  const amount = creditOf(update, current, written);
  const credit = parseAmount('CreditGranted', body.CreditGranted ?? 0);
  const change = { ...written, ...raisedQuota(current, written, credit) };
  const account = await unit.update(id, change);
  if (amount !== 0n) await moveCredit(update, unit, account, amount);
  const moved = amount === 0n ? {} : { CreditGranted: [null, Number(body.CreditGranted)] as const };
  const changes = { ...differences(current, account), ...moved };
  await unit.record(operation(actor, 'update_user', account, changes));
  return account;
}

/** Whose free credit an update needs, and how much with the fee. */
function giverOf(update: Update, current: Account): { accountId: number; amount: Nanodollars } {
  const change = changeOf(update.body, current, boundsOf(update.path));
  const amount = creditOf(update, current, change);
  if (amount < 0n) return { accountId: current.id, amount: nanodollars(-amount) };
  const fee =
    current.parentId === update.policy.accountId ? 0n : amount / SKIPPED_PARENT_SHARE + 1n;
  return {
    accountId: update.policy.accountId,
    amount: nanodollars(amount === 0n ? 0n : amount + fee),
  };
}

/** Changes an account and moves credit to or from it, as a whole or not at all. */
export async function updateAccount(
  deps: AccountsServiceDeps,
  actor: Actor,
  identifier: string,
  body: AccountUpdate,
): Promise<AccountUpdated> {
  const { filter, selects } = parseIdentifier(identifier);
  if (selects !== 'one') throw notFound('Account');
  const target = await requireAccount(deps.store, actor, filter);
  const { policy } = await freshPolicy(deps.store, actor);
  if (relationTo(policy, target) === 'none') throw notFound('Account');
  requireWritable(policy, target, Object.keys(body));
  requireCredit(body);
  const path = await requirePath(deps.store, target.id);
  const update = { deps, actor, policy, body, path, movement: movementKey(deps, actor) };
  const account = await withCredit(deps, giverOf(update, target), () =>
    deps.store.change((unit) => apply(update, unit, target.id)),
  );
  deps.onChange(account.id);
  const raised: (keyof AccountView)[] =
    account.autoQuota && body.CreditGranted !== undefined ? ['HardLimit', 'SoftLimit'] : [];
  const [parent, updates] = await Promise.all([
    viewParent(deps, account, actor),
    viewUpdates(deps, account, body, raised),
  ]);
  return {
    Action: 'update',
    Parent: parent,
    User: { ID: account.id, Name: account.name, Updates: updates },
  };
}
