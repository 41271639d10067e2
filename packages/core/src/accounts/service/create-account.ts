import type { AccountCreate, AccountCreated } from '@meridian/contract';
import { Failure, invalid, nanodollars, notFound, unscale } from '../../kernel/index.ts';
import { type Account, type AccountValues, lastOf } from '../account.ts';
import { hardLimitFor, parseAmount, requireAmount, softLimitFor } from '../amounts.ts';
import { type Bounds, changeOf } from '../changes.ts';
import { plainAccount } from '../defaults.ts';
import { differences } from '../fields.ts';
import { generateAccountKey, keyImprint } from '../keys.ts';
import { readOwnerSettings } from '../owner-settings.ts';
import { requireCreatable } from '../permissions.ts';
import type { AccountPath, AccountsUnit } from '../ports.ts';
import { viewParent, viewUpdates } from './answers.ts';
import {
  type AccountsServiceDeps,
  type Actor,
  freshPolicy,
  movementKey,
  operation,
  requireFullKey,
  validityMs,
  withCredit,
} from './context.ts';

const CREDIT_MIN = nanodollars(2_000_000_000n);

/** The account that a request describes; what it leaves open has its default. */
function draftAccount(body: AccountCreate, path: AccountPath, parent: Account) {
  const bounds: Bounds = {
    ancestors: [...path.accounts.slice(0, -1), parent],
    ownerResources: readOwnerSettings(path.ownerSettings).resources,
  };
  const credit = parseAmount('CreditGranted', body.CreditGranted);
  if (credit < CREDIT_MIN) throw invalid('CreditGranted', 'CreditGranted: at least 2.');
  const plain = plainAccount(body.Name, body.Email, parent.rates);
  const change = changeOf(body, plain, bounds);
  const hardLimit = change.hardLimit === undefined ? hardLimitFor(credit) : change.hardLimit;
  const softLimit = hardLimit === null ? null : softLimitFor(hardLimit);
  const values: AccountValues = { ...plain, hardLimit, softLimit, ...change };
  return { values, amount: requireAmount('CreditGranted', unscale(credit, values.rates)) };
}

async function requireRoom(unit: AccountsUnit, parent: Account): Promise<void> {
  const { childLimit } = parent;
  if (childLimit === null || (await unit.countChildren(parent.id)) < childLimit) return;
  throw new Failure('permission_denied', {
    message: `This account may have ${childLimit} direct subaccounts at most.`,
  });
}

/** Creates a child of the acting account and grants it its first credit. */
export async function createAccount(
  deps: AccountsServiceDeps,
  actor: Actor,
  body: AccountCreate,
): Promise<AccountCreated> {
  requireFullKey(actor);
  const { path, policy } = await freshPolicy(deps.store, actor);
  requireCreatable(policy, Object.keys(body));
  const key = generateAccountKey(deps.random);

  async function insert(unit: AccountsUnit): Promise<Account> {
    const [parent] = await unit.lock([policy.accountId]);
    if (!parent) throw notFound('Account');
    const { values, amount } = draftAccount(body, path, parent);
    await requireRoom(unit, parent);
    const account = await unit.insert({ ...values, parentId: parent.id, key: keyImprint(key) });
    await unit.funds.openAccount(account.id);
    await unit.funds.grant({
      key: movementKey(deps, actor),
      from: parent.id,
      to: account.id,
      amount,
      validMs: validityMs(body.Days),
      minimumLeft: policy.minimumLeft,
      reference: `granted by ${parent.name}`,
    });
    const changes = differences(plainAccount('', '', parent.rates), account);
    const credit = { CreditGranted: [null, Number(body.CreditGranted)] } as const;
    await unit.record(operation(actor, 'add_user', account, { ...changes, ...credit }));
    return account;
  }

  const { amount } = draftAccount(body, path, lastOf(path.accounts));
  const giver = { accountId: policy.accountId, amount };
  const account = await withCredit(deps, giver, () => deps.store.change(insert));
  deps.onChange(account.id);
  const defaults = ['Name', 'Email', 'CreditGranted', 'HardLimit', 'SoftLimit'] as const;
  const [parent, updates] = await Promise.all([
    viewParent(deps, account, actor),
    viewUpdates(deps, account, body, defaults),
  ]);
  return {
    Action: 'add',
    Parent: parent,
    User: { ID: account.id, Name: account.name, SecretKey: key.reveal(), Updates: updates },
  };
}
