import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom } from '@meridian/testkit';
import { openBooks } from './support/books.ts';
import { startKillLoop, tell } from './support/kill-loop.ts';
import { commitOrders, ledgerOrders, mixOrders } from './support/kill-orders.ts';
import { until } from './support/until.ts';

const SEED = 20_261;
const RANDOM_KILLS = 30;

test('a server on PostgreSQL that is killed again and again charges each response once', async (t) => {
  const random = createSeededRandom(SEED);
  const orders = [...commitOrders(random), ...ledgerOrders(random)];
  await using loop = await startKillLoop('postgres', SEED);
  await using books = await openBooks(loop.here.database);
  for (const order of mixOrders(RANDOM_KILLS, orders, random)) {
    await loop.round(order);
    assert.deepEqual(await books.verify(), []);
  }
  await loop.revive();
  await loop.checkExplained(50);
  await until('the end of all leases', async () => (await books.leaseCount()) === 0 || undefined);

  const verdict = await loop.judge(books);
  t.diagnostic(tell(loop, verdict));
  assert.deepEqual(verdict.problems, []);
});
