import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountCreated } from '@meridian/contract';
import { createApiClient, type WorldAccount } from '@meridian/testkit';
import {
  COST,
  COST_DOLLARS,
  COVERED,
  CROWD,
  neverAbove,
  type Outcomes,
  sendCrowd,
  sendOne,
  stage,
} from './support/crowd.ts';
import { until } from './support/until.ts';

const LIMIT = COVERED * COST_DOLLARS;
const AT_THE_CAP: Outcomes = { 200: COVERED, '402 spending_cap_reached': CROWD - COVERED };

for (const nodeCount of [1, 2]) {
  const on = nodeCount === 1 ? 'one node' : 'two nodes';

  test(`at its HardLimit an account spends on ${on} what the limit allows, and no more`, async () => {
    await using scene = await stage(nodeCount);
    const { here, books, urls } = scene;
    const customer = await here.addAccount({ CreditGranted: 100, HardLimit: LIMIT });
    const crowd = sendCrowd(urls, [customer]);
    assert.deepEqual(await neverAbove(scene, COST * BigInt(COVERED), crowd), AT_THE_CAP);
    assert.equal((await books.balance(customer.id)).settled, 100_000_000_000n - COST * 100n);
    assert.deepEqual(await books.verify(), []);

    await here.root.call('PUT', `/x-users/${customer.id}`, { HardLimit: LIMIT + COST_DOLLARS });
    const last = urls.at(-1)!;
    await until('the higher limit', async () => {
      const end = await sendOne(last, customer.api.key);
      return end === '200' || undefined;
    });
    assert.deepEqual(await sendCrowd(urls, [customer], 3), { '402 spending_cap_reached': 3 });
  });
}

test('a HardLimit bounds the whole subtree together, on two nodes', async () => {
  await using scene = await stage(2);
  const { here, books, urls } = scene;
  const parent = await here.addAccount({ CreditGranted: 100, HardLimit: LIMIT });
  const children: WorldAccount[] = [];
  for (const name of ['first-child', 'second-child']) {
    const { User } = await parent.api.call<AccountCreated>('POST', '/x-users', {
      Name: name,
      Email: `${name}@example.com`,
      CreditGranted: 20,
    });
    const api = createApiClient(() => here.server.url, User.SecretKey);
    children.push({ ...parent, id: User.ID, api });
  }
  const crowd = sendCrowd(urls, [parent, ...children]);
  assert.deepEqual(await neverAbove(scene, COST * BigInt(COVERED), crowd), AT_THE_CAP);
  assert.deepEqual(await books.verify(), []);
});
