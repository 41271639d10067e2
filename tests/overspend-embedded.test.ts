import assert from 'node:assert/strict';
import { test } from 'node:test';
import { world } from '@meridian/testkit';
import { openBooks } from './support/books.ts';
import {
  allowEmptyBalances,
  COST_DOLLARS,
  COVERED,
  CROWD,
  EXACTLY_COVERED,
  PRICE,
  sendCrowd,
} from './support/crowd.ts';

test(`of ${CROWD} requests at once on the embedded database as many succeed as the balance covers`, async () => {
  await using here = await world({ database: 'embedded', price: PRICE });
  await here.server.kill('SIGTERM');
  {
    await using books = await openBooks(here.database);
    await allowEmptyBalances(books);
  }
  await here.server.restart();
  const customer = await here.addAccount({ CreditGranted: COVERED * COST_DOLLARS });
  assert.deepEqual(await sendCrowd([here.server.url], [customer]), EXACTLY_COVERED);
  assert.equal(here.upstream.requests.length, COVERED);
  await here.server.kill('SIGTERM');

  await using books = await openBooks(here.database);
  const { settled, overdraft, held } = await books.balance(customer.id);
  assert.deepEqual({ settled, overdraft, held }, { settled: 0n, overdraft: 0n, held: 0n });
  assert.deepEqual(await books.verify(), []);
});
