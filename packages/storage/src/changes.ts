import type { Queries } from './database.ts';

/**
 * What can change, and whose it is: an account's id, an owner's id. `key_sleep`: all keys of the
 * owner were woken.
 */
export interface Change {
  readonly topic: 'account' | 'settings' | 'provider_keys' | 'key_sleep';
  readonly scope: number;
}

/** The channel on which changes are announced; the payload is the counter. */
export const CHANGE_CHANNEL = 'meridian_change';

/**
 * Announces changes to all nodes, as the last thing of a transaction: the counter is one row, and
 * whoever has it locked must not wait for anything else.
 */
export async function announce(queries: Queries, changes: readonly Change[]): Promise<void> {
  const distinct = new Map(changes.map((change) => [`${change.topic}:${change.scope}`, change]));
  if (distinct.size === 0) return;
  await queries.query(
    `select announce_change(c.topic, c.scope)
      from unnest($1::text[], $2::text[]) with ordinality c (topic, scope, position) order by position`,
    [
      [...distinct.values()].map(({ topic }) => topic),
      [...distinct.values()].map(({ scope }) => scope.toString()),
    ],
  );
}
