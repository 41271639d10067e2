import type { AccountFunds, AccountsStore } from '@meridian/core/accounts';
import type { Database, Queries } from '../database.ts';
import { sqlState } from '../sql-errors.ts';
import { filterCondition } from './account-filter.ts';
import { readKeyHolder, readPaths } from './account-paths.ts';
import { ACCOUNT_COLUMNS, toAccount } from './account-rows.ts';
import { createAccountsUnit } from './accounts-unit.ts';
import { NAMED_KEY_COLUMNS, toNamedKey } from './named-key-rows.ts';

const ATTEMPTS_MAX = 3;
/** Serialization failure and deadlock: rolled back whole, may be repeated. */
const COLLISIONS: ReadonlySet<string> = new Set(['40001', '40P01']);

/** What the store of accounts is made of. */
export interface AccountsStoreDeps {
  readonly database: Database;
  /** Movements of credit within a transaction of this database. */
  readonly fundsOf: (queries: Queries) => AccountFunds;
}

/** Runs a transaction again that the database ended for the sake of another one. */
async function withRetry<T>(transact: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transact();
    } catch (error) {
      if (!COLLISIONS.has(sqlState(error) ?? '') || attempt === ATTEMPTS_MAX) throw error;
    }
  }
}

/** The account tree in the database. */
export function createAccountsStore({ database, fundsOf }: AccountsStoreDeps): AccountsStore {
  return {
    async readPath(accountId) {
      const [row] = await database.query(
        'select dna from accounts where id = $1 and deleted_at is null',
        [accountId],
      );
      if (!row) return undefined;
      return (await readPaths(database, [String(row.dna)])).get(accountId);
    },
    readKeyHolder: (digest) => readKeyHolder(database, digest),
    async find(scopeDna, filter) {
      const { text, parameters } = filterCondition(scopeDna, filter);
      const [row] = await database.query(
        `select ${ACCOUNT_COLUMNS} from accounts a where ${text} order by a.id limit 1`,
        parameters,
      );
      return row && toAccount(row);
    },
    async list(scopeDna, filter, { page, size }) {
      const { text, parameters } = filterCondition(scopeDna, filter);
      const self = `a.dna <> $${parameters.length + 1}`;
      const where = `from accounts a where ${text} and ${self}`;
      const values = [...parameters, scopeDna];
      const [counted] = await database.query(`select count(*)::int4 as total ${where}`, values);
      const rows = await database.query(
        `select ${ACCOUNT_COLUMNS} ${where} order by a.id limit $${values.length + 1}
          offset $${values.length + 2}`,
        [...values, size, (page - 1) * size],
      );
      return { entries: rows.map(toAccount), total: Number(counted?.total ?? 0) };
    },
    async descendants(scopeDna, limit) {
      const { text, parameters } = filterCondition(scopeDna, {});
      const rows = await database.query(
        `select ${ACCOUNT_COLUMNS} from accounts a where ${text} and a.dna <> $2
          order by a.id desc limit $3`,
        [...parameters, scopeDna, limit],
      );
      return rows.map(toAccount);
    },
    readPaths: (accounts) =>
      readPaths(
        database,
        accounts.map(({ dna }) => dna),
      ),
    async countChildren(accountIds) {
      const rows = await database.query(
        `select parent_id, count(*)::int4 as count from accounts
          where parent_id = any ($1) and deleted_at is null group by parent_id`,
        [accountIds],
      );
      return new Map(rows.map((row) => [Number(row.parent_id), Number(row.count)]));
    },
    async listNamedKeys(accountId) {
      const rows = await database.query(
        `select ${NAMED_KEY_COLUMNS} from named_keys
          where account_id = $1 and revoked_at is null order by id`,
        [accountId],
      );
      return rows.map(toNamedKey);
    },
    async touchNamedKeys(usedAt) {
      await database.query(
        `update named_keys k set last_used_at = greatest(k.last_used_at, u.at)
          from unnest($1::bigint[], $2::timestamptz[]) u (id, at) where k.id = u.id`,
        [[...usedAt.keys()], [...usedAt.values()].map((at) => new Date(at))],
      );
    },
    change: (work) =>
      withRetry(() =>
        database.transaction(async (queries) => {
          const unit = createAccountsUnit(queries, fundsOf(queries));
          const result = await work(unit);
          await unit.finish();
          return result;
        }),
      ),
  };
}
