import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Database, Queries } from './database.ts';
import { sqlState } from './sql-errors.ts';

/** One migration: `NNNN-name.sql`, run in a transaction, never changed once released. */
export interface MigrationFile {
  readonly name: string;
  readonly sql: string;
}

const FILE_NAME = /^\d{4}-[a-z0-9-]+\.sql$/;
/** Any fixed number; it is the key of the lock that lets one node migrate at a time. */
const ADVISORY_LOCK = 7_301_996_441n;

/** Begins every script: one node at a time, however long that takes. */
const ALONE = `
  select set_config('lock_timeout', '0', true), set_config('statement_timeout', '0', true);
  select pg_advisory_xact_lock(${ADVISORY_LOCK});`;

const CREATE_TABLE = `${ALONE}
  create table if not exists migrations (
    name text primary key,
    checksum text not null,
    applied_at timestamptz not null default now()
  );`;

const UNIQUE_VIOLATION = '23505';

/** The migrations that are shipped with this version, in order. */
export async function readMigrations(): Promise<MigrationFile[]> {
  const folder = new URL('./migrations/', import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => ({ name, sql: await readFile(new URL(name, folder), 'utf8') })),
  );
}

function checksum(sql: string): string {
  return createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex');
}

function requireOrder(files: readonly MigrationFile[]): void {
  let previous = '';
  for (const { name } of files) {
    if (!FILE_NAME.test(name)) throw new Error(`migration ${name} is not named NNNN-name.sql`);
    if (name.slice(0, 4) <= previous) throw new Error(`migration ${name} is out of order`);
    previous = name.slice(0, 4);
  }
}

/** The migrations still to be run; throws when the database does not fit this version. */
function pendingOf(
  files: readonly MigrationFile[],
  applied: ReadonlyMap<string, string>,
): readonly MigrationFile[] {
  const known = new Set(files.map(({ name }) => name));
  for (const name of applied.keys()) {
    if (!known.has(name)) {
      throw new Error(`the database is newer than this version of Meridian: it has ${name}`);
    }
  }
  for (const { name, sql } of files) {
    const recorded = applied.get(name);
    if (recorded !== undefined && recorded !== checksum(sql)) {
      throw new Error(`migration ${name} was changed after it had been applied`);
    }
  }
  const pending = files.filter(({ name }) => !applied.has(name));
  const last = [...applied.keys()].sort().at(-1) ?? '';
  const late = pending.find(({ name }) => name < last);
  if (late)
    throw new Error(`migration ${late.name} comes before ${last}, which is applied already`);
  return pending;
}

async function readApplied(queries: Queries): Promise<Map<string, string>> {
  const rows = await queries.query('select name, checksum from migrations');
  return new Map(rows.map((row) => [String(row.name), String(row.checksum)]));
}

/** Runs one migration; false when another node did so meanwhile. */
async function apply(database: Database, { name, sql }: MigrationFile): Promise<boolean> {
  // The record comes first, so that a node that waited stops before it runs anything twice.
  const record = `insert into migrations (name, checksum) values ('${name}', '${checksum(sql)}');`;
  try {
    await database.execute(`${ALONE}\n${record}\n${sql}`);
    return true;
  } catch (error) {
    if (sqlState(error) === UNIQUE_VIOLATION && (await readApplied(database)).has(name)) {
      return false;
    }
    throw new Error(`migration ${name} failed`, { cause: error });
  }
}

/**
 * Brings the database up to `files`; returns the names of what it ran. Each runs in a transaction
 * of its own. Several nodes may start together: the others wait and find the work done.
 */
export async function migrate(
  database: Database,
  files: readonly MigrationFile[],
): Promise<readonly string[]> {
  requireOrder(files);
  await database.execute(CREATE_TABLE);
  const done: string[] = [];
  for (const file of pendingOf(files, await readApplied(database))) {
    if (await apply(database, file)) done.push(file.name);
  }
  return done;
}
