import {
  type AccountFunds,
  type AccountsUnit,
  type NewAccount,
  ROOT_ID,
} from '@meridian/core/accounts';
import { Failure, type Millionths } from '@meridian/core/kernel';
import { announce, type Change } from '../changes.ts';
import type { Parameter, Queries, Row } from '../database.ts';
import { recordOperation } from '../operation-log/operation-log-store.ts';
import { violatedConstraint } from '../sql-errors.ts';
import { ACCOUNT_COLUMNS, changedColumns, toAccount } from './account-rows.ts';
import { NAMED_KEY_COLUMNS, toNamedKey } from './named-key-rows.ts';

const TAKEN: Readonly<Record<string, readonly [param: string, message: string]>> = {
  accounts_name: ['Name', 'Name: another account has this name.'],
  accounts_email: ['Email', 'Email: another account has this address.'],
  accounts_key_digest: ['key', 'key: this key is in use.'],
  accounts_pkey: ['ID', 'ID: this account exists.'],
};

/** A 409 that names the field, where a unique value is taken. */
function refuseTaken(error: unknown): never {
  const taken = TAKEN[violatedConstraint(error) ?? ''];
  if (taken) throw new Failure('conflict', { param: taken[0], message: taken[1], cause: error });
  throw error;
}

function keyTaken(): Failure {
  return new Failure('conflict', { param: 'key', message: 'key: this key is in use.' });
}

function placeholders(count: number, from = 1): string {
  return Array.from({ length: count }, (_, index) => `$${index + from}`).join(', ');
}

function only(rows: readonly Row[]): Row {
  const [row] = rows;
  if (!row) throw new Error('the account is not there, though it is locked');
  return row;
}

async function insertAccount(queries: Queries, account: NewAccount): Promise<Row> {
  const columns = changedColumns(account);
  const names = columns.map(([name]) => name).join(', ');
  const values: Parameter[] = [
    account.parentId,
    Buffer.from(account.key.digest, 'hex'),
    account.key.tail,
    ...columns.map(([, value]) => value),
  ];
  const id = account.parentId === null ? `${ROOT_ID}::bigint` : `nextval('accounts_id_seq')`;
  const rows = await queries.query(
    `insert into accounts as a (id, dna, parent_id, key_digest, key_tail, ${names})
      select n.id, coalesce((select p.dna from accounts p where p.id = $1), '.') || n.id || '.',
        ${placeholders(values.length)}
      from (select ${id} as id) n
      returning ${ACCOUNT_COLUMNS}`,
    values,
  );
  return only(rows);
}

async function countRows(queries: Queries, where: string, value: Parameter): Promise<number> {
  const rows = await queries.query(`select count(*)::int4 as count from ${where}`, [value]);
  return only(rows).count as number;
}

type KeyChanges = Pick<
  AccountsUnit,
  'countNamedKeys' | 'insertNamedKey' | 'revokeNamedKey' | 'replaceKey'
>;

const KEY_IN_USE = `
  select from accounts where key_digest = $1
  union all select from named_keys where key_digest = $1
  union all select from retired_keys where key_digest = $1`;

function keyChanges(queries: Queries, changed: (accountId: number) => void): KeyChanges {
  return {
    countNamedKeys: (accountId) =>
      countRows(queries, 'named_keys where account_id = $1 and revoked_at is null', accountId),
    async insertNamedKey(accountId, { name, scopes, expiresAt, digest, tail }) {
      changed(accountId);
      const rows = await queries.query(
        `insert into named_keys
          (account_id, name, scopes, models, limits, expires_at, key_digest, key_tail)
          values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${NAMED_KEY_COLUMNS}`,
        [
          accountId,
          name,
          scopes.endpoints,
          scopes.models,
          JSON.stringify(scopes.limits),
          expiresAt === null ? null : new Date(expiresAt),
          Buffer.from(digest, 'hex'),
          tail,
        ],
      );
      return toNamedKey(only(rows));
    },
    async revokeNamedKey(accountId, namedKeyId) {
      changed(accountId);
      const [row] = await queries.query(
        `update named_keys set revoked_at = now()
          where account_id = $1 and id = $2 and revoked_at is null returning name`,
        [accountId, namedKeyId],
      );
      return row && String(row.name);
    },
    async replaceKey(accountId, { digest, tail }, oldUntil) {
      changed(accountId);
      const bytes = Buffer.from(digest, 'hex');
      const holders = await queries.query(KEY_IN_USE, [bytes]);
      if (holders.length > 0) throw keyTaken();
      await queries.query('delete from retired_keys where account_id = $1', [accountId]);
      if (oldUntil !== null) {
        await queries.query(
          `insert into retired_keys (account_id, key_digest, valid_until)
            select id, key_digest, $2 from accounts where id = $1`,
          [accountId, new Date(oldUntil)],
        );
      }
      const rows = await queries
        .query(
          `update accounts a set key_digest = $2, key_tail = $3, updated_at = now()
            where a.id = $1 returning ${ACCOUNT_COLUMNS}`,
          [accountId, bytes, tail],
        )
        .catch(refuseTaken);
      return toAccount(only(rows));
    },
  };
}

/** Ends an account; of what it had, only what others refer to by number stays. */
async function removeBelongings(queries: Queries, accountId: number): Promise<void> {
  const statements = [
    'delete from provider_keys where owner_id = $1',
    'delete from owner_settings where owner_id = $1',
    'delete from retired_keys where account_id = $1',
    'delete from idempotency_keys where account_id = $1',
    'update named_keys set revoked_at = now() where account_id = $1 and revoked_at is null',
    'update accounts set deleted_at = now(), updated_at = now(), key_digest = null where id = $1',
  ];
  for (const statement of statements) await queries.query(statement, [accountId]);
}

/** The account tree within one transaction; `finish` announces what was changed. */
export function createAccountsUnit(
  queries: Queries,
  funds: AccountFunds,
): AccountsUnit & { finish(): Promise<void> } {
  const changes: Change[] = [];
  const changed = (accountId: number): void => {
    changes.push({ topic: 'account', scope: accountId });
  };
  return {
    funds,
    async lock(accountIds) {
      const rows = await queries.query(
        `select ${ACCOUNT_COLUMNS} from accounts a
          where a.id = any ($1) and a.deleted_at is null order by a.id for no key update`,
        [accountIds],
      );
      return rows.map(toAccount);
    },
    countChildren: (accountId) =>
      countRows(queries, 'accounts where parent_id = $1 and deleted_at is null', accountId),
    countDescendants: async (dna) =>
      (await countRows(queries, `accounts where dna like $1 and deleted_at is null`, `${dna}%`)) -
      1,
    async lowestChildRates(accountId) {
      const [row] = await queries.query(
        'select min(rates) as rates from accounts where parent_id = $1 and deleted_at is null',
        [accountId],
      );
      return (row?.rates as Millionths | null) ?? undefined;
    },
    async insert(account) {
      const row = await insertAccount(queries, account).catch(refuseTaken);
      const inserted = toAccount(row);
      changed(inserted.id);
      return inserted;
    },
    async update(accountId, change) {
      changed(accountId);
      const columns = changedColumns(change);
      const sets = columns.map(([name], index) => `${name} = $${index + 2}, `).join('');
      const rows = await queries
        .query(
          `update accounts a set ${sets} updated_at = now() where a.id = $1
            returning ${ACCOUNT_COLUMNS}`,
          [accountId, ...columns.map(([, value]) => value)],
        )
        .catch(refuseTaken);
      return toAccount(only(rows));
    },
    async remove(accountId) {
      changed(accountId);
      await removeBelongings(queries, accountId);
      changes.push({ topic: 'provider_keys', scope: accountId });
    },
    ...keyChanges(queries, changed),
    record: (operation) => recordOperation(queries, operation),
    finish: () => announce(queries, changes),
  };
}
