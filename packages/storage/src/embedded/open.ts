import { chmod, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Database, Parameter, Queries, Row } from '../database.ts';
import { decodeRows, encodeParameters } from '../wire-values.ts';
import { type Connection, startConnection } from './connection.ts';
import { takeLock } from './lock.ts';
import type { Table } from './messages.ts';
import { ensureDatabaseFolder } from './template.ts';
import { createTurns } from './turns.ts';

const WAITING_MAX = 10_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 15_000;

/** Where the embedded database lives. */
export interface EmbeddedOptions {
  /** The data folder; the database is its subfolder `db`, its lock the file `db.lock`. */
  readonly dataDir: string;
  /** How many queries may wait for the one connection. Default 10,000. */
  readonly waitingMax?: number;
  /** How long a transaction may pause between two statements. Default 15 s. */
  readonly idleInTransactionMs?: number;
  /** The database died; the process should stop. */
  readonly onFault?: (error: unknown) => void;
}

function toRows({ fields, cells }: Table): readonly Row[] {
  return decodeRows(fields, cells);
}

async function query(
  connection: Connection,
  text: string,
  parameters: readonly Parameter[] = [],
): Promise<readonly Row[]> {
  const encoded = encodeParameters(parameters);
  return toRows(await connection.perform({ kind: 'query', text, parameters: encoded }));
}

/** Runs `work` on a connection that nobody else uses meanwhile. */
async function transact<T>(
  connection: Connection,
  idleMs: number,
  work: (queries: Queries) => Promise<T>,
): Promise<T> {
  const expired = Promise.withResolvers<never>();
  let isOpen = true;
  let timer: NodeJS.Timeout | undefined;
  const idle = (): void => {
    timer = setTimeout(() => {
      isOpen = false;
      expired.reject(new Error('the transaction was idle for too long'));
    }, idleMs);
  };
  let running: Promise<unknown> = Promise.resolve();
  const queries: Queries = {
    query(text, parameters) {
      if (!isOpen) return Promise.reject(new Error('the transaction has ended'));
      clearTimeout(timer);
      const result = running.then(() => query(connection, text, parameters));
      running = result.then(idle, idle);
      return result;
    },
  };
  await connection.perform({ kind: 'script', text: 'begin' });
  try {
    idle();
    const value = await Promise.race([work(queries), expired.promise]);
    isOpen = false;
    await running;
    const { command } = await connection.perform({ kind: 'script', text: 'commit' });
    if (command === 'COMMIT') return value;
  } catch (error) {
    isOpen = false;
    await running;
    await connection.perform({ kind: 'script', text: 'rollback' });
    throw error;
  } finally {
    clearTimeout(timer);
  }
  throw new Error('a statement failed, so the transaction was rolled back');
}

/** Who listens to which channel; the worker listens once per channel. */
function createChannels() {
  const channels = new Map<string, Set<(payload: string) => void>>();
  return {
    /** True when this is the channel's first listener. */
    add(channel: string, onMessage: (payload: string) => void): boolean {
      const listeners = channels.get(channel) ?? new Set();
      channels.set(channel, listeners.add(onMessage));
      return listeners.size === 1;
    },
    remove(channel: string, onMessage: (payload: string) => void): void {
      channels.get(channel)?.delete(onMessage);
    },
    publish(channel: string, payload: string): void {
      for (const onMessage of channels.get(channel) ?? []) onMessage(payload);
    },
  };
}

async function prepareFolder(dataDir: string): Promise<string> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await chmod(dataDir, 0o700);
  return join(dataDir, 'db');
}

/**
 * Opens the embedded database in a worker thread, creating it on first use. Throws when another
 * process has the folder. It survives a killed process, but not a loss of power: it never fsyncs.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Database> {
  const { waitingMax = WAITING_MAX, idleInTransactionMs = IDLE_IN_TRANSACTION_TIMEOUT_MS } =
    options;
  const folder = await prepareFolder(resolve(options.dataDir));
  const release = takeLock(`${folder}.lock`);
  const turns = createTurns(waitingMax);
  const channels = createChannels();
  let connection: Connection;
  try {
    await ensureDatabaseFolder(folder);
    connection = await startConnection(
      { folder },
      {
        onNotification: channels.publish,
        onDeath(error) {
          turns.refuse(error);
          options.onFault?.(error);
        },
      },
    );
  } catch (error) {
    release();
    throw error;
  }

  async function inTurn<T>(priority: 'normal' | 'high', work: () => Promise<T>): Promise<T> {
    const end = await turns.take(priority);
    try {
      return await work();
    } finally {
      end();
    }
  }
  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    const closed = turns
      .takeLast(new Error('the database is closed'))
      .then(() => connection.perform({ kind: 'close' }));
    // One that died has said so when it died; there is nothing left of it to close.
    await closed.catch(() => undefined);
    await connection.stop();
    release();
  }
  const script = (text: string): Promise<Table> =>
    inTurn('normal', () => connection.perform({ kind: 'script', text }));

  return {
    kind: 'embedded',
    query: (text, parameters, { priority = 'normal' } = {}) =>
      inTurn(priority, () => query(connection, text, parameters)),
    transaction: (work) => inTurn('normal', () => transact(connection, idleInTransactionMs, work)),
    execute: async (text) => void (await script(text)),
    async listen(channel, onMessage) {
      const stop = async (): Promise<void> => channels.remove(channel, onMessage);
      if (channels.add(channel, onMessage)) {
        await script(`listen "${channel}"`).catch((error) => {
          channels.remove(channel, onMessage);
          throw error;
        });
      }
      return stop;
    },
    [Symbol.asyncDispose]: () => {
      closing ??= close();
      return closing;
    },
  };
}
