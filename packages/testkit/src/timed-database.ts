import type { Database } from '@meridian/storage';
import { freshDatabase } from './fresh-database.ts';

/** A migrated PostgreSQL database whose clock a test sets; disposing it removes every trace. */
export interface TimedDatabase extends AsyncDisposable {
  readonly database: Database;
  /** From now on it is this moment (milliseconds since 1970); time stands still until the next. */
  setTime(atMs: number): Promise<void>;
}

/** What the functions of the product read instead of the server's own clock. */
const CLOCK_SQL = `
  create schema test_clock;
  create table test_clock.moment (at timestamptz not null);
  insert into test_clock.moment values (pg_catalog.clock_timestamp());
  create function test_clock.clock_timestamp() returns timestamptz language sql volatile
    as 'select at from test_clock.moment';
  create function test_clock.now() returns timestamptz language sql stable
    as 'select at from test_clock.moment';`;

/**
 * Makes an empty database with the product's tables and a clock that is set by hand: functions find
 * it before the server's, because it comes first in the search path of the connection. `zone` is the
 * time zone of its sessions.
 */
export async function timedDatabase(zone = 'UTC'): Promise<TimedDatabase> {
  const { createPostgres, migrate, readMigrations } = await import('@meridian/storage');
  await using stack = new AsyncDisposableStack();
  const fresh = stack.use(await freshDatabase('postgres'));
  if (fresh.url === null) throw new Error('a server has a URL');
  const plain = stack.use(await createPostgres({ url: fresh.url, poolSize: 1 }));
  await migrate(plain, await readMigrations());
  await plain.execute(CLOCK_SQL);
  const url = new URL(fresh.url);
  const path = 'test_clock,pg_catalog,public';
  url.searchParams.set('options', `-c search_path=${path} -c timezone=${zone}`);
  const database = stack.use(await createPostgres({ url: url.href }));
  const owned = stack.move();
  return {
    database,
    async setTime(atMs) {
      await plain.query('update test_clock.moment set at = $1', [new Date(atMs)]);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
