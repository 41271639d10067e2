import type { NamedKeyCreate, NamedKeyCreated, NamedKeyView } from '@meridian/contract';
import { Failure, notFound } from '../../kernel/index.ts';
import { applyTokens } from '../allowlist.ts';
import { generateNamedKey, keyImprint } from '../keys.ts';
import type { NamedKey } from '../ports.ts';
import { scopeTokens } from '../token-kinds.ts';
import { type AccountsServiceDeps, type Actor, operation } from './context.ts';

const NAMED_KEYS_MAX = 100;

function viewKey(key: NamedKey): NamedKeyView {
  return {
    id: key.id,
    name: key.name,
    scopes: key.scopes === null ? null : [...key.scopes],
    partial_key: key.keyTail,
    created_at: new Date(key.createdAt).toISOString(),
    last_used_at: key.lastUsedAt === null ? null : new Date(key.lastUsedAt).toISOString(),
  };
}

/** The acting account's named keys. */
export async function listNamedKeys(
  { store }: AccountsServiceDeps,
  { policy }: Actor,
): Promise<readonly NamedKeyView[]> {
  return (await store.listNamedKeys(policy.accountId)).map(viewKey);
}

/** Makes a named key of the acting account. */
export async function createNamedKey(
  deps: AccountsServiceDeps,
  actor: Actor,
  body: NamedKeyCreate,
): Promise<NamedKeyCreated> {
  const { accountId } = actor.policy;
  const scopes = applyTokens(null, body.scopes ?? null, scopeTokens);
  const secret = generateNamedKey(deps.random);
  const key = await deps.store.change(async (unit) => {
    const [account] = await unit.lock([accountId]);
    if (!account) throw notFound('Account');
    if ((await unit.countNamedKeys(accountId)) >= NAMED_KEYS_MAX) {
      throw new Failure('conflict', {
        message: `At most ${NAMED_KEYS_MAX} keys; revoke one first.`,
      });
    }
    const made = await unit.insertNamedKey(accountId, {
      name: body.name,
      scopes,
      ...keyImprint(secret),
    });
    await unit.record(operation(actor, 'add_key', account, { NamedKey: [null, body.name] }));
    return made;
  });
  deps.onChange(accountId);
  return { success: true, key: { ...viewKey(key), secret_key: secret.reveal() } };
}

/** Revokes a named key of the acting account; it stops working on every node within a second. */
export async function revokeNamedKey(
  deps: AccountsServiceDeps,
  actor: Actor,
  namedKeyId: number,
): Promise<void> {
  const { accountId } = actor.policy;
  await deps.store.change(async (unit) => {
    const [account] = await unit.lock([accountId]);
    const name = account && (await unit.revokeNamedKey(accountId, namedKeyId));
    if (!account || name === undefined) throw notFound('Key');
    await unit.record(operation(actor, 'revoke_key', account, { NamedKey: [name, null] }));
  });
  deps.onChange(accountId);
}
