import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createTestDatabase, databaseKinds, type TestDatabase } from '@meridian/testkit';
import type { Database } from './database.ts';
import { type MigrationFile, migrate, readMigrations } from './migrate.ts';

const first: MigrationFile = {
  name: '0001-first.sql',
  sql: 'create table first (id int8); insert into first values (1);',
};
const second: MigrationFile = {
  name: '0002-second.sql',
  sql: `create function one() returns int8 language plpgsql as $$ begin return 1; end $$;
    insert into first values (2);`,
};

for (const kind of databaseKinds) {
  describe(`migrations: ${kind}`, () => {
    let opened: TestDatabase;
    let database: Database;

    before(async () => {
      opened = await createTestDatabase(kind);
      database = opened.database;
    });
    after(() => opened[Symbol.asyncDispose]());

    async function rows(): Promise<number> {
      return (await database.query('select id from first')).length;
    }

    test('run in order, once each, and only what is new', async () => {
      assert.deepEqual(await migrate(database, [first]), ['0001-first.sql']);
      assert.deepEqual(await migrate(database, [first, second]), ['0002-second.sql']);
      assert.deepEqual(await migrate(database, [first, second]), []);
      assert.equal(await rows(), 2);
    });

    test('a failing one leaves nothing behind and is not recorded', async () => {
      const broken = { name: '0003-broken.sql', sql: 'delete from first; select nonsense;' };
      await assert.rejects(migrate(database, [first, second, broken]), /0003-broken.sql failed/);
      assert.equal(await rows(), 2);
      const mended = { name: '0003-broken.sql', sql: 'insert into first values (3);' };
      assert.deepEqual(await migrate(database, [first, second, mended]), ['0003-broken.sql']);
      await database.execute(`delete from migrations where name = '0003-broken.sql'`);
    });

    test('a changed, a vanished and a belated one are refused', async () => {
      const changed = { ...first, sql: `${first.sql} ` };
      await assert.rejects(migrate(database, [changed, second]), /0001-first.sql was changed/);
      await assert.rejects(migrate(database, [first]), /newer than this version.*0002-second.sql/);
      const renamed = { ...second, name: '0002-other.sql' };
      await assert.rejects(migrate(database, [first, renamed]), /newer than this version/);
      await database.execute(
        `insert into migrations select '0009-late.sql', checksum from migrations limit 1`,
      );
      const late = { name: '0009-late.sql', sql: first.sql };
      const belated = { name: '0005-belated.sql', sql: 'select 1' };
      await assert.rejects(migrate(database, [first, second, belated, late]), /0005-belated.sql/);
    });

    test('files out of order or badly named are refused', async () => {
      await assert.rejects(migrate(database, [second, first]), /out of order/);
      await assert.rejects(migrate(database, [{ name: 'first.sql', sql: '' }]), /not named/);
    });
  });

  test(`everything that is shipped runs on an empty database: ${kind}`, async () => {
    await using opened = await createTestDatabase(kind);
    const files = await readMigrations();
    assert.deepEqual(
      await migrate(opened.database, files),
      files.map(({ name }) => name),
    );
    assert.deepEqual(await migrate(opened.database, files), []);
  });
}

test('nodes that start together run each migration once', async () => {
  await using opened = await createTestDatabase('postgres');
  const nodes = await Promise.all(Array.from({ length: 4 }, () => opened.reopen()));
  const runs = await Promise.all(nodes.map((node) => migrate(node, [first, second])));
  assert.deepEqual(runs.flat().sort(), ['0001-first.sql', '0002-second.sql']);
  assert.equal((await opened.database.query('select id from first')).length, 2);
  await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()));
});
