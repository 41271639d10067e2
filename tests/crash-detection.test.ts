import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBooks } from './support/books.ts';
import { startKillLoop } from './support/kill-loop.ts';

/** The acknowledgements get through to the clients before the server dies uncommitted. */
const AFTER_MS = 250;

test('a server that acknowledges before the commit is noticed', async () => {
  await using loop = await startKillLoop('postgres', 1);
  await using books = await openBooks(loop.here.database);
  await loop.round({ point: 'settle:before-send', nth: 5, afterMs: AFTER_MS, isHasty: true });
  const { problems } = await loop.judge(books);
  assert.match(problems.join('\n'), /was received whole, uncharged/);
});
