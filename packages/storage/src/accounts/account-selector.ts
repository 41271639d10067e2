import type { AccountSelector } from '@meridian/core/accounts';
import type { Queries } from '../database.ts';
import { filterCondition } from './account-filter.ts';

/** Finds the accounts that reports are about, and their names. */
export function createAccountSelector(queries: Queries): AccountSelector {
  return {
    async select(scopeDna, filter, limit) {
      const { text, parameters } = filterCondition(scopeDna, filter);
      const rows = await queries.query(
        `select a.id from accounts a where ${text} order by a.id limit $${parameters.length + 1}`,
        [...parameters, limit],
      );
      return rows.map(({ id }) => Number(id));
    },
    async labels(accountIds) {
      const rows = await queries.query(
        'select a.id, a.name, a.email from accounts a where a.id = any ($1)',
        [accountIds],
      );
      return new Map(
        rows.map(({ id, name, email }) => [
          Number(id),
          { id: Number(id), name: String(name), email: String(email) },
        ]),
      );
    },
  };
}
