import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createTestDatabase, databaseKinds, type TestDatabase } from '@meridian/testkit';
import type { Database, Parameter } from './database.ts';
import { isDefiniteRefusal, sqlState, violatedConstraint } from './sql-errors.ts';

for (const kind of databaseKinds) {
  describe(`the contract of a database: ${kind}`, () => {
    let opened: TestDatabase;
    let database: Database;

    before(async () => {
      opened = await createTestDatabase(kind);
      database = opened.database;
      await database.execute('create table notes (id int8 primary key, text text not null)');
    });
    after(() => opened[Symbol.asyncDispose]());

    async function readValue(expression: string, parameters: readonly Parameter[] = []) {
      const [row] = await database.query(`select ${expression} as value`, parameters);
      return row?.value;
    }

    async function ids(): Promise<unknown[]> {
      return (await database.query('select id from notes order by id')).map(({ id }) => id);
    }

    const moment = new Date('2026-03-01T12:34:56.789Z');
    const results: readonly [expression: string, value: unknown][] = [
      ['9007199254740993::int8', 9007199254740993n],
      ['-1::int8', -1n],
      ['7::int4', 7],
      ['7::int2', 7],
      ['1.5::float8', 1.5],
      ['12345678901234567890.123456789::numeric', '12345678901234567890.123456789'],
      ['true', true],
      ['null::text', null],
      [`''::text`, ''],
      [`'2026-03-01 12:34:56.789+00'::timestamptz`, moment],
      [`'2026-03-01 14:34:56.789+02'::timestamptz`, moment],
      [`'2026-03-01'::date`, '2026-03-01'],
      [`'{"a":[1,null,"ä"]}'::jsonb`, { a: [1, null, 'ä'] }],
      [`'"x"'::json`, 'x'],
      [`'\\x00ff10'::bytea`, Buffer.from([0, 255, 16])],
      [`'{}'::text[]`, []],
      [`'{1,NULL,3}'::int8[]`, [1n, null, 3n]],
      [
        `array['a"b', 'c,d', 'e\\f', 'NULL', '', null, '{}']`,
        ['a"b', 'c,d', 'e\\f', 'NULL', '', null, '{}'],
      ],
      [`array['2026-03-01 12:34:56.789+00'::timestamptz]`, [moment]],
      [`array[true,false]`, [true, false]],
      [`'0190a1b2-0000-7000-8000-000000000000'::uuid`, '0190a1b2-0000-7000-8000-000000000000'],
      [`array['{"a":1}'::jsonb]`, [{ a: 1 }]],
    ];
    for (const [expression, value] of results) {
      test(`reads ${expression}`, async () => {
        assert.deepEqual(await readValue(expression), value);
      });
    }

    const parameters: readonly [type: string, parameter: Parameter, value: unknown][] = [
      ['int8', 9007199254740993n, 9007199254740993n],
      ['int4', -3, -3],
      ['float8', 0.1, 0.1],
      ['numeric', '0.000000001', '0.000000001'],
      ['text', `it's "ä" \\ 😀`, `it's "ä" \\ 😀`],
      ['bool', false, false],
      ['int8', null, null],
      ['timestamptz', moment, moment],
      ['bytea', Buffer.from([1, 0, 254]), Buffer.from([1, 0, 254])],
      ['jsonb', '{"k":"v"}', { k: 'v' }],
      ['int8[]', [1n, null, 3n], [1n, null, 3n]],
      ['text[]', ['', 'a"b\\', '{,}', null, 'NULL'], ['', 'a"b\\', '{,}', null, 'NULL']],
      ['bool[]', [true, false], [true, false]],
      ['timestamptz[]', [moment, null], [moment, null]],
      ['bytea[]', [Buffer.from('x')], [Buffer.from('x')]],
      ['int8[]', [], []],
    ];
    for (const [type, parameter, value] of parameters) {
      test(`takes a ${type} parameter: ${JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}n` : v))}`, async () => {
        assert.deepEqual(await readValue(`$1::${type}`, [parameter]), value);
      });
    }

    test('a refused statement carries its SQLSTATE and constraint, and the next one works', async () => {
      await database.query('insert into notes values (1, $1)', ['one']);
      const again = await database
        .query('insert into notes values (1, $1)', ['again'])
        .catch((error: unknown) => error);
      assert.equal(sqlState(again), '23505');
      assert.equal(violatedConstraint(again), 'notes_pkey');
      assert.ok(isDefiniteRefusal(again));
      await assert.rejects(database.query('select 1/0'), { code: '22012' });
      await assert.rejects(database.query('selec 1'), { code: '42601' });
      assert.equal(await readValue('1'), 1);
      await database.query('delete from notes');
    });

    test('a transaction commits what it did and returns its value', async () => {
      const value = await database.transaction(async (queries) => {
        await queries.query(`insert into notes values (10, 'a')`);
        await queries.query(`insert into notes values (11, 'b')`);
        return 'done';
      });
      assert.equal(value, 'done');
      assert.deepEqual(await ids(), [10n, 11n]);
      await database.query('delete from notes');
    });

    test('a transaction that throws leaves nothing, and its error comes through', async () => {
      const failure = new Error('changed my mind');
      const attempt = database.transaction(async (queries) => {
        await queries.query(`insert into notes values (20, 'a')`);
        throw failure;
      });
      await assert.rejects(attempt, failure);
      assert.deepEqual(await ids(), []);
    });

    test('a transaction that swallows a refused statement is not reported as committed', async () => {
      const attempt = database.transaction(async (queries) => {
        await queries.query(`insert into notes values (30, 'a')`);
        await queries.query('select 1/0').catch(() => undefined);
      });
      await assert.rejects(attempt, /rolled back/);
      assert.deepEqual(await ids(), []);
    });

    test('the queries of an ended transaction are refused', async () => {
      let kept: Parameters<Parameters<Database['transaction']>[0]>[0] | undefined;
      await database.transaction(async (queries) => {
        kept = queries;
      });
      await assert.rejects(async () => kept?.query('select 1'), /has ended/);
    });

    test('many transactions at once that read, then write, lose nothing', async () => {
      await database.query(`insert into notes values (40, '0')`);
      await Promise.all(
        Array.from({ length: 40 }, () =>
          database.transaction(async (queries) => {
            const [row] = await queries.query('select text from notes where id = 40 for update');
            await queries.query('update notes set text = $1 where id = 40', [
              String(Number(row?.text) + 1),
            ]);
          }),
        ),
      );
      assert.equal(await readValue('(select text from notes where id = 40)'), '40');
      await database.query('delete from notes');
    });

    test('a script of several statements takes effect as a whole or not at all', async () => {
      await database.execute(
        `insert into notes values (50, 'a'); insert into notes values (51, 'b')`,
      );
      assert.deepEqual(await ids(), [50n, 51n]);
      const broken = database.execute(`delete from notes; insert into nowhere values (1)`);
      await assert.rejects(broken, { code: '42P01' });
      assert.deepEqual(await ids(), [50n, 51n]);
      await database.query('delete from notes');
    });

    test('a notification reaches every listener of its channel until it stops', async () => {
      const heard: string[] = [];
      let arrived = Promise.withResolvers<void>();
      const stopFirst = await database.listen('first_channel', (text) => heard.push(`1:${text}`));
      const stop = await database.listen('first_channel', (text) => {
        heard.push(`2:${text}`);
        arrived.resolve();
      });
      await database.query(`select pg_notify('other_channel', 'x')`);
      await database.transaction(async (queries) => {
        await queries.query(`select pg_notify('first_channel', 'ä')`);
      });
      await arrived.promise;
      await stopFirst();
      arrived = Promise.withResolvers();
      await database.query(`select pg_notify('first_channel', 'last')`);
      await arrived.promise;
      await stop();
      assert.deepEqual(heard, ['1:ä', '2:ä', '2:last']);
    });

    test('a name that needs quoting works as a channel', async () => {
      const arrived = Promise.withResolvers<string>();
      const stop = await database.listen('Meridian-Change', arrived.resolve);
      await database.query(`select pg_notify('Meridian-Change', 'payload')`);
      assert.equal(await arrived.promise, 'payload');
      await stop();
    });

    test('times are the same whatever the zone of the process', async () => {
      assert.equal(await readValue(`current_setting('timezone')`), 'UTC');
    });
  });
}
