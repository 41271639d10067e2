import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { createPostgres } from '@meridian/storage';
import { freshDatabase } from './fresh-database.ts';

test('two databases of the server are empty and apart, and gone when disposed', async () => {
  const urls: string[] = [];
  {
    await using first = await freshDatabase('postgres');
    await using second = await freshDatabase('postgres');
    urls.push(first.url!, second.url!);
    assert.notEqual(first.url, second.url);
    assert.notEqual(first.folder, second.folder);
    await using database = await createPostgres({ url: first.url! });
    await database.execute('create table t (id int4)');
    await using other = await createPostgres({ url: second.url! });
    await assert.rejects(other.query('select * from t'), /does not exist/);
  }
  for (const url of urls) {
    await assert.rejects(async () => {
      await using database = await createPostgres({ url });
      await database.query('select 1');
    }, /does not exist/);
  }
});

test('disposing drops a database that somebody is still connected to', async () => {
  const fresh = await freshDatabase('postgres');
  const left = await createPostgres({ url: fresh.url! });
  await left.query('select 1');
  await fresh[Symbol.asyncDispose]();
  await left[Symbol.asyncDispose]();
});

test('the embedded kind is an empty folder that disappears', async () => {
  const fresh = await freshDatabase('embedded');
  assert.equal(fresh.url, null);
  assert.ok(existsSync(fresh.folder));
  await fresh[Symbol.asyncDispose]();
  assert.ok(!existsSync(fresh.folder));
});
