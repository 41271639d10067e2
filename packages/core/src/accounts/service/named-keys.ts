import type { NamedKeyCreate, NamedKeyCreated, NamedKeyView } from '@meridian/contract';
import { type Clock, Failure, invalid, notFound } from '../../kernel/index.ts';
import { RATE_DIMENSIONS } from '../account.ts';
import { applyTokens, type TokenKind } from '../allowlist.ts';
import { generateNamedKey, keyImprint } from '../keys.ts';
import type { KeyScopes, NamedKey } from '../ports.ts';
import { modelTokens, scopeTokens } from '../token-kinds.ts';
import { type AccountsServiceDeps, type Actor, operation, requireFullKey } from './context.ts';

const NAMED_KEYS_MAX = 100;
const modelScopes: TokenKind = { ...modelTokens, param: 'scopes.models' };
const endpointScopes: TokenKind = { ...scopeTokens, param: 'scopes.endpoints' };

function iso(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}

function viewKey(key: NamedKey): NamedKeyView {
  const { endpoints, models, limits } = key.scopes;
  return {
    id: key.id,
    name: key.name,
    scopes: {
      endpoints: endpoints && [...endpoints],
      models: models && [...models],
      limits,
      expires_at: iso(key.expiresAt),
    },
    partial_key: key.keyTail,
    created_at: new Date(key.createdAt).toISOString(),
    last_used_at: iso(key.lastUsedAt),
  };
}

/** What a request limits its new key to; throws a 400 that names the field at fault. */
function readScopes(
  written: NamedKeyCreate['scopes'],
  clock: Pick<Clock, 'now'>,
): Pick<NamedKey, 'scopes' | 'expiresAt'> {
  const given = Array.isArray(written) ? { endpoints: written } : (written ?? {});
  const { endpoints = null, models = null, limits = {}, expires_at: expires = null } = given;
  const expiresAt = expires === null ? null : Date.parse(expires);
  if (expiresAt !== null && expiresAt <= clock.now()) {
    throw invalid('scopes.expires_at', 'scopes.expires_at: it is over already.');
  }
  const scopes: KeyScopes = {
    endpoints: applyTokens(null, endpoints, endpointScopes),
    models: applyTokens(null, models, modelScopes),
    limits: Object.fromEntries(
      RATE_DIMENSIONS.flatMap((name) => {
        const limit = limits[name] ?? null;
        return limit === null ? [] : [[name, limit] as const];
      }),
    ),
  };
  return { scopes, expiresAt };
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
  requireFullKey(actor);
  const { accountId } = actor.policy;
  const limited = readScopes(body.scopes, deps.clock);
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
      ...limited,
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
  requireFullKey(actor);
  const { accountId } = actor.policy;
  await deps.store.change(async (unit) => {
    const [account] = await unit.lock([accountId]);
    const name = account && (await unit.revokeNamedKey(accountId, namedKeyId));
    if (!account || name === undefined) throw notFound('Key');
    await unit.record(operation(actor, 'revoke_key', account, { NamedKey: [name, null] }));
  });
  deps.onChange(accountId);
}
