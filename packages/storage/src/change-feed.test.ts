import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '@meridian/core/kernel';
import { createTestDatabase, databaseKinds } from '@meridian/testkit';
import { type ChangeNotice, createChangeFeed } from './change-feed.ts';
import { announce, type Change } from './changes.ts';
import type { Database } from './database.ts';
import { migrate, readMigrations } from './migrate.ts';

function announced(database: Database, ...changes: Change[]): Promise<void> {
  return database.transaction((queries) => announce(queries, changes));
}

/** Collects notices; `until` resolves when so many have come. */
function collect() {
  const notices: ChangeNotice[] = [];
  let wanted = Number.POSITIVE_INFINITY;
  let arrived = Promise.withResolvers<void>();
  return {
    notices,
    listener(notice: ChangeNotice): void {
      notices.push(notice);
      if (notices.length >= wanted) arrived.resolve();
    },
    until(count: number): Promise<void> {
      arrived = Promise.withResolvers();
      wanted = count;
      if (notices.length >= count) arrived.resolve();
      return arrived.promise;
    },
  };
}

const fail = (error: unknown): never => {
  throw error;
};

for (const kind of databaseKinds) {
  describe(`the feed of changes: ${kind}`, () => {
    test('tells what was committed, once and in order, and nothing that was rolled back', async () => {
      await using opened = await createTestDatabase(kind);
      const { database } = opened;
      await migrate(database, await readMigrations());
      await announced(database, { topic: 'account', scope: 1 });
      await using feed = await createChangeFeed({ database, clock: systemClock, onFault: fail });
      const collected = collect();
      const stop = feed.subscribe(collected.listener);
      await announced(
        database,
        { topic: 'account', scope: 5 },
        { topic: 'settings', scope: 1 },
        { topic: 'account', scope: 5 },
      );
      const rolledBack = database.transaction(async (queries) => {
        await announce(queries, [{ topic: 'account', scope: 6 }]);
        throw new Error('no');
      });
      await assert.rejects(rolledBack, /no/);
      await announced(database, { topic: 'provider_keys', scope: 2 });
      await collected.until(3);
      assert.deepEqual(collected.notices, [
        { topic: 'account', scope: 5 },
        { topic: 'settings', scope: 1 },
        { topic: 'provider_keys', scope: 2 },
      ]);
      stop();
      await announced(database, { topic: 'account', scope: 7 });
      await database.query('select 1');
      assert.equal(collected.notices.length, 3);
    });

    test('many writers at once are all heard', async () => {
      await using opened = await createTestDatabase(kind);
      const { database } = opened;
      await migrate(database, await readMigrations());
      await using feed = await createChangeFeed({ database, clock: systemClock, onFault: fail });
      const collected = collect();
      feed.subscribe(collected.listener);
      const scopes = Array.from({ length: 40 }, (_, i) => i + 1);
      await Promise.all(scopes.map((scope) => announced(database, { topic: 'account', scope })));
      await collected.until(40);
      const heard = collected.notices.map((notice) => 'scope' in notice && notice.scope);
      assert.deepEqual(
        heard.sort((a, b) => Number(a) - Number(b)),
        scopes,
      );
    });
  });
}

test('another node hears within a second, even when every notification is lost', async () => {
  await using opened = await createTestDatabase('postgres');
  const { database } = opened;
  await migrate(database, await readMigrations());
  const second = await opened.reopen();
  const deaf: Database = { ...second, listen: async () => async () => undefined };
  const collected = collect();
  {
    await using feed = await createChangeFeed({
      database: deaf,
      clock: systemClock,
      onFault: fail,
    });
    feed.subscribe(collected.listener);
    const startMs = performance.now();
    await announced(database, { topic: 'account', scope: 3 });
    await collected.until(1);
    assert.ok(performance.now() - startMs < 1_000);
  }
  await second[Symbol.asyncDispose]();
});

test('a node that missed what is no longer kept is told to forget everything', async () => {
  await using opened = await createTestDatabase('postgres');
  const { database } = opened;
  await migrate(database, await readMigrations());
  await using feed = await createChangeFeed({
    database: { ...database, listen: async () => async () => undefined },
    clock: systemClock,
    onFault: fail,
  });
  const collected = collect();
  feed.subscribe(collected.listener);
  await database.transaction(async (queries) => {
    await announce(queries, [{ topic: 'account', scope: 3 }]);
    await announce(queries, [{ topic: 'account', scope: 4 }]);
    await queries.query(`delete from changes where scope = '3'`);
  });
  await collected.until(1);
  await sleep(0);
  assert.deepEqual(collected.notices, [{ topic: 'everything' }]);
});
