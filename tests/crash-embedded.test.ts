import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom } from '@meridian/testkit';
import { openBooks } from './support/books.ts';
import { startKillLoop, tell } from './support/kill-loop.ts';
import { commitOrders, mixOrders } from './support/kill-orders.ts';

const SEED = 20_262;
const RANDOM_KILLS = 30;

test('a server on the embedded database that is killed again and again charges each response once', async (t) => {
  const random = createSeededRandom(SEED);
  await using loop = await startKillLoop('embedded', SEED);
  for (const order of mixOrders(RANDOM_KILLS, commitOrders(random), random)) {
    await loop.round(order);
  }
  await loop.revive();
  await loop.checkExplained(50);
  // The folder is free for the test only when the server is gone. It has had no more requests, so
  // that any lease would be a dead server's.
  await loop.here.server.kill('SIGKILL');

  await using books = await openBooks(loop.here.database);
  assert.equal(await books.leaseCount(), 0);
  assert.deepEqual(await books.verify(), []);
  const verdict = await loop.judge(books);
  t.diagnostic(tell(loop, verdict));
  assert.deepEqual(verdict.problems, []);
});
