import type { NamedKey } from '@meridian/core/accounts';
import type { Row } from '../database.ts';

/** The columns that make a named key. */
export const NAMED_KEY_COLUMNS = 'id, account_id, name, scopes, key_tail, created_at, last_used_at';

/** A named key from a row with `NAMED_KEY_COLUMNS`. */
export function toNamedKey(row: Row): NamedKey {
  return {
    id: Number(row.id),
    accountId: Number(row.account_id),
    name: row.name as string,
    scopes: row.scopes as string[] | null,
    keyTail: row.key_tail as string,
    createdAt: (row.created_at as Date).getTime(),
    lastUsedAt: (row.last_used_at as Date | null)?.getTime() ?? null,
  };
}
