import type { KeyScopes, NamedKey } from '@meridian/core/accounts';
import type { Row } from '../database.ts';

/** The columns that make a named key. */
export const NAMED_KEY_COLUMNS =
  'id, account_id, name, scopes, models, limits, expires_at, key_tail, created_at, last_used_at';

/** What the key of a row with `scopes`, `models` and `limits` may be used for. */
export function toScopes(row: Row): KeyScopes {
  return {
    endpoints: row.scopes as string[] | null,
    models: row.models as string[] | null,
    limits: row.limits as KeyScopes['limits'],
  };
}

/** A named key from a row with `NAMED_KEY_COLUMNS`. */
export function toNamedKey(row: Row): NamedKey {
  return {
    id: Number(row.id),
    accountId: Number(row.account_id),
    name: row.name as string,
    scopes: toScopes(row),
    expiresAt: (row.expires_at as Date | null)?.getTime() ?? null,
    keyTail: row.key_tail as string,
    createdAt: (row.created_at as Date).getTime(),
    lastUsedAt: (row.last_used_at as Date | null)?.getTime() ?? null,
  };
}
