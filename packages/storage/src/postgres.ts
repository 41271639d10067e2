import { Failure, isFailure } from '@meridian/core/kernel';
import pg from 'pg';
import type { Database, Parameter, Queries, Row } from './database.ts';
import { createListener } from './pg-listener.ts';
import { asUnavailable, sqlState } from './sql-errors.ts';
import { cellParser, encodeParameters } from './wire-values.ts';

const VERSION_MIN = 150_000;
const POOL_SIZE = 10;
const WAITING_MAX = 2_000;
const CONNECT_TIMEOUT_MS = 5_000;
const IDLE_TIMEOUT_MS = 60_000;
const STATEMENT_TIMEOUT_MS = 30_000;
const LOCK_TIMEOUT_MS = 10_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 15_000;
/** The client gives up after the server would have: only a dead connection gets this far. */
const REPLY_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 5_000;
const SCRIPT_TIMEOUT_MS = 3_600_000;
const KEEP_ALIVE_DELAY_MS = 10_000;

/** How to reach a PostgreSQL server. */
export interface PostgresOptions {
  readonly url: string;
  /** Connections for queries; listening takes one more. Default 10. */
  readonly poolSize?: number;
  /** Told about connections that broke; they are replaced without further ado. */
  readonly onFault?: (error: unknown) => void;
}

function connectionConfig(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: 'meridian',
    options: '-c timezone=UTC -c client_min_messages=warning',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    query_timeout: REPLY_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY_MS,
    types: { getTypeParser: cellParser as typeof pg.types.getTypeParser },
  };
}

async function run(
  client: pg.PoolClient,
  text: string,
  parameters: readonly Parameter[],
  name?: string,
): Promise<readonly Row[]> {
  const values = encodeParameters(parameters);
  const query = name === undefined ? { text, values } : { text, values, name };
  const result = await client.query<Record<string, unknown>>(query);
  return result.rows;
}

async function runScript(client: pg.PoolClient, text: string): Promise<void> {
  // The driver reads this field; its types do not know it.
  const config: pg.QueryConfig & { readonly query_timeout: number } = {
    text,
    query_timeout: SCRIPT_TIMEOUT_MS,
  };
  await client.query(config);
}

/** Keeps the connection after a refused statement, drops it after anything that may have broken it. */
function breakage(error: unknown): Error | undefined {
  if (sqlState(error) !== undefined) return undefined;
  return error instanceof Error ? error : new Error(String(error));
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/** Returns an error of `work` as a value, because the connection is still good after the rollback. */
async function transact<T>(
  client: pg.PoolClient,
  work: (queries: Queries) => Promise<T>,
): Promise<Outcome<T>> {
  let isOpen = true;
  const queries: Queries = {
    async query(text, parameters = []) {
      if (!isOpen) throw new Error('the transaction has ended');
      return run(client, text, parameters);
    },
  };
  await client.query('begin');
  let value: T;
  try {
    value = await work(queries);
  } catch (error) {
    isOpen = false;
    await client.query('rollback').catch(() => {
      throw breakage(error) ?? new Error('the connection broke', { cause: error });
    });
    return { error };
  }
  isOpen = false;
  const { command } = await client.query('commit');
  if (command === 'COMMIT') return { value };
  return { error: new Error('a statement failed, so the transaction was rolled back') };
}

async function requireVersion(queries: Queries): Promise<void> {
  const [row] = await queries.query(
    `select current_setting('server_version_num')::int4 as number, current_setting('server_version') as text`,
  );
  if (Number(row?.number) >= VERSION_MIN) return;
  throw new Error(`PostgreSQL 15 or newer is needed; the server is ${row?.text}`);
}

/** Connects to a PostgreSQL server; throws when it cannot be reached or is too old. */
export async function createPostgres(options: PostgresOptions): Promise<Database> {
  const { url, poolSize = POOL_SIZE, onFault = () => undefined } = options;
  const connection = connectionConfig(url);
  const pool = new pg.Pool({ ...connection, max: poolSize, idleTimeoutMillis: IDLE_TIMEOUT_MS });
  pool.on('error', onFault);
  // A connection that is lost between two statements of a transaction emits `error` on itself.
  pool.on('connect', (client) => client.on('error', onFault));
  const listener = createListener({ connection, onFault });

  let running = 0;
  let onIdle: (() => void) | undefined;
  let closing: Promise<void> | undefined;

  async function useClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    try {
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      client.release(breakage(error));
      throw error;
    }
  }

  async function withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    if (closing !== undefined) throw new Error('the database is closed');
    if (pool.waitingCount >= WAITING_MAX) {
      throw new Failure('service_unavailable', { message: 'The database is overloaded.' });
    }
    running++;
    try {
      return await useClient(work);
    } catch (error) {
      throw asUnavailable(error);
    } finally {
      if (--running === 0) onIdle?.();
    }
  }

  /** Waits for what was asked for before; the pool itself would leave those without a connection. */
  async function close(): Promise<void> {
    await listener[Symbol.asyncDispose]();
    await new Promise<void>((resolve) => {
      onIdle = resolve;
      if (running === 0) resolve();
    });
    await pool.end();
  }

  const database: Database = {
    kind: 'postgres',
    query: (text, parameters = [], { name } = {}) =>
      withClient((client) => run(client, text, parameters, name)),
    async transaction(work) {
      const outcome = await withClient((client) => transact(client, work));
      if ('error' in outcome) throw asUnavailable(outcome.error);
      return outcome.value;
    },
    execute: (text) => withClient((client) => runScript(client, text)),
    listen: (channel, onMessage) => listener.listen(channel, onMessage),
    [Symbol.asyncDispose]: () => {
      closing ??= close();
      return closing;
    },
  };
  try {
    await requireVersion(database);
  } catch (error) {
    await database[Symbol.asyncDispose]();
    // Whoever starts the server needs to know what the connection died of.
    throw isFailure(error) ? (error.detail.cause ?? error) : error;
  }
  return database;
}
