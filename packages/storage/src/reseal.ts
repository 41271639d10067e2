import type { Database, Parameter, Queries, Row } from './database.ts';
import { CANARY_CONTEXT } from './encryption-key.ts';
import { idempotencyContext } from './idempotency/idempotency-store.ts';
import { configContext, secretContext } from './provider-keys/provider-key-rows.ts';
import { responseContext } from './responses/response-rows.ts';
import type { SecretBox } from './secretbox.ts';
import { SECRET_SETTINGS, settingContext } from './settings/settings-store.ts';

/** How many rows of each table were sealed anew, and how many files were dropped. */
export interface ResealCounts {
  readonly providerKeys: number;
  readonly settings: number;
  readonly answers: number;
  readonly responses: number;
  /** Result files are sealed under names that only their links know; they live for an hour. */
  readonly droppedFiles: number;
}

/** Nodes run, so that what they seal now would be lost. */
export class NodesRunError extends Error {
  override readonly name = 'NodesRunError';
}

const BATCH = 200;
/** A node that was heard of within this time may still run; they beat every second. */
const SILENT_SECONDS = 10;

interface SealedColumn {
  readonly table: string;
  /** Tells one row from all others, in their order. */
  readonly id: string;
  /** The column, and the columns that its context is made of. */
  readonly column: string;
  readonly reads: readonly string[];
  context(row: Row): string;
}

const PROVIDER_KEYS = { table: 'provider_keys', id: 'id', reads: ['owner_id'] } as const;

const COLUMNS = {
  secret: {
    ...PROVIDER_KEYS,
    column: 'secret',
    context: ({ owner_id: owner }: Row) => secretContext(Number(owner)),
  },
  configSecrets: {
    ...PROVIDER_KEYS,
    column: 'config_secrets',
    context: ({ owner_id: owner }: Row) => configContext(Number(owner)),
  },
  answer: {
    table: 'idempotency_keys',
    id: `account_id || ':' || key`,
    column: 'answer',
    reads: ['account_id', 'key'],
    context: ({ account_id: account, key }: Row) =>
      idempotencyContext({ accountId: Number(account), key: String(key) }),
  },
  response: {
    table: 'responses',
    id: `account_id || ':' || id`,
    column: 'sealed',
    reads: ['account_id', 'id'],
    context: ({ account_id: account, id }: Row) => responseContext(Number(account), String(id)),
  },
} satisfies Record<string, SealedColumn>;

/**
 * Seals every secret of the database with another key, all or nothing. Throws `NodesRunError` while
 * nodes run, and where one secret does not open with the old key.
 */
export function resealSecrets(
  database: Database,
  from: SecretBox,
  to: SecretBox,
): Promise<ResealCounts> {
  return database.transaction(async (queries) => {
    await requireSilence(queries);
    const reseal = (sealed: Uint8Array, context: string): Buffer =>
      to.seal(from.open(sealed, context), context);
    const column = (which: SealedColumn): Promise<number> => resealColumn(queries, which, reseal);
    await resealCanary(queries, reseal);
    await column(COLUMNS.configSecrets);
    const [dropped] = await queries.query(
      'with gone as (delete from result_files returning 1) select count(*)::int4 as count from gone',
    );
    return {
      providerKeys: await column(COLUMNS.secret),
      settings: await resealSettings(queries, reseal),
      answers: await column(COLUMNS.answer),
      responses: await column(COLUMNS.response),
      droppedFiles: Number(dropped?.count ?? 0),
    };
  });
}

type Reseal = (sealed: Uint8Array, context: string) => Buffer;

async function requireSilence(queries: Queries): Promise<void> {
  const [row] = await queries.query(
    `select count(*)::int4 as count from nodes
      where state = 1 and beat_at > now() - $1 * interval '1 second'`,
    [SILENT_SECONDS],
  );
  const running = Number(row?.count ?? 0);
  if (running === 0) return;
  throw new NodesRunError(
    `${running} ${running === 1 ? 'node runs' : 'nodes run'} on this database: stop them first, and wait ${SILENT_SECONDS} seconds after a crash`,
  );
}

async function resealCanary(queries: Queries, reseal: Reseal): Promise<void> {
  const [row] = await queries.query('select sealed from encryption_canary for update');
  if (!row) return;
  await queries.query('update encryption_canary set sealed = $1', [
    reseal(row.sealed as Buffer, CANARY_CONTEXT),
  ]);
}

async function resealColumn(
  queries: Queries,
  { table, id, column, reads, context }: SealedColumn,
  reseal: Reseal,
): Promise<number> {
  let after: string | undefined;
  for (let count = 0; ; ) {
    const where: Parameter[] = after === undefined ? [] : [after];
    const rows = await queries.query(
      `select (${id})::text as row_id, ${reads.join(', ')}, ${column} as sealed_value from ${table}
        where ${column} is not null ${after === undefined ? '' : `and (${id})::text > $1`}
        order by (${id})::text limit ${BATCH}`,
      where,
    );
    for (const row of rows) {
      await queries.query(`update ${table} set ${column} = $1 where (${id})::text = $2`, [
        reseal(row.sealed_value as Buffer, context(row)),
        String(row.row_id),
      ]);
    }
    count += rows.length;
    const last = rows.at(-1);
    if (!last || rows.length < BATCH) return count;
    after = String(last.row_id);
  }
}

async function resealSettings(queries: Queries, reseal: Reseal): Promise<number> {
  const rows = await queries.query(
    'select owner_id, name, value from owner_settings where name = any ($1)',
    [[...SECRET_SETTINGS]],
  );
  for (const { owner_id: owner, name, value } of rows) {
    const context = settingContext(Number(owner), String(name));
    const sealed = reseal(Buffer.from(String(value), 'base64'), context);
    await queries.query(
      'update owner_settings set value = $1::jsonb where owner_id = $2 and name = $3',
      [JSON.stringify(sealed.toString('base64')), Number(owner), String(name)],
    );
  }
  return rows.length;
}
