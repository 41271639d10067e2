import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isFailure } from '@meridian/core/kernel';
import { createTestDatabase, freshDatabase, type TestDatabase } from '@meridian/testkit';
import type { Database } from './database.ts';
import { createPostgres } from './postgres.ts';
import { isDefiniteRefusal, sqlState } from './sql-errors.ts';

describe('a PostgreSQL server', () => {
  let opened: TestDatabase;
  let database: Database;
  before(async () => {
    opened = await createTestDatabase('postgres');
    database = opened.database;
  });
  after(() => opened[Symbol.asyncDispose]());

  /** Ends every connection of the database but the asking one, as an operator or a network would. */
  async function cutOthers(): Promise<void> {
    const admin = await opened.reopen();
    await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await admin[Symbol.asyncDispose]();
  }

  test('connections have their limits', async () => {
    const names = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];
    const rows = await database.query(
      'select n as name, current_setting(n) as value from unnest($1::text[]) n',
      [names],
    );
    assert.deepEqual(
      rows.map(({ value }) => value),
      ['30s', '10s', '15s'],
    );
  });

  test('a lock that another transaction holds is waited for, not for ever', async () => {
    await database.execute('create table locked (id int8); insert into locked values (1)');
    await database.transaction(async (queries) => {
      await queries.query('select id from locked for update');
      const impatient = database.transaction(async (others) => {
        await others.query(`set local lock_timeout = '50ms'`);
        await others.query('select id from locked for update');
      });
      await assert.rejects(impatient, { code: '55P03' });
    });
  });

  test('connections that were cut are replaced', async () => {
    await Promise.all(Array.from({ length: 5 }, () => database.query('select pg_sleep(0.01)')));
    await cutOthers();
    const results = await Promise.allSettled(
      Array.from({ length: 12 }, () => database.query('select 1 as one')),
    );
    assert.ok(results.some(({ status }) => status === 'fulfilled'));
    // Each query that met a dead connection has removed it; all dead ones are gone by now.
    assert.deepEqual(await database.query('select 1 as one'), [{ one: 1 }]);
  });

  test('a transaction whose connection is cut fails and leaves nothing', async () => {
    await database.execute('create table cut (id int8)');
    const attempt = database.transaction(async (queries) => {
      await queries.query('insert into cut values (1)');
      await cutOthers();
      await queries.query('insert into cut values (2)');
    });
    const error = await attempt.catch((reason: unknown) => reason);
    assert.ok(isFailure(error), String(error));
    assert.deepEqual([error.code, error.detail.retryAfterSeconds], ['service_unavailable', 2]);
    assert.equal(isDefiniteRefusal(error), false, String(sqlState(error)));
    const reader = await opened.reopen();
    assert.deepEqual(await reader.query('select id from cut'), []);
    await reader[Symbol.asyncDispose]();
  });

  test('listening goes on after its connection was cut', async () => {
    let heard = Promise.withResolvers<string>();
    const stop = await database.listen('after_cut', (payload) => heard.resolve(payload));
    await cutOthers();
    const until = Date.now() + 10_000;
    heard = Promise.withResolvers();
    let isHeard = false;
    void heard.promise.then(() => {
      isHeard = true;
    });
    while (!isHeard && Date.now() < until) {
      await database
        .query(`select pg_notify('after_cut', 'again'), pg_sleep(0.05)`)
        .catch(() => []);
    }
    assert.equal(await heard.promise, 'again');
    await stop();
  });

  test('more at once than there are connections are all served', async () => {
    const rows = await Promise.all(
      Array.from({ length: 60 }, (_, i) => database.query('select $1::int4 as i', [i])),
    );
    assert.deepEqual(
      rows.map(([row]) => row?.i),
      Array.from({ length: 60 }, (_, i) => i),
    );
  });
});

test('closing lets everything finish that was asked for before, and nothing after', async () => {
  await using opened = await createTestDatabase('postgres');
  const database = await opened.reopen();
  const asked = Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      database.query('select $1::int4 as i, pg_sleep(0.01)', [i]),
    ),
  );
  const closed = database[Symbol.asyncDispose]();
  await assert.rejects(database.query('select 1'), /closed/);
  assert.equal((await asked).length, 40);
  await closed;
  await database[Symbol.asyncDispose]();
});

test('a server that is not there is reported, not waited for', async () => {
  await assert.rejects(createPostgres({ url: 'postgres://nobody@127.0.0.1:1/none' }));
});

test('a database that is not there is reported', async () => {
  const fresh = await freshDatabase('postgres');
  const url = new URL(fresh.url!);
  url.pathname = '/meridian_no_such_database';
  await assert.rejects(createPostgres({ url: url.href }), { code: '3D000' });
  await fresh[Symbol.asyncDispose]();
});
