import assert from 'node:assert/strict';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Database } from '../database.ts';
import { openEmbedded } from './open.ts';

let parent: string;
before(async () => {
  parent = await mkdtemp(join(tmpdir(), 'meridian-embedded-'));
});
after(() => rm(parent, { recursive: true, force: true }));

test('a data folder is made for its owner alone, keeps what was written, and has one opener', async () => {
  const dataDir = join(parent, 'data');
  const database = await openEmbedded({ dataDir });
  assert.equal(statSync(dataDir).mode & 0o777, 0o700);
  assert.equal(statSync(join(dataDir, 'db')).mode & 0o777, 0o700);
  await database.execute('create table kept (id int8); insert into kept values (7)');
  await assert.rejects(openEmbedded({ dataDir }), new RegExp(`in use by process ${process.pid} `));
  await database[Symbol.asyncDispose]();
  assert.equal(existsSync(join(dataDir, 'db.lock')), false);
  await assert.rejects(database.query('select 1'), /closed/);
  await assert.rejects(
    database.transaction(async () => undefined),
    /closed/,
  );

  await using again = await openEmbedded({ dataDir });
  await database[Symbol.asyncDispose]();
  assert.ok(
    existsSync(join(dataDir, 'db.lock')),
    'closing twice does not take another’s lock away',
  );
  assert.deepEqual(await again.query('select id from kept'), [{ id: 7n }]);
});

test('what a killed first start left unfinished is thrown away', async () => {
  const dataDir = join(parent, 'unfinished');
  mkdirSync(join(dataDir, 'db.unfinished', 'base'), { recursive: true });
  writeFileSync(join(dataDir, 'db.unfinished', 'PG_VERSION'), '1');
  await using database = await openEmbedded({ dataDir });
  assert.deepEqual(await database.query('select 1 as one'), [{ one: 1 }]);
  assert.equal(existsSync(join(dataDir, 'db.unfinished')), false);
});

test('a folder that is no database is refused and its lock released', async () => {
  const dataDir = join(parent, 'broken');
  mkdirSync(join(dataDir, 'db'), { recursive: true });
  writeFileSync(join(dataDir, 'db', 'PG_VERSION'), 'not a version');
  await assert.rejects(openEmbedded({ dataDir }));
  assert.equal(existsSync(join(dataDir, 'db.lock')), false);
});

test('closing lets everything finish that was asked for before', async () => {
  const dataDir = join(parent, 'closing');
  const database = await openEmbedded({ dataDir });
  await database.execute('create table t (id int8)');
  const asked = Promise.all([
    database.transaction(async (queries) => {
      await queries.query('insert into t values (1)');
      await queries.query('select pg_sleep(0.05)');
    }),
    ...[2, 3, 4].map((id) => database.query('insert into t values ($1)', [id])),
  ]);
  await database[Symbol.asyncDispose]();
  await asked;
  await using again = await openEmbedded({ dataDir });
  assert.equal((await again.query('select id from t')).length, 4);
});

describe('one connection for everybody', () => {
  let database: Database;
  before(async () => {
    database = await openEmbedded({ dataDir: join(parent, 'shared'), idleInTransactionMs: 100 });
    await database.execute('create table t (id int8)');
  });
  after(() => database[Symbol.asyncDispose]());

  test('a slow query does not stall this thread, and high priority overtakes what waits', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const order: string[] = [];
    const note = (name: string) => () => void order.push(name);
    await Promise.all([
      database.query('select count(*) from generate_series(1, 600000)').then(note('slow')),
      database.query('select 1').then(note('normal')),
      database.query('select 1', [], { priority: 'high' }).then(note('high')),
    ]);
    clearInterval(timer);
    assert.deepEqual(order, ['slow', 'high', 'normal']);
    assert.ok(ticks > 3, `${ticks} ticks`);
  });

  test('a transaction that pauses for too long is rolled back and lets others in', async () => {
    const never = new Promise<never>(() => undefined);
    const paused = database.transaction(async (queries) => {
      await queries.query('insert into t values (1)');
      await never;
    });
    const waiting = database.query('select id from t');
    await assert.rejects(paused, /idle for too long/);
    assert.deepEqual(await waiting, []);
  });

  test('a query beside the handed-over ones waits for the transaction instead of joining it', async () => {
    let beside: Promise<unknown> = Promise.resolve();
    await database.transaction(async (queries) => {
      beside = database.query('select id from t');
      await queries.query('insert into t values (2)');
    });
    assert.deepEqual(await beside, [{ id: 2n }]);
  });
});
