import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { CostPrice } from '@meridian/contract';
import type { Actor } from '@meridian/core/accounts';
import { type Millionths, Secret } from '@meridian/core/kernel';
import type { MarginStore, UsageRecord } from '@meridian/core/ledger';
import { NO_USAGE } from '@meridian/core/protocols';
import type { NewProviderKey, ProviderKeyStore } from '@meridian/core/routing';
import { type AccountsWorld, accountsWorld, databaseKinds } from '@meridian/testkit';
import { createProviderKeyStore } from '../provider-keys/provider-key-store.ts';
import { createSecretBox } from '../secretbox.ts';
import { createMarginStore } from './margin-store.ts';
import { record } from './testing/ledger-world.ts';
import { type UsageWorld, usageWorld } from './testing/usage-world.ts';

const DAY = 20260105;
const ALL = [20260101, 20261231] as const;

const draft = (costPrice: CostPrice | null): NewProviderKey => ({
  ...{ name: 'pool', level: 1, provider: 'https://a.example', status: true, config: {} },
  ...{ secret: new Secret('sk-0123456789012345678'), weight: 1, caps: {}, costPrice },
});

for (const kind of databaseKinds) {
  describe(`revenue, cost and margin: ${kind}`, () => {
    let world: UsageWorld<AccountsWorld>;
    let keys: ProviderKeyStore;
    let margins: MarginStore;
    let parent: Actor;
    let child: Actor;

    before(async () => {
      world = await usageWorld(await accountsWorld(kind));
      const { accounts } = world;
      keys = createProviderKeyStore({ ...accounts, box: createSecretBox(randomBytes(32)) });
      margins = createMarginStore(accounts.database);
      parent = await accounts.child(accounts.root, { IsOwner: true });
      child = await accounts.child(parent, { CreditGranted: 10 });
    });
    after(() => world[Symbol.asyncDispose]());

    const keyWith = async (costPrice: CostPrice | null) =>
      (await keys.create(parent.policy.accountId, draft(costPrice))).id;
    const use = (cost: bigint, more: Partial<UsageRecord>) =>
      world.charge([{ record: record(child.policy.accountId, cost, more), day: DAY }]);
    const costOf = async (providerKeyId: number | null) => {
      const cells = await margins.cells([parent.policy.accountId], ...ALL);
      const own = cells.filter((cell) => cell.providerKeyId === providerKeyId);
      return own.map(({ model, requests, revenue, shown, cost, unpriced }) => [
        model,
        ...[requests, unpriced],
        ...[revenue, shown, cost].map(Number),
      ]);
    };

    test('by tokens, by request, by share; the same before and after folding', async () => {
      // Dollars per million tokens are nanodollars per thousand.
      const tokens = await keyWith({ input: 2, output: 8, cache_read: 0.5, call: 0.001 });
      const share = await keyWith({ factor: 0.6 });
      const usage = { ...NO_USAGE, input: 1_000, cacheRead: 3, output: 11, reasoning: 1 };
      await use(9_000_000n, { providerKeyId: tokens, usage });
      await use(500n, { providerKeyId: share, factor: 2_000_000n as Millionths });
      await use(500n, { providerKeyId: share, rates: 1_500_000n as Millionths });
      const expected = async () => {
        // 2,000,000 + 1.5 rounded + 96,000 picodollar thousands + 1,000,000 for the call
        assert.deepEqual(await costOf(tokens), [
          ['used', 1, 0, 9_000_000, 9_000_000, 2_000_000 + 1_500 + 96_000 + 1_000_000],
        ]);
        // 60 % of 250, the charge at Factor 1, and of 500.
        assert.deepEqual(await costOf(share), [['used', 2, 0, 1_000, 1_250, 450]]);
      };
      await expected();
      await world.fold(1);
      await expected();
      await world.fold(100);
      await expected();
    });

    test('the longest pattern wins, an exact name before all', async () => {
      const key = await keyWith({
        factor: 0.1,
        models: { 'us*': { factor: 0.2 }, 'use*': { factor: 0.3 }, used_x: { factor: 0.9 } },
      });
      await use(1_000n, { providerKeyId: key });
      await use(1_000n, { providerKeyId: key, modelUsed: 'usual' });
      await use(1_000n, { providerKeyId: key, modelUsed: 'other' });
      await use(1_000n, { providerKeyId: key, modelUsed: 'USED_X' });
      await use(1_000n, { providerKeyId: key, modelUsed: 'usedAx' });
      const found = new Map((await costOf(key)).map(([model, , , , , cost]) => [model, cost]));
      assert.deepEqual(Object.fromEntries(found), {
        ...{ used: 300, usual: 200, other: 100, USED_X: 900, usedAx: 300 },
      });
    });

    test('a price holds from when it is set; what came before stays as it was', async () => {
      const key = await keyWith(null);
      const owner = parent.policy.accountId;
      await use(1_000n, { providerKeyId: key });
      await keys.update(owner, key, { costPrice: { factor: 0.5 } });
      await use(1_000n, { providerKeyId: key });
      await keys.update(owner, key, { name: 'renamed' });
      await use(1_000n, { providerKeyId: key });
      await keys.update(owner, key, { costPrice: null });
      await use(1_000n, { providerKeyId: key });
      assert.deepEqual(await costOf(key), [['used', 4, 2, 4_000, 4_000, 1_000]]);
      await world.fold(100);
      assert.deepEqual(await costOf(key), [['used', 4, 2, 4_000, 4_000, 1_000]]);
    });

    test('a subtree is itself with all below it, and all sums agree', async () => {
      const { accounts } = world;
      const sibling = await accounts.child(parent, { CreditGranted: 5 });
      await world.charge([{ record: record(sibling.policy.accountId, 77n), day: DAY }]);
      const ids = [accounts.root, parent, child, sibling].map(({ policy }) => policy.accountId);
      const totals = async () => {
        const cells = await margins.cells(ids, ...ALL);
        return ids.map((id) =>
          cells
            .filter(({ accountId }) => accountId === id)
            .reduce((sum, { revenue }) => sum + revenue, 0n),
        );
      };
      const [root, all, below, own] = await totals();
      assert.equal(own, 77n);
      assert.equal(all, (below ?? 0n) + 77n);
      assert.equal(root, all);
      await world.fold(1_000);
      assert.deepEqual(await totals(), [root, all, below, own]);
      assert.deepEqual(await world.store.verify(), []);
      assert.deepEqual(await margins.children(parent.policy.accountId), ids.slice(2));
    });

    test('names of keys go to who is above their owner only', async () => {
      const key = await keyWith(null);
      assert.deepEqual([...(await margins.keyNames([key], parent.policy.dna))], [[key, 'pool']]);
      assert.deepEqual([...(await margins.keyNames([key], '.1.'))], [[key, 'pool']]);
      assert.deepEqual([...(await margins.keyNames([key], child.policy.dna))], []);
    });
  });
}
